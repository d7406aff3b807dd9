//! Merged answers between model and wire: what a coordinator sends and an analyst's tool reads.

use jiff::Timestamp;
use model::answer::{Coverage, ForceCoverage, MergedCell, MergedRow, Outcome, SearchAnswer, TableAnswer};
use model::{Cell, QuestionId};

use crate::mechanism::{margin_from_wire, margin_to_wire, protection_from_wire, protection_to_wire};
use crate::question::{Misunderstood, malformed, moment, newer, word};
use crate::reply::{cell_from_wire, figure_to_wire, search_from_wire, search_to_wire};
use crate::same;
use crate::v1;
use crate::words::Word;

/// A merged search answer as it travels.
pub fn search_answer_to_wire(answer: &SearchAnswer) -> v1::SearchAnswer {
    let as_of = |force: &model::ForceId| {
        answer.coverage.forces.iter().find(|f| f.force == *force).and_then(|f| match f.outcome {
            Outcome::Answered { as_of, .. } => Some(as_of),
            _ => None,
        })
    };
    v1::SearchAnswer {
        question_id: answer.question.0.as_bytes().to_vec(),
        coverage: coverage_to_wire(&answer.coverage),
        answers: answer
            .answers
            .iter()
            .map(|(force, reply)| v1::ForceSearch {
                force: force.to_string(),
                release: Some(search_to_wire(
                    answer.question,
                    as_of(force).unwrap_or(Timestamp::UNIX_EPOCH),
                    reply,
                )),
            })
            .collect(),
        same_person: same::to_wire(&answer.same_person),
    }
}

/// Reads a merged search answer to `question`.
pub fn search_answer_from_wire(
    question: QuestionId,
    answer: v1::SearchAnswer,
) -> Result<SearchAnswer, Misunderstood> {
    let mut answers = Vec::with_capacity(answer.answers.len());
    for force in answer.answers {
        let release = force.release.ok_or_else(|| malformed("answers", "hold a force without a release"))?;
        answers.push((force.force.parse()?, search_from_wire(question, release)?.1));
    }
    let same_person = same::from_wire(answer.same_person, answers.iter().map(|(force, _)| force))?;
    Ok(SearchAnswer { question, coverage: coverage_from_wire(answer.coverage)?, answers, same_person })
}

/// A merged table as it travels.
pub fn table_answer_to_wire(answer: TableAnswer) -> v1::TableAnswer {
    let cell = |cell: MergedCell| v1::MergedCell {
        figure: cell.figure.as_ref().map(figure_to_wire),
        suppressed_by: cell.suppressed_by.iter().map(ToString::to_string).collect(),
        margin: margin_to_wire(cell.margin),
        over_margin: margin_to_wire(cell.over_margin),
    };
    let row = |row: MergedRow| v1::MergedRow {
        keys: row.keys.into_iter().map(|value| v1::Key { value }).collect(),
        cells: row.cells.into_iter().map(cell).collect(),
    };
    v1::TableAnswer {
        question_id: answer.question.0.as_bytes().to_vec(),
        coverage: coverage_to_wire(&answer.coverage),
        columns: answer.columns,
        rows: answer.rows.into_iter().map(row).collect(),
        protections: answer
            .protections
            .iter()
            .map(|(force, protection)| v1::ForceProtection {
                force: force.to_string(),
                protection: Some(protection_to_wire(protection)),
            })
            .collect(),
    }
}

/// Reads a merged table that answers `question`.
pub fn table_answer_from_wire(
    question: QuestionId,
    answer: v1::TableAnswer,
) -> Result<TableAnswer, Misunderstood> {
    let coverage = coverage_from_wire(answer.coverage)?;
    // Thousands of cells name the same few forces.
    let force = |name: &String| match coverage.forces.iter().find(|line| line.force.as_str() == name) {
        Some(line) => Ok(line.force.clone()),
        None => name.parse(),
    };
    let cell = |cell: v1::MergedCell| {
        let figure = match cell.figure.map(cell_from_wire).transpose()? {
            Some(Cell::Released(figure)) => Some(figure),
            Some(Cell::Suppressed) => return Err(malformed("cell", "a merged figure can't be suppressed")),
            None => None,
        };
        let suppressed_by = cell.suppressed_by.iter().map(force).collect::<Result<_, _>>()?;
        let (margin, over_margin) = (margin_from_wire(cell.margin), margin_from_wire(cell.over_margin));
        Ok::<_, Misunderstood>(MergedCell { figure, suppressed_by, margin, over_margin })
    };
    let width = answer.columns.len();
    let mut rows = Vec::with_capacity(answer.rows.len());
    for row in answer.rows {
        if row.keys.len() + row.cells.len() != width {
            return Err(malformed("rows", "do not have the shape of the headings"));
        }
        rows.push(MergedRow {
            keys: row.keys.into_iter().map(|key| key.value).collect(),
            cells: row.cells.into_iter().map(cell).collect::<Result<_, _>>()?,
        });
    }
    let mut protections = Vec::with_capacity(answer.protections.len());
    for force in answer.protections {
        let protection = force.protection.ok_or_else(|| malformed("protections", "one is empty"))?;
        protections.push((force.force.parse()?, protection_from_wire(&protection)?));
    }
    Ok(TableAnswer { question, coverage, columns: answer.columns, rows, protections })
}

/// The kind of an outcome as it travels.
pub fn outcome_kind<R>(outcome: &Outcome<R>) -> v1::OutcomeKind {
    match outcome {
        Outcome::Answered { .. } => v1::OutcomeKind::Answered,
        Outcome::Refused(_) => v1::OutcomeKind::Refused,
        Outcome::Late => v1::OutcomeKind::Late,
        Outcome::Unreachable => v1::OutcomeKind::Unreachable,
        Outcome::Incompatible => v1::OutcomeKind::Incompatible,
    }
}

pub(crate) fn coverage_to_wire(coverage: &Coverage) -> Vec<v1::ForceCoverage> {
    let line = |line: &ForceCoverage| v1::ForceCoverage {
        force: line.force.to_string(),
        outcome: outcome_kind(&line.outcome).into(),
        as_of_ms: match line.outcome {
            Outcome::Answered { as_of, .. } => as_of.as_millisecond(),
            _ => 0,
        },
        refusal: match line.outcome {
            Outcome::Refused(code) => code.number(),
            _ => 0,
        },
    };
    coverage.forces.iter().map(line).collect()
}

pub(crate) fn coverage_from_wire(lines: Vec<v1::ForceCoverage>) -> Result<Coverage, Misunderstood> {
    let mut forces = Vec::with_capacity(lines.len());
    for line in lines {
        let unknown = |_| newer("coverage", "holds an outcome that this build does not know");
        let outcome = match v1::OutcomeKind::try_from(line.outcome).map_err(unknown)? {
            v1::OutcomeKind::Unspecified => return Err(malformed("coverage", "holds no outcome")),
            v1::OutcomeKind::Answered => {
                Outcome::Answered { as_of: moment("coverage.as_of_ms", line.as_of_ms)?, reply: () }
            }
            v1::OutcomeKind::Refused => Outcome::Refused(word("coverage.refusal", line.refusal)?),
            v1::OutcomeKind::Late => Outcome::Late,
            v1::OutcomeKind::Unreachable => Outcome::Unreachable,
            v1::OutcomeKind::Incompatible => Outcome::Incompatible,
        };
        forces.push(ForceCoverage { force: line.force.parse()?, outcome });
    }
    Ok(Coverage { forces })
}
