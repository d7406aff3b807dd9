//! The list of controls in `tests/controls.toml`: what switches each off, and the test that fails then.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One control.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What it does.
    pub name: String,
    /// The file that it is in, from the root of the repository.
    pub file: PathBuf,
    /// The text that is replaced: exactly once in the file.
    pub before: String,
    /// What takes its place.
    pub after: String,
    /// The package of the test.
    pub package: String,
    /// `lib`, or the name of an integration test.
    pub target: String,
    /// The test that fails, or the beginning of several tests' names.
    pub test: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    control: Vec<Control>,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every control, in the order of the file.
pub fn read(root: &Path) -> Vec<Control> {
    let text = std::fs::read_to_string(root.join("tests/controls.toml")).unwrap();
    toml::from_str::<List>(&text).unwrap().control
}

impl Control {
    /// The file's text with the control switched off. Says how often the text stands there where that is not once.
    pub fn switched_off(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.before).count() {
            1 => Ok(text.replacen(&self.before, &self.after, 1)),
            times => Err(format!(
                "control {:?}: its `before` stands {times} times in {}, not once; bring tests/controls.toml up to date",
                self.name,
                self.file.display()
            )),
        }
    }

    /// The arguments of `cargo test` that run its test.
    pub fn arguments(&self) -> Vec<&str> {
        let mut arguments = vec!["test", "-q", "-p", &self.package];
        match self.target.as_str() {
            "lib" => arguments.push("--lib"),
            name => arguments.extend(["--test", name]),
        }
        arguments.extend(["--", &self.test]);
        arguments
    }

    /// The folder of its test.
    pub fn test_folder(&self) -> PathBuf {
        let package = if self.package == "tests" {
            PathBuf::from("tests")
        } else {
            Path::new("crates").join(&self.package)
        };
        package.join(if self.target == "lib" { "src" } else { "tests" })
    }
}
