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
use model::ranks::ranked;
use model::reply::{Cell, Figure, Protection, SearchReply, SubjectReply, TableReply, TableRow};
use model::schema::ColumnUse;
use model::tabulation::DIMENSIONS_MAX;
use model::{Dataset, ForceId, Margin, Measure, QuestionId, Tabulation};

use unsaid::Unsaid;

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
    let (mut protections, mut of_force, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (force, outcome) in outcomes {
        let Outcome::Answered { reply, .. } = outcome else { continue };
        of_force.resize(of_force.len() + reply.rows.len(), protections.len());
        rows.extend(reply.rows);
        protections.push((force, reply.protection));
    }
    let ranks = ranked(rows.iter().map(|row| row.keys.as_slice()));
    let share = |((force, row), ranks)| Share { force, ranks, row };
    let mut shares: Vec<Share> = of_force.into_iter().zip(rows).zip(ranks).map(share).collect();
    // Force by force nothing is added up, and no row is missing from a sum.
    let unsaid = (!by_force).then(|| Unsaid::of(&protections, &shares));
    let group = |share: &Share| (by_force.then_some(share.force), share.ranks);
    // Each force tells its rows in this order, so that there is little to sort.
    shares.sort_by_key(group);
    let groups = shares.chunk_by_mut(|one, next| group(one) == group(next));
    let rows = groups.map(|shares| {
        let mut silent: Vec<&ForceId> = Vec::new();
        unsaid.iter().for_each(|unsaid| silent.extend(unsaid.by(shares)));
        let cells = asked.measures().iter().enumerate().map(|(at, measure)| {
            let mut cell = added_up(shares, at, &protections);
            cell.suppressed_by.extend(silent.iter().map(|force| (*force).clone()));
            cell.suppressed_by.sort_unstable();
            if let Measure::Variance(column) = measure {
                cell.margin = spread::margin(shares, at, &protections, asked.dataset().width(column));
            }
            told(asked.dataset(), measure, cell)
        });
        let cells = cells.collect();
        let mut keys =
            shares.first_mut().map(|share| std::mem::take(&mut share.row.keys)).unwrap_or_default();
        if by_force {
            let force = shares.first().and_then(|share| protections.get(share.force));
            keys.insert(0, force.map(|(force, _)| force.to_string()));
        }
        MergedRow { keys, cells }
    });
    let rows = rows.collect();
    if by_force {
        columns.insert(0, "force".to_owned());
    }
    TableAnswer { question, coverage, columns, rows, protections }
}

/// A row of one force.
struct Share {
    /// The force, by its place among those that answered.
    force: usize,
    /// The ranks of its keys among those of all rows.
    ranks: [u32; DIMENSIONS_MAX],
    row: TableRow,
}

/// A measure of a row, in the order in which the forces came.
fn added_up(shares: &[Share], at: usize, protections: &[(ForceId, Protection)]) -> MergedCell {
    let cells = shares.iter().filter_map(|of| Some((of.row.cells.get(at)?, protections.get(of.force)?)));
    let mut cells = cells.map(|(cell, (force, protection))| share(force, *cell, protection));
    let mut sum = cells.next().unwrap_or(MergedCell {
        figure: None,
        suppressed_by: Vec::new(),
        margin: Margin::default(),
        over_margin: Margin::default(),
    });
    cells.for_each(|share| add(&mut sum, share));
    sum
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

/// What may be made of a cell beside which shares are suppressed.
fn told(dataset: Dataset, measure: &Measure, mut cell: MergedCell) -> MergedCell {
    if !cell.suppressed_by.is_empty() && !is_bound(dataset, measure) {
        cell.figure = None;
    }
    if cell.figure.is_none() {
        (cell.margin, cell.over_margin) = (Margin::default(), Margin::default());
    }
    cell
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
