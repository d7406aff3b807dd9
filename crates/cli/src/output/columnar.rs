//! A grid as Arrow IPC or Parquet. The coverage stands in the schema's metadata, so that it travels with the file.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    UInt64Array,
};
use arrow::datatypes::{Field, Schema};
use arrow::ipc::writer::StreamWriter;
use model::Coverage;
use parquet::arrow::ArrowWriter;

use super::coverage::CoverageJson;
use super::grid::{Column, Grid, Values};
use crate::exit::Failure;

/// Key of the coverage in the schema's metadata; the value is JSON.
pub(super) const COVERAGE_KEY: &str = "bluelamp.coverage";

/// The grid as an Arrow IPC stream.
pub(super) fn arrow(grid: &Grid, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    arrow_of(columns(grid), coverage)
}

/// The grid as a Parquet file.
pub(super) fn parquet(grid: &Grid, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    parquet_of(columns(grid), coverage)
}

/// Named columns as an Arrow IPC stream.
pub(super) fn arrow_of(columns: Vec<(String, ArrayRef)>, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    let batch = batch(columns, coverage)?;
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

/// Named columns as a Parquet file.
pub(super) fn parquet_of(columns: Vec<(String, ArrayRef)>, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    let batch = batch(columns, coverage)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

fn columns(grid: &Grid) -> Vec<(String, ArrayRef)> {
    grid.columns.iter().map(|column| (column.name.clone(), array(column))).collect()
}

fn batch(columns: Vec<(String, ArrayRef)>, coverage: &Coverage) -> Result<RecordBatch, Failure> {
    let field = |(name, array): &(String, ArrayRef)| Field::new(name, array.data_type().clone(), true);
    let fields: Vec<Field> = columns.iter().map(field).collect();
    let coverage = serde_json::to_string(&CoverageJson::from(coverage))?;
    let metadata = HashMap::from([(COVERAGE_KEY.to_owned(), coverage)]);
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new_with_metadata(fields, metadata)), arrays)?)
}

fn array(column: &Column) -> ArrayRef {
    match &column.values {
        Values::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
        Values::Truth(values) => Arc::new(values.iter().copied().collect::<BooleanArray>()),
        Values::Moment(values) => {
            let milliseconds = values.iter().map(|at| at.map(|at| at.as_millisecond()));
            Arc::new(milliseconds.collect::<TimestampMillisecondArray>().with_timezone("+00:00"))
        }
        Values::Count(values) => Arc::new(values.iter().copied().collect::<UInt64Array>()),
        Values::Whole(values) => Arc::new(values.iter().copied().collect::<Int64Array>()),
        Values::Decimal(values) => Arc::new(values.iter().copied().collect::<Float64Array>()),
    }
}
