//! Reads chosen columns of a snapshot's dataset, row by row, as plain values.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use arrow::array::{Array, AsArray, ListArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, UInt32Type};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{Dataset, LabelId};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Built, IndexError, file_error};
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
    let mut rows = 0;
    for group in 0..groups(&path)? {
        rows += visit_group(&path, group, columns, &mut visit)?;
        progress(Built { dataset, rows });
    }
    Ok(())
}

/// As [`each_row`], with each row group read by any of `threads` into an `O` of its own. `take` is handed them in the order
/// of the file.
pub(super) fn each_group<O: Default + Send>(
    (snapshot, dataset): (&Snapshot, Dataset),
    columns: &[&str],
    threads: usize,
    progress: &mut dyn FnMut(Built),
    visit: impl Fn(&mut O, u32, LabelId, &Row<'_>) + Sync,
    mut take: impl FnMut(O) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let Some(path) = snapshot.dataset_path(dataset) else { return Ok(()) };
    let groups = groups(&path)?;
    let next = AtomicUsize::new(0);
    // Bounded, so that readers do not run far ahead of the one who takes.
    let (done, taking) = sync_channel::<(usize, Result<(O, u64), IndexError>)>(1);
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, groups.max(1)) {
            let (done, next, path, visit) = (done.clone(), &next, &path, &visit);
            scope.spawn(move || {
                loop {
                    let group = next.fetch_add(1, Ordering::Relaxed);
                    if group >= groups {
                        return;
                    }
                    let mut out = O::default();
                    let read = visit_group(path, group, columns, &mut |e, l, row: &Row<'_>| {
                        visit(&mut out, e, l, row)
                    });
                    if done.send((group, read.map(|rows| (out, rows)))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let (mut waiting, mut wanted, mut rows) = (BTreeMap::new(), 0, 0);
        // Leaving this loop early drops the receiver, which stops the readers.
        for (group, read) in taking {
            waiting.insert(group, read);
            while let Some(read) = waiting.remove(&wanted) {
                let (out, more) = read?;
                take(out)?;
                wanted += 1;
                rows += more;
                progress(Built { dataset, rows });
            }
        }
        if wanted == groups { Ok(()) } else { Err(file_error(&path, "not all of it could be read")) }
    })
}

fn groups(path: &Path) -> Result<usize, IndexError> {
    Ok(open(path)?.metadata().num_row_groups())
}

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, IndexError> {
    let file = File::open(path).map_err(|e| file_error(path, &e.to_string()))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| file_error(path, &e.to_string()))
}

/// Hands the rows of one row group to `visit` and tells how many there were.
fn visit_group(
    path: &Path,
    group: usize,
    columns: &[&str],
    visit: &mut impl FnMut(u32, LabelId, &Row<'_>),
) -> Result<u64, IndexError> {
    let failed = |cause: String| file_error(path, &cause);
    let names: Vec<&str> = columns.iter().copied().chain([ENTITY, LABEL]).collect();
    let builder = open(path)?.with_row_groups(vec![group]);
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
    }
    Ok(rows)
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
