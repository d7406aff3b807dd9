//! The snapshots that a worker holds, opened when a node first asks for one. They are known by their seals, which tell one copy
//! from another made of the same sources; nothing that a node sends becomes part of a path.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::prelude::SessionContext;
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use crate::catalogue::Snapshot;
use crate::engine::Records;

/// How many are held open: while a node takes up another one, questions over the one before go on.
const HELD: usize = 2;

/// The snapshots in one folder. Clones share what is open.
#[derive(Clone)]
pub(super) struct Epochs(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    opening: TaskTracker,
    open: Mutex<Vec<(String, Arc<Records>)>>,
}

impl Epochs {
    /// Those in this folder, now and later.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(Arc::new(Inner { folder, opening: TaskTracker::new(), open: Mutex::default() }))
    }

    /// The records of the snapshot with this seal; none where it is not here.
    pub(super) async fn find(&self, seal: &str) -> Option<Arc<Records>> {
        let (this, seal) = (self.clone(), seal.to_owned());
        // A task of its own: whoever asks may give up, and find it open the next time.
        self.0.opening.spawn(async move { this.open(seal).await }).await.ok().flatten()
    }

    async fn open(&self, seal: String) -> Option<Arc<Records>> {
        let mut open = self.0.open.lock().await;
        if let Some(at) = open.iter().position(|(held, _)| *held == seal) {
            let found = open.remove(at);
            let records = found.1.clone();
            open.push(found);
            return Some(records);
        }
        let (folder, wanted) = (self.0.folder.clone(), seal.clone());
        let found = tokio::task::spawn_blocking(move || sealed(&folder, &wanted)).await.ok()??;
        let records = Records::open(&found, &SessionContext::new()).await;
        let Ok(records) = records.map(Arc::new) else {
            tracing::warn!(snapshot = %found.dir().display(), "can't be opened; copy it anew");
            return None;
        };
        tracing::info!(snapshot = %found.dir().display(), "open");
        open.push((seal, records.clone()));
        let many = open.len();
        open.drain(..many.saturating_sub(HELD));
        Some(records)
    }
}

/// The usable snapshot with this seal.
fn sealed(folder: &Path, seal: &str) -> Option<Snapshot> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let folders = entries.filter(|entry| !hidden(&entry.file_name())).map(|entry| entry.path());
    folders.filter_map(|folder| Snapshot::open(&folder).ok()).find(|snapshot| snapshot.seal() == seal)
}
