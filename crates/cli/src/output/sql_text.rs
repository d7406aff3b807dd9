//! The answer to a statement for reading: aligned rows, how figures were protected, what else to know, and the coverage last.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;
use sql::{Answer, Answered};

use super::table_text::{grouped, protection_line};
use super::{aligned_where, plain};

/// The answer as text.
pub(crate) fn render(answer: &Answer) -> String {
    let headings: Vec<String> = answer.columns.iter().map(|column| plain(&column.name)).collect();
    let right: Vec<bool> = answer.columns.iter().map(|column| is_number(column.values.data_type())).collect();
    let row = |at: usize| answer.columns.iter().map(|column| cell(column, at)).collect();
    let mut text = aligned_where(&headings, (0..answer.rows).map(row).collect(), &right).join("\n");
    if answer.rows == 0 {
        text.push_str("\n(no row)");
    }
    text.push_str("\n\n");
    let mut lines: Vec<String> = Vec::new();
    for protected in &answer.protections {
        for (protection, forces) in grouped(&protected.forces) {
            lines.push(protection_line(&protected.measures, &protection, &forces));
        }
    }
    // One statement may come to several questions that are protected alike.
    let mut told: Vec<&String> = Vec::new();
    for line in &lines {
        if !told.contains(&line) {
            told.push(line);
            text.push_str(line);
        }
    }
    for note in &answer.notes {
        let mut letters = note.chars();
        text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        text.extend(letters);
        text.push_str(".\n");
    }
    if answer.questions.is_empty() {
        text.push_str("No force was asked\n");
        return text;
    }
    let ids: Vec<String> = answer.questions.iter().map(ToString::to_string).collect();
    text.push_str(&format!("{} {}\n", if ids.len() > 1 { "Questions" } else { "Question" }, ids.join(", ")));
    text.push_str(&format!("{}\n", answer.coverage.sentence()));
    text
}

fn cell(column: &Answered, at: usize) -> String {
    let status = column.status.as_ref().and_then(|status| status.get(at).copied().flatten());
    match (shown(&column.values, at), status) {
        (_, Some("suppressed")) => "suppressed".to_owned(),
        (Some(value), Some("at least")) => format!("≥ {value}"),
        (Some(value), _) => value,
        (None, _) => "(none)".to_owned(),
    }
}

/// A value for reading: numbers to two places, small ones to four, moments at midnight as days.
fn shown(values: &ArrayRef, at: usize) -> Option<String> {
    if values.is_null(at) {
        return None;
    }
    let text = plain(&array_value_to_string(values, at).unwrap_or_else(|_| "?".to_owned()));
    Some(match values.data_type() {
        kind if kind.is_floating() => match text.parse::<f64>() {
            Ok(number) if number == 0.0 || number.abs() >= 1.0 => format!("{number:.2}"),
            Ok(number) => format!("{number:.4}"),
            Err(_) => text,
        },
        DataType::Timestamp(..) => text.strip_suffix("T00:00:00").map(str::to_owned).unwrap_or(text),
        _ => text,
    })
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric()
}
