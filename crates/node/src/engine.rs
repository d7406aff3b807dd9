//! Tabulation: a permitted table question becomes one aggregate over the snapshot, streamed into findings.
//! DataFusion runs it with no SQL and no function registry, under a memory limit of its own for each question.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, UInt32Type};
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext};
use futures::StreamExt;
use model::{Dataset, Dimension, Grain, LabelId, Tabulation};
use policy::{Counted, EntitySet, Findings, Permit};

use crate::catalogue::Snapshot;

mod admitted;
mod along;
mod expression;
mod largest;
mod measured;
mod members;
mod period;
mod shares;
#[cfg(test)]
mod tests;

use admitted::{Admitted, LabelRuns};
use expression::{Plan, Weighs, contributions, plan, summed};
use measured::Measured;

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
    tables: BTreeMap<Dataset, Table>,
    runtime: Arc<RuntimeEnv>,
    limits: EngineLimits,
}

/// The numbers by which entities are known across epochs, in the order of the epoch's own.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Of the dataset that is counted.
    pub own: &'a [u32],
    /// Of the one that is linked.
    pub linked: &'a [u32],
}

#[derive(Debug)]
struct Table {
    provider: Arc<dyn TableProvider>,
    /// Which rows carry which label.
    runs: LabelRuns,
    /// Every label that occurs.
    labels: Vec<LabelId>,
    /// Whether each row is an entity of its own, so that rows and entities count alike.
    entity_per_row: bool,
}

impl Engine {
    /// Opens the snapshot's datasets.
    pub async fn open(snapshot: &Snapshot, limits: EngineLimits) -> Result<Self, EngineError> {
        let runtime = RuntimeEnvBuilder::new().build_arc().map_err(|e| failed("opening", &e))?;
        let context = SessionContext::new_with_config_rt(config(&limits), runtime.clone());
        let mut tables = BTreeMap::new();
        for &dataset in Dataset::ALL {
            let Some(path) = snapshot.dataset_path(dataset) else { continue };
            let runs = LabelRuns::read(&path).map_err(|e| failed("opening", &e))?;
            let frame = context
                .read_parquet(path.to_string_lossy().into_owned(), ParquetReadOptions::default())
                .await
                .map_err(|e| failed("opening", &e))?;
            let labels = snapshot.labels().iter().filter(|(_, l)| l.dataset == dataset).map(|(id, _)| id);
            tables.insert(
                dataset,
                Table {
                    provider: frame.into_view_of_scan()?,
                    runs,
                    labels: labels.collect(),
                    entity_per_row: snapshot
                        .manifest()
                        .datasets
                        .get(&dataset)
                        .is_some_and(|about| about.entity_per_row),
                },
            );
        }
        Ok(Self { tables, runtime, limits })
    }

    /// Counts what `permit` allows and writes the exact cells into `findings`, from which only policy reads. Entities
    /// are written by the numbers that are `known` across epochs.
    pub async fn tabulate(
        &self,
        permit: &Permit,
        asked: &Tabulation,
        known: Known<'_>,
        findings: &mut Findings,
    ) -> Result<(), EngineError> {
        let Some(records) = self.records(permit, asked)? else { return Ok(()) };
        let path = asked.path();
        let unit = path.unit_key().filter(|_| permit.counts_units());
        let weighs = Weighs {
            dominance: permit.weighs_dominance() && summed(asked).next().is_some(),
            units: unit.as_deref(),
        };
        let entity_per_row =
            path.linked().is_none() && path.datasets().iter().all(|dataset| !self.has_several_rows(*dataset));
        let all = (1_usize << asked.by().len()) - 1;
        // What adds up needs no counting of margins. Units do not, nor what is referred to, nor entities with several rows.
        // Under noise margins are made of the groups that were bounded.
        let overlap = !entity_per_row || path.reference().is_some();
        let margins = permit.charge().is_none() && (weighs.units.is_some() || (asked.totals() && overlap));
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
                let mut stream = self.stream(logical).await?;
                while let Some(batch) = stream.next().await {
                    let batch = batch.map_err(|e| failed("counting", &e))?;
                    largest.read(asked, &together, &batch).ok_or(EngineError::Failed("reading cells"))?;
                }
            }
            let plan = plan(permit, asked, kept, entity_per_row, weighs);
            let mut stream = self.stream(logical(records.clone(), plan)).await?;
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
        Ok(())
    }

    /// Whether entities of a dataset may have several rows, so that what each adds to a table must be bounded by itself.
    pub fn has_several_rows(&self, dataset: Dataset) -> bool {
        self.tables.get(&dataset).is_some_and(|table| !table.entity_per_row)
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
        let Some(records) = self.records(permit, asked)? else { return Ok(()) };
        let mut stream = self.stream(logical(records, expression::shares(permit, asked))).await?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|e| failed("counting", &e))?;
            shares::write(asked, lots, &batch, findings).ok_or(EngineError::Failed("reading cells"))?;
        }
        Ok(())
    }

    /// The records that a table counts, of those rows that the permit allows; none where there are none.
    fn records(
        &self,
        permit: &Permit,
        asked: &Tabulation,
    ) -> Result<Option<LogicalPlanBuilder>, EngineError> {
        let allowed: HashSet<LabelId> = permit.allowed_labels().collect();
        along::records(asked, |dataset| self.admitted(&allowed, dataset)).map_err(|e| failed("planning", &e))
    }

    /// A dataset with those of its rows that are allowed; none where there are none.
    fn admitted(&self, allowed: &HashSet<LabelId>, dataset: Dataset) -> Option<Arc<dyn TableProvider>> {
        let table = self.tables.get(&dataset)?;
        if !table.labels.iter().any(|label| allowed.contains(label)) {
            return None;
        }
        let admitted = Admitted::new(table.provider.clone(), &table.runs, |label| allowed.contains(&label));
        Some(Arc::new(admitted))
    }

    async fn stream(
        &self,
        logical: Result<LogicalPlan, DataFusionError>,
    ) -> Result<SendableRecordBatchStream, EngineError> {
        let context = self.context()?;
        let logical = logical.map_err(|e| failed("planning", &e))?;
        let stream = DataFrame::new(context.state(), logical).execute_stream().await;
        stream.map_err(|e| failed("planning", &e))
    }

    /// A session for one question: its own memory, nothing registered.
    fn context(&self) -> Result<SessionContext, EngineError> {
        let pool = Arc::new(GreedyMemoryPool::new(self.limits.memory_bytes));
        let runtime = RuntimeEnvBuilder::from_runtime_env(&self.runtime)
            .with_memory_pool(pool)
            .build_arc()
            .map_err(|e| failed("opening", &e))?;
        let state =
            SessionStateBuilder::new().with_config(config(&self.limits)).with_runtime_env(runtime).build();
        Ok(SessionContext::new_with_state(state))
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

/// The table behind a data frame that was just read.
trait IntoScan {
    fn into_view_of_scan(self) -> Result<Arc<dyn TableProvider>, EngineError>;
}

impl IntoScan for DataFrame {
    fn into_view_of_scan(self) -> Result<Arc<dyn TableProvider>, EngineError> {
        let LogicalPlan::TableScan(scan) = self.logical_plan() else {
            return Err(EngineError::Failed("opening"));
        };
        datafusion::datasource::source_as_provider(&scan.source).map_err(|e| failed("opening", &e))
    }
}

fn logical(mut builder: LogicalPlanBuilder, plan: Plan) -> Result<LogicalPlan, DataFusionError> {
    if let Some(filter) = plan.filter {
        builder = builder.filter(filter)?;
    }
    builder.aggregate(plan.groups, plan.measures)?.build()
}

/// The two largest contributions to each sum, mean and variance, by the keys of their group.
#[derive(Default)]
struct Contributions(HashMap<Vec<Option<String>>, Vec<Option<[u64; 2]>>>);

impl Contributions {
    /// Reads a batch. Columns: the dimensions, then two for each sum, mean or variance.
    fn read(&mut self, asked: &Tabulation, together: &BTreeSet<usize>, batch: &RecordBatch) -> Option<()> {
        let mut columns = batch.columns().iter();
        let keys = keys(asked, together, &mut columns)?;
        let pairs = pairs(asked, &mut columns)?;
        for row in 0..batch.num_rows() {
            let key = keys.iter().map(|keys| keys.as_ref().and_then(|keys| keys.text(row))).collect();
            self.0.insert(key, of_row(&pairs, row)?);
        }
        Some(())
    }
}

type Pair = Option<[Vec<i64>; 2]>;

/// For each measure, the columns of its two largest contributions where it has any.
fn pairs<'a>(
    asked: &Tabulation,
    columns: &mut impl Iterator<Item = &'a Arc<dyn Array>>,
) -> Option<Vec<Pair>> {
    let has: BTreeSet<usize> = summed(asked).map(|(at, _)| at).collect();
    let mut pair = |at: usize| match has.contains(&at) {
        true => Some(Some([numbers(columns.next()?)?, numbers(columns.next()?)?])),
        false => Some(None),
    };
    (0..asked.measures().len()).map(&mut pair).collect()
}

fn of_row(pairs: &[Pair], row: usize) -> Option<Vec<Option<[u64; 2]>>> {
    let of = |pair: &Pair| match pair {
        None => Some(None),
        Some([first, second]) => {
            Some(Some([first.get(row)?.unsigned_abs(), second.get(row)?.unsigned_abs()]))
        }
    };
    pairs.iter().map(of).collect()
}

/// For each dimension, its keys where it is not taken together with others.
fn keys<'a>(
    asked: &Tabulation,
    together: &BTreeSet<usize>,
    columns: &mut impl Iterator<Item = &'a Arc<dyn Array>>,
) -> Option<Vec<Option<Keys>>> {
    let of = |(at, dimension): (usize, &Dimension)| match together.contains(&at) {
        true => Some(None),
        false => Some(Some(Keys::new(dimension.grain, columns.next()?)?)),
    };
    asked.by().iter().enumerate().map(of).collect()
}

/// Writes a batch of groups into the findings. Columns: the dimensions, the members, those linked and the number of those
/// referred to where the table has any, the distinct units where they are weighed, then one column for each count or sum, two for each mean and three for each variance, then the two largest contributions where they came
/// in the same pass. Entities are written by the numbers that are `known` across epochs.
fn write(
    asked: &Tabulation,
    weighs: Weighs<'_>,
    (together, known): (&BTreeSet<usize>, Known<'_>),
    batch: &RecordBatch,
    largest: &Contributions,
    findings: &mut Findings,
) -> Option<()> {
    let mut columns = batch.columns().iter();
    let keys = keys(asked, together, &mut columns)?;
    let members = columns.next()?.as_list_opt::<i32>()?;
    let linked = match asked.path().linked() {
        Some(_) => Some(columns.next()?.as_list_opt::<i32>()?),
        None => None,
    };
    let mut counted = |wanted: bool| match wanted {
        true => Some(Some(numbers(columns.next()?)?)),
        false => Some(None),
    };
    let (referred, units) = (counted(asked.path().reference().is_some())?, counted(weighs.units.is_some())?);
    let number = |of: &Option<Vec<i64>>, row: usize| match of {
        Some(numbers) => Some(Some(u64::try_from(*numbers.get(row)?).ok()?)),
        None => Some(None),
    };
    let mut measures = Vec::with_capacity(asked.measures().len());
    for measure in asked.measures() {
        measures.push(Measured::read(measure, &mut columns)?);
    }
    let mut columns = columns.peekable();
    let pairs = if columns.peek().is_some() { Some(pairs(asked, &mut columns)?) } else { None };
    for row in 0..batch.num_rows() {
        let linked = match &linked {
            Some(linked) => Some(EntitySet::of(entities(&linked.value(row), known.linked)?)),
            None => None,
        };
        let entities = entities(&members.value(row), known.own)?;
        let figures = measures.iter().map(|measured| measured.figure(row, entities.len()));
        let key: Vec<Option<String>> =
            keys.iter().map(|keys| keys.as_ref().and_then(|keys| keys.text(row))).collect();
        let figures = figures.collect::<Option<Vec<_>>>()?;
        findings.add_counted(Counted {
            entities: u64::try_from(entities.len()).ok()?,
            members: Some(EntitySet::of(entities)),
            linked,
            referred: number(&referred, row)?,
            units: number(&units, row)?,
            largest: match &pairs {
                Some(pairs) => of_row(pairs, row)?,
                None => largest.0.get(&key).cloned().unwrap_or_default(),
            },
            figures,
            together: together.clone(),
            keys: key,
        });
    }
    Some(())
}

/// The distinct entities among a group's members, by the numbers that hold across epochs.
fn entities(members: &Arc<dyn Array>, known: &[u32]) -> Option<Vec<u32>> {
    let members = members.as_primitive_opt::<UInt32Type>()?.values();
    let mut entities: Vec<u32> =
        members.iter().map(|&member| known.get(member as usize).copied()).collect::<Option<_>>()?;
    // Records stand in runs of ascending entities, which this sort takes as they are.
    entities.sort();
    entities.dedup();
    Some(entities)
}

/// Whole numbers of a column; null is zero (a sum over nothing).
fn numbers(column: &Arc<dyn Array>) -> Option<Vec<i64>> {
    let column = match column.data_type() {
        DataType::Float64 => {
            return Some(
                column.as_primitive::<Float64Type>().iter().map(|v| v.unwrap_or(0.0) as i64).collect(),
            );
        }
        _ => cast(column, &DataType::Int64).ok()?,
    };
    Some(column.as_primitive::<Int64Type>().iter().map(Option::unwrap_or_default).collect())
}

/// The values of one dimension in a batch, as they are told.
enum Keys {
    Text(Arc<dyn Array>),
    Period(Grain, Arc<dyn Array>),
}

impl Keys {
    fn new(grain: Grain, column: &Arc<dyn Array>) -> Option<Self> {
        Some(match grain {
            Grain::Month | Grain::Quarter | Grain::Year => {
                Self::Period(grain, cast(column, &DataType::Int32).ok()?)
            }
            _ => Self::Text(cast(column, &DataType::Utf8).ok()?),
        })
    }

    fn text(&self, row: usize) -> Option<String> {
        match self {
            Self::Text(column) => {
                let column = column.as_string::<i32>();
                column.is_valid(row).then(|| column.value(row).to_owned())
            }
            Self::Period(grain, column) => {
                let column = column.as_primitive::<Int32Type>();
                column.is_valid(row).then(|| period::told(*grain, column.value(row)))
            }
        }
    }
}
