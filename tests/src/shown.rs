//! What earlier runs of the mutation check showed, so that a run that was ended is taken up where it stopped. A control is
//! switched off again once its file, the change or anything in the folder of its test is another.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::controls::Control;

/// The controls that made a test fail, each a line of a file that is written as soon as it is known.
pub struct Shown {
    file: PathBuf,
    known: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    /// What was compiled and run.
    of: String,
    /// The tests that failed.
    failed: Vec<String>,
}

impl Shown {
    /// Reads what `file` holds. A line that the end of a run cut short counts for nothing.
    pub fn read(file: PathBuf) -> Self {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let known = lines.map(|line| (line.of, line.failed)).collect();
        Self { file, known }
    }

    /// The tests that failed without this control, as it and they are in the tree at `root`.
    pub fn failed(&self, root: &Path, control: &Control) -> Option<&Vec<String>> {
        self.known.get(&fingerprint(root, control))
    }

    /// Writes down that these failed.
    pub fn add(&self, root: &Path, control: &Control, failed: &[String]) {
        let line = Line { of: fingerprint(root, control), failed: failed.to_vec() };
        std::fs::create_dir_all(self.file.parent().unwrap()).unwrap();
        let mut file = OpenOptions::new().create(true).append(true).open(&self.file).unwrap();
        // A line of its own, whatever stands before it.
        write!(file, "\n{}\n", serde_json::to_string(&line).unwrap()).unwrap();
    }
}

/// The change, the file that it is made in, and what its test lies beside.
fn fingerprint(root: &Path, control: &Control) -> String {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    let Control { name: _, file, before, after, package, target, test } = control;
    [before, after, package, target, test].into_iter().for_each(|part| add(part.as_bytes()));
    for file in std::iter::once(root.join(file)).chain(files(&root.join(control.test_folder()))) {
        add(file.strip_prefix(root).unwrap().as_os_str().as_encoded_bytes());
        add(&std::fs::read(&file).unwrap());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file under `folder`, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort_unstable();
    found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Shown;
    use crate::controls::Control;

    #[test]
    fn what_was_shown_holds_until_the_file_the_change_or_the_test_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |file: &str, text: &str| {
            std::fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            std::fs::write(root.join(file), text).unwrap();
        };
        write("crates/policy/src/limits.rs", "if over {");
        write("crates/policy/tests/it/limits.rs", "one");
        let control = Control {
            name: "limits".to_owned(),
            file: "crates/policy/src/limits.rs".into(),
            before: "if over {".to_owned(),
            after: "if false {".to_owned(),
            package: "policy".to_owned(),
            target: "it".to_owned(),
            test: "limits::".to_owned(),
        };
        let is_known =
            |control: &Control| Shown::read(root.join("target/shown")).failed(root, control).is_some();
        assert!(!is_known(&control));
        let shown = Shown::read(root.join("target/shown"));
        shown.add(root, &control, &["limits::of_a_day".to_owned()]);
        // The next line was being written when the run was ended.
        std::fs::write(
            root.join("target/shown"),
            std::fs::read_to_string(root.join("target/shown")).unwrap() + "{\"of\":",
        )
        .unwrap();
        shown.add(root, &Control { test: "limits::of_an_hour".to_owned(), ..control.clone() }, &[]);
        assert_eq!(
            Shown::read(root.join("target/shown")).failed(root, &control).unwrap(),
            &["limits::of_a_day"]
        );
        assert!(is_known(&Control { test: "limits::of_an_hour".to_owned(), ..control.clone() }));
        assert!(!is_known(&Control { after: "if true {".to_owned(), ..control.clone() }));
        for file in ["crates/policy/tests/it/limits.rs", "crates/policy/src/limits.rs"] {
            let before = std::fs::read_to_string(root.join(file)).unwrap();
            write(file, "another");
            assert!(!is_known(&control), "{file}");
            write(file, &before);
            assert!(is_known(&control), "{file}");
        }
    }
}
