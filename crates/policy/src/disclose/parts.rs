//! The parts that a table falls into: cells are of one part if lines with cells that can be suppressed lead from one to the other. What is
//! suppressed in one part does nothing for another.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and lines are numbered by the lattice and every list here is as long as these"
)]

use super::lattice::{Dimensions, Lattice};
use super::pattern::Pattern;

/// The parts of a table, and how much of each is told.
pub(super) struct Parts {
    of: Vec<usize>,
    told: Vec<usize>,
}

/// The part of cells that are told whatever happens.
const FIXED: usize = 0;

impl Parts {
    pub(super) fn of(lattice: &Lattice, table: Dimensions, pattern: &Pattern<'_>) -> Self {
        let inside: Vec<usize> = (0..lattice.dimensions).filter(|d| table >> d & 1 == 1).collect();
        let mut parts = Self { of: vec![FIXED; lattice.nodes.len()], told: vec![0] };
        let mut walked = vec![false; lattice.lines.len()];
        for start in 0..lattice.nodes.len() {
            let moves = |cell: usize| lattice.keyed(cell) & !table == 0 && pattern.cost(cell).is_some();
            if parts.of[start] != FIXED || !moves(start) {
                continue;
            }
            let part = parts.told.len();
            parts.told.push(0);
            parts.of[start] = part;
            let mut waiting = vec![start];
            while let Some(cell) = waiting.pop() {
                parts.told[part] += usize::from(!pattern.hidden(cell));
                for &dimension in &inside {
                    if std::mem::replace(&mut walked[lattice.line(cell, dimension)], true) {
                        continue;
                    }
                    for next in lattice.along(cell, dimension) {
                        if parts.of[next] == FIXED && moves(next) {
                            parts.of[next] = part;
                            waiting.push(next);
                        }
                    }
                }
            }
        }
        parts
    }

    /// Whether nothing is left to suppress that could help a cell.
    pub(super) fn is_spent(&self, cell: usize) -> bool {
        self.told[self.of[cell]] == 0
    }

    /// Notes that a told cell was suppressed.
    pub(super) fn suppress(&mut self, cell: usize) {
        let told = &mut self.told[self.of[cell]];
        *told = told.saturating_sub(1);
    }

    /// Whether two cells are of one part.
    pub(super) fn are_one(&self, one: usize, other: usize) -> bool {
        self.of[one] == self.of[other]
    }
}
