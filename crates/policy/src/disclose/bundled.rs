//! Cells that were told earlier beside bundles of a new table's rows: which of them hold a class, and which can stand in a sum of few
//! entities at all.
#![expect(
    clippy::indexing_slicing,
    reason = "cells, bundles and classes are numbered and every list here is made with their number"
)]

use super::left::{Sums, Terms};
use crate::classes::{Classes, Made};
use crate::lists::Lists;

/// Cells that were told earlier, and then bundles of the rows that parted entities into these classes after them.
pub(super) struct Bundled {
    classes: Classes,
    earlier: u32,
    number: u32,
    /// For each row, the bundles that it is part of.
    of_row: Lists,
}

impl Bundled {
    /// After so many earlier cells so many bundles, each with the rows that it is of: as `(row, bundle)`, each by its number among
    /// the others.
    pub(super) fn of(
        classes: Classes,
        earlier: u32,
        bundles: usize,
        rows: impl Iterator<Item = (u32, u32)> + Clone,
    ) -> Self {
        let number = (classes.cells() - earlier) as usize;
        let of_row = Lists::of(number, rows.map(|(row, bundle)| (row, earlier + bundle)));
        Self { classes, earlier, number: earlier + bundles as u32, of_row }
    }

    pub(super) fn classes(&self) -> &Classes {
        &self.classes
    }

    /// How many cells were told earlier.
    pub(super) fn earlier(&self) -> u32 {
        self.earlier
    }

    /// How many cells and bundles there are.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// What a cell or a row stands for: itself, or the bundles that it is part of.
    pub(super) fn each_of(&self, cell: u32, mut each: impl FnMut(u32)) {
        match cell.checked_sub(self.earlier) {
            Some(row) => self.of_row.list(row).iter().copied().for_each(each),
            None => each(cell),
        }
    }

    /// Adds the cells and bundles that hold a class; of bundles those that do an odd number of times.
    pub(super) fn holding(&self, class: u32, cells: &mut Vec<u32>) {
        self.classes.holding(class).for_each(|cell| self.each_of(cell, |cell| cells.push(cell)));
    }

    /// Whether anybody stands in a bundle.
    pub(super) fn is_anybody(&self, bundle: u32) -> bool {
        let mut holding = Vec::new();
        self.classes.held().any(|(class, _)| {
            holding.clear();
            self.holding(class, &mut holding);
            holding.iter().filter(|cell| **cell == bundle).count() & 1 == 1
        })
    }

    /// What is left of those that `take_part`, but for equations that would be solved for one from `end` on: for cells rather than for
    /// bundles.
    pub(super) fn left(&self, minimum: u64, end: u32, take_part: impl Fn(u32) -> bool) -> Sums {
        let is_large = |size: u32| u64::from(size) >= minimum;
        let largest = self.largest(is_large, &take_part);
        // One for each is mostly all that there are.
        let first = largest.iter().rev().filter(|(size, _)| *size > 0).map(|(_, class)| *class);
        let others = self.classes.held().filter(|(_, size)| is_large(*size)).map(|(class, _)| class);
        let terms = Terms { earlier: self.earlier, number: self.number, end };
        let mut left = terms.left(first, others, |class, cells| {
            self.holding(class, cells);
            cells.retain(|cell| take_part(*cell));
        });
        left.retain(|(cell, _)| take_part(*cell));
        left
    }

    /// For each cell and bundle that takes part the largest of the classes that it holds, where that is large.
    fn largest(&self, is_large: impl Fn(u32) -> bool, take_part: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
        // What a cell made holds all that was made of it.
        let mut largest = vec![(0, 0); self.number as usize];
        let mut within = vec![(0, 0); self.classes.number()];
        for Made { class, size, outer, cell } in self.classes.made().rev() {
            let own = within[class as usize].max(if is_large(size) { (size, class) } else { (0, 0) });
            let around = &mut within[outer as usize];
            *around = own.max(*around);
            self.each_of(cell, |cell| {
                let known = &mut largest[cell as usize];
                if take_part(cell) {
                    *known = own.max(*known);
                }
            });
        }
        largest
    }
}

/// The rows of bundles that are each of one row and of others: as `(row, bundle)`.
pub(super) fn rows_of(bundles: &[(u32, Vec<u32>)]) -> impl Iterator<Item = (u32, u32)> + Clone {
    let numbered = (0..).zip(bundles);
    numbered.flat_map(|(bundle, (row, with))| with.iter().chain([row]).map(move |row| (*row, bundle)))
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Bundled, rows_of};
    use crate::classes::Classes;

    /// Cells that were told earlier, and rows after them, each with whether it stands in a bundle with rows before it.
    pub(in super::super) type Told = (Vec<BTreeSet<u32>>, Vec<(BTreeSet<u32>, Option<u8>)>);

    pub(in super::super) fn told() -> impl Strategy<Value = Told> {
        let cell = || prop::collection::btree_set(0_u32..30, 0..20);
        (prop::collection::vec(cell(), 0..5), prop::collection::vec((cell(), any::<Option<u8>>()), 0..5))
    }

    /// These cells and bundles of these rows, and the classes that they part.
    pub(in super::super) fn parted((earlier, rows): &Told) -> (Classes, Bundled) {
        let mut classes = Classes::default();
        earlier
            .iter()
            .chain(rows.iter().map(|(row, _)| row))
            .for_each(|cell| classes.part(cell.iter().copied()));
        let with = |row: u32, picked: u8| (0..row).filter(|before| picked >> before & 1 == 1).collect();
        let bundles = (0..).zip(rows).filter_map(|(row, (_, picked))| Some((row, with(row, (*picked)?))));
        let bundles: Vec<(u32, Vec<u32>)> = bundles.collect();
        let bundled = Bundled::of(classes.clone(), earlier.len() as u32, bundles.len(), rows_of(&bundles));
        (classes, bundled)
    }

    proptest! {
        #[test]
        fn the_largest_class_of_each_cell_is_handed_down(told in told(), minimum in 1_u32..6, without in 0_u32..9) {
            let (classes, cells) = parted(&told);
            let take_part = |cell| cell != without;
            let largest = cells.largest(|size| size >= minimum, take_part);
            let mut expected = vec![(0, 0); cells.number() as usize];
            for (class, size) in classes.held() {
                let mut holding = Vec::new();
                cells.holding(class, &mut holding);
                holding.retain(|cell| take_part(*cell));
                for cell in holding.iter().filter(|_| size >= minimum) {
                    expected[*cell as usize] = expected[*cell as usize].max((size, class));
                }
            }
            prop_assert_eq!(largest, expected);
        }
    }
}
