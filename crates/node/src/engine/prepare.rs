//! Prepares a snapshot's tables: reads each column once, gives its values small numbers in the order in which they are met, and
//! finds the rows that links tie.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::hash::Hash;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, UInt32Type};
use mapped::ColumnWriter;
use model::Dataset;
use model::path::{LINKS, Link, Tie};
use model::schema::{Column, ColumnUse};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::period::month_of;
use super::prepared::{
    NOWHERE, NULL, Unprepared, VERSION, Values, column_files, edge_files, entities_file, is_told,
    reference_file, width,
};
use crate::catalogue::{ENTITY, Snapshot};

/// Prepares everything into `folder`.
pub(super) fn all(snapshot: &Snapshot, folder: &Path) -> Result<(), Unprepared> {
    for &dataset in Dataset::ALL {
        if snapshot.dataset_path(dataset).is_none() {
            continue;
        }
        for column in dataset.columns().filter(|column| is_told(column)) {
            one(snapshot, dataset, column, folder)?;
        }
        plain(snapshot, dataset, ENTITY, &entities_file(folder, dataset))?;
    }
    let mut keys = Keys::default();
    for link in LINKS {
        match link.tie {
            Tie::Reference { column, dataset } => {
                refer(snapshot, link, (column, dataset), &mut keys, folder)?
            }
            Tie::Edges => {}
        }
    }
    edges(snapshot, &mut keys, folder)
}

/// Reads columns of a dataset batch by batch.
fn read(
    snapshot: &Snapshot,
    dataset: Dataset,
    columns: &[&str],
    mut each: impl FnMut(&RecordBatch) -> Result<(), Unprepared>,
) -> Result<(), Unprepared> {
    let Some(path) = snapshot.dataset_path(dataset) else { return Ok(()) };
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?).map_err(|_| Unprepared)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader = builder.with_projection(mask).with_batch_size(65_536).build().map_err(|_| Unprepared)?;
    for batch in reader {
        each(&batch.map_err(|_| Unprepared)?)?;
    }
    Ok(())
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef, Unprepared> {
    batch.column_by_name(name).ok_or(Unprepared)
}

/// Writes a column of numbers as it is.
fn plain(snapshot: &Snapshot, dataset: Dataset, name: &str, file: &Path) -> Result<(), Unprepared> {
    let mut writer = ColumnWriter::<u32>::create(file, VERSION)?;
    read(snapshot, dataset, &[name], |batch| {
        let numbers = column(batch, name)?.as_primitive_opt::<UInt32Type>().ok_or(Unprepared)?;
        Ok(writer.extend(numbers.values())?)
    })?;
    Ok(writer.finish()?)
}

/// Values that are given numbers as they are met.
struct Numbered<T> {
    known: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn new() -> Self {
        Self { known: HashMap::new(), values: Vec::new() }
    }

    /// The code of a value: its place, from 1.
    fn code(&mut self, value: T) -> Result<u32, Unprepared> {
        if let Some(&code) = self.known.get(&value) {
            return Ok(code);
        }
        self.values.push(value.clone());
        let code = u32::try_from(self.values.len()).map_err(|_| Unprepared)?;
        self.known.insert(value, code);
        Ok(code)
    }
}

/// Writes one column as codes and values.
fn one(snapshot: &Snapshot, dataset: Dataset, of: &Column, folder: &Path) -> Result<(), Unprepared> {
    let mut codes: Vec<u32> = Vec::new();
    let name = of.name;
    let values = match of.used {
        ColumnUse::Calendar => {
            let mut months = Numbered::new();
            read(snapshot, dataset, &[name], |batch| {
                let days = column(batch, name)?.as_primitive_opt::<Date32Type>().ok_or(Unprepared)?;
                for day in days {
                    codes.push(day.map_or(Ok(NULL), |day| months.code(month_of(day)))?);
                }
                Ok(())
            })?;
            Values::Months(months.values)
        }
        ColumnUse::Measure { .. } => {
            let mut numbers = Numbered::new();
            read(snapshot, dataset, &[name], |batch| {
                let held = column(batch, name)?.as_primitive_opt::<Int64Type>().ok_or(Unprepared)?;
                for number in held {
                    codes.push(number.map_or(Ok(NULL), |number| numbers.code(number))?);
                }
                Ok(())
            })?;
            Values::Numbers(numbers.values)
        }
        ColumnUse::Prefix { longest } => {
            let mut texts: Numbered<String> = Numbered::new();
            read(snapshot, dataset, &[name], |batch| {
                let held = cast(column(batch, name)?, &DataType::Utf8).map_err(|_| Unprepared)?;
                for text in held.as_string_opt::<i32>().ok_or(Unprepared)? {
                    let begins = |text: &str| text.chars().take(longest.into()).collect();
                    codes.push(text.map_or(Ok(NULL), |text| texts.code(begins(text)))?);
                }
                Ok(())
            })?;
            Values::Texts(texts.values)
        }
        _ => {
            let mut texts: Numbered<String> = Numbered::new();
            read(snapshot, dataset, &[name], |batch| words(column(batch, name)?, &mut texts, &mut codes))?;
            Values::Texts(texts.values)
        }
    };
    let [file, told] = column_files(folder, dataset, name);
    match width(values.len()) {
        1 => write::<u8>(&file, &codes)?,
        2 => write::<u16>(&file, &codes)?,
        _ => write::<u32>(&file, &codes)?,
    }
    fs::write(told, serde_json::to_vec(&values).map_err(|_| Unprepared)?)?;
    Ok(())
}

/// Codes of a dictionary's rows, each of its words looked up once.
fn words(held: &ArrayRef, texts: &mut Numbered<String>, codes: &mut Vec<u32>) -> Result<(), Unprepared> {
    let dictionary = held.as_dictionary_opt::<Int32Type>().ok_or(Unprepared)?;
    let words = dictionary.values().as_string_opt::<i32>().ok_or(Unprepared)?;
    // A dictionary may hold words that no row bears.
    let mut known: Vec<Option<u32>> = vec![None; words.len()];
    for key in dictionary.keys() {
        let Some(place) = key.and_then(|key| usize::try_from(key).ok()).filter(|&at| words.is_valid(at))
        else {
            codes.push(NULL);
            continue;
        };
        let slot = known.get_mut(place).ok_or(Unprepared)?;
        let code = match *slot {
            Some(code) => code,
            None => texts.code(words.value(place).to_owned())?,
        };
        *slot = Some(code);
        codes.push(code);
    }
    Ok(())
}

fn write<T: mapped::Item + TryFrom<u32>>(file: &Path, codes: &[u32]) -> Result<(), Unprepared> {
    let mut writer = ColumnWriter::<T>::create(file, VERSION)?;
    for &code in codes {
        writer.push(T::try_from(code).map_err(|_| Unprepared)?)?;
    }
    Ok(writer.finish()?)
}

/// Rows by their entity key, for datasets in which a key names one row.
#[derive(Default)]
struct Keys(HashMap<Dataset, Option<HashMap<String, u32>>>);

impl Keys {
    fn of(
        &mut self,
        snapshot: &Snapshot,
        dataset: Dataset,
    ) -> Result<Option<&HashMap<String, u32>>, Unprepared> {
        if let Entry::Vacant(place) = self.0.entry(dataset) {
            let about = snapshot.manifest().datasets.get(&dataset);
            place.insert(match about.is_some_and(|about| about.entity_per_row) {
                true => Some(rows(snapshot, dataset)?),
                false => None,
            });
        }
        Ok(self.0.get(&dataset).and_then(Option::as_ref))
    }
}

fn rows(snapshot: &Snapshot, dataset: Dataset) -> Result<HashMap<String, u32>, Unprepared> {
    let key = dataset.entity_key();
    let (mut rows, mut row) = (HashMap::new(), 0_u32);
    read(snapshot, dataset, &[key], |batch| {
        for key in column(batch, key)?.as_string_opt::<i32>().ok_or(Unprepared)? {
            if let Some(key) = key {
                rows.insert(key.to_owned(), row);
            }
            row = row.checked_add(1).filter(|row| *row != NOWHERE).ok_or(Unprepared)?;
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Writes where a reference leads from each row. Without rows that keys name, it is not prepared.
fn refer(
    snapshot: &Snapshot,
    link: &Link,
    (name, which): (&str, Option<&str>),
    keys: &mut Keys,
    folder: &Path,
) -> Result<(), Unprepared> {
    if snapshot.dataset_path(link.from).is_none() {
        return Ok(());
    }
    let Some(rows) = keys.of(snapshot, link.to)? else { return Ok(()) };
    let mut writer = ColumnWriter::<u32>::create(&reference_file(folder, link), VERSION)?;
    let wanted: Vec<&str> = std::iter::once(name).chain(which).collect();
    read(snapshot, link.from, &wanted, |batch| {
        let names = column(batch, name)?.as_string_opt::<i32>().ok_or(Unprepared)?;
        let meant = which.map(|which| cast(column(batch, which)?, &DataType::Utf8).map_err(|_| Unprepared));
        let meant = meant.transpose()?;
        let meant = meant.as_ref().and_then(|meant| meant.as_string_opt::<i32>());
        for (at, name) in names.iter().enumerate() {
            let is = meant.is_none_or(|meant| meant.is_valid(at) && meant.value(at) == link.to.as_str());
            let row = name.filter(|_| is).and_then(|name| rows.get(name)).copied();
            writer.push(row.unwrap_or(NOWHERE))?;
        }
        Ok(())
    })?;
    Ok(writer.finish()?)
}

fn value(array: &ArrayRef, at: usize) -> Option<&str> {
    let texts = array.as_string_opt::<i32>()?;
    texts.is_valid(at).then(|| texts.value(at))
}

/// Writes the edges of each link whose both ends' keys name rows: in the order of the rows that they lead to, so that what is read of
/// one end at least lies side by side.
fn edges(snapshot: &Snapshot, keys: &mut Keys, folder: &Path) -> Result<(), Unprepared> {
    if snapshot.dataset_path(Dataset::Link).is_none() {
        return Ok(());
    }
    let mut found: Vec<(&Link, Vec<[u32; 3]>)> = Vec::new();
    for link in LINKS.iter().filter(|link| link.tie == Tie::Edges) {
        let both = keys.of(snapshot, link.from)?.is_some() && keys.of(snapshot, link.to)?.is_some();
        if both {
            found.push((link, Vec::new()));
        }
    }
    let mut row = 0_u32;
    let ends = ["from_dataset", "from_id", "to_dataset", "to_id"];
    read(snapshot, Dataset::Link, &ends, |batch| {
        let text = |name| cast(column(batch, name)?, &DataType::Utf8).map_err(|_| Unprepared);
        let [from_dataset, from_id, to_dataset, to_id] = ends.map(text);
        let (from_dataset, from_id, to_dataset, to_id) = (from_dataset?, from_id?, to_dataset?, to_id?);
        for at in 0..batch.num_rows() {
            let (from, to) = (value(&from_dataset, at), value(&to_dataset, at));
            let of = found
                .iter_mut()
                .find(|(link, _)| from == Some(link.from.as_str()) && to == Some(link.to.as_str()));
            if let Some((link, edges)) = of {
                let end = |of: Dataset, id: Option<&str>| keys.0.get(&of)?.as_ref()?.get(id?).copied();
                let ends = (end(link.from, value(&from_id, at)), end(link.to, value(&to_id, at)));
                if let (Some(one), Some(other)) = ends {
                    edges.push([other, one, row]);
                }
            }
            row = row.checked_add(1).ok_or(Unprepared)?;
        }
        Ok(())
    })?;
    for (link, mut edges) in found {
        edges.sort_unstable();
        for (file, end) in edge_files(folder, link).iter().zip([2, 1, 0]) {
            let mut writer = ColumnWriter::<u32>::create(file, VERSION)?;
            edges.iter().filter_map(|ends| ends.get(end)).try_for_each(|&end| writer.push(end))?;
            writer.finish()?;
        }
    }
    Ok(())
}
