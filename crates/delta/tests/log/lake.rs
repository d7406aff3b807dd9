//! A table under test: commits as lists of actions, written as Spark and delta-rs lay them out.

use std::fs;
use std::path::{Path, PathBuf};

use delta::Table;
use tempfile::TempDir;

/// The actions that begin a table with the columns `n` and `beat`, of which the latter is the partition.
pub(crate) const BEGIN: &[&str] = &[
    r#"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#,
    r#"{"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"n\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}},{\"name\":\"beat\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":["beat"],"configuration":{},"createdTime":1}}"#,
];

pub(crate) struct Lake(TempDir);

impl Lake {
    /// A table with these commits, each with its actions.
    pub(crate) fn new(commits: &[Vec<String>]) -> Self {
        let lake = Self(tempfile::tempdir().unwrap());
        fs::create_dir(lake.path().join("_delta_log")).unwrap();
        for (version, actions) in (0..).zip(commits) {
            lake.commit(version, actions);
        }
        lake
    }

    /// A copy of a table that is kept beside the tests.
    pub(crate) fn copied(name: &str) -> Self {
        let lake = Self(tempfile::tempdir().unwrap());
        copy(&kept(name), lake.path());
        lake
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn commit(&self, version: u64, actions: &[String]) {
        fs::write(self.log(&format!("{version:020}.json")), actions.join("\n")).unwrap();
    }

    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.path().join("_delta_log").join(name)
    }

    pub(crate) fn open(&self) -> Table {
        Table::open(self.path()).unwrap()
    }

    /// What is wrong, without the temporary folder's name.
    pub(crate) fn trouble(&self) -> String {
        let error = Table::open(self.path()).and_then(|table| table.files()).unwrap_err();
        let folder = self.path().canonicalize().unwrap();
        error.to_string().replace(&folder.display().to_string(), "LAKE")
    }

    /// The names of the files, with their partitions.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = self.open().files().unwrap();
        let told = files.into_iter().map(|file| {
            let name =
                file.path.strip_prefix(self.path().canonicalize().unwrap()).unwrap().display().to_string();
            file.partition.iter().fold(name, |name, (column, value)| {
                format!("{name} {column}={}", value.as_deref().unwrap_or("-"))
            })
        });
        told.collect()
    }
}

pub(crate) fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables").join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

pub(crate) fn begin() -> Vec<String> {
    BEGIN.iter().map(|action| (*action).to_owned()).collect()
}

pub(crate) fn add(path: &str, beat: &str) -> String {
    format!(
        r#"{{"add":{{"path":"{path}","partitionValues":{{"beat":{beat}}},"size":10,"modificationTime":1,"dataChange":true,"stats":"{{\"numRecords\":1}}"}}}}"#
    )
}

pub(crate) fn remove(path: &str) -> String {
    format!(r#"{{"remove":{{"path":"{path}","deletionTimestamp":2,"dataChange":true}}}}"#)
}
