//! The cells of a table that an attacker can't tell apart from others with the same totals: suppressed and unknown to
//! them, kept by the lines that they stand in, so that searches meet no others.
#![expect(clippy::indexing_slicing, reason = "there is a list for each line of the lattice, and one more")]

use super::lattice::{Dimensions, Lattice};
use super::pattern::Pattern;

/// Cells that may move, by line.
pub(super) struct Loose {
    inside: Vec<usize>,
    lines: Vec<Vec<usize>>,
}

impl Loose {
    /// Room for the cells of a table, without any.
    pub(super) fn of(lattice: &Lattice, table: Dimensions) -> Self {
        let inside = (0..lattice.dimensions).filter(|d| table >> d & 1 == 1).collect();
        Self { inside, lines: vec![Vec::new(); lattice.lines.len() + 1] }
    }

    /// Takes those that are suppressed in place of all held so far.
    pub(super) fn take(&mut self, lattice: &Lattice, table: Dimensions, pattern: &Pattern<'_>) {
        self.lines.iter_mut().for_each(Vec::clear);
        for cell in 0..lattice.nodes.len() {
            if pattern.hidden(cell) && lattice.keyed(cell) & !table == 0 {
                self.add(lattice, cell);
            }
        }
    }

    /// Adds a cell that was suppressed.
    pub(super) fn add(&mut self, lattice: &Lattice, cell: usize) {
        for &dimension in &self.inside {
            self.lines[lattice.line(cell, dimension)].push(cell);
        }
        // A table of one dimension has one kind of lines; as a network it has one vertex more.
        if self.inside.len() == 1 {
            self.lines[lattice.lines.len()].push(cell);
        }
    }

    /// The cells in a line, by its number.
    pub(super) fn on(&self, line: usize) -> &[usize] {
        &self.lines[line]
    }
}
