//! The baseline of tables: DataFusion in this process over the union of the three forces' files.

use std::path::Path;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use crate::desk::unit;

/// Tables asked, by name: dimensions as Bluelamp writes them.
pub(crate) const QUESTIONS: [(&str, &[&str]); 2] = [
    ("reports by threat category", &["threat_category"]),
    ("reports by month and threat category", &["month", "threat_category"]),
];

pub(crate) struct Local(SessionContext);

impl Local {
    pub(crate) async fn open(folder: &Path) -> Self {
        let context = SessionContext::new();
        let files: Vec<String> = ["btp", "colp", "mps"]
            .map(|force| folder.join(force).join("records/report.parquet").to_string_lossy().into_owned())
            .to_vec();
        let frame = context.read_parquet(files, ParquetReadOptions::default()).await.unwrap();
        context.register_table("report", frame.into_view()).unwrap();
        Self(context)
    }

    /// Counts every report by the same dimensions, under the same words, and returns the sum of the counts.
    pub(crate) async fn count(&self, by: &[&str], round: usize) -> u64 {
        let columns: Vec<&str> = by
            .iter()
            .map(|&column| if column == "month" { "date_trunc('month', reported_on)" } else { column })
            .collect();
        let columns = columns.join(", ");
        let unit = unit(round);
        let sql = format!(
            "select {columns}, count(*) as n from report \
             where reporting_unit = '{unit}' or reported_on >= '1900-01-01' group by {columns}"
        );
        let batches = self.0.sql(&sql).await.unwrap().collect().await.unwrap();
        let sums = batches.iter().map(|batch| {
            let counts = batch.column_by_name("n").unwrap().as_primitive::<Int64Type>();
            counts.iter().flatten().sum::<i64>()
        });
        u64::try_from(sums.sum::<i64>()).unwrap()
    }
}
