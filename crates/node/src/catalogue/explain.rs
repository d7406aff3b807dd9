//! Turns DataFusion's errors into ours. What it says while planning speaks of the operator's own SQL and may be
//! told; what it says while running can quote a cell, so of that only the kind of failure is told.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use model::nearest::suggestion;

use super::error::IngestError;

/// Why a view can't be planned; `columns` are those of the sources that it names.
pub(super) fn planning(error: &DataFusionError, columns: &[String]) -> String {
    match error.find_root() {
        DataFusionError::SchemaError(error, _) => match error.as_ref() {
            SchemaError::FieldNotFound { field, .. } => format!(
                "no column {:?} in its sources; {}; names with capitals or spaces stand in double quotes",
                field.name,
                suggestion(&field.name, columns.iter().map(String::as_str)),
            ),
            other => one_line(&other.to_string()),
        },
        DataFusionError::SQL(error, _) => format!("not valid SQL: {}", one_line(&error.to_string())),
        DataFusionError::Plan(why) => one_line(why),
        other => one_line(&other.strip_backtrace()),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a view stopped while running: the reader's own error, or a fragment that quotes no record.
pub(super) fn running(error: &DataFusionError) -> Result<IngestError, &'static str> {
    match error.find_root() {
        DataFusionError::External(inner) => {
            inner.downcast_ref::<IngestError>().cloned().ok_or("the query stopped while reading records")
        }
        DataFusionError::ArrowError(..) => Err(
            "a function of the query met a value that it can't take; use try_cast for cast, or give the text as it is, since dates and numbers are read after the view",
        ),
        DataFusionError::Execution(_) => Err(
            "a function of the query failed on a value; give the text as it is, since dates and numbers are read after the view",
        ),
        DataFusionError::ResourcesExhausted(_) => Err(
            "the query needs more memory than a view may take; join, group or order less at once, or prepare the file beforehand",
        ),
        _ => Err("the query stopped while reading records"),
    }
}
