//! The answer to a statement as columns: CSV, Arrow, Parquet. Beside each column of figures stands one that says how far each
//! may be relied on.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::util::display::array_value_to_string;
use sql::{Answer, Answered};

use super::{Format, columnar, csv};
use crate::exit::Failure;

/// The answer in a format of columns.
pub(crate) fn render(answer: &Answer, format: Format) -> Result<Vec<u8>, Failure> {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for column in &answer.columns {
        columns.push((column.name.clone(), column.values.clone()));
        if let Some(status) = &column.status {
            let status = status.iter().copied().collect::<StringArray>();
            columns.push((format!("{}_status", column.name), Arc::new(status)));
        }
    }
    match format {
        Format::Arrow => columnar::arrow_of(columns, &answer.coverage),
        Format::Parquet => columnar::parquet_of(columns, &answer.coverage),
        Format::Table | Format::Json | Format::Csv => {
            let headings: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
            let rows = (0..answer.rows)
                .map(|at| answer.columns.iter().flat_map(|column| texts(column, at)).collect());
            csv::written(&headings, rows, &answer.coverage)
        }
    }
}

/// A cell as text, and beside a figure its status. What is suppressed is that word in both.
fn texts(column: &Answered, at: usize) -> Vec<String> {
    let value = match column.values.is_null(at) {
        true => None,
        false => Some(array_value_to_string(&column.values, at).unwrap_or_default()),
    };
    let Some(status) = &column.status else { return vec![value.unwrap_or_default()] };
    let status = status.get(at).copied().flatten();
    vec![
        value.or_else(|| status.filter(|s| *s == "suppressed").map(str::to_owned)).unwrap_or_default(),
        status.unwrap_or_default().to_owned(),
    ]
}
