//! A source as a table that SQL can read: its columns, and a stream of its rows that is never more than a few batches ahead.
//! Files are read one after the other on a thread of their own, a database's table as the server sends it.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use async_trait::async_trait;
use database::Condition;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_optimizer::pruning::PruningPredicate;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::batch::hidden_fields;
use super::error::IngestError;
use super::file_source::FileSource;
use super::pruned;
use super::table::TableSource;

/// Batches that may wait between the reading thread and the query.
const BATCHES_AHEAD: usize = 4;

/// A source that was found and whose columns are known.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    held: Held,
    schema: SchemaRef,
}

/// Where the rows are.
#[derive(Debug, Clone)]
enum Held {
    Files(FileSource),
    Table(TableSource),
}

impl Mount {
    /// Files, whose columns are looked up in all of them.
    pub(super) fn of_files(files: FileSource) -> Result<Self, IngestError> {
        let fields = files.fields()?;
        Ok(Self::new(Held::Files(files), fields))
    }

    /// A table of a database.
    pub(super) fn of_table(table: TableSource) -> Self {
        let fields = table.fields();
        Self::new(Held::Table(table), fields)
    }

    fn new(held: Held, mut fields: Vec<Field>) -> Self {
        fields.extend(hidden_fields());
        Self { held, schema: Arc::new(Schema::new(fields)) }
    }

    /// How many files the rows are in, and how large these are together.
    pub(super) fn extent(&self) -> (u64, u64) {
        match &self.held {
            Held::Files(files) => files.extent(),
            Held::Table(_) => (0, 0),
        }
    }

    /// The names of the columns that the source holds.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> + Clone {
        let held = self.schema.fields().len() - hidden_fields().len();
        self.schema.fields().iter().take(held).map(|field| field.name().as_str())
    }
}

#[async_trait]
impl TableProvider for Mount {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Never `Exact`: what was left out elsewhere is looked at once more.
        let told = |filter: &&Expr| match &self.held {
            Held::Files(files) if files.can_prune() => TableProviderFilterPushDown::Inexact,
            Held::Table(table) if table.condition(filter).is_some() => TableProviderFilterPushDown::Inexact,
            _ => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(told).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema.clone(),
        };
        let held = match &self.held {
            Held::Files(files) => {
                Bounded::Files(files.clone(), pruned::predicate(filters, &self.schema, session))
            }
            Held::Table(table) => {
                let conditions = filters.iter().filter_map(|filter| table.condition(filter));
                Bounded::Table(table.clone(), conditions.collect(), limit)
            }
        };
        // One partition, read in order: rebuilding from the same files numbers entities the same way.
        let reading: Arc<dyn PartitionStream> = Arc::new(Reading { held, schema: schema.clone() });
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![reading], None, [], false, limit)?))
    }
}

/// The reading of one source's projected columns.
#[derive(Debug)]
struct Reading {
    held: Bounded,
    schema: SchemaRef,
}

/// Where the rows are, and which of them may be left out.
#[derive(Debug, Clone)]
enum Bounded {
    Files(FileSource, Option<Arc<PruningPredicate>>),
    Table(TableSource, Vec<Condition>, Option<usize>),
}

impl PartitionStream for Reading {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStreamBuilder::new(self.schema.clone(), BATCHES_AHEAD);
        let batches = stream.tx();
        let schema = self.schema.clone();
        let failed = |error| DataFusionError::External(Box::new(error));
        match self.held.clone() {
            Bounded::Files(files, ruled_out) => stream.spawn_blocking(move || {
                let mut emit = |batch| match batches.blocking_send(Ok(batch)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                };
                files.read(&schema, ruled_out.as_deref(), &mut emit).map_err(failed)
            }),
            Bounded::Table(table, conditions, limit) => {
                stream.spawn(async move {
                    table.read(&schema, conditions, limit, &batches).await.map_err(failed)
                });
            }
        }
        stream.build()
    }
}
