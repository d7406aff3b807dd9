//! Reads chosen columns of a snapshot's dataset, row by row, as plain values.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, ListArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, UInt32Type};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{Dataset, LabelId};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection,
};

use super::in_order::in_order;
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
    let source = Source::open(&path)?;
    let groups = Group::all(&source, wanted)?;
    let read = |group: &Group<'_>| {
        let mut out = O::default();
        let rows = group.visit(&source, columns, &mut |place, row| visit(&mut out, place, row))?;
        Ok((out, rows))
    };
    let (dataset, mut rows) = (wanted.dataset, 0);
    in_order(&groups, wanted.threads, read, |(out, more)| {
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
    let source = Source::open(&path)?;
    let groups = Group::all(&source, wanted)?;
    let read = |group: &Group<'_>| group.prints(&source);
    in_order(&groups, wanted.threads, read, |prints: Vec<u128>| take(&prints))
}

/// How many rows a dataset has.
pub(super) fn count(snapshot: &Snapshot, dataset: Dataset) -> u64 {
    snapshot.manifest().datasets.get(&dataset).map_or(0, |about| about.rows)
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
    fn all(source: &Source<'_>, wanted: Wanted<'a>) -> Result<Vec<Self>, IndexError> {
        let (mut start, mut first, mut groups) = (0_u32, wanted.first, Vec::new());
        for (number, about) in source.about.metadata().row_groups().iter().enumerate() {
            let many = || file_error(source.path, "it holds more rows than an index can");
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

    fn reader(&self, source: &Source<'_>, names: &[&str]) -> Result<ParquetRecordBatchReader, IndexError> {
        let builder = source.reader()?.with_row_groups(vec![self.number]);
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let mut builder = builder.with_projection(mask);
        if let Some(chosen) = self.chosen {
            let places = chosen.iter().map(|place| usize::try_from(place - self.start).unwrap_or(usize::MAX));
            let ranges = places.map(|place| place..place.saturating_add(1));
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges, self.rows));
        }
        builder.build().map_err(|e| file_error(source.path, &e.to_string()))
    }

    /// Hands its rows to `visit` and tells how many there were.
    fn visit(
        &self,
        source: &Source<'_>,
        columns: &[&str],
        visit: &mut impl FnMut(Place, &Row<'_>),
    ) -> Result<u64, IndexError> {
        let failed = |cause: &str| file_error(source.path, cause);
        let names: Vec<&str> = columns.iter().copied().chain([ENTITY, LABEL]).collect();
        let mut rows = 0;
        let mut origins = self.first..;
        for batch in self.reader(source, &names)? {
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
    fn prints(&self, source: &Source<'_>) -> Result<Vec<u128>, IndexError> {
        let failed = |cause: &str| file_error(source.path, cause);
        let mut prints = Vec::with_capacity(self.rows);
        for batch in self.reader(source, &[PRINT])? {
            let batch = batch.map_err(|e| failed(&e.to_string()))?;
            let column = batch.column_by_name(PRINT).and_then(|column| column.as_fixed_size_binary_opt());
            let column = column.ok_or_else(|| failed("the fingerprints of its rows are missing"))?;
            let (whole, _) = column.value_data().as_chunks::<16>();
            prints.extend(whole.iter().map(|bytes| u128::from_le_bytes(*bytes)));
        }
        Ok(prints)
    }
}

/// A file of which is known where its row groups lie. That is found out once: it grows with the file, and so do they.
struct Source<'p> {
    path: &'p Path,
    about: ArrowReaderMetadata,
}

impl<'p> Source<'p> {
    fn open(path: &'p Path) -> Result<Self, IndexError> {
        let file = File::open(path).map_err(|e| file_error(path, &e.to_string()))?;
        let about = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default());
        Ok(Self { path, about: about.map_err(|e| file_error(path, &e.to_string()))? })
    }

    fn reader(&self) -> Result<ParquetRecordBatchReaderBuilder<File>, IndexError> {
        let file = File::open(self.path).map_err(|e| file_error(self.path, &e.to_string()))?;
        Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.about.clone()))
    }
}

/// A column with dictionaries and string views unpacked.
fn column(batch: &RecordBatch, name: &str) -> Option<Arc<dyn Array>> {
    let array = batch.column_by_name(name)?;
    match array.data_type() {
        DataType::Date32 | DataType::UInt32 => Some(array.clone()),
        DataType::List(_) => {
            cast(array, &DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))).ok()
        }
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
    pub(super) fn list(&self, place: usize) -> Vec<&str> {
        let list = self.columns.get(place).and_then(|c| c.as_any().downcast_ref::<ListArray>());
        let Some(list) = list.filter(|list| list.is_valid(self.at)) else { return Vec::new() };
        let Some(texts) = list.values().as_string_opt::<i32>() else { return Vec::new() };
        let ends = list.value_offsets().get(self.at..).and_then(|ends| ends.first_chunk());
        let ends = ends.map(|ends: &[i32; 2]| ends.map(|end| usize::try_from(end).unwrap_or_default()));
        let places = ends.into_iter().flat_map(|[start, end]| start..end);
        places.filter(|&at| texts.is_valid(at)).map(|at| texts.value(at)).collect()
    }
}
