//! Keeps what questions are answered over and under: a new data epoch when the sources changed, another policy when its
//! folder did. Questions see the whole of one or the one before; what can't be used leaves the one before.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use audit::{Entry, Event};
use policy::{Bundle, Policy};
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::answer::{Clock, Desk};
use crate::catalogue::{self, Sources};
use crate::config::NodeConfig;
use crate::custody::{Custody, News};
use crate::epoch::Epoch;
use crate::error::NodeError;
use crate::index::Built;
use crate::workers::Workers;

/// Rows between two words about a build.
const PROGRESS_ROWS: u64 = 1_000_000;

/// Makes this node's policy of a bundle.
pub(crate) type Outfit = Box<dyn Fn(Bundle) -> Policy + Send + Sync>;

/// What keeping needs.
pub(crate) struct Keeper {
    /// The node's policy, audit log and clock.
    pub(crate) desk: Arc<Desk>,
    /// Which policy may be taken up.
    pub(crate) custody: Custody,
    /// Makes a policy of a bundle.
    pub(crate) outfit: Outfit,
    pub(crate) sources: Sources,
    pub(crate) config: NodeConfig,
    pub(crate) clock: Clock,
    /// The epoch that questions are answered over.
    pub(crate) epoch: Arc<ArcSwapOption<Epoch>>,
    /// Who runs parts of what is counted.
    pub(crate) workers: Option<Arc<Workers>>,
    /// Rung when somebody asks for the sources and the policy to be looked at now.
    pub(crate) refresh: Arc<Notify>,
    /// Why the policy in its folder could not be taken up when last looked at, so that the log says so once.
    pub(crate) refused: Option<String>,
}

impl Keeper {
    /// Prepares the first epoch.
    pub(crate) async fn start(&self) -> Result<(), NodeError> {
        let (snapshot, read) = self.snapshot().await?;
        tracing::info!("{}", if read { "sources read" } else { "sources unchanged, snapshot reused" });
        self.open(snapshot).await
    }

    /// Follows the policy and the sources for ever: at each ring, and every `refresh_seconds`.
    pub(crate) async fn keep(&mut self) {
        let limits = self.config.limits;
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
                () = self.refresh.notified() => {}
                () = due => {}
            }
            // First who may be told what, then what there is to tell.
            self.follow_policy().await;
            self.follow_sources().await;
        }
    }

    /// Takes up another policy where there is one. Questions in flight end under the one that they began with.
    async fn follow_policy(&mut self) {
        match self.custody.follow((self.clock)()).await {
            Ok(None) => self.refused = None,
            Ok(Some((bundle, news))) => {
                // Invariant 2: no question is decided under a bundle that the audit log does not name.
                if self.audit(taken_up(&news)).await {
                    tracing::info!(version = news.adopted.version, bundle = bundle.hash(), "policy taken up");
                    self.take_up(Arc::new((self.outfit)(bundle)));
                    self.refused = None;
                }
            }
            Err(error) => self.refuse_policy(&error).await,
        }
    }

    /// The policy is in force at once; what was asked lately is decided anew beside the questions that come in.
    fn take_up(&self, policy: Arc<Policy>) {
        let before = self.desk.policy.swap(policy.clone());
        if let Some(epoch) = self.epoch.load_full() {
            tokio::task::spawn_blocking(move || policy.warm(&before, epoch.labels()));
        }
    }

    /// Says, once, that the policy in its folder can't be taken up.
    pub(crate) async fn refuse_policy(&mut self, error: &NodeError) {
        let why = error.to_string();
        if self.refused.as_ref() != Some(&why) {
            tracing::error!(%error, "the policy in its folder can't be taken up; the one in use stays");
            self.audit(Event::PolicyRefused { why: why.clone() }).await;
            self.refused = Some(why);
        }
    }

    async fn audit(&self, event: Event) -> bool {
        let entry = Entry { at: (self.clock)(), question: None, event };
        let written = self.desk.audit.append(vec![entry]).await;
        if let Err(error) = &written {
            tracing::error!(%error, "no audit, no change of policy");
        }
        written.is_ok()
    }

    /// Takes up the sources where they changed.
    async fn follow_sources(&self) {
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
        let epoch = Epoch::open(
            snapshot,
            self.epoch.load_full(),
            limits.engine(),
            limits.building(),
            weights,
            progress,
        )
        .await?;
        let epoch = epoch.elsewhere(self.workers.clone());
        let numbered = |dataset, entities| tracing::debug!(%dataset, entities, "entities numbered");
        if let Err(error) = epoch.number(&self.desk.releases, numbered).await {
            tracing::warn!(%error, "entities are not numbered yet; the first table over each dataset tries again");
        }
        tracing::info!(as_of = %epoch.as_of(), labels = epoch.labels().len(), "ready");
        self.epoch.store(Some(Arc::new(epoch)));
        Ok(())
    }
}

/// What the audit log says of a policy that was taken up.
pub(crate) fn taken_up(news: &News) -> Event {
    let adopted = news.adopted.clone();
    Event::PolicyTakenUp {
        bundle: adopted.bundle,
        version: adopted.version,
        note: adopted.note,
        signers: adopted.signers.into_iter().collect(),
        how: news.how.as_str().to_owned(),
    }
}

/// Ticks of which the first is a whole period away and of which missed ones are not made up for.
pub(crate) fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
