//! Reads chosen columns of a snapshot's dataset, row by row, as plain values.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, AsArray, ListArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, UInt32Type};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{Dataset, LabelId};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::shelf::file_error;
use super::{Built, IndexError};
use crate::catalogue::{ENTITY, LABEL, Snapshot};

/// Hands every row of `dataset` to `visit`, with its entity, its label and the columns asked for.
pub(super) fn each_row(
    snapshot: &Snapshot,
    dataset: Dataset,
    columns: &[&str],
    progress: &mut dyn FnMut(Built),
    mut visit: impl FnMut(u32, LabelId, &Row<'_>),
) -> Result<(), IndexError> {
    let Some(path) = snapshot.dataset_path(dataset) else { return Ok(()) };
    let failed = |cause: String| file_error(&path, &cause);
    let file = File::open(&path).map_err(|e| failed(e.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| failed(e.to_string()))?;
    let names: Vec<&str> = columns.iter().copied().chain([ENTITY, LABEL]).collect();
    let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
    let reader = builder.with_projection(mask).build().map_err(|e| failed(e.to_string()))?;
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|e| failed(e.to_string()))?;
        let arrays = names
            .iter()
            .map(|name| column(&batch, name))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| failed("a column is missing or of another type".to_owned()))?;
        let [columns @ .., entities, labels] = arrays.as_slice() else { continue };
        let entities = entities.as_primitive_opt::<UInt32Type>();
        let labels = labels.as_primitive_opt::<UInt32Type>();
        let (Some(entities), Some(labels)) = (entities, labels) else {
            return Err(failed("entities or labels are of another type".to_owned()));
        };
        for (at, (entity, label)) in entities.values().iter().zip(labels.values()).enumerate() {
            visit(*entity, LabelId(*label), &Row { columns, at });
        }
        rows += batch.num_rows() as u64;
        progress(Built { dataset, rows });
    }
    Ok(())
}

/// A column with dictionaries and string views unpacked.
fn column(batch: &RecordBatch, name: &str) -> Option<Arc<dyn Array>> {
    let array = batch.column_by_name(name)?;
    match array.data_type() {
        DataType::Date32 | DataType::UInt32 | DataType::List(_) => Some(array.clone()),
        _ => cast(array, &DataType::Utf8).ok(),
    }
}

/// One row; columns by their place in the list asked for.
pub(super) struct Row<'a> {
    columns: &'a [Arc<dyn Array>],
    at: usize,
}

impl Row<'_> {
    /// The text in a column; none where null.
    pub(super) fn text(&self, place: usize) -> Option<&str> {
        let column = self.columns.get(place)?.as_string_opt::<i32>()?;
        column.is_valid(self.at).then(|| column.value(self.at))
    }

    /// The date in a column.
    pub(super) fn date(&self, place: usize) -> Option<Date> {
        let column = self.columns.get(place)?.as_primitive_opt::<Date32Type>()?;
        if !column.is_valid(self.at) {
            return None;
        }
        Date::constant(1970, 1, 1).checked_add(column.value(self.at).days()).ok()
    }

    /// The texts in a list column.
    pub(super) fn list(&self, place: usize) -> Vec<String> {
        let list = self.columns.get(place).and_then(|c| c.as_any().downcast_ref::<ListArray>());
        let Some(list) = list.filter(|list| list.is_valid(self.at)) else { return Vec::new() };
        let Ok(values) = cast(&list.value(self.at), &DataType::Utf8) else { return Vec::new() };
        let texts = values.as_string_opt::<i32>();
        texts.into_iter().flat_map(|texts| texts.iter().flatten().map(str::to_owned)).collect()
    }
}
