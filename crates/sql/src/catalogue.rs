//! The tables that statements speak of: the datasets of the shared schema, with the force as a column before theirs. They
//! can be planned over and never read: their records are elsewhere.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::config::Dialect;
use datafusion::common::{Result, plan_err};
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use model::Dataset;
use model::schema::{Column, ColumnType};

use crate::Refused;
use crate::functions;

/// The column that names the force which holds a record.
pub(crate) const FORCE: &str = "force";
/// Catalog and schema of the tables, for tools that write them out.
pub const CATALOG: &str = "bluelamp";
/// See [`CATALOG`].
pub const SCHEMA: &str = "federation";
/// Memory for putting releases together, in bytes.
const MEMORY: usize = 512 << 20;

/// The type that a column has in statements.
pub(crate) fn data_type(column: &Column) -> DataType {
    match column.holds {
        ColumnType::Text | ColumnType::Word(_) => DataType::Utf8,
        ColumnType::TextList => DataType::new_list(DataType::Utf8, true),
        ColumnType::Date => DataType::Date32,
        ColumnType::Integer => DataType::Int64,
    }
}

/// The columns of a dataset's table: the force, then the dataset's own.
pub fn schema(dataset: Dataset) -> SchemaRef {
    let force = Field::new(FORCE, DataType::Utf8, false);
    let own = dataset.columns().map(|column| Field::new(column.name, data_type(column), true));
    Arc::new(Schema::new(std::iter::once(force).chain(own).collect::<Vec<_>>()))
}

/// A dataset of the federation, as a table that has no rows here.
#[derive(Debug)]
pub(crate) struct Federated {
    pub(crate) dataset: Dataset,
    schema: SchemaRef,
}

impl Federated {
    fn new(dataset: Dataset) -> Self {
        Self { dataset, schema: schema(dataset) }
    }
}

#[async_trait]
impl TableProvider for Federated {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        _: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan_err!("records of {} stay with their force", self.dataset)
    }
}

/// A session that knows the datasets and the functions that may be called, and nothing else: no files, no settings.
pub(crate) fn session() -> Result<SessionState, Refused> {
    let mut config = SessionConfig::new()
        .with_target_partitions(1)
        .with_information_schema(false)
        .with_default_catalog_and_schema(CATALOG, SCHEMA);
    let options = config.options_mut();
    options.sql_parser.map_string_types_to_utf8view = false;
    // A suppressed figure is null, and must not head a list.
    options.sql_parser.default_null_ordering = "nulls_last".to_owned();
    options.sql_parser.dialect = Dialect::Generic;
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(MEMORY))).build_arc()?;
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .with_scalar_functions(functions::scalar())
        .with_aggregate_functions(functions::aggregate())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .build();
    let context = SessionContext::new_with_state(state);
    for &dataset in Dataset::ALL {
        context.register_table(dataset.as_str(), Arc::new(Federated::new(dataset)))?;
    }
    Ok(context.state())
}
