//! The folder of snapshots: one subfolder per epoch, named by its fingerprint. A new one grows under a hidden name
//! and is renamed when whole, so whoever is killed at any moment leaves the one before.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::IngestError;
use super::snapshot::{LABELS, MANIFEST, Snapshot};
use super::{Manifest, ingest};

const UNDER_CONSTRUCTION: &str = ".building-";
const LOCK: &str = ".lock";

/// Where snapshots lie.
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder under `data_dir`, made if it is not there.
    pub(super) fn open(data_dir: &Path) -> Result<Self, IngestError> {
        let root = data_dir.join("snapshots");
        make_private(&root, true).map_err(IngestError::disk(&root, "making the folder"))?;
        Ok(Self { root })
    }

    /// The snapshot with this fingerprint, if there is a usable one. An unusable one is worth a word, not a stop:
    /// it is built again.
    pub(super) fn find(&self, fingerprint: &str) -> Option<Snapshot> {
        let dir = self.root.join(fingerprint);
        if !dir.exists() {
            return None;
        }
        Snapshot::open(&dir).inspect_err(|why| tracing::warn!(%why, "the snapshot is built again")).ok()
    }

    /// Locks the folder against other builders and sweeps away what killed ones left.
    pub(super) fn build(&self, fingerprint: &str) -> Result<Building, IngestError> {
        let path = self.root.join(LOCK);
        let lock = File::options().create(true).write(true).truncate(false).open(&path);
        let lock = lock.map_err(IngestError::disk(&path, "opening the lock"))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => IngestError::Busy(self.root.clone()),
            fs::TryLockError::Error(cause) => IngestError::disk(&path, "locking")(cause),
        })?;
        for leftover in self.entries(|name| name.starts_with(UNDER_CONSTRUCTION)) {
            fs::remove_dir_all(&leftover)
                .map_err(IngestError::disk(&leftover, "removing an unfinished snapshot"))?;
        }
        let dir = self.root.join(format!("{UNDER_CONSTRUCTION}{fingerprint}"));
        make_private(&dir, false).map_err(IngestError::disk(&dir, "making the folder"))?;
        Ok(Building { dir, target: self.root.join(fingerprint), _lock: lock })
    }

    /// The latest usable snapshot of all.
    pub(super) fn latest(&self) -> Option<Snapshot> {
        let all = self.entries(|name| !name.starts_with('.'));
        all.iter().filter_map(|dir| Snapshot::open(dir).ok()).max_by_key(Snapshot::as_of)
    }

    /// Removes every snapshot but `current`; those that someone still holds stay for the next time. Where the current one
    /// has no index yet, the latest that has one stays too: the next is made from it.
    pub(super) fn prune(&self, current: &Snapshot) {
        let others = self.entries(|name| !name.starts_with('.') && name != current.fingerprint());
        let indexed = others.iter().filter_map(|dir| Snapshot::open(dir).ok()).filter(Snapshot::is_indexed);
        let needed = indexed.max_by_key(Snapshot::as_of).filter(|_| !current.is_indexed());
        for old in others.iter().filter(|dir| needed.as_ref().is_none_or(|needed| needed.dir() != **dir)) {
            let unheld = File::open(old.join(MANIFEST)).map_or(true, |file| file.try_lock().is_ok());
            if unheld && let Err(cause) = fs::remove_dir_all(old) {
                tracing::warn!(folder = %old.display(), %cause, "an old snapshot could not be removed");
            }
        }
    }

    fn entries(&self, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.root) else { return Vec::new() };
        let folders = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        folders
            .filter(|entry| entry.file_name().to_str().is_some_and(&wanted))
            .map(|entry| entry.path())
            .collect()
    }
}

/// A snapshot under construction; dropped unpublished, it is taken away.
pub(super) struct Building {
    dir: PathBuf,
    target: PathBuf,
    _lock: File,
}

impl Building {
    /// Where to write the datasets.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Completes the snapshot and puts it in place.
    pub(super) fn publish(
        self,
        manifest: &Manifest,
        labels: &impl Serialize,
    ) -> Result<PathBuf, IngestError> {
        let spills = self.dir.join(ingest::SPILLS);
        if spills.exists() {
            fs::remove_dir_all(&spills).map_err(IngestError::disk(&spills, "removing spills"))?;
        }
        write_json(&self.dir.join(LABELS), labels)?;
        write_json(&self.dir.join(MANIFEST), manifest)?;
        let synced = mapped::sync_folder(&self.dir).map_err(io::Error::other);
        synced.map_err(IngestError::disk(&self.dir, "writing"))?;
        if self.target.exists() {
            // Only an unusable one is built again.
            fs::remove_dir_all(&self.target)
                .map_err(IngestError::disk(&self.target, "removing an unusable snapshot"))?;
        }
        fs::rename(&self.dir, &self.target)
            .map_err(IngestError::disk(&self.target, "putting the snapshot in place"))?;
        if let Some(root) = self.target.parent() {
            sync_folder(root)?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        // After publishing the folder has another name and there is nothing to remove.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Makes a folder that only the node's own account can look into.
fn make_private(dir: &Path, parents: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(parents);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), IngestError> {
    let bytes = serde_json::to_vec_pretty(value).map_err(|e| IngestError::disk(path, "writing")(e.into()))?;
    fs::write(path, bytes).map_err(IngestError::disk(path, "writing"))?;
    let file = File::open(path).map_err(IngestError::disk(path, "writing"))?;
    file.sync_all().map_err(IngestError::disk(path, "writing"))
}

fn sync_folder(dir: &Path) -> Result<(), IngestError> {
    let folder = File::open(dir).map_err(IngestError::disk(dir, "opening the folder"))?;
    folder.sync_all().map_err(IngestError::disk(dir, "writing the folder"))
}
