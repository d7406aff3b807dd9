//! The same as [`super::Span`] the plain way, for tests: every row of the basis is written out as the classes at which it is one, and
//! every pair of rows is looked at.

use std::collections::BTreeSet;

use super::super::cells::Cells;
use super::Added;

type Ones = BTreeSet<u32>;
/// Rows, each with its pivot.
type Rows = Vec<(u32, Ones)>;

pub(super) struct Slow<'c> {
    cells: &'c Cells,
    minimum: u64,
    pub(super) rows: Rows,
}

fn sum(one: &Ones, other: &Ones) -> Ones {
    one.symmetric_difference(other).copied().collect()
}

impl<'c> Slow<'c> {
    pub(super) fn new(cells: &'c Cells, minimum: u64) -> Self {
        Self { cells, minimum, rows: Vec::new() }
    }

    pub(super) fn told(&mut self, cell: u32) {
        if let Some((rows, _)) = self.with(cell) {
            self.rows = rows;
        }
    }

    pub(super) fn holds(&self, cell: u32) -> bool {
        self.with(cell).is_none()
    }

    pub(super) fn add(&mut self, cell: u32) -> Added {
        let Some((rows, changed)) = self.with(cell) else { return Added::Dependent };
        let small = |row: &Ones| row.iter().map(|&class| self.cells.size(class)).sum::<u64>() < self.minimum;
        let pair = |one: usize, other: usize| {
            let pivots = Ones::from([rows[one].0, rows[other].0]);
            one != other && small(&pivots) && sum(&rows[one].1, &rows[other].1) == pivots
        };
        let isolates = |&one: &usize| small(&rows[one].1) || (0..rows.len()).any(|other| pair(one, other));
        if changed.iter().any(isolates) {
            return Added::Isolates;
        }
        self.rows = rows;
        Added::Sound
    }

    fn made_of(&self, cell: u32) -> Ones {
        self.cells.made_of(cell).iter().copied().collect()
    }

    /// The basis with a cell, and which of its rows are new or others than before; none where it adds nothing.
    fn with(&self, cell: u32) -> Option<(Rows, Vec<usize>)> {
        let mut row = self.made_of(cell);
        for (pivot, held) in &self.rows {
            if row.contains(pivot) {
                row = sum(&row, held);
            }
        }
        let pivot = *row.first()?;
        let mut rows = self.rows.clone();
        let mut changed = vec![rows.len()];
        for (at, (_, held)) in rows.iter_mut().enumerate().filter(|(_, (_, held))| held.contains(&pivot)) {
            *held = sum(held, &row);
            changed.push(at);
        }
        rows.push((pivot, row));
        Some((rows, changed))
    }
}
