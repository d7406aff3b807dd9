//! Persons as a force keeps them: the columns of `person.parquet` that are compared, read into the matcher's form.
//! Text may be stored in any of Arrow's text types.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, Date32Array, ListArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use jiff::SignedDuration;
use jiff::civil::Date;
use linkage::person::{PersonRecord, RawPerson};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::EvaluateError;

/// One force's persons: each record's id, and the record.
pub(crate) struct Persons {
    /// Ids, in the order of the records.
    pub(crate) ids: Vec<String>,
    /// Records, normalised.
    pub(crate) records: Vec<PersonRecord>,
}

const COLUMNS: [&str; 9] = [
    "person_id",
    "given_names",
    "family_name",
    "aliases",
    "dob",
    "dob_precision",
    "sex",
    "nationality",
    "postcode",
];

/// The forces in `folder`, by name, with their files of persons.
pub(crate) fn forces(folder: &Path) -> Result<Vec<(String, PathBuf)>, EvaluateError> {
    let unreadable =
        |error: std::io::Error| EvaluateError::File { path: folder.to_owned(), cause: error.to_string() };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let file = entry.path().join("person.parquet");
        if file.is_file() {
            found.push((entry.file_name().to_string_lossy().into_owned(), file));
        }
    }
    if found.is_empty() {
        return Err(EvaluateError::NoForces { path: folder.to_owned() });
    }
    found.sort();
    Ok(found)
}

/// The persons of one file in the shared schema, normalised, such as a `person.parquet` of `bluelamp synth`.
pub fn person_records(path: &Path) -> Result<Vec<PersonRecord>, EvaluateError> {
    Ok(read_persons(path, &mut |_, _| {})?.records)
}

/// Reads the persons of `path`; `told` hears how many are read, of how many.
pub(crate) fn read_persons(path: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<Persons, EvaluateError> {
    let unreadable = |cause: String| EvaluateError::File { path: path.to_owned(), cause };
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| unreadable(e.to_string()))?;
    let schema = builder.schema().clone();
    let wanted = COLUMNS.iter().filter_map(|column| schema.index_of(column).ok());
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let reader = builder.with_projection(mask).build().map_err(|e| unreadable(e.to_string()))?;
    let mut persons = Persons { ids: Vec::new(), records: Vec::new() };
    for batch in reader {
        let batch = batch.map_err(|error| unreadable(error.to_string()))?;
        persons.take(&Columns::of(&batch, path)?);
        told(persons.ids.len() as u64, total);
    }
    Ok(persons)
}

impl Persons {
    fn take(&mut self, columns: &Columns) {
        for row in 0..columns.ids.len() {
            let aliases = columns.aliases.is_valid(row).then(|| columns.aliases.value(row));
            let aliases = aliases.as_ref().and_then(|list| list.as_any().downcast_ref::<StringArray>());
            let aliases: Vec<&str> = aliases.into_iter().flat_map(|list| list.iter().flatten()).collect();
            let [given, family, precision, sex, nationality, postcode] = [
                &columns.given,
                &columns.family,
                &columns.precision,
                &columns.sex,
                &columns.nationality,
                &columns.postcode,
            ]
            .map(|column| column.is_valid(row).then(|| column.value(row)));
            self.ids.push(columns.ids.value(row).to_owned());
            self.records.push(PersonRecord::read(&RawPerson {
                given_names: given.unwrap_or_default(),
                family_name: family.unwrap_or_default(),
                aliases: &aliases,
                dob: columns.dob.is_valid(row).then(|| date(columns.dob.value(row))),
                dob_precision: precision.and_then(|word| word.parse().ok()),
                sex: sex.and_then(|word| word.parse().ok()),
                nationality,
                postcode,
            }));
        }
    }
}

struct Columns {
    ids: StringArray,
    given: StringArray,
    family: StringArray,
    aliases: ListArray,
    dob: Date32Array,
    precision: StringArray,
    sex: StringArray,
    nationality: StringArray,
    postcode: StringArray,
}

impl Columns {
    fn of(batch: &RecordBatch, path: &Path) -> Result<Self, EvaluateError> {
        let text = |name| column(batch, name, &DataType::Utf8, path);
        let list = DataType::List(Field::new("item", DataType::Utf8, true).into());
        Ok(Self {
            ids: text("person_id")?,
            given: text("given_names")?,
            family: text("family_name")?,
            aliases: column(batch, "aliases", &list, path)?,
            dob: column(batch, "dob", &DataType::Date32, path)?,
            precision: text("dob_precision")?,
            sex: text("sex")?,
            nationality: text("nationality")?,
            postcode: text("postcode")?,
        })
    }
}

fn column<A: Array + Clone + 'static>(
    batch: &RecordBatch,
    name: &str,
    wanted: &DataType,
    path: &Path,
) -> Result<A, EvaluateError> {
    let wrong = |why: String| EvaluateError::Column { path: path.to_owned(), column: name.to_owned(), why };
    let found: &ArrayRef = batch.column_by_name(name).ok_or_else(|| {
        wrong("is missing: the shared schema asks for it, empty where nothing is known".into())
    })?;
    let odd = || wrong(format!("must be {wanted}, and is {}", found.data_type()));
    let array = cast(found, wanted).map_err(|_| odd())?;
    array.as_any().downcast_ref::<A>().cloned().ok_or_else(odd)
}

fn date(day: i32) -> Date {
    Date::constant(1970, 1, 1).saturating_add(SignedDuration::from_hours(i64::from(day) * 24))
}
