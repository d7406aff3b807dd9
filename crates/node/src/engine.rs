//! Tabulation: a permitted table question becomes one aggregate over the snapshot, streamed into findings.
//! DataFusion runs it with no SQL and no function registry, under a memory limit of its own for each question; here, or
//! [elsewhere](Elsewhere) too.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use model::{Dataset, LabelId, Tabulation};
use policy::{Counted, Findings, Permit};
use tokio_util::sync::CancellationToken;

use crate::catalogue::Snapshot;

mod admitted;
mod along;
mod divided;
mod elsewhere;
mod expression;
pub(crate) mod functions;
mod groups;
mod largest;
mod measured;
mod members;
mod period;
mod prepare;
mod prepared;
mod records;
mod rows;
mod sets;
mod shares;
mod tally;
#[cfg(test)]
mod tests;

use admitted::Admitted;
pub(crate) use divided::{Divided, Reading};
pub use elsewhere::{Elsewhere, Session};
use expression::{Plan, Weighs, contributions, plan, summed};
use groups::{Contributions, write};
use prepared::Prepared;
pub(crate) use records::Records;
use records::Table;
use tally::{Admits, Stop, Tally};

/// Why a permitted table could not be counted. Engine error text may hold cell values and never leaves the process
/// in any form: `Debug` and `Display` name the stage only (invariant 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The question needs more memory or groups than one question may have.
    #[error("the table needs more memory or groups than one question may use")]
    TooLarge,
    /// The engine failed while opening, planning or counting.
    #[error("the engine failed while {0}")]
    Failed(&'static str),
}

/// What one question may use.
#[derive(Debug, Clone, Copy)]
pub struct EngineLimits {
    /// Memory for aggregation, in bytes.
    pub memory_bytes: usize,
    /// Most groups that a table may have before disclosure control.
    pub groups: usize,
    /// Threads that one question may use.
    pub threads: usize,
}

/// The engine over one snapshot.
#[derive(Debug)]
pub struct Engine {
    records: Arc<Records>,
    /// What is counted without DataFusion; none where the snapshot could not be prepared for it.
    prepared: Option<Prepared>,
    /// Where else DataFusion may run what it is asked; none where this process runs it all.
    elsewhere: Option<Arc<dyn Elsewhere>>,
    /// What the snapshot is known by there.
    seal: String,
    runtime: Arc<RuntimeEnv>,
    limits: EngineLimits,
}

/// The numbers by which entities are known across epochs, in the order of the epoch's own.
#[derive(Debug, Clone)]
pub struct Known {
    /// Of the dataset that is counted.
    pub own: Arc<[u32]>,
    /// Of the one that is linked.
    pub linked: Arc<[u32]>,
}

impl Engine {
    /// Opens the snapshot's datasets.
    pub async fn open(snapshot: &Snapshot, limits: EngineLimits) -> Result<Self, EngineError> {
        let runtime = RuntimeEnvBuilder::new().build_arc().map_err(|e| failed("opening", &e))?;
        let context = SessionContext::new_with_config_rt(config(&limits), runtime.clone());
        let records = Records::open(snapshot, &context).await.map_err(|e| failed("opening", &e))?;
        let of = snapshot.clone();
        let prepared = tokio::task::spawn_blocking(move || Prepared::open(&of)).await;
        let prepared = prepared.map_err(|_| EngineError::Failed("preparing"))?;
        if prepared.is_err() {
            tracing::warn!(
                "the tables of this snapshot can't be prepared; they are counted from its files, more slowly"
            );
        }
        let (records, seal) = (Arc::new(records), snapshot.seal().to_owned());
        Ok(Self { records, prepared: prepared.ok(), elsewhere: None, seal, runtime, limits })
    }

    /// Lets DataFusion run elsewhere what it is asked.
    #[must_use]
    pub fn elsewhere(self, elsewhere: Option<Arc<dyn Elsewhere>>) -> Self {
        Self { elsewhere, ..self }
    }

    /// Counts what `permit` allows and writes the exact cells into `findings`, from which only policy reads. Entities
    /// are written by the numbers that are `known` across epochs.
    ///
    /// Over prepared tables where they can tell, else with DataFusion over the snapshot's files. Both come to the same. Whoever
    /// drops this before it is done stops the count.
    pub async fn tabulate(
        &self,
        permit: &Permit,
        asked: &Tabulation,
        known: Known,
        findings: &mut Findings,
    ) -> Result<(), EngineError> {
        match self.tally(permit, asked, known.clone()).await {
            Ok(groups) => {
                groups.into_iter().for_each(|group| findings.add_counted(group));
                Ok(())
            }
            Err(Stop::TooLarge) => Err(EngineError::TooLarge),
            Err(Stop::Abandoned) => Err(EngineError::Failed("counting")),
            Err(Stop::Unprepared) => self.aggregate(permit, asked, &known, findings).await,
        }
    }

    /// Counts over prepared tables. Of sums of entities with several rows these don't know what a single one adds.
    async fn tally(&self, permit: &Permit, asked: &Tabulation, known: Known) -> Result<Vec<Counted>, Stop> {
        let prepared = self.prepared.clone().ok_or(Stop::Unprepared)?;
        if self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.takes_all()) {
            return Err(Stop::Unprepared);
        }
        let allowed: HashSet<LabelId> = permit.allowed_labels().collect();
        let holds = |table: &Arc<Table>| table.labels.iter().any(|label| allowed.contains(label));
        if !self.records.table(asked.dataset()).is_some_and(holds) {
            return Ok(Vec::new());
        }
        let dominance = permit.weighs_dominance() && summed(asked).next().is_some();
        if dominance && self.has_several_rows(asked.dataset()) {
            return Err(Stop::Unprepared);
        }
        let units = asked.path().unit_key().is_some() && permit.counts_units();
        let margins = permit.charge().is_none() && (units || (asked.totals() && self.overlap(asked)));
        let weighs = tally::Weighs { dominance, units, margins, limits: self.limits };
        let (admits, asked) = (Admits::of(permit, asked, &self.records), asked.clone());
        let abandoned = CancellationToken::new();
        // A thread that counts hears of nothing: dropped with this future, the guard tells it.
        let _waiting = abandoned.clone().drop_guard();
        let count = move || {
            let tally = Tally::new(&prepared, admits, asked, known, weighs)?;
            tally.count(&|| abandoned.is_cancelled())
        };
        tokio::task::spawn_blocking(count).await.unwrap_or(Err(Stop::Abandoned))
    }

    /// Whether what stands in one group may stand in another as well, so that margins don't add up.
    fn overlap(&self, asked: &Tabulation) -> bool {
        asked.path().reference().is_some() || !self.is_entity_per_row(asked)
    }

    /// Whether each row of a table is an entity of its own.
    fn is_entity_per_row(&self, asked: &Tabulation) -> bool {
        let path = asked.path();
        path.linked().is_none() && path.datasets().iter().all(|dataset| !self.has_several_rows(*dataset))
    }

    /// Counts with DataFusion over the snapshot's files.
    async fn aggregate(
        &self,
        permit: &Permit,
        asked: &Tabulation,
        known: &Known,
        findings: &mut Findings,
    ) -> Result<(), EngineError> {
        let session = self.session().await?;
        let Some(records) = self.records(permit, asked, &session)? else { return Ok(()) };
        let path = asked.path();
        let unit = path.unit_key().filter(|_| permit.counts_units());
        let weighs = Weighs {
            dominance: permit.weighs_dominance() && summed(asked).next().is_some(),
            units: unit.as_deref(),
        };
        let entity_per_row = self.is_entity_per_row(asked);
        let all = (1_usize << asked.by().len()) - 1;
        // What adds up needs no counting of margins. Units do not, nor what is referred to, nor entities with several rows.
        // Under noise margins are made of the groups that were bounded.
        let margins =
            permit.charge().is_none() && (weighs.units.is_some() || (asked.totals() && self.overlap(asked)));
        let mut groups = 0;
        for kept in (if margins { 0 } else { all }..=all).rev() {
            let kept = |at: usize| kept >> at & 1 == 1;
            let together: BTreeSet<usize> = (0..asked.by().len()).filter(|&at| !kept(at)).collect();
            let mut largest = Contributions::default();
            if weighs.dominance && !entity_per_row {
                let [first, then] = contributions(asked, kept);
                let logical = logical(records.clone(), first).and_then(|inner| {
                    LogicalPlanBuilder::from(inner).aggregate(then.groups, then.measures)?.build()
                });
                let mut stream = session.stream(logical).await?;
                while let Some(batch) = stream.next().await {
                    let batch = batch.map_err(|e| failed("counting", &e))?;
                    largest.read(asked, &together, &batch).ok_or(EngineError::Failed("reading cells"))?;
                }
            }
            let plan = plan(permit, asked, kept, entity_per_row, weighs);
            let mut stream = session.stream(logical(records.clone(), plan)).await?;
            while let Some(batch) = stream.next().await {
                let batch = batch.map_err(|e| failed("counting", &e))?;
                groups += batch.num_rows();
                if groups > self.limits.groups {
                    return Err(EngineError::TooLarge);
                }
                write(asked, weighs, (&together, known), &batch, &largest, findings)
                    .ok_or(EngineError::Failed("reading cells"))?;
            }
        }
        session.end()
    }

    /// Whether entities of a dataset may have several rows, so that what each adds to a table must be bounded by itself.
    pub fn has_several_rows(&self, dataset: Dataset) -> bool {
        self.records.table(dataset).is_some_and(|table| !table.entity_per_row)
    }

    /// Counts what `permit` allows entity by entity, for a table that carries noise: policy bounds what each adds. Lots are
    /// drawn by `lots`, a hash for each of the epoch's numbers of entities.
    pub async fn shares(
        &self,
        permit: &Permit,
        asked: &Tabulation,
        lots: &[u64],
        findings: &mut Findings,
    ) -> Result<(), EngineError> {
        let session = self.session().await?;
        let Some(records) = self.records(permit, asked, &session)? else { return Ok(()) };
        let mut stream = session.stream(logical(records, expression::shares(permit, asked))).await?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|e| failed("counting", &e))?;
            shares::write(asked, lots, &batch, findings).ok_or(EngineError::Failed("reading cells"))?;
        }
        session.end()
    }

    /// The records that a table counts, of those rows that the permit allows; none where there are none.
    fn records(
        &self,
        permit: &Permit,
        asked: &Tabulation,
        session: &Session,
    ) -> Result<Option<LogicalPlanBuilder>, EngineError> {
        let allowed: HashSet<LabelId> = permit.allowed_labels().collect();
        let parts = session.is_elsewhere().then_some(self.limits.threads.max(1));
        along::records(asked, |dataset| self.admitted(&allowed, dataset, parts))
            .map_err(|e| failed("planning", &e))
    }

    /// A dataset with those of its rows that are allowed; none where there are none.
    fn admitted(
        &self,
        allowed: &HashSet<LabelId>,
        dataset: Dataset,
        parts: Option<usize>,
    ) -> Option<Arc<dyn TableProvider>> {
        let table = self.records.table(dataset)?;
        if !table.labels.iter().any(|label| allowed.contains(label)) {
            return None;
        }
        Some(Arc::new(Admitted::new(table.clone(), |label| allowed.contains(&label), parts)))
    }

    /// A session for one question: its own memory, nothing registered.
    async fn session(&self) -> Result<Session, EngineError> {
        let pool = Arc::new(GreedyMemoryPool::new(self.limits.memory_bytes));
        let runtime = RuntimeEnvBuilder::from_runtime_env(&self.runtime)
            .with_memory_pool(pool)
            .build_arc()
            .map_err(|e| failed("opening", &e))?;
        let state = SessionStateBuilder::new().with_config(config(&self.limits)).with_runtime_env(runtime);
        match &self.elsewhere {
            Some(elsewhere) => elsewhere.begin(&self.seal, state).await,
            None => Ok(Session::here(state)),
        }
    }
}

fn config(limits: &EngineLimits) -> SessionConfig {
    SessionConfig::new().with_target_partitions(limits.threads.max(1)).with_information_schema(false)
}

/// Keeps the stage, drops the text: an Arrow cast error quotes the string that it could not cast.
fn failed(stage: &'static str, error: &DataFusionError) -> EngineError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => EngineError::TooLarge,
        _ => EngineError::Failed(stage),
    }
}

fn logical(mut builder: LogicalPlanBuilder, plan: Plan) -> Result<LogicalPlan, DataFusionError> {
    if let Some(filter) = plan.filter {
        builder = builder.filter(filter)?;
    }
    builder.aggregate(plan.groups, plan.measures)?.build()
}
