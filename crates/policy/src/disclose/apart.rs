//! Rows of a table in which nobody stands twice: which of them can stand in a sum of few entities at all, by bundles of rows that stand in
//! every such sum together, found as disjoint sets.
//!
//! Earlier cells never tell the entities of one class apart, and of each class a row holds a part that no other row does. A sum of few
//! holds no large part: so of the rows that hold a large part of one class all stand in it or none does, and none where a large part of
//! the class is in no row.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and classes are numbered and every list here is made with their number"
)]

use super::alike::Alike;
use crate::classes::{Lots, OUTSIDE};

mod columns;
mod small;
pub(super) mod whole;

/// No row.
pub(super) const NONE: u32 = u32::MAX;

/// What of some rows can stand in a sum of few, and what shows that of the others.
pub(super) struct Apart {
    /// Rows in the order in which they were given, and bundles as the last row of each is.
    pub(super) bundles: Vec<Vec<usize>>,
    /// For each row of the table, whether it holds no large part.
    pub(super) is_small: Vec<bool>,
    /// For each class of earlier cells how many are in none of the rows: without end for those that no earlier cell holds.
    pub(super) without: Vec<u32>,
    /// For each class the largest part that a row holds, where that is large, with the row.
    pub(super) large: Vec<(u32, u32)>,
}

impl Apart {
    /// Of these rows, of so many of the table.
    pub(super) fn of(lots: &Lots, rows: &[usize], of: usize, minimum: u64) -> Self {
        let is_large = |size: u32| u64::from(size) >= minimum;
        let mut is_small = vec![true; of];
        // One more than there are rows stands for what no sum of few holds.
        let (mut alike, nowhere) = (Alike::new(of + 1), of as u32);
        let mut without: Vec<u32> = lots.before().sizes().collect();
        without[OUTSIDE as usize] = u32::MAX;
        let mut large = vec![(0, NONE); without.len()];
        for &row in rows {
            for (class, size) in lots.of_cell(row) {
                if class != OUTSIDE {
                    without[class as usize] -= size;
                }
                if is_large(size) {
                    is_small[row] = false;
                    let known = &mut large[class as usize];
                    if known.1 != NONE {
                        alike.join(known.1, row as u32);
                    }
                    if known.0 < size {
                        *known = (size, row as u32);
                    }
                }
            }
        }
        let held = large.iter().zip(&without).filter(|(_, without)| is_large(**without));
        for (&(_, row), _) in held.filter(|((_, row), _)| *row != NONE) {
            alike.join(row, nowhere);
        }
        let none = alike.of(nowhere);
        let mut bundle_of = vec![NONE; of + 1];
        let mut bundles: Vec<Vec<usize>> = Vec::new();
        // From behind, where the last rows are.
        for &row in rows.iter().rev() {
            let top = alike.of(row as u32);
            if top == none {
                continue;
            }
            let bundle = &mut bundle_of[top as usize];
            if *bundle == NONE {
                *bundle = bundles.len() as u32;
                bundles.push(Vec::new());
            }
            bundles[*bundle as usize].push(row);
        }
        bundles.iter_mut().for_each(|rows| rows.reverse());
        bundles.reverse();
        Self { bundles, is_small, without, large }
    }
}

#[cfg(test)]
mod tests;
