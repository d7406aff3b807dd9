//! The cheapest pattern of a small table: patterns are looked at in the order of what they cost, each followed by those that
//! mend what it lacks, until one lacks nothing.
//!
//! A protected pattern that holds an unprotected one holds one of the cells that this one lacks too, so none is passed by. Where
//! too many would have to be looked at, the quick pattern stands.
#![expect(clippy::indexing_slicing, reason = "cells are numbered by the lattice, as is what they cost")]

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Largest table, in cells of its own that could be suppressed besides the sensitive ones.
pub(super) const CELLS_MAX: usize = 64;
/// Patterns looked at before the quick one stands.
const LOOKS_MAX: usize = 400;

/// What suppressing a cell costs: whom it counts, and one for the cell.
pub(super) fn cost(costs: &[u64], cell: usize) -> u64 {
    costs[cell].saturating_add(1)
}

/// The cheapest protected pattern that suppresses `start` and some of `cells`, if one costs less than `below`.
///
/// `lacks` says what an unprotected pattern lacks: cells of which every protected pattern that holds it has at least one.
pub(super) fn cheapest(
    start: &[bool],
    cells: &[usize],
    costs: &[u64],
    below: u64,
    mut lacks: impl FnMut(&[bool]) -> Option<Vec<usize>>,
) -> Option<Vec<bool>> {
    if cells.len() > CELLS_MAX {
        return None;
    }
    let mut waiting = BinaryHeap::from([Reverse((0_u64, 0_u64))]);
    let mut seen = BTreeSet::from([0_u64]);
    for _ in 0..LOOKS_MAX {
        let Reverse((so_far, added)) = waiting.pop()?;
        let mut pattern = start.to_vec();
        let bits = || cells.iter().enumerate().map(|(bit, &cell)| (1_u64 << bit, cell));
        bits().filter(|(bit, _)| added & bit != 0).for_each(|(_, cell)| pattern[cell] = true);
        let Some(lacking) = lacks(&pattern) else { return Some(pattern) };
        for (bit, cell) in bits().filter(|(_, cell)| lacking.contains(cell)) {
            let then = so_far.saturating_add(cost(costs, cell));
            if then < below && seen.insert(added | bit) {
                waiting.push(Reverse((then, added | bit)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, proptest};

    use super::{cheapest, cost};

    /// Hitting sets stand for what patterns must hold: one of the cells of each.
    fn lacking(wanted: &[Vec<usize>], pattern: &[bool]) -> Option<Vec<usize>> {
        wanted.iter().find(|cells| cells.iter().all(|&cell| !pattern[cell])).cloned()
    }

    fn least(costs: &[u64], wanted: &[Vec<usize>]) -> Option<u64> {
        let patterns = (0..1_u32 << costs.len())
            .map(|bits| (0..costs.len()).map(|cell| bits >> cell & 1 == 1).collect::<Vec<bool>>());
        patterns
            .filter(|pattern| lacking(wanted, pattern).is_none())
            .map(|pattern| price(costs, &pattern))
            .min()
    }

    fn price(costs: &[u64], pattern: &[bool]) -> u64 {
        (0..costs.len()).filter(|&cell| pattern[cell]).map(|cell| cost(costs, cell)).sum()
    }

    fn wanted() -> impl Strategy<Value = Vec<Vec<usize>>> {
        prop::collection::vec(prop::collection::vec(0_usize..7, 1..4), 0..5)
    }

    proptest! {
        #[test]
        fn nothing_cheaper_is_passed_by(costs in prop::collection::vec(0_u64..20, 7), wanted in wanted(), slack in any::<bool>()) {
            let cells: Vec<usize> = (0..7).collect();
            let least = least(&costs, &wanted).unwrap();
            let below = least + u64::from(slack);
            let found = cheapest(&[false; 7], &cells, &costs, below, |pattern| lacking(&wanted, pattern));
            let expected = (slack || least == 0).then_some(least);
            assert_eq!(found.map(|pattern| price(&costs, &pattern)), expected);
        }
    }

    #[test]
    fn what_would_take_too_long_is_left() {
        let (cells, costs) = ((0..60).collect::<Vec<usize>>(), vec![1; 60]);
        let lacks = |pattern: &[bool]| {
            let dark = pattern.iter().filter(|&&dark| dark).count();
            (dark < 30).then(|| (0..60).filter(|&cell| !pattern[cell]).collect())
        };
        assert_eq!(cheapest(&[false; 60], &cells, &costs, u64::MAX, lacks), None);
        assert_eq!(cheapest(&[false; 65], &(0..65).collect::<Vec<_>>(), &[1; 65], u64::MAX, |_| None), None);
    }
}
