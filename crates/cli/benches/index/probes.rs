//! What is asked for: probes of the made-up population, and identifiers that it holds.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type};
use linkage::Subject;
use linkage::person::{PersonRecord, RawPerson};
use model::Probe;
use model::probe::{IdentifierProbe, PersonProbe};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::measure::Times;

/// Probes, some corrupted, some of people whom nobody holds.
pub(crate) fn people(folder: &Path) -> Vec<Subject> {
    let mut reader = csv::Reader::from_path(folder.join("probes.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let columns = ["given_names", "family_name", "dob", "postcode"].map(place);
    let person = |record: csv::StringRecord| {
        let [given, family, dob, postcode] = columns.map(|column| record[column].to_owned());
        let dob = dob.parse().ok();
        let postcode = Some(postcode).filter(|postcode| !postcode.is_empty());
        Probe::Person(PersonProbe {
            given_names: given,
            family_name: family,
            dob,
            postcode,
            ..PersonProbe::default()
        })
    };
    reader.records().filter_map(|record| Subject::try_from(&person(record.unwrap())).ok()).collect()
}

/// Identifiers that are held.
pub(crate) fn identifiers(folder: &Path) -> Vec<Subject> {
    let mut found = Vec::new();
    for batch in batches(&folder.join("mps/identifier.parquet")) {
        let (kinds, values) = (text(&batch, "kind"), text(&batch, "value"));
        for (kind, value) in kinds.iter().zip(&values) {
            let (Some(kind), Some(value)) = (kind, value) else { continue };
            let probe =
                Probe::Identifier(IdentifierProbe { kind: kind.parse().unwrap(), value: value.clone() });
            found.extend(Subject::try_from(&probe).ok());
        }
        if found.len() > 20_000 {
            break;
        }
    }
    found
}

/// Times of comparing each of `subjects` with every person on record.
pub(crate) fn compare_with_all(folder: &Path, subjects: &[Subject]) -> Times {
    let mut records = Vec::new();
    for batch in batches(&folder.join("mps/person.parquet")) {
        let [given, family, postcode] =
            ["given_names", "family_name", "postcode"].map(|column| text(&batch, column));
        let dates = batch.column_by_name("dob").unwrap().as_primitive::<Date32Type>();
        for (((given, family), postcode), days) in given.iter().zip(&family).zip(&postcode).zip(dates) {
            records.push(PersonRecord::read(&RawPerson {
                given_names: given.as_deref().unwrap_or_default(),
                family_name: family.as_deref().unwrap_or_default(),
                dob: days.map(|days| jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(days)),
                postcode: postcode.as_deref(),
                ..RawPerson::default()
            }));
        }
    }
    let mut times = Times::default();
    for subject in subjects {
        let Subject::Person(person) = subject else { continue };
        let started = Instant::now();
        let best = records.iter().map(|record| linkage::person::compare(person, record).weight_bits);
        std::hint::black_box(best.fold(f64::MIN, f64::max));
        times.add(started.elapsed());
    }
    times
}

fn batches(path: &Path) -> impl Iterator<Item = RecordBatch> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    reader.map(|batch| batch.unwrap())
}

fn text(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let column = cast(batch.column_by_name(column).unwrap(), &DataType::Utf8).unwrap();
    column.as_string::<i32>().iter().map(|value| value.map(str::to_owned)).collect()
}
