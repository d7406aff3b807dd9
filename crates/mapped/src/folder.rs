//! Makes a folder of columns durable at once: one sync after the other would wait for the disk as often as there are files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::ColumnError;

/// Files synced side by side: a disk takes them together.
const THREADS: usize = 8;

/// Returns once every file that lies in `folder` itself, and its name, are safely on the disk.
pub fn sync_folder(folder: &Path) -> Result<(), ColumnError> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(ColumnError::disk(folder))? {
        let path = entry.map_err(ColumnError::disk(folder))?.path();
        files.extend(path.is_file().then_some(path));
    }
    let next = AtomicUsize::new(0);
    let some = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            sync(file)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let syncing: Vec<_> = (0..THREADS).map(|_| scope.spawn(some)).collect();
        let lost = || Err(ColumnError::unfit(folder, "not all of its files could be synced"));
        syncing.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| lost()))
    })?;
    sync(folder)
}

fn sync(path: &Path) -> Result<(), ColumnError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(ColumnError::disk(path))
}
