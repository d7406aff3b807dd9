//! A data epoch: one snapshot with the engine and the index over it. Questions see a whole epoch or the one before.

use jiff::Timestamp;
use linkage::person::Weights;
use model::{Dataset, LabelTable};

use crate::catalogue::Snapshot;
use crate::engine::{Engine, EngineError, EngineLimits};
use crate::index::{BuildLimits, Built, Index, IndexError};

/// One epoch, opened.
#[derive(Debug)]
pub struct Epoch {
    snapshot: Snapshot,
    engine: Engine,
    index: Index,
}

/// Why an epoch could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum EpochError {
    /// The engine could not open the snapshot.
    #[error("the snapshot's tables can't be opened")]
    Engine(#[from] EngineError),
    /// The index could not be opened or built.
    #[error("the search index can't be opened or built")]
    Index(#[from] IndexError),
}

impl Epoch {
    /// Opens a snapshot, building its index first where it is missing. Blocks while it builds.
    pub async fn open(
        snapshot: Snapshot,
        limits: EngineLimits,
        building: BuildLimits,
        weights: Weights,
        mut progress: impl FnMut(Built) + Send + 'static,
    ) -> Result<Self, EpochError> {
        let engine = Engine::open(&snapshot, limits).await?;
        let of = snapshot.clone();
        let index = tokio::task::spawn_blocking(move || Index::open(&of, building, &weights, &mut progress))
            .await
            .map_err(|_| EngineError::Failed("building the index"))??;
        Ok(Self { snapshot, engine, index })
    }

    /// As of when the records speak.
    pub fn as_of(&self) -> Timestamp {
        self.snapshot.as_of()
    }

    /// What the epoch was made of: the same sources and configuration have the same fingerprint.
    pub fn fingerprint(&self) -> &str {
        self.snapshot.fingerprint()
    }

    /// The labels of the epoch.
    pub fn labels(&self) -> &LabelTable {
        self.snapshot.labels()
    }

    /// The datasets that hold records.
    pub fn datasets(&self) -> Vec<Dataset> {
        Dataset::ALL.iter().copied().filter(|&d| self.snapshot.dataset_path(d).is_some()).collect()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }
}
