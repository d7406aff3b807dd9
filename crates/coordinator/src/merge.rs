//! Merging: one outcome for each force in, one answer with its coverage out. Pure.
//!
//! ```text
//! force A   42        suppressed   –
//! force B   10        20           –
//! merged    52        ≥ 20 (A)     no row
//! ```
//!
//! A figure beside a suppressed share is a bound, never a total. A mean or a variance with a suppressed share tells nothing. A
//! force that did not answer stands in the coverage (invariant 6). Sums over forces may count a person or an event
//! once for each force that holds it.
//!
//! A force whose noise leaves out small groups has a suppressed share in every row that it does not tell, and one that
//! withholds a heading in every row under that heading: its missing row is no zero. Noisy figures are added up as they were drawn, those below zero too, so that sums stay right on average.
//!
//! Every figure carries how far the exact one may lie: what rounding may add is added up, what noise may add is
//! added up by its squares, over those forces whose share stands in the figure and no others.

use std::collections::{BTreeMap, HashSet};

use model::answer::{
    BatchAnswer, Coverage, ForceCoverage, MergedCell, MergedRow, Outcome, SearchAnswer, TableAnswer,
};
use model::reply::{Cell, Figure, Protection, SearchReply, SubjectReply, TableReply, TableRow};
use model::schema::ColumnUse;
use model::{Dataset, ForceId, Margin, Measure, QuestionId, Tabulation};

use spread::Spreads;
use unsaid::Said;

mod same;
mod spread;
mod unsaid;

/// One outcome for each force asked.
pub type Outcomes<R> = BTreeMap<ForceId, Outcome<R>>;

/// Merges search replies: each force keeps its own without its tags, the coverage speaks for all.
pub fn search(question: QuestionId, outcomes: Outcomes<SearchReply>) -> SearchAnswer {
    let coverage = coverage(&outcomes);
    let mut answers: Vec<_> = outcomes
        .into_iter()
        .filter_map(|(force, outcome)| match outcome {
            Outcome::Answered { reply, .. } => Some((force, reply)),
            _ => None,
        })
        .collect();
    let same_person = same::take(&mut answers);
    SearchAnswer { question, coverage, answers, same_person }
}

/// Merges the replies to a batch of `subjects`: each subject as a search of its own. A force that answered the batch
/// but refused a subject stands in that subject's coverage alone; one that did not answer stands in all of them.
/// A force with another number of replies counts as incompatible.
pub fn batch(
    question: QuestionId,
    subjects: usize,
    mut outcomes: Outcomes<Vec<SubjectReply>>,
) -> BatchAnswer {
    for outcome in outcomes.values_mut() {
        if matches!(outcome, Outcome::Answered { reply, .. } if reply.len() != subjects) {
            *outcome = Outcome::Incompatible;
        }
    }
    let subject = |at| {
        let of_force = |(force, outcome): (&ForceId, &Outcome<_>)| (force.clone(), of_subject(outcome, at));
        search(question, outcomes.iter().map(of_force).collect())
    };
    let subjects = (0..subjects).map(subject).collect();
    BatchAnswer { question, coverage: coverage(&outcomes), subjects }
}

/// What became of the subject at this place, from what became of the batch.
fn of_subject(batch: &Outcome<Vec<SubjectReply>>, at: usize) -> Outcome<SearchReply> {
    match batch {
        Outcome::Answered { as_of, reply } => match reply.get(at) {
            Some(Ok(reply)) => Outcome::Answered { as_of: *as_of, reply: reply.clone() },
            Some(Err(code)) => Outcome::Refused(*code),
            None => Outcome::Incompatible,
        },
        Outcome::Refused(code) => Outcome::Refused(*code),
        Outcome::Late => Outcome::Late,
        Outcome::Unreachable => Outcome::Unreachable,
        Outcome::Incompatible => Outcome::Incompatible,
    }
}

/// Merges tables cell by cell. With `by_force` the force becomes the first dimension and nothing is added up.
/// A force whose table does not have the question's shape counts as incompatible.
pub fn table(
    question: QuestionId,
    asked: &Tabulation,
    by_force: bool,
    mut outcomes: Outcomes<TableReply>,
) -> TableAnswer {
    let mut columns = asked.headings();
    for outcome in outcomes.values_mut() {
        if matches!(outcome, Outcome::Answered { reply, .. } if !has_shape(reply, &columns)) {
            *outcome = Outcome::Incompatible;
        }
    }
    let coverage = coverage(&outcomes);
    let mut shares: Vec<Row> = Vec::new();
    let mut spreads = Spreads::of(asked);
    let mut protections = Vec::new();
    let mut said: Vec<Said> = Vec::new();
    for (force, outcome) in outcomes {
        let Outcome::Answered { reply, .. } = outcome else { continue };
        let protection = reply.protection;
        protections.push((force.clone(), protection));
        if !by_force {
            said.push(Said::of(force.clone(), &reply));
        }
        for TableRow { mut keys, cells } in reply.rows {
            if by_force {
                keys.insert(0, Some(force.to_string()));
            }
            spreads.take(&keys, &cells, protection);
            shares.push((keys, cells.into_iter().map(|cell| share(&force, cell, &protection)).collect()));
        }
    }
    let mut merged = added_up(shares);
    for (keys, cells) in &mut merged {
        let unsaid: Vec<&ForceId> = said.iter().filter_map(|said| said.unsaid(keys)).collect();
        for cell in cells {
            cell.suppressed_by.extend(unsaid.iter().map(|&force| force.clone()));
            cell.suppressed_by.sort_unstable();
        }
    }
    let rows = merged.into_iter().map(|(keys, mut cells)| {
        spreads.put_margins(&keys, &mut cells);
        row(asked, keys, cells)
    });
    let rows = rows.collect();
    if by_force {
        columns.insert(0, "force".to_owned());
    }
    TableAnswer { question, coverage, columns, rows, protections }
}

/// A row's keys and what stands under them.
type Row = (Vec<Option<String>>, Vec<MergedCell>);

/// Rows in the order of their keys, those with the same keys added up in the order in which they came. Each force tells its rows in
/// this order, so that there is little to sort.
fn added_up(mut shares: Vec<Row>) -> Vec<Row> {
    shares.sort_by(|(one, _), (other, _)| one.cmp(other));
    shares.dedup_by(|(keys, share), (known, sums)| {
        let same = keys == known;
        if same {
            sums.iter_mut().zip(share.drain(..)).for_each(|(sum, share)| add(sum, share));
        }
        same
    });
    shares
}

fn coverage<R>(outcomes: &Outcomes<R>) -> Coverage {
    let line = |(force, outcome): (&ForceId, &Outcome<R>)| ForceCoverage {
        force: force.clone(),
        outcome: outcome.without_reply(),
    };
    Coverage { forces: outcomes.iter().map(line).collect() }
}

fn has_shape(reply: &TableReply, columns: &[String]) -> bool {
    let rising = || reply.rows.is_sorted_by(|one, next| one.keys < next.keys);
    let groups = || reply.rows.iter().map(|row| &row.keys).collect::<HashSet<_>>();
    reply.columns == columns && (rising() || groups().len() == reply.rows.len())
}

fn share(force: &ForceId, cell: Cell, protection: &Protection) -> MergedCell {
    let (figure, suppressed_by) = match cell {
        Cell::Released(figure) => (Some(figure), Vec::new()),
        Cell::Suppressed => (None, vec![force.clone()]),
    };
    let (margin, over_margin) = match figure {
        None => (Margin::default(), Margin::default()),
        Some(Figure::Count(_) | Figure::Estimate(_)) => (protection.count_margin(), Margin::default()),
        Some(Figure::Sum(_)) => (protection.sum_margin(), Margin::default()),
        Some(Figure::Mean { .. } | Figure::EstimatedMean { .. }) => {
            (protection.sum_margin(), protection.count_margin())
        }
        // How far the deviations lie depends on all shares together, and is reckoned of the whole row.
        Some(Figure::Variance(_)) => (Margin::default(), protection.count_margin()),
    };
    MergedCell { figure, suppressed_by, margin, over_margin }
}

fn add(sum: &mut MergedCell, share: MergedCell) {
    sum.figure = match (sum.figure, share.figure) {
        (Some(a), Some(b)) => plus(a, b),
        (Some(figure), None) | (None, Some(figure)) => Some(figure),
        (None, None) => None,
    };
    sum.margin = sum.margin.plus(share.margin);
    sum.over_margin = sum.over_margin.plus(share.over_margin);
    sum.suppressed_by.extend(share.suppressed_by);
}

/// Adds figures of one kind. `api` bounds each to 2^53, so a federation's sum fits; one that still did not would
/// be dropped rather than told wrong.
fn plus(a: Figure, b: Figure) -> Option<Figure> {
    match (a, b) {
        (Figure::Estimate(a), Figure::Estimate(b)) => a.checked_add(b).map(Figure::Estimate),
        (Figure::Estimate(a), Figure::Count(b)) | (Figure::Count(b), Figure::Estimate(a)) => {
            a.checked_add_unsigned(b).map(Figure::Estimate)
        }
        (Figure::EstimatedMean { sum: a, over: m }, Figure::EstimatedMean { sum: b, over: n }) => {
            Some(Figure::EstimatedMean { sum: a.checked_add(b)?, over: m.checked_add(n)? })
        }
        (Figure::EstimatedMean { sum: a, over: m }, Figure::Mean { sum: b, over: n })
        | (Figure::Mean { sum: b, over: n }, Figure::EstimatedMean { sum: a, over: m }) => {
            Some(Figure::EstimatedMean { sum: a.checked_add(b)?, over: m.checked_add_unsigned(n)? })
        }
        (Figure::Count(a), Figure::Count(b)) => a.checked_add(b).map(Figure::Count),
        (Figure::Sum(a), Figure::Sum(b)) => a.checked_add(b).map(Figure::Sum),
        (Figure::Mean { sum: a, over: m }, Figure::Mean { sum: b, over: n }) => {
            Some(Figure::Mean { sum: a.checked_add(b)?, over: m.checked_add(n)? })
        }
        (Figure::Variance(a), Figure::Variance(b)) => a.plus(b).map(Figure::Variance),
        _ => None,
    }
}

fn row(asked: &Tabulation, keys: Vec<Option<String>>, mut cells: Vec<MergedCell>) -> MergedRow {
    for (cell, measure) in cells.iter_mut().zip(asked.measures()) {
        if !cell.suppressed_by.is_empty() && !is_bound(asked.dataset(), measure) {
            cell.figure = None;
        }
        if cell.figure.is_none() {
            (cell.margin, cell.over_margin) = (Margin::default(), Margin::default());
        }
    }
    MergedRow { keys, cells }
}

/// Whether what some forces add up to is the least that all of them can: a count is, and a sum of values that are
/// never below zero. The mean or the variance of some of the forces is no bound of that of all.
fn is_bound(dataset: Dataset, measure: &Measure) -> bool {
    match measure {
        Measure::Count | Measure::Distinct => true,
        Measure::Sum(column) => dataset
            .column(column)
            .is_ok_and(|column| matches!(column.used, ColumnUse::Measure { low: 0.., .. })),
        Measure::Mean(_) | Measure::Variance(_) => false,
    }
}

#[cfg(test)]
mod tests;
