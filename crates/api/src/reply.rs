//! Replies between model and wire. A node turns a released reply into bytes; a coordinator reads them back and
//! distrusts them: a peer's release is checked like any other input.

use jiff::Timestamp;
use model::reply::{Figure, LinkedLine, MatchLine, Referral, SearchReply, TableReply, TableRow};
use model::{Cell, Granularity, QuestionId, Spread};

use crate::mechanism::{protection_from_wire, protection_to_wire};
use crate::question::{Misunderstood, malformed, moment, newer, word};
use crate::same;
use crate::v1;
use crate::words::Word;

/// Most rows that a released table may hold.
pub const ROWS_MAX: usize = 100_000;
/// Longest desk or reference, in bytes.
const TEXT_BYTES_MAX: usize = 512;

/// A released search reply as it travels.
pub fn search_to_wire(question: QuestionId, as_of: Timestamp, reply: &SearchReply) -> v1::SearchRelease {
    v1::SearchRelease {
        question_id: question.0.as_bytes().to_vec(),
        as_of_ms: as_of.as_millisecond(),
        ..bare(reply)
    }
}

/// A reply as it travels inside a batch, where the question and the moment stand once for all subjects.
pub(crate) fn bare(reply: &SearchReply) -> v1::SearchRelease {
    v1::SearchRelease {
        question_id: Vec::new(),
        as_of_ms: 0,
        granularity: reply.granularity.number(),
        hit: reply.hit,
        matches: reply.matches.iter().map(line_to_wire).collect(),
        referral: reply.referral.as_ref().map(|referral| v1::Referral {
            desk: referral.desk.clone(),
            reference: referral.reference.clone(),
        }),
        tags: reply.tags.as_ref().map(same::tags_to_wire),
    }
}

/// Reads a released search reply. It must answer `question` and tell nothing above its own rung.
pub fn search_from_wire(
    question: QuestionId,
    release: v1::SearchRelease,
) -> Result<(Timestamp, SearchReply), Misunderstood> {
    answers(question, &release.question_id)?;
    let as_of = moment("as_of_ms", release.as_of_ms)?;
    Ok((as_of, told(release)?))
}

/// What a release tells, with its rung kept.
pub(crate) fn told(release: v1::SearchRelease) -> Result<SearchReply, Misunderstood> {
    let granularity = word::<Granularity>("granularity", release.granularity)?;
    let tells_too_much = (granularity < Granularity::Hit && release.hit.is_some())
        || (granularity < Granularity::Count && !release.matches.is_empty())
        || (granularity < Granularity::Count && release.tags.is_some())
        || (granularity < Granularity::Referral && release.referral.is_some());
    if tells_too_much {
        return Err(malformed("granularity", "the release tells more than its rung"));
    }
    if release.referral.as_ref().is_some_and(|r| r.desk.len().max(r.reference.len()) > TEXT_BYTES_MAX) {
        return Err(malformed("referral", "is too long"));
    }
    Ok(SearchReply {
        granularity,
        hit: release.hit,
        matches: release.matches.into_iter().map(line_from_wire).collect::<Result<_, _>>()?,
        referral: release.referral.map(|r| Referral { desk: r.desk, reference: r.reference }),
        tags: release.tags.map(same::tags_from_wire).transpose()?,
    })
}

/// A released table as it travels.
pub fn table_to_wire(question: QuestionId, as_of: Timestamp, reply: &TableReply) -> v1::TableRelease {
    v1::TableRelease {
        question_id: question.0.as_bytes().to_vec(),
        as_of_ms: as_of.as_millisecond(),
        columns: reply.columns.clone(),
        rows: reply
            .rows
            .iter()
            .map(|row| v1::TableRow {
                keys: row.keys.iter().map(key_to_wire).collect(),
                cells: row.cells.iter().map(cell_to_wire).collect(),
            })
            .collect(),
        protection: Some(protection_to_wire(&reply.protection)),
    }
}

/// Reads a released table. It must answer `question`, and every row must have the shape of the headings:
/// `dimensions` keys and a cell for each further heading.
pub fn table_from_wire(
    question: QuestionId,
    dimensions: usize,
    release: v1::TableRelease,
) -> Result<(Timestamp, TableReply), Misunderstood> {
    answers(question, &release.question_id)?;
    if release.rows.len() > ROWS_MAX {
        return Err(malformed("rows", "are too many"));
    }
    let measures = release
        .columns
        .len()
        .checked_sub(dimensions)
        .ok_or_else(|| malformed("columns", "are fewer than the question's dimensions"))?;
    let mut rows = Vec::with_capacity(release.rows.len());
    for row in release.rows {
        if row.keys.len() != dimensions || row.cells.len() != measures {
            return Err(malformed("rows", "do not have the shape of the headings"));
        }
        rows.push(TableRow {
            keys: row.keys.into_iter().map(|key| key.value).collect(),
            cells: row.cells.into_iter().map(cell_from_wire).collect::<Result<_, _>>()?,
        });
    }
    let protection = release.protection.ok_or_else(|| malformed("protection", "must be given"))?;
    let reply = TableReply { columns: release.columns, rows, protection: protection_from_wire(&protection)? };
    Ok((moment("as_of_ms", release.as_of_ms)?, reply))
}

pub(crate) fn answers(question: QuestionId, id: &[u8]) -> Result<(), Misunderstood> {
    if id == question.0.as_bytes() {
        Ok(())
    } else {
        Err(malformed("question_id", "the release answers another question"))
    }
}

fn line_to_wire(line: &MatchLine) -> v1::MatchLine {
    v1::MatchLine {
        entity: line.entity.number(),
        confidence: line.confidence.number(),
        count: line.count.number(),
        categories: line.categories.iter().map(|c| c.number()).collect(),
        years: line.years.map(years_to_wire),
        grading: line.grading.map(Word::number),
        linked: line.linked.iter().map(linked_to_wire).collect(),
    }
}

fn linked_to_wire(line: &LinkedLine) -> v1::LinkedLine {
    v1::LinkedLine {
        dataset: line.dataset.number(),
        count: line.count.number(),
        category: line.category.map(Word::number),
        years: line.years.map(years_to_wire),
    }
}

fn years_to_wire((first, last): (i16, i16)) -> v1::YearRange {
    v1::YearRange { first: first.into(), last: last.into() }
}

fn years_from_wire(years: v1::YearRange) -> Result<(i16, i16), Misunderstood> {
    let year = |year: i32| i16::try_from(year).map_err(|_| malformed("years", "lie outside the calendar"));
    Ok((year(years.first)?, year(years.last)?))
}

fn line_from_wire(line: v1::MatchLine) -> Result<MatchLine, Misunderstood> {
    Ok(MatchLine {
        entity: word("entity", line.entity)?,
        confidence: word("confidence", line.confidence)?,
        count: word("count", line.count)?,
        categories: line.categories.into_iter().map(|c| word("categories", c)).collect::<Result<_, _>>()?,
        years: line.years.map(years_from_wire).transpose()?,
        grading: line.grading.map(|grading| word("grading", grading)).transpose()?,
        linked: line.linked.into_iter().map(linked_from_wire).collect::<Result<_, _>>()?,
    })
}

fn linked_from_wire(line: v1::LinkedLine) -> Result<LinkedLine, Misunderstood> {
    Ok(LinkedLine {
        dataset: word("dataset", line.dataset)?,
        count: word("count", line.count)?,
        category: line.category.map(|category| word("category", category)).transpose()?,
        years: line.years.map(years_from_wire).transpose()?,
    })
}

fn key_to_wire(key: &Option<String>) -> v1::Key {
    v1::Key { value: key.clone() }
}

fn cell_to_wire(cell: &Cell) -> v1::Cell {
    match cell {
        Cell::Suppressed => v1::Cell { cell: Some(v1::cell::Cell::Suppressed(v1::Suppressed {})) },
        Cell::Released(figure) => figure_to_wire(figure),
    }
}

pub(crate) fn figure_to_wire(figure: &Figure) -> v1::Cell {
    let cell = match *figure {
        Figure::Count(count) => v1::cell::Cell::Count(count),
        Figure::Sum(sum) => v1::cell::Cell::Sum(sum),
        Figure::Mean { sum, over } => v1::cell::Cell::Mean(v1::Mean { sum, over }),
        Figure::Variance(Spread { sum, squares, over }) => {
            let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(u64::MAX);
            let (squares, squares_high) = (half(squares), half(squares >> 64));
            v1::cell::Cell::Variance(v1::Variance { sum, over, squares, squares_high })
        }
        Figure::Estimate(count) => v1::cell::Cell::Estimate(count),
        Figure::EstimatedMean { sum, over } => v1::cell::Cell::EstimatedMean(v1::EstimatedMean { sum, over }),
    };
    v1::Cell { cell: Some(cell) }
}

pub(crate) fn cell_from_wire(cell: v1::Cell) -> Result<Cell, Misunderstood> {
    Ok(match cell.cell {
        Some(v1::cell::Cell::Suppressed(_)) => Cell::Suppressed,
        Some(v1::cell::Cell::Count(count)) => Cell::Released(Figure::Count(bounded(count)?)),
        Some(v1::cell::Cell::Sum(sum)) => Cell::Released(Figure::Sum(signed(sum)?)),
        Some(v1::cell::Cell::Mean(mean)) => {
            Cell::Released(Figure::Mean { sum: signed(mean.sum)?, over: bounded(mean.over)? })
        }
        Some(v1::cell::Cell::Estimate(count)) => Cell::Released(Figure::Estimate(signed(count)?)),
        Some(v1::cell::Cell::EstimatedMean(mean)) => {
            Cell::Released(Figure::EstimatedMean { sum: signed(mean.sum)?, over: signed(mean.over)? })
        }
        Some(v1::cell::Cell::Variance(told)) => {
            bounded(told.sum.unsigned_abs())?;
            let squares = u128::from(told.squares_high) << 64 | u128::from(told.squares);
            if squares > 1 << 100 {
                return Err(malformed("cell", "holds a sum of squares beyond 2^100"));
            }
            Cell::Released(Figure::Variance(Spread { sum: told.sum, squares, over: bounded(told.over)? }))
        }
        // A kind of cell that this build does not know must never pass for an empty one.
        None => return Err(newer("cell", "is of a kind that this build does not know")),
    })
}

/// Figures stay small enough that the sum over every force fits, and that JSON holds them exactly.
fn bounded(size: u64) -> Result<u64, Misunderstood> {
    if size <= 1 << 53 { Ok(size) } else { Err(malformed("cell", "holds a figure beyond 2^53")) }
}

fn signed(figure: i64) -> Result<i64, Misunderstood> {
    bounded(figure.unsigned_abs()).map(|_| figure)
}
