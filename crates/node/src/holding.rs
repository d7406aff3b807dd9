//! Looks, beside all else that a node does, at what it holds that grows: the memory of its search index, given back beyond a
//! bound, and the log of what was asked, compacted once it has doubled.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::task::JoinSet;

use crate::answer::Desk;
use crate::epoch::Epoch;
use crate::held::{self, Held};
use crate::keeping::ticks;

/// How often is looked: [`Held::is_too_much`] counts on it.
const LOOK: Duration = Duration::from_millis(50);

/// What looking needs.
pub(crate) struct Holder {
    /// The log of what was asked, and the policy's limits that it is kept for.
    pub(crate) desk: Arc<Desk>,
    /// The epoch whose index is given back.
    pub(crate) epoch: Arc<ArcSwapOption<Epoch>>,
    /// The memory that the node may hold, in bytes.
    pub(crate) bound: usize,
}

impl Holder {
    /// Looks for ever, also while sources are read and an index is built.
    pub(crate) async fn hold(self) {
        let mut often = ticks(LOOK);
        let mut compacting = JoinSet::new();
        loop {
            often.tick().await;
            self.hold_usage(&mut compacting);
            self.hold_memory().await;
        }
    }

    /// Gives back the memory that mapped files take, once the node takes more than it may.
    async fn hold_memory(&self) {
        let bound = self.bound;
        if Held::now().is_some_and(|held| held.is_too_much(bound))
            && let Some(epoch) = self.epoch.load_full()
        {
            let given = tokio::task::spawn_blocking(move || held::hold(epoch.index(), bound));
            given.await.inspect_err(|error| tracing::error!(%error, "memory is not given back")).ok();
        }
    }

    /// Leaves behind what no limit asks for any more, once the log of what was asked has doubled. Questions go on.
    fn hold_usage(&self, compacting: &mut JoinSet<()>) {
        while compacting.try_join_next().is_some() {}
        let usage = &self.desk.usage;
        if usage.has_doubled() {
            compacting.spawn(usage.clone().hold(*self.desk.policy.load().limits()));
        }
    }
}
