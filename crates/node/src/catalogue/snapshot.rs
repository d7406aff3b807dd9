//! A snapshot that is open: one data epoch in prepared form. Questions hold on to it, so they see a whole epoch or
//! the one before, never half of each.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use model::{Dataset, LabelTable};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use sha2::{Digest, Sha256};

use super::dataset::stored_schema;
use super::entity::known_by;
use super::manifest::{FORMAT, Manifest};
use super::writer::file_name;

/// File of the manifest inside a snapshot.
pub(super) const MANIFEST: &str = "manifest.json";
/// File of the label table inside a snapshot.
pub(super) const LABELS: &str = "labels.json";
/// Folder of the search index inside a snapshot.
const INDEX: &str = "index";

/// One data epoch, ready to be asked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Snapshot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    manifest: Manifest,
    labels: LabelTable,
    seal: String,
    /// Holds a shared lock for as long as anyone holds the snapshot; pruning leaves locked folders alone.
    _manifest_file: File,
}

/// A folder that is no usable snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: not a usable snapshot: {why}", dir.display())]
pub struct Unusable {
    /// The folder.
    pub dir: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl Snapshot {
    /// Opens the snapshot in `dir` after checking that it is whole, of this version, and the one that its folder is
    /// named for. Reads the manifest, the labels and the ends of the data files, never the data.
    pub fn open(dir: &Path) -> Result<Self, Unusable> {
        Self::open_checked(dir).map_err(|why| Unusable { dir: dir.to_owned(), why })
    }

    fn open_checked(dir: &Path) -> Result<Self, String> {
        let file = File::open(dir.join(MANIFEST)).map_err(|e| format!("{MANIFEST}: {e}"))?;
        file.lock_shared().map_err(|e| format!("{MANIFEST}: can't be locked: {e}"))?;
        let text = fs::read(dir.join(MANIFEST)).map_err(|e| format!("{MANIFEST}: {e}"))?;
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|_| format!("{MANIFEST} is damaged or of another version"))?;
        if manifest.format != FORMAT || manifest.schema != model::schema::SCHEMA_VERSION {
            return Err("it was made by another version".to_owned());
        }
        if dir.file_name().and_then(|name| name.to_str()) != Some(manifest.fingerprint.as_str()) {
            return Err("its fingerprint is not the name of its folder".to_owned());
        }
        let mut seal = Sha256::new_with_prefix(&text);
        let text = fs::read(dir.join(LABELS)).map_err(|e| format!("{LABELS}: {e}"))?;
        seal.update(&text);
        let labels: LabelTable = serde_json::from_slice(&text).map_err(|_| format!("{LABELS} is damaged"))?;
        if labels.len() as u64 != manifest.labels {
            return Err(format!("{LABELS} is not the one that was written"));
        }
        for (&dataset, about) in &manifest.datasets {
            let name = file_name(dataset);
            let rows = rows_of(dir, dataset, about.bytes).map_err(|why| format!("{name}: {why}"))?;
            if rows != about.rows {
                return Err(format!("{name} is not the one that was written"));
            }
        }
        let seal = hex::encode(seal.finalize());
        Ok(Self(Arc::new(Inner { dir: dir.to_owned(), manifest, labels, seal, _manifest_file: file })))
    }

    /// The folder that it lies in.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Where its search index lies, or will lie.
    pub fn index_dir(&self) -> PathBuf {
        self.0.dir.join(INDEX)
    }

    /// Whether its search index is built.
    pub fn is_indexed(&self) -> bool {
        self.index_dir().exists()
    }

    /// Other usable snapshots beside it that are indexed, the latest first.
    pub fn indexed_beside(&self) -> Vec<Self> {
        let entries = self.0.dir.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten();
        let others = entries.map(|entry| entry.path()).filter(|dir| *dir != self.0.dir && dir.is_dir());
        let mut found: Vec<Self> =
            others.filter_map(|dir| Self::open(&dir).ok()).filter(Self::is_indexed).collect();
        found.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.as_of()));
        found
    }

    /// What it says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// All distinct handling labels; [`super::LABEL`] numbers are places in it.
    pub fn labels(&self) -> &LabelTable {
        &self.0.labels
    }

    /// When the sources were read.
    pub fn as_of(&self) -> Timestamp {
        self.0.manifest.as_of
    }

    /// The Parquet file of a dataset; `None` where no view feeds it.
    pub fn dataset_path(&self, dataset: Dataset) -> Option<PathBuf> {
        self.0.manifest.datasets.contains_key(&dataset).then(|| self.0.dir.join(file_name(dataset)))
    }

    /// By its number, a hash of each entity's key; none where that can't be told from what the ingest noted.
    pub(crate) fn key_hashes(&self, dataset: Dataset) -> Option<Vec<u64>> {
        let about = self.0.manifest.datasets.get(&dataset)?;
        known_by(&self.0.dir, dataset, about.entities)
    }

    /// The fingerprint of the files and the configuration that it was made from.
    pub fn fingerprint(&self) -> &str {
        &self.0.manifest.fingerprint
    }

    /// What a copy of it is known by. Another that was made of the same sources, at another time or with other numbers of
    /// entities and labels, has the same fingerprint and another seal.
    pub fn seal(&self) -> &str {
        &self.0.seal
    }
}

/// Rows of a dataset's file by its own account, if it has the right size and columns.
fn rows_of(dir: &Path, dataset: Dataset, bytes: u64) -> Result<u64, String> {
    let file = File::open(dir.join(file_name(dataset))).map_err(|e| e.to_string())?;
    if file.metadata().map_err(|e| e.to_string())?.len() != bytes {
        return Err("its size is not the one that was written".to_owned());
    }
    let about = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())
        .map_err(|_| "its end is damaged".to_owned())?;
    if about.schema().fields() != stored_schema(dataset).fields() {
        return Err("its columns are those of another version".to_owned());
    }
    u64::try_from(about.metadata().file_metadata().num_rows()).map_err(|_| "its end is damaged".to_owned())
}
