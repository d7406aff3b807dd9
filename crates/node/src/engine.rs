//! Tabulation: a permitted table question becomes one aggregate over the snapshot, streamed into findings.
//! DataFusion runs it with no SQL and no function registry, under a memory limit of its own for each question.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext};
use futures::StreamExt;
use model::reply::Figure;
use model::{Dataset, Grain, LabelId, Measure, Tabulation};
use policy::{Findings, Permit};

use crate::catalogue::Snapshot;

mod admitted;
mod expression;
mod period;

use admitted::{Admitted, LabelRuns};
use expression::{Plan, plan};

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

    /// Counts what `permit` allows and writes the exact cells into `findings`, from which only policy reads.
    pub async fn tabulate(
        &self,
        permit: &Permit,
        asked: &Tabulation,
        findings: &mut Findings,
    ) -> Result<(), EngineError> {
        let Some(table) = self.tables.get(&asked.dataset()) else { return Ok(()) };
        let allowed: HashSet<LabelId> = permit.allowed_labels().collect();
        if !table.labels.iter().any(|label| allowed.contains(label)) {
            return Ok(());
        }
        let admitted = Admitted::new(table.provider.clone(), &table.runs, |label| allowed.contains(&label));
        let plan = plan(asked, table.entity_per_row);
        let logical = logical(Arc::new(admitted), plan).map_err(|e| failed("planning", &e))?;
        let context = self.context()?;
        let mut stream = DataFrame::new(context.state(), logical)
            .execute_stream()
            .await
            .map_err(|e| failed("planning", &e))?;
        let mut groups = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|e| failed("counting", &e))?;
            groups += batch.num_rows();
            if groups > self.limits.groups {
                return Err(EngineError::TooLarge);
            }
            write(asked, &batch, findings).ok_or(EngineError::Failed("reading cells"))?;
        }
        Ok(())
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

fn logical(records: Arc<dyn TableProvider>, plan: Plan) -> Result<LogicalPlan, DataFusionError> {
    let mut builder = LogicalPlanBuilder::scan("records", provider_as_source(records), None)?;
    if let Some(filter) = plan.filter {
        builder = builder.filter(filter)?;
    }
    builder.aggregate(plan.groups, plan.measures)?.build()
}

/// Writes a batch of groups into the findings. Columns: the dimensions, the distinct entities, then one column for
/// each count, distinct or sum and two for each mean.
fn write(asked: &Tabulation, batch: &RecordBatch, findings: &mut Findings) -> Option<()> {
    let mut columns = batch.columns().iter();
    let keys: Vec<Keys> = asked
        .by()
        .iter()
        .map(|dimension| Keys::new(dimension.grain, columns.next()?))
        .collect::<Option<_>>()?;
    let mut next = || numbers(columns.next()?);
    let entities = next()?;
    let mut measures = Vec::with_capacity(asked.measures().len());
    for measure in asked.measures() {
        let first = next()?;
        let second = if matches!(measure, Measure::Mean(_)) { Some(next()?) } else { None };
        measures.push((measure, first, second));
    }
    for row in 0..batch.num_rows() {
        let figures = measures.iter().map(|(measure, first, second)| {
            let value = *first.get(row)?;
            Some(match measure {
                Measure::Count | Measure::Distinct => Figure::Count(u64::try_from(value).ok()?),
                Measure::Sum(_) => Figure::Sum(value),
                Measure::Mean(_) => {
                    Figure::Mean { sum: value, over: u64::try_from(*second.as_ref()?.get(row)?).ok()? }
                }
            })
        });
        findings.add_group(
            keys.iter().map(|keys| keys.text(row)).collect(),
            u64::try_from(*entities.get(row)?).ok()?,
            figures.collect::<Option<Vec<_>>>()?,
        );
    }
    Some(())
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
