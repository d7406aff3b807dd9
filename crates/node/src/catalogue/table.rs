//! A table of a database as a source: its columns, and the batches of those that a view reads, with each row's number in
//! the order of reading beside it. Filters that the server understands alike are left to it.

use std::sync::Arc;

use arrow::array::{RecordBatch, UInt64Array, new_null_array};
use arrow::datatypes::{Field, SchemaRef};
use database::{Column, Condition, DatabaseError, Moment, Table};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Expr;
use futures::StreamExt;
use tokio::sync::mpsc::Sender;

use super::batch::{FILE, LINE, placed};
use super::error::{Damage, IngestError};
use super::pushed::pushed;

/// A table whose columns are known.
#[derive(Debug, Clone)]
pub(super) struct TableSource {
    /// The source's name, for errors.
    name: Arc<str>,
    /// Database, schema and table, for people.
    shown: Arc<str>,
    moment: Moment,
    table: Table,
    columns: Arc<[Column]>,
}

impl TableSource {
    /// Finds out the columns.
    pub(super) async fn survey(
        name: &str,
        shown: String,
        moment: Moment,
        table: Table,
    ) -> Result<Self, IngestError> {
        let columns = moment.columns(&table).await.map_err(|cause| IngestError::database(name, cause))?;
        if let Some(column) = columns.iter().find(|column| [FILE, LINE].contains(&column.name.as_str())) {
            return Err(IngestError::file(&shown, None, Damage::ReservedColumn(column.name.clone())));
        }
        Ok(Self { name: name.into(), shown: shown.into(), moment, table, columns: columns.into() })
    }

    pub(super) fn fields(&self) -> Vec<Field> {
        self.columns.iter().map(Column::field).collect()
    }

    /// The condition under which the server may leave rows out, if it understands the filter.
    pub(super) fn condition(&self, filter: &Expr) -> Option<Condition> {
        pushed(filter, &self.columns)
    }

    /// Reads the columns of `schema` and sends each batch on, for as long as anybody takes them.
    pub(super) async fn read(
        &self,
        schema: &SchemaRef,
        filters: Vec<Condition>,
        limit: Option<usize>,
        batches: &Sender<Result<RecordBatch, DataFusionError>>,
    ) -> Result<(), IngestError> {
        let failed = |cause: DatabaseError| IngestError::database(&self.name, cause);
        let named =
            |field: &Arc<Field>| self.columns.iter().find(|column| column.name == *field.name()).cloned();
        let wanted: Vec<Column> = schema.fields().iter().filter_map(named).collect();
        let condition = (!filters.is_empty()).then_some(Condition::All(filters));
        let found =
            self.moment.read(&self.table, &wanted, condition.as_ref(), limit).await.map_err(failed)?;
        let mut found = std::pin::pin!(found);
        let mut numbers = 1..;
        while let Some(batch) = found.next().await {
            let batch = batch.map_err(failed)?;
            let lines = UInt64Array::from_iter_values(numbers.by_ref().take(batch.num_rows()));
            let lacking = |field: &Field| new_null_array(field.data_type(), batch.num_rows());
            let placed = placed(&batch, schema, &self.shown, lines, lacking);
            let placed = placed.map_err(|_| IngestError::file(&self.shown, None, Damage::Undecodable))?;
            if batches.send(Ok(placed)).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}
