//! Reads Parquet files, only the columns that a view uses, each row with its number in the file.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array, new_null_array};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::batch::{BATCH_ROWS, FILE, LINE, file_column};
use super::error::{Damage, IngestError};
use super::files::SourceFile;
use super::mount::Emit;

/// The columns of a file and their types.
pub(super) fn columns(file: &SourceFile) -> Result<Vec<(String, DataType)>, IngestError> {
    let builder = open(file)?;
    let mut columns: Vec<(String, DataType)> = Vec::new();
    for field in builder.schema().fields() {
        let name = field.name();
        let damage = match name.as_str() {
            FILE | LINE => Some(Damage::ReservedColumn(name.clone())),
            _ if columns.iter().any(|(known, _)| known == name) => {
                Some(Damage::DuplicateColumn(name.clone()))
            }
            _ => None,
        };
        if let Some(damage) = damage {
            return Err(IngestError::file(&file.shown, None, damage));
        }
        columns.push((name.clone(), field.data_type().clone()));
    }
    Ok(columns)
}

/// Reads `file` into batches of `schema`.
pub(super) fn read(file: &SourceFile, schema: &SchemaRef, emit: Emit<'_>) -> Result<(), IngestError> {
    let builder = open(file)?;
    let held = builder.schema().fields();
    let wanted: Vec<usize> = schema
        .fields()
        .iter()
        .filter_map(|field| held.iter().position(|held| held.name() == field.name()))
        .collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let undecodable = || IngestError::file(&file.shown, None, Damage::Undecodable);
    let reader =
        builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(|_| undecodable())?;
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|_| undecodable())?;
        let placed = place(&batch, schema, &file.shown, rows).map_err(|_| undecodable())?;
        rows += batch.num_rows() as u64;
        if emit(placed).is_break() {
            break;
        }
    }
    Ok(())
}

/// The batch with its columns in the order of `schema` and the place of each row beside them.
fn place(
    batch: &RecordBatch,
    schema: &SchemaRef,
    shown: &str,
    before: u64,
) -> Result<RecordBatch, ArrowError> {
    let rows = batch.num_rows();
    let column = |name: &str, holds: &DataType| -> Result<ArrayRef, ArrowError> {
        Ok(match name {
            FILE => file_column(shown, rows)?,
            LINE => Arc::new(UInt64Array::from_iter_values((1..=rows as u64).map(|row| before + row))),
            _ => match batch.column_by_name(name) {
                Some(column) => column.clone(),
                None => new_null_array(holds, rows),
            },
        })
    };
    let columns = schema
        .fields()
        .iter()
        .map(|field| column(field.name(), field.data_type()))
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
}

fn open(file: &SourceFile) -> Result<ParquetRecordBatchReaderBuilder<File>, IngestError> {
    if file.bytes == 0 {
        return Err(IngestError::file(&file.shown, None, Damage::Empty));
    }
    let opened = File::open(&file.path).map_err(IngestError::disk(&file.path, "opening"))?;
    ParquetRecordBatchReaderBuilder::try_new(opened)
        .map_err(|_| IngestError::file(&file.shown, None, Damage::NotParquet))
}
