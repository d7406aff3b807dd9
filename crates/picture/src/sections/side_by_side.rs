//! A period beside the one before: a row for each key of a dimension, with how it changed.

use std::collections::BTreeSet;

use model::ForceId;

use super::Axis;
use crate::answer::{Shares, total};
use crate::picture::{Answers, Block, Cell, Chart, Head, Row};
use crate::question::{Topic, When};
use crate::{Trend, trend};

/// The table of a topic along one of its dimensions, of which it has so many; none where nobody answered for the period.
pub(super) fn block(
    head: &Head,
    answers: &Answers,
    topic: Topic,
    axis: Axis,
    dimensions: usize,
    caption: &str,
) -> Option<Block> {
    let now = answers.get(&(topic, When::Period))?;
    let before = answers.get(&(topic, When::Previous));
    let sides = Sides { now, before, per_force: head.per_force };
    let all: Vec<&Shares> = std::iter::once(now).chain(before).collect();
    let mut rows: Vec<Row> = axis
        .keys(&all)
        .iter()
        .map(|key| Row {
            name: (axis.said)(key.as_deref()),
            is_total: false,
            cells: sides.cells(&axis.group(key, dimensions)),
        })
        .collect();
    let whole = vec![total(); dimensions];
    rows.push(Row { name: "All".to_owned(), is_total: true, cells: sides.cells(&whole) });
    let mut headings = vec![axis.heading.to_owned(), head.frame.period().to_string()];
    if before.is_some() {
        headings.push(head.frame.previous().to_string());
    }
    headings.push("Change".to_owned());
    headings.extend(sides.each().iter().map(|force| format!("{force}, {}", head.frame.period())));
    let columns = if before.is_some() { 2 } else { 1 };
    Some(Block { caption: caption.to_owned(), chart: Chart::Bars { columns }, headings, rows })
}

struct Sides<'a> {
    now: &'a Shares,
    before: Option<&'a Shares>,
    per_force: bool,
}

impl Sides<'_> {
    fn each(&self) -> BTreeSet<ForceId> {
        if self.per_force { self.now.forces() } else { BTreeSet::new() }
    }

    fn cells(&self, group: &[Option<String>]) -> Vec<Cell> {
        let mut cells = vec![Cell::Amount(self.now.amount(group, &self.now.forces()))];
        cells.extend(self.before.map(|before| Cell::Amount(before.amount(group, &before.forces()))));
        cells.push(Cell::Trend(self.trend(group)));
        let one = |force: ForceId| Cell::Amount(self.now.amount(group, &[force].into()));
        cells.extend(self.each().into_iter().map(one));
        cells
    }

    /// A trend is over the forces that answered for both periods: one that answered for one of them would be taken
    /// for a change.
    fn trend(&self, group: &[Option<String>]) -> Trend {
        let Some(before) = self.before else { return Trend::NotCompared };
        let both: BTreeSet<ForceId> = self.now.forces().intersection(&before.forces()).cloned().collect();
        if both.is_empty() {
            return Trend::NotCompared;
        }
        trend(&self.now.amount(group, &both), &before.amount(group, &both))
    }
}
