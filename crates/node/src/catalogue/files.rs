//! The files behind the sources: which ones the globs match, and the fingerprint that tells one state of files and
//! configuration from another without reading the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::error::IngestError;
use super::sources::{Held, Sources};

/// One file of a source, as it was when the sources were looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    /// The path as people see it: relative to the configuration's folder where it lies inside.
    pub(super) shown: String,
    pub(super) bytes: u64,
    modified_nanos: u128,
    /// What is known of all its rows beside what it holds itself: by the folders that it lies in, or the log of its table.
    pub(super) partition: Vec<(String, Option<String>)>,
    /// Its rows that are no more, by their place from 0, in order.
    pub(super) deleted: Vec<u64>,
}

/// What the folders that a file lies in say of its rows, where they are called `key=value`: the way of Hive and Spark.
fn partition(shown: &str) -> Vec<(String, Option<String>)> {
    let folders = shown.split('/').rev().skip(1);
    let told = folders.filter_map(|folder| folder.split_once('='));
    told.map(|(name, value)| (name.to_owned(), partition_value(value))).collect()
}

/// A value as a folder's name spells it: hidden bytes as `%` and two digits, and a word for null.
fn partition_value(spelled: &str) -> Option<String> {
    if spelled == "__HIVE_DEFAULT_PARTITION__" {
        return None;
    }
    let mut parts = spelled.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let hidden = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (hidden, part.get(2..)) {
            (Some(byte), Some(rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            _ => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Files by source name, in path order.
pub(super) type Files = BTreeMap<String, Vec<SourceFile>>;

/// Looks up the files of every source that has any.
pub(super) fn find(sources: &Sources) -> Result<Files, IngestError> {
    let mut files = Files::new();
    for (name, source) in &sources.source {
        if let Held::Files(patterns) = sources.held(name, source)? {
            files.insert(name.clone(), find_one(&sources.base, name, patterns)?);
        }
    }
    Ok(files)
}

fn find_one(base: &Path, name: &str, patterns: &[String]) -> Result<Vec<SourceFile>, IngestError> {
    let mut paths = Vec::new();
    for pattern in patterns {
        let before = paths.len();
        // A configuration in the current folder has an empty base.
        let whole = if Path::new(pattern).is_absolute() || base.as_os_str().is_empty() {
            pattern.clone()
        } else {
            format!("{}/{pattern}", glob::Pattern::escape(&base.display().to_string()))
        };
        let found = glob::glob(&whole)
            .map_err(|e| IngestError::source(name, format!("{pattern:?} is not a glob: {}", e.msg)))?;
        for path in found {
            let path = path.map_err(|error| {
                let at = error.path().to_owned();
                IngestError::disk(&at, "looking for files")(error.into())
            })?;
            if path.is_file() {
                paths.push(path);
            }
        }
        if paths.len() == before {
            let under = match base.display().to_string() {
                base if base.is_empty() => "the current folder".to_owned(),
                base => base,
            };
            let why = format!(
                "no file matches {pattern:?} under {under}; mend the glob, or take the source and its views out"
            );
            return Err(IngestError::source(name, why));
        }
    }
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| look(base, path)).collect()
}

/// A file as it is now.
pub(super) fn look(base: &Path, path: PathBuf) -> Result<SourceFile, IngestError> {
    let about = fs::metadata(&path).map_err(IngestError::disk(&path, "looking at the file"))?;
    let modified = about.modified().map_err(IngestError::disk(&path, "reading the time of change"))?;
    let modified_nanos = modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let shown = path.strip_prefix(base).unwrap_or(&path).display().to_string();
    let partition = partition(&shown);
    Ok(SourceFile { path, shown, bytes: about.len(), modified_nanos, partition, deleted: Vec::new() })
}

/// The first file whose size or time of change is no longer what it was.
pub(super) fn changed(before: &Files, after: &Files) -> Option<String> {
    let flat = |files: &Files| files.values().flatten().cloned().collect::<Vec<_>>();
    let (before, after) = (flat(before), flat(after));
    let moved = before.iter().find(|file| !after.contains(file));
    moved.or_else(|| after.iter().find(|file| !before.contains(file))).map(|file| file.shown.clone())
}

/// The fingerprint of a state: SHA-256 over the format of snapshots, all configuration that shapes them, each file's path,
/// size and time of change, and the state of each table.
pub(super) fn fingerprint<'a>(
    format: u32,
    sources: &Sources,
    files: &Files,
    tables: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> String {
    let mut hash = Sha256::new();
    // Lengths before texts, so that no two states spell the same bytes.
    let mut put = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    put(&format!("bluelamp snapshot {format}, schema {}", model::schema::SCHEMA_VERSION));
    put(sources.controller.as_str());
    for (name, source) in &sources.source {
        put(&format!("source {name} {:?} {:?} {:?}", source.format, source.paths, source.nulls));
        if let Ok(Held::Table { server, table, changed, .. }) = sources.held(name, source) {
            put(&format!(
                "{table} {changed:?} {} {} {} {}",
                server.host, server.port, server.name, server.user
            ));
        }
    }
    for view in &sources.view {
        put(&format!("view {}", view.dataset));
        put(&view.sql);
    }
    for (name, files) in files {
        for file in files {
            put(name);
            put(&file.path.display().to_string());
            put(&format!("{} {}", file.bytes, file.modified_nanos));
        }
    }
    for (name, state) in tables {
        put(name);
        put(state);
    }
    hex::encode(hash.finalize())
}
