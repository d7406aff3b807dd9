//! Two dimensions across each other, with their totals: one table for the region and, where asked for, one for each force.

use std::collections::BTreeSet;

use model::ForceId;

use super::Axis;
use crate::answer::{Shares, total};
use crate::picture::{Answers, Block, Cell, Chart, Head, Row};
use crate::question::{Topic, When};

/// The tables of a topic; none where nobody answered.
pub(super) fn blocks(
    head: &Head,
    answers: &Answers,
    topic: Topic,
    axes: [Axis; 2],
    caption: &str,
) -> Vec<Block> {
    let held = [When::Period, When::Now].iter().find_map(|&when| answers.get(&(topic, when)));
    let Some(shares) = held else { return Vec::new() };
    let mut blocks = vec![block(shares, axes, &shares.forces(), caption.to_owned())];
    if head.per_force {
        let one = |force: ForceId| {
            let caption = format!("{caption}: {force}");
            block(shares, axes, &[force].into(), caption)
        };
        blocks.extend(shares.forces().into_iter().map(one));
    }
    blocks
}

fn block(shares: &Shares, [down, across]: [Axis; 2], forces: &BTreeSet<ForceId>, caption: String) -> Block {
    let with_total = |axis: Axis| {
        let keys = axis.keys(&[shares]).into_iter().map(|key| ((axis.said)(key.as_deref()), key));
        keys.chain([("All".to_owned(), total())]).collect::<Vec<_>>()
    };
    let (rows, columns) = (with_total(down), with_total(across));
    let cell = |row: &Option<String>, column: &Option<String>| {
        let mut group = vec![row.clone(); 2];
        if let Some(place) = group.get_mut(across.place) {
            place.clone_from(column);
        }
        Cell::Amount(shares.amount(&group, forces))
    };
    let headings =
        std::iter::once(down.heading.to_owned()).chain(columns.iter().map(|(said, _)| said.clone()));
    let row = |(said, key): &(String, Option<String>)| Row {
        name: said.clone(),
        is_total: *key == total(),
        cells: columns.iter().map(|(_, column)| cell(key, column)).collect(),
    };
    Block {
        caption,
        chart: Chart::Squares,
        headings: headings.collect(),
        rows: rows.iter().map(row).collect(),
    }
}
