//! The answers to a list for reading: each subject under its line and the asker's own reference, the coverage last.

use std::fmt::Write as _;

use model::Granularity;

use super::search_text::{blocks, same_person};
use super::{list, plain};
use crate::batch::answers::Answers;

/// The answers as text; `asked` is the rung that was asked for.
pub(crate) fn render(answers: &Answers, asked: Granularity) -> String {
    let mut text = String::new();
    for row in &answers.rows {
        // Writing to a String can't fail.
        let _ = write!(text, "Subject in line {}", row.line);
        if let Some(reference) = &row.reference {
            let _ = write!(text, ", {}", plain(reference));
        }
        text.push('\n');
        match &row.said {
            Ok(answer) => {
                text.extend(blocks(answer, asked));
                text.push_str(&same_person(answer));
            }
            Err(complaint) => {
                let _ = writeln!(text, "NOT ASKED: {}", plain(&complaint.to_string()));
            }
        }
        text.push('\n');
    }
    let noun = if answers.questions.len() == 1 { "Question" } else { "Questions" };
    let _ = writeln!(text, "{noun} {}", list(&answers.questions));
    if answers.broken() > 0 {
        let _ =
            writeln!(text, "{} of {} subjects were not asked about", answers.broken(), answers.rows.len());
    }
    let _ = writeln!(text, "{}", answers.coverage.sentence());
    text
}
