//! Keeps the data epoch: prepares the first, then a new one when the sources changed, beside the one that answers. Questions
//! see a whole epoch or the one before; a failed preparation leaves the one before.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::answer::Clock;
use crate::catalogue::{self, Sources};
use crate::config::NodeConfig;
use crate::epoch::Epoch;
use crate::error::NodeError;
use crate::index::Built;

/// How often the memory that holds the index is looked at.
const MEMORY_LOOK: Duration = Duration::from_secs(1);
/// Rows between two words about a build.
const PROGRESS_ROWS: u64 = 1_000_000;

/// What keeping an epoch needs.
pub(crate) struct Keeper {
    pub(crate) sources: Sources,
    pub(crate) config: NodeConfig,
    pub(crate) clock: Clock,
    /// The epoch that questions are answered over.
    pub(crate) epoch: Arc<ArcSwapOption<Epoch>>,
    /// Rung when somebody asks for the sources to be looked at now.
    pub(crate) refresh: Arc<Notify>,
}

impl Keeper {
    /// Prepares the first epoch.
    pub(crate) async fn start(&self) -> Result<(), NodeError> {
        let (snapshot, read) = self.snapshot().await?;
        tracing::info!("{}", if read { "sources read" } else { "sources unchanged, snapshot reused" });
        self.open(snapshot).await
    }

    /// Follows the sources for ever: at each ring, and every `refresh_seconds`.
    pub(crate) async fn keep(&self) {
        let limits = self.config.limits;
        let mut memory = ticks(MEMORY_LOOK);
        let mut look =
            (limits.refresh_seconds > 0).then(|| ticks(Duration::from_secs(limits.refresh_seconds)));
        loop {
            let due = async {
                match &mut look {
                    Some(look) => drop(look.tick().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.refresh.notified() => self.follow().await,
                () = due => self.follow().await,
                _ = memory.tick() => self.hold_memory(),
            }
        }
    }

    /// Takes up the sources where they changed.
    async fn follow(&self) {
        let taken_up = async {
            let (snapshot, _) = self.snapshot().await?;
            let current = self.epoch.load();
            if current.as_ref().is_some_and(|epoch| epoch.fingerprint() == snapshot.fingerprint()) {
                return Ok(());
            }
            self.open(snapshot).await
        };
        if let Err(error) = taken_up.await {
            let error: NodeError = error;
            tracing::error!(%error, "changed sources can't be used; questions are answered over the records before");
        }
    }

    /// The snapshot of the sources as they are, and whether they had to be read.
    async fn snapshot(&self) -> Result<(catalogue::Snapshot, bool), NodeError> {
        let mut progress = |step: catalogue::Progress| tracing::debug!(?step, "reading sources");
        let (snapshot, report) =
            catalogue::prepare(&self.sources, &self.config.data, (self.clock)(), &mut progress).await?;
        if report.as_ref().is_some_and(|report| !report.is_clean()) {
            tracing::warn!("some values could not be used; bluelamp node check lists them by file and line");
        }
        Ok((snapshot, report.is_some()))
    }

    async fn open(&self, snapshot: catalogue::Snapshot) -> Result<(), NodeError> {
        let limits = self.config.limits;
        let mut told = 0;
        let progress = move |built: Built| {
            if built.rows < told || built.rows >= told + PROGRESS_ROWS {
                told = built.rows;
                tracing::info!(dataset = %built.dataset, rows = built.rows, "building the search index");
            }
        };
        let weights = self.config.linkage.read()?;
        let epoch = Epoch::open(snapshot, limits.engine(), limits.building(), weights, progress).await?;
        tracing::info!(as_of = %epoch.as_of(), labels = epoch.labels().len(), "ready");
        self.epoch.store(Some(Arc::new(epoch)));
        Ok(())
    }

    /// Gives back the memory that mapped files take, once they take more than they may.
    fn hold_memory(&self) {
        let bound = self.config.limits.index_memory_mib.saturating_mul(1024 * 1024);
        if mapped_bytes().is_some_and(|bytes| bytes > bound)
            && let Some(epoch) = self.epoch.load_full()
        {
            tokio::task::spawn_blocking(move || epoch.index().release());
        }
    }
}

/// Ticks of which the first is a whole period away and of which missed ones are not made up for.
fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Memory of this process that holds mapped files, where the system tells.
fn mapped_bytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssFile:"))?;
    let kib: usize = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib.saturating_mul(1024))
}
