//! The answer to a statement as one line of JSON: what is suppressed is that word, a bound says that it is one.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::util::display::array_value_to_string;
use serde::Serialize;
use serde_json::{Value, json};
use sql::{Answer, Answered};

use super::coverage::CoverageJson;
use super::json::{ProtectionJson, line};
use crate::exit::Failure;

#[derive(Serialize)]
struct AnswerJson {
    query_ids: Vec<String>,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    /// For each row and column, how far a figure may be relied on; none of what is no figure.
    status: Vec<Vec<Option<&'static str>>>,
    coverage: CoverageJson,
    /// For each question, of each force.
    protection: Vec<Vec<ProtectionJson>>,
    notes: Vec<String>,
}

/// The answer as JSON.
pub(crate) fn render(answer: &Answer) -> Result<Vec<u8>, Failure> {
    let status =
        |column: &Answered, at: usize| column.status.as_ref().and_then(|s| s.get(at).copied().flatten());
    let rows = (0..answer.rows)
        .map(|at| answer.columns.iter().map(|c| cell(&c.values, status(c, at), at)).collect());
    let statuses =
        (0..answer.rows).map(|at| answer.columns.iter().map(|column| status(column, at)).collect());
    let protection = answer.protections.iter().map(|protected| {
        protected.forces.iter().map(|(force, protection)| ProtectionJson::of(force, protection)).collect()
    });
    line(&AnswerJson {
        query_ids: answer.questions.iter().map(ToString::to_string).collect(),
        columns: answer.columns.iter().map(|column| column.name.clone()).collect(),
        rows: rows.collect(),
        status: statuses.collect(),
        coverage: CoverageJson::from(&answer.coverage),
        protection: protection.collect(),
        notes: answer.notes.clone(),
    })
}

fn cell(values: &ArrayRef, status: Option<&'static str>, at: usize) -> Value {
    match status {
        Some("suppressed") => Value::from("suppressed"),
        Some("at least") => json!({ "at_least": value(values, at) }),
        _ => value(values, at),
    }
}

fn value(values: &ArrayRef, at: usize) -> Value {
    if values.is_null(at) {
        return Value::Null;
    }
    let alone = values.slice(at, 1);
    let text = || Value::from(array_value_to_string(values, at).unwrap_or_default());
    match values.data_type() {
        DataType::Boolean => alone.as_boolean_opt().map_or_else(text, |values| Value::from(values.value(0))),
        kind if kind.is_integer() => match cast(&alone, &DataType::Int64) {
            Ok(number) => Value::from(number.as_primitive::<Int64Type>().value(0)),
            Err(_) => text(),
        },
        kind if kind.is_numeric() => match cast(&alone, &DataType::Float64) {
            Ok(number) => Value::from(number.as_primitive::<Float64Type>().value(0)),
            Err(_) => text(),
        },
        _ => text(),
    }
}
