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
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection};

use super::{Built, IndexError, file_error};
use crate::catalogue::{ENTITY, LABEL, PRINT, Snapshot};

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its number among all rows that the segment was made of.
    pub(super) origin: u32,
    /// Its entity's number.
    pub(super) entity: u32,
    /// Its label.
    pub(super) label: LabelId,
}

/// Rows of one dataset to be read.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) dataset: Dataset,
    /// Their places in the file, ascending; all where none are given.
    pub(super) chosen: Option<&'a [u32]>,
    /// The number of the first of them among all rows that the segment is made of.
    pub(super) first: u32,
    /// Threads that read.
    pub(super) threads: usize,
}

/// Hands the rows wanted to `visit`, with their places and the columns asked for. Each row group is read by any thread into
/// an `O` of its own; `take` is handed them in the order of the file.
pub(super) fn each_group<O: Default + Send>(
    wanted: Wanted<'_>,
    columns: &[&str],
    progress: &mut dyn FnMut(Built),
    visit: impl Fn(&mut O, Place, &Row<'_>) + Sync,
    mut take: impl FnMut(O) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let Some(path) = wanted.snapshot.dataset_path(wanted.dataset) else { return Ok(()) };
    let groups = Group::all(&path, wanted)?;
    let read = |group: &Group<'_>| {
        let mut out = O::default();
        let rows = group.visit(&path, columns, &mut |place, row| visit(&mut out, place, row))?;
        Ok((out, rows))
    };
    let (dataset, mut rows) = (wanted.dataset, 0);
    in_order(&groups, wanted.threads, &path, read, |(out, more)| {
        take(out)?;
        rows += more;
        progress(Built { dataset, rows });
        Ok(())
    })
}

/// Hands the fingerprints of all rows of a dataset to `take`, in the order of the file.
pub(super) fn each_print(
    wanted: Wanted<'_>,
    mut take: impl FnMut(&[u128]) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let Some(path) = wanted.snapshot.dataset_path(wanted.dataset) else { return Ok(()) };
    let groups = Group::all(&path, wanted)?;
    in_order(&groups, wanted.threads, &path, |group| group.prints(&path), |prints: Vec<u128>| take(&prints))
}

/// How many rows a dataset has.
pub(super) fn count(snapshot: &Snapshot, dataset: Dataset) -> u64 {
    snapshot.manifest().datasets.get(&dataset).map_or(0, |about| about.rows)
}

/// Reads every group by any of `threads`; what comes of them is taken in their order.
fn in_order<G: Sync, O: Send>(
    groups: &[G],
    threads: usize,
    path: &Path,
    read: impl Fn(&G) -> Result<O, IndexError> + Sync,
    mut take: impl FnMut(O) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let next = AtomicUsize::new(0);
    // Bounded, so that readers do not run far ahead of the one who takes.
    let (done, taking) = sync_channel::<(usize, Result<O, IndexError>)>(1);
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, groups.len().max(1)) {
            let (done, next, read) = (done.clone(), &next, &read);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(group) = groups.get(at) else { return };
                    if done.send((at, read(group))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let (mut waiting, mut wanted) = (BTreeMap::new(), 0);
        // Leaving this loop early drops the receiver, which stops the readers.
        for (group, read) in taking {
            waiting.insert(group, read);
            while let Some(read) = waiting.remove(&wanted) {
                take(read?)?;
                wanted += 1;
            }
        }
        if wanted == groups.len() { Ok(()) } else { Err(file_error(path, "not all of it could be read")) }
    })
}

/// One row group of a file, or the rows of it that are wanted.
struct Group<'a> {
    number: usize,
    /// The place of its first row in the file.
    start: u32,
    rows: usize,
    /// Places in the file of the rows wanted, where not all are.
    chosen: Option<&'a [u32]>,
    /// The number of the first of them among all that the segment is made of.
    first: u32,
}

impl<'a> Group<'a> {
    /// The groups of a file that hold rows wanted.
    fn all(path: &Path, wanted: Wanted<'a>) -> Result<Vec<Self>, IndexError> {
        let file = open(path)?;
        let (mut start, mut first, mut groups) = (0_u32, wanted.first, Vec::new());
        for (number, about) in file.metadata().row_groups().iter().enumerate() {
            let many = || file_error(path, "it holds more rows than an index can");
            let rows = u32::try_from(about.num_rows()).map_err(|_| many())?;
            let end = start.checked_add(rows).ok_or_else(many)?;
            let chosen = wanted.chosen.map(|places| {
                let from = places.partition_point(|&place| place < start);
                let to = places.partition_point(|&place| place < end);
                places.get(from..to).unwrap_or_default()
            });
            let taken = chosen.map_or(rows, |chosen| u32::try_from(chosen.len()).unwrap_or(u32::MAX));
            if taken > 0 {
                let rows = usize::try_from(rows).unwrap_or(usize::MAX);
                groups.push(Self { number, start, rows, chosen, first });
                first = first.checked_add(taken).ok_or_else(many)?;
            }
            start = end;
        }
        Ok(groups)
    }

    fn reader(&self, path: &Path, names: &[&str]) -> Result<ParquetRecordBatchReader, IndexError> {
        let builder = open(path)?.with_row_groups(vec![self.number]);
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let mut builder = builder.with_projection(mask);
        if let Some(chosen) = self.chosen {
            let places = chosen.iter().map(|place| usize::try_from(place - self.start).unwrap_or(usize::MAX));
            let ranges = places.map(|place| place..place.saturating_add(1));
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges, self.rows));
        }
        builder.build().map_err(|e| file_error(path, &e.to_string()))
    }

    /// Hands its rows to `visit` and tells how many there were.
    fn visit(
        &self,
        path: &Path,
        columns: &[&str],
        visit: &mut impl FnMut(Place, &Row<'_>),
    ) -> Result<u64, IndexError> {
        let failed = |cause: &str| file_error(path, cause);
        let names: Vec<&str> = columns.iter().copied().chain([ENTITY, LABEL]).collect();
        let mut rows = 0;
        let mut origins = self.first..;
        for batch in self.reader(path, &names)? {
            let batch = batch.map_err(|e| failed(&e.to_string()))?;
            let arrays = names
                .iter()
                .map(|name| column(&batch, name))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| failed("a column is missing or of another type"))?;
            let [columns @ .., entities, labels] = arrays.as_slice() else { continue };
            let entities = entities.as_primitive_opt::<UInt32Type>();
            let labels = labels.as_primitive_opt::<UInt32Type>();
            let (Some(entities), Some(labels)) = (entities, labels) else {
                return Err(failed("entities or labels are of another type"));
            };
            let places = entities.values().iter().zip(labels.values()).zip(origins.by_ref());
            for (at, ((&entity, &label), origin)) in places.enumerate() {
                visit(Place { origin, entity, label: LabelId(label) }, &Row { columns, at });
            }
            rows += batch.num_rows() as u64;
        }
        Ok(rows)
    }

    /// The fingerprints of its rows.
    fn prints(&self, path: &Path) -> Result<Vec<u128>, IndexError> {
        let failed = |cause: &str| file_error(path, cause);
        let mut prints = Vec::with_capacity(self.rows);
        for batch in self.reader(path, &[PRINT])? {
            let batch = batch.map_err(|e| failed(&e.to_string()))?;
            let column = batch.column_by_name(PRINT).and_then(|column| column.as_fixed_size_binary_opt());
            let column = column.ok_or_else(|| failed("the fingerprints of its rows are missing"))?;
            let (whole, _) = column.value_data().as_chunks::<16>();
            prints.extend(whole.iter().map(|bytes| u128::from_le_bytes(*bytes)));
        }
        Ok(prints)
    }
}

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, IndexError> {
    let file = File::open(path).map_err(|e| file_error(path, &e.to_string()))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| file_error(path, &e.to_string()))
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
