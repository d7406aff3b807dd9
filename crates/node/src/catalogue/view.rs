//! Plans one view: a single query over the mounted sources, whose columns all belong to its dataset.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::compute::can_cast_types;
use arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream_partitioned};
use datafusion::prelude::{SQLOptions, SessionContext};
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast::{self, Query};
use model::Dataset;
use model::nearest::suggestion;
use model::schema::ColumnType;

use super::batch::{FILE, LINE};
use super::error::IngestError;
use super::mount::Mount;
use super::sources::ViewConfig;
use super::{explain, lineage};

/// A view that is ready to run.
pub(super) struct View {
    pub(super) number: usize,
    pub(super) dataset: Dataset,
    plan: Arc<dyn ExecutionPlan>,
    session: SessionContext,
    /// Columns of sources that the view reads.
    pub(super) uses: BTreeSet<(String, String)>,
}

impl View {
    /// Plans the view that stands at `number`, from 1, in the configuration. `session` holds the sources as tables.
    pub(super) async fn plan(
        number: usize,
        config: &ViewConfig,
        session: &SessionContext,
        mounts: &BTreeMap<String, Mount>,
    ) -> Result<Self, IngestError> {
        let dataset = config.dataset;
        let fail = |why: String| IngestError::View { number, dataset, why };
        let query = parse(&config.sql).map_err(fail)?;
        let columns = columns_of_sources(&query, session, mounts).map_err(fail)?;
        let told = |error: DataFusionError| fail(explain::planning(&error, &columns));

        let placed = match lineage::with_place(&query) {
            // An aggregate without a group by, or a star, takes no further columns: then the query as it stands.
            Some(placed) => logical(session, placed).await.ok(),
            None => None,
        };
        let plan = match placed {
            Some(plan) => plan,
            None => logical(session, query).await.map_err(told)?,
        };
        check_columns(dataset, &plan).map_err(fail)?;
        let optimised = session.state().optimize(&plan).map_err(told)?;
        let uses = columns_read(&optimised).map_err(told)?;
        let plan = session.state().create_physical_plan(&plan).await.map_err(told)?;
        Ok(Self { number, dataset, plan, session: session.clone(), uses })
    }

    /// The columns of its dataset that it gives.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static str> {
        let schema = self.plan.schema();
        let given = move |name: &&str| schema.field_with_name(name).is_ok();
        self.dataset.columns().map(|column| column.name).filter(given)
    }

    /// The view's rows, in streams to be read one after the other.
    pub(super) fn run(&self) -> Result<Vec<SendableRecordBatchStream>, IngestError> {
        execute_stream_partitioned(self.plan.clone(), self.session.task_ctx()).map_err(|e| self.stopped(&e))
    }

    /// Why the view stopped while running.
    pub(super) fn stopped(&self, error: &DataFusionError) -> IngestError {
        explain::running(error).unwrap_or_else(|why| IngestError::View {
            number: self.number,
            dataset: self.dataset,
            why: why.to_owned(),
        })
    }
}

fn parse(sql: &str) -> Result<Box<Query>, String> {
    let mut statements = DFParser::parse_sql(sql).map_err(|e| explain::planning(&e, &[]))?;
    match (statements.pop_front(), statements.is_empty()) {
        (Some(Statement::Statement(statement)), true) => match *statement {
            ast::Statement::Query(query) => Ok(query),
            _ => Err("a view is a SELECT; it can't create, change or copy anything".to_owned()),
        },
        (None, _) => Err("the SQL is empty; write a SELECT".to_owned()),
        (_, true) => Err("a view is a SELECT; it can't create, change or copy anything".to_owned()),
        (_, false) => Err("a view is one SELECT; make a view of each, or join them by UNION ALL".to_owned()),
    }
}

/// Column names of the sources that the query names, which must all exist.
fn columns_of_sources(
    query: &Query,
    session: &SessionContext,
    mounts: &BTreeMap<String, Mount>,
) -> Result<Vec<String>, String> {
    let statement = Statement::Statement(Box::new(ast::Statement::Query(Box::new(query.clone()))));
    let named =
        session.state().resolve_table_references(&statement).map_err(|e| explain::planning(&e, &[]))?;
    let mut columns = Vec::new();
    for table in named {
        let Some(mount) = mounts.get(table.table()) else {
            let known = suggestion(table.table(), mounts.keys().map(String::as_str));
            return Err(format!("no source is called {:?}; {known}", table.table()));
        };
        columns.extend(mount.columns().map(str::to_owned));
    }
    Ok(columns)
}

async fn logical(
    session: &SessionContext,
    query: impl Into<Box<Query>>,
) -> Result<LogicalPlan, DataFusionError> {
    let statement = Statement::Statement(Box::new(ast::Statement::Query(query.into())));
    let plan = session.state().statement_to_plan(statement).await?;
    let reading_only =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reading_only.verify_plan(&plan)?;
    Ok(plan)
}

/// Every column of the view must be one of its dataset and of a type that can become the column's.
fn check_columns(dataset: Dataset, plan: &LogicalPlan) -> Result<(), String> {
    for field in plan.schema().fields() {
        let name = field.name();
        if name == FILE || name == LINE {
            continue;
        }
        let column = dataset.column(name).map_err(|complaint| complaint.why)?;
        let holds = field.data_type();
        let fits = match (column.holds, holds) {
            (ColumnType::TextList, DataType::List(item) | DataType::LargeList(item)) => {
                can_cast_types(item.data_type(), &DataType::Utf8)
            }
            _ => !holds.is_nested() && can_cast_types(holds, &DataType::Utf8),
        };
        if !fits {
            return Err(format!("column {name:?} is {holds}; give text, a number or a date"));
        }
    }
    Ok(())
}

fn columns_read(plan: &LogicalPlan) -> Result<BTreeSet<(String, String)>, DataFusionError> {
    let mut read = BTreeSet::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            for field in scan.projected_schema.fields() {
                read.insert((scan.table_name.table().to_owned(), field.name().clone()));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(read)
}
