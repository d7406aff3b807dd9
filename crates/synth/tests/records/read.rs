//! The records of one small world, read back as text.
//! Written once for all tests of this binary.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;

use arrow::array::Array;
use arrow::util::display::array_value_to_string;
use model::Dataset;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use synth::{Spec, Summary};

/// A row: each column's text, without the columns that are null.
pub(crate) type Row = BTreeMap<String, String>;

/// What was written, read back.
pub(crate) struct World {
    pub(crate) spec: Spec,
    pub(crate) summary: Summary,
    pub(crate) dir: tempfile::TempDir,
    pub(crate) tables: BTreeMap<(String, Dataset), Vec<Row>>,
    pub(crate) truth: Vec<Row>,
    pub(crate) probes: Vec<Row>,
}

/// A small specification in which everything occurs.
pub(crate) fn small() -> Spec {
    Spec { persons: 1_500, reports: 1_200, events: 500, overlap: 0.2, ..Spec::default() }
}

/// The one world of these tests.
pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let spec = small();
        let dir = tempfile::tempdir().unwrap();
        let summary = synth::write(&spec, dir.path(), &mut |_| {}).unwrap();
        let mut tables = BTreeMap::new();
        for force in &spec.forces {
            for &dataset in Dataset::ALL {
                let rows = parquet(&dir.path().join(force.as_str()).join(format!("{dataset}.parquet")));
                tables.insert((force.to_string(), dataset), rows);
            }
        }
        let [truth, probes] = ["truth.csv", "probes.csv"].map(|file| csv(&dir.path().join(file)));
        World { spec, summary, dir, tables, truth, probes }
    })
}

impl World {
    pub(crate) fn rows(&self, force: &str, dataset: Dataset) -> &[Row] {
        &self.tables[&(force.to_owned(), dataset)]
    }

    pub(crate) fn forces(&self) -> impl Iterator<Item = &str> {
        self.spec.forces.iter().map(|force| force.as_str())
    }
}

fn parquet(path: &Path) -> Vec<Row> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let schema = batch.schema();
        for at in 0..batch.num_rows() {
            let known = schema.fields().iter().zip(batch.columns()).filter(|(_, column)| column.is_valid(at));
            rows.push(
                known
                    .map(|(f, column)| (f.name().clone(), array_value_to_string(column, at).unwrap()))
                    .collect(),
            );
        }
    }
    rows
}

fn csv(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row =
        |record: csv::StringRecord| names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}
