//! Reports month by month over both periods, in the order of the calendar.

use model::ForceId;

use crate::Period;
use crate::answer::{Shares, total};
use crate::picture::{Answers, Block, Cell, Chart, Head, Row};
use crate::question::{Topic, When};

/// The months of the periods that were answered; none where neither was.
pub(super) fn block(head: &Head, answers: &Answers) -> Option<Block> {
    let held = |when, period: Period| Some((period, answers.get(&(Topic::Reports, when))?));
    let now = held(When::Period, head.frame.period())?;
    let before = held(When::Previous, head.frame.previous());
    let mut periods: Vec<(Period, &Shares)> = before.into_iter().chain([now]).collect();
    periods.sort_by_key(|(period, _)| *period);
    let mut forces: Vec<ForceId> = periods.iter().flat_map(|(_, shares)| shares.forces()).collect();
    forces.sort();
    forces.dedup();
    forces.retain(|_| head.per_force);

    let mut names = vec![head.frame.period().to_string()];
    names.extend(before.map(|(period, _)| period.to_string()));
    let mut rows = Vec::new();
    let mut compared = 0..0;
    for (period, shares) in periods {
        let first = rows.len();
        rows.extend(period.keys().into_iter().map(|month| row(month, shares, &forces)));
        if period == head.frame.previous() {
            compared = first..rows.len();
        }
    }
    let headings = ["Month".to_owned(), "Reports".to_owned()];
    Some(Block {
        caption: "Reports by month".to_owned(),
        chart: Chart::Months { compared, names },
        headings: headings.into_iter().chain(forces.iter().map(ToString::to_string)).collect(),
        rows,
    })
}

fn row(month: String, shares: &Shares, forces: &[ForceId]) -> Row {
    let group = [Some(month.clone()), total()];
    let answered = shares.forces();
    let mut cells = vec![Cell::Amount(shares.amount(&group, &answered))];
    // A force that did not answer for one of the periods has no figure there, and none is no zero.
    cells.extend(forces.iter().map(|force| match answered.contains(force) {
        true => Cell::Amount(shares.amount(&group, &[force.clone()].into())),
        false => Cell::NoAnswer,
    }));
    Row { name: month, is_total: false, cells }
}
