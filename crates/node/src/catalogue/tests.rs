//! The catalogue under test: one desk with files and a configuration, and many cases as data.

mod cells;
mod damage;
mod filters;
mod formats;
mod keeping;
#[cfg(feature = "delta")]
mod lakes;
mod marking;
mod partitions;
mod places;
mod policeuk;
mod postgres;
mod rendering;
mod views;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::util::display::array_value_to_string;
use database::Server;
use jiff::Timestamp;
use model::Dataset;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

use super::{IngestError, IngestReport, Snapshot, SourceConfig, Sources, ViewConfig, check, prepare};

/// The parts of a configuration that are the catalogue's.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Configured {
    #[serde(default)]
    database: BTreeMap<String, Server>,
    source: BTreeMap<String, SourceConfig>,
    #[serde(default)]
    view: Vec<ViewConfig>,
}

/// A folder with source files, and a data folder beside it.
struct Desk(TempDir);

impl Desk {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, contents) in files {
            desk.put(name, contents);
        }
        desk
    }

    fn put(&self, name: &str, contents: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    fn data_dir(&self) -> std::path::PathBuf {
        self.0.path().join("state")
    }

    fn sources(&self, text: &str) -> Sources {
        let Configured { database, source, view } = model::config::read(text, "node.toml").unwrap();
        let base = self.0.path().to_owned();
        let database = database.into_iter().map(|(name, server)| (name, server.within(&base))).collect();
        Sources { base, database, source, view, controller: "mps".parse().unwrap() }
    }

    async fn prepare(&self, text: &str) -> Result<(Snapshot, Option<IngestReport>), IngestError> {
        prepare(&self.sources(text), &self.data_dir(), moment(), &mut |_| {}).await
    }

    async fn check(&self, text: &str) -> Result<IngestReport, IngestError> {
        check(&self.sources(text)).await
    }

    /// What is wrong, without the temporary folder's name.
    async fn trouble(&self, text: &str) -> String {
        let error = self.check(text).await.unwrap_err().to_string();
        error.replace(&self.0.path().display().to_string(), "DESK")
    }
}

fn moment() -> Timestamp {
    "2024-04-01T12:00:00Z".parse().unwrap()
}

/// A source `rows` of CSV files and one view over it.
fn csv_view(dataset: &str, sql: &str) -> String {
    format!(
        "[source.rows]\nformat = 'csv'\npaths = ['*.csv']\n[[view]]\ndataset = '{dataset}'\nsql = '''{sql}'''\n"
    )
}

fn stored(snapshot: &Snapshot, dataset: Dataset) -> RecordBatch {
    rows_in(&snapshot.dataset_path(dataset).unwrap())
}

fn rows_in(path: &Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

/// A column as texts; `-` for null.
fn texts(rows: &RecordBatch, column: &str) -> Vec<String> {
    let column = rows.column_by_name(column).unwrap();
    (0..rows.num_rows())
        .map(|row| match column.is_null(row) {
            true => "-".to_owned(),
            false => array_value_to_string(column, row).unwrap(),
        })
        .collect()
}

#[cfg(not(feature = "delta"))]
#[tokio::test]
async fn a_delta_table_where_this_was_built_without_says_how_to_build_with_it() {
    let config = "[source.rows]\nformat = 'delta'\npaths = ['lake']\n";
    let why = Desk::new(&[]).trouble(config).await;
    assert!(
        why.starts_with("source rows: this bluelamp was built without Delta tables; build it with"),
        "{why}"
    );
}
