//! The answers to a list as a grid: the rows of each subject's answer under the line of the list that asked, and a row
//! for each line that could not be asked about.

use super::grid::{Column, Grid, Values};
use super::search_grid::{Row, columns, rows};
use crate::batch::answers::{AnsweredRow, Answers};

/// The answers as a grid.
pub(crate) fn grid(answers: &Answers) -> Grid {
    let mut subjects: Vec<&AnsweredRow> = Vec::new();
    let mut found = Vec::new();
    for subject in &answers.rows {
        found.extend(subject.said.as_ref().map_or_else(|_| vec![Row::UNASKED], rows));
        subjects.resize(found.len(), subject);
    }
    let text = |name: &str, value: &dyn Fn(&AnsweredRow) -> Option<String>| {
        Column::new(name, Values::Text(subjects.iter().map(|subject| value(subject)).collect()))
    };
    let lines = subjects.iter().map(|subject| Some(subject.line)).collect();
    let mut all =
        vec![Column::new("subject", Values::Count(lines)), text("ref", &|subject| subject.reference.clone())];
    all.extend(columns(&found));
    all.push(text("error", &|subject| subject.said.as_ref().err().map(ToString::to_string)));
    Grid { columns: all }
}
