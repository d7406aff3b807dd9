//! The peer: DataFusion in this process over the union of the three forces' files. Once as it comes, which is timed, and once
//! over the records that the policies let count, which says what the answers must be.

use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};

/// A row: keys as texts, then figures.
pub(crate) type Row = (Vec<Option<String>>, Vec<Option<f64>>);

const DATASETS: [&str; 5] = ["person", "report", "link", "location", "identifier"];
/// What Bluelamp never counts, and what no permit of the benchmark's policy lets count.
const COUNTED: &str = "disclosure_mark = 'disclose' and subject_category not in ('victim', 'witness') and retention <> 'disposed'";

pub(crate) struct Peer(SessionContext);

impl Peer {
    /// Over all records, or over those alone that may be counted.
    pub(crate) async fn open(folder: &Path, counted: bool) -> Self {
        let context = SessionContext::new_with_config(SessionConfig::new());
        for dataset in DATASETS {
            let file = |force| folder.join(force).join(format!("records/{dataset}.parquet"));
            let files: Vec<String> =
                ["btp", "colp", "mps"].map(|force| file(force).to_string_lossy().into_owned()).to_vec();
            let frame = context.read_parquet(files, ParquetReadOptions::default()).await.unwrap();
            if counted {
                let filter = frame.parse_sql_expr(COUNTED).unwrap();
                context.register_table(dataset, frame.filter(filter).unwrap().into_view()).unwrap();
            } else {
                context.register_table(dataset, frame.into_view()).unwrap();
            }
        }
        Self(context)
    }

    pub(crate) async fn ask(&self, sql: &str) -> Vec<RecordBatch> {
        self.0.sql(sql).await.unwrap().collect().await.unwrap()
    }
}

/// The rows of batches of which so many columns are keys.
pub(crate) fn rows(batches: &[RecordBatch], keys: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches {
        let texts: Vec<ArrayRef> =
            batch.columns().iter().take(keys).map(|column| cast(column, &DataType::Utf8).unwrap()).collect();
        let numbers: Vec<ArrayRef> = batch
            .columns()
            .iter()
            .skip(keys)
            .map(|column| cast(column, &DataType::Float64).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let text = |column: &ArrayRef| {
                let column = column.as_string::<i32>();
                column.is_valid(row).then(|| column.value(row).to_owned())
            };
            let number = |column: &ArrayRef| {
                let column = column.as_primitive::<Float64Type>();
                column.is_valid(row).then(|| column.value(row))
            };
            rows.push((texts.iter().map(text).collect(), numbers.iter().map(number).collect()));
        }
    }
    rows
}
