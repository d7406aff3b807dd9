//! The questions of a picture before they are asked: what each is, why, and how it would be typed as a table of its own.

use std::fmt::Write as _;

use crate::question::Asked;
use crate::{Frame, words};

/// The questions as text.
pub fn render(frame: &Frame, asked: &[Asked]) -> String {
    let mut text = format!(
        "The threat picture of {} beside {} asks {} questions of each force. Nothing was sent.\n",
        frame.period(),
        frame.previous(),
        asked.len()
    );
    for (at, question) in asked.iter().enumerate() {
        // Writing to a String can't fail.
        let _ = write!(
            text,
            "\n{}. {} (round {})\n   Why: {}\n   {}\n",
            at + 1,
            question.title,
            question.round,
            question.why,
            typed(question)
        );
    }
    text.push_str(
        "\nQuestions of one round overlap in no record and are asked at once. A force remembers what it told: a later \
         question bears\nthe suppression that an overlap with an earlier one asks for, so the most telling come first.\n",
    );
    text
}

fn typed(question: &Asked) -> String {
    let table = &question.table;
    format!(
        "bluelamp table {} --by {} --measure {} --totals --per-force --where {:?}",
        table.dataset(),
        comma(table.by()),
        comma(table.measures()),
        words::plain(&question.condition)
    )
}

fn comma<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
