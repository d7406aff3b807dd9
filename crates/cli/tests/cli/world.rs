//! A folder with a small federation made by the binary itself, and what a run of it said.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) const WHY: [&str; 4] = ["--purpose", "investigation", "--operation", "Op Lantern"];

/// What a run ended with.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Checks the exit code and that stderr says each of `parts`.
    pub(crate) fn failed(&self, code: i32, parts: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is missing from {:?}", self.err);
        }
        self
    }

    /// Checks that the run did what it should and hands out its stdout.
    pub(crate) fn out(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }
}

/// A folder to work in.
pub(crate) struct World(TempDir);

impl World {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A federation of `mps` with a node at `node` and `rocta` with a coordinator at `coordinator`, an analyst's
    /// desk, and configurations for both servers.
    pub(crate) fn federation(node: &str, coordinator: &str) -> Self {
        let world = Self::new();
        for (force, role) in [("mps", "node"), ("rocta", "coordinator"), ("rocta", "analyst")] {
            let authority = format!("{force}-authority");
            if !world.path(&authority).exists() {
                world.run(&["pki", "init", "--force", force, "--dir", &authority]).out();
            }
            world
                .run(&[
                    "pki",
                    "issue",
                    "--authority",
                    &authority,
                    "--role",
                    role,
                    "--id",
                    "1",
                    "--out",
                    force,
                ])
                .out();
        }
        for (force, option, address) in [("mps", "--node", node), ("rocta", "--coordinator", coordinator)] {
            let authority = format!("{force}-authority");
            let member =
                ["pki", "bundle", "--out", "federation.toml", "--force", force, "--authority", &authority];
            let about = ["--title", "A force, made up", "--desk", "A desk, 020 7946 0000", option, address];
            world.run(&[&member[..], &about].concat()).out();
        }
        let credentials =
            |name: &str| format!("[credentials]\ncertificate = \"{name}.pem\"\nkey = \"{name}.key\"\n");
        world.write(
            "analyst.toml",
            &format!(
                "bundle = \"federation.toml\"\ncoordinator = \"rocta\"\n{}",
                credentials("rocta/analyst-1")
            ),
        );
        world.write(
            "coordinator.toml",
            &format!(
                "force = \"rocta\"\nlisten = \"127.0.0.1:1\"\nbundle = \"federation.toml\"\naudit = \"rocta.log\"\n{}",
                credentials("rocta/coordinator-1")
            ),
        );
        world.write(
            "node.toml",
            &format!(
                "force = \"mps\"\nlisten = \"127.0.0.1:1\"\nbundle = \"federation.toml\"\npolicy = \"policy\"\ndata = \"data\"\naudit = \"mps.log\"\n{}",
                credentials("mps/node-1")
            ),
        );
        world
    }

    /// A federation that nobody serves.
    pub(crate) fn at_rest() -> Self {
        Self::federation("https://node.mps.example:7443", "https://ask.rocta.example:7443")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Replaces text in a file.
    pub(crate) fn alter(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from:?} is not in {name}");
        self.write(name, &text.replace(from, to));
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bluelamp"));
        command.current_dir(self.0.path());
        for variable in ["BLUELAMP_CONFIG", "BLUELAMP_LOG", "LISTEN_FDS", "LISTEN_PID"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command().args(arguments).output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a question with its lawful ground.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &WHY].concat())
    }
}

/// A policy bundle that ships with the product, copied to where it can be spoilt.
pub(crate) fn copy_policy(to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies/mps");
    copy(&from, to);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
