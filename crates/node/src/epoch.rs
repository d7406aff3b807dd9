//! A data epoch: one snapshot with the engine and the index over it. Questions see a whole epoch or the one before.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use linkage::person::Weights;
use model::{Dataset, LabelTable};
use tokio::sync::OnceCell;

use crate::catalogue::Snapshot;
use crate::engine::{Elsewhere, Engine, EngineError, EngineLimits};
use crate::index::{BuildLimits, Built, Index, IndexError};
use crate::releases::{Numbers, Releases, ReleasesError, Unreadable, entity_hashes};
use crate::workers::Workers;

/// One epoch, opened.
#[derive(Debug)]
pub struct Epoch {
    snapshot: Snapshot,
    engine: Engine,
    index: Index,
    /// Filled before questions come, or by the first table over a dataset.
    numbers: BTreeMap<Dataset, OnceCell<Numbers>>,
    /// Filled when a table with noise is first asked over a dataset whose entities have several rows.
    lots: BTreeMap<Dataset, OnceCell<Vec<u64>>>,
}

/// Why the entities of a dataset have no lasting numbers.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NumbersError {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Releases(#[from] ReleasesError),
}

/// Why an epoch could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum EpochError {
    /// The engine could not open the snapshot.
    #[error("the snapshot's tables can't be opened")]
    Engine(#[from] EngineError),
    /// The index could not be opened or built.
    #[error("the search index can't be opened or built: {0}")]
    Index(IndexError),
}

impl From<IndexError> for EpochError {
    fn from(cause: IndexError) -> Self {
        Self::Index(cause)
    }
}

impl Epoch {
    /// Opens a snapshot, building its index first where it is missing. Blocks while it builds. What it shares with the epoch
    /// `in_use` is not verified again.
    pub async fn open(
        snapshot: Snapshot,
        in_use: Option<Arc<Self>>,
        limits: EngineLimits,
        building: BuildLimits,
        weights: Weights,
        mut progress: impl FnMut(Built) + Send + 'static,
    ) -> Result<Self, EpochError> {
        let engine = Engine::open(&snapshot, limits).await?;
        let of = snapshot.clone();
        let open = move || {
            let in_use = in_use.as_deref().map(Self::index);
            Index::open(&of, in_use, building, &weights, &mut progress)
        };
        let index = tokio::task::spawn_blocking(open)
            .await
            .map_err(|_| EngineError::Failed("building the index"))??;
        let numbers = Dataset::ALL.iter().map(|&dataset| (dataset, OnceCell::new())).collect();
        let lots = Dataset::ALL.iter().map(|&dataset| (dataset, OnceCell::new())).collect();
        Ok(Self { snapshot, engine, index, numbers, lots })
    }

    /// Lets others run parts of what the engine is asked.
    pub(crate) fn elsewhere(self, workers: Option<Arc<Workers>>) -> Self {
        let elsewhere = workers.map(|workers| workers as Arc<dyn Elsewhere>);
        Self { engine: self.engine.elsewhere(elsewhere), ..self }
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

    /// For each of the epoch's numbers of a dataset's entities, the one under which `releases` remembers it.
    pub(crate) async fn numbers(
        &self,
        dataset: Dataset,
        releases: &Releases,
    ) -> Result<Numbers, NumbersError> {
        let Some(numbers) = self.numbers.get(&dataset) else { return Ok(Numbers::default()) };
        let fill =
            async { Ok::<_, NumbersError>(releases.number(dataset, self.hashes(dataset).await?).await?) };
        Ok(numbers.get_or_try_init(|| fill).await?.clone())
    }

    /// Numbers the entities of every dataset, so that no question has to wait for it.
    pub(crate) async fn number(
        &self,
        releases: &Releases,
        mut progress: impl FnMut(Dataset, usize),
    ) -> Result<(), NumbersError> {
        for dataset in self.datasets() {
            progress(dataset, self.numbers(dataset, releases).await?.len());
        }
        Ok(())
    }

    /// For each of the epoch's numbers of a dataset's entities, a hash that depends on no other entity.
    pub(crate) async fn lots(&self, dataset: Dataset) -> Result<&[u64], NumbersError> {
        let Some(lots) = self.lots.get(&dataset) else { return Ok(&[]) };
        Ok(lots.get_or_try_init(|| self.hashes(dataset)).await?)
    }

    async fn hashes(&self, dataset: Dataset) -> Result<Vec<u64>, NumbersError> {
        let snapshot = self.snapshot.clone();
        let read = tokio::task::spawn_blocking(move || entity_hashes(&snapshot, dataset));
        Ok(read.await.map_err(|_| ReleasesError::Interrupted)??)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }
}

#[cfg(test)]
mod tests;
