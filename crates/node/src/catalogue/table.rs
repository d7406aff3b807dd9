//! A table of a database as a source: its columns, and the batches of those that a view reads, with each row's number in
//! the order of reading beside it. Filters that the server understands alike are left to it.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::datatypes::{Field, SchemaRef};
use arrow::error::ArrowError;
use database::{Column, Condition, DatabaseError, Moment, Table};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Expr;
use futures::StreamExt;
use tokio::sync::mpsc::Sender;

use super::batch::{FILE, LINE, file_column};
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
        let mut rows = 0;
        while let Some(batch) = found.next().await {
            let batch = batch.map_err(failed)?;
            let placed = place(&batch, schema, &self.shown, rows);
            let placed = placed.map_err(|_| IngestError::file(&self.shown, None, Damage::Undecodable))?;
            rows += batch.num_rows() as u64;
            if batches.send(Ok(placed)).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// The batch with its columns in the order of `schema` and the place of each row beside them.
fn place(
    batch: &RecordBatch,
    schema: &SchemaRef,
    shown: &str,
    before: u64,
) -> Result<RecordBatch, ArrowError> {
    let rows = batch.num_rows();
    let column = |field: &Arc<Field>| -> Result<ArrayRef, ArrowError> {
        Ok(match field.name().as_str() {
            FILE => file_column(shown, rows)?,
            LINE => Arc::new(UInt64Array::from_iter_values((1..=rows as u64).map(|row| before + row))),
            name => batch
                .column_by_name(name)
                .cloned()
                .ok_or_else(|| ArrowError::SchemaError("a column was not read".to_owned()))?,
        })
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
}
