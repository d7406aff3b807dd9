//! Cells that were told earlier beside bundles of a new table's rows: which of them hold a class, and which can stand in a sum of few
//! entities at all.
#![expect(
    clippy::indexing_slicing,
    reason = "cells, bundles and classes are numbered and every list here is made with their number"
)]

use super::equations::{Equations, LATELY, odd};
use super::rows::trace_of;
use crate::classes::{Classes, Made};

/// Cells that were told earlier, and then bundles of the rows that parted entities into these classes after them.
pub(super) struct Bundled<'c> {
    classes: &'c Classes,
    earlier: u32,
    number: u32,
    /// For each row, the bundles that it is part of.
    of_row: Vec<Vec<u32>>,
}

impl<'c> Bundled<'c> {
    pub(super) fn of(classes: &'c Classes, earlier: u32, bundles: &[(u32, Vec<u32>)]) -> Self {
        let mut of_row = vec![Vec::new(); (classes.cells() - earlier) as usize];
        let mut number = earlier;
        for (row, with) in bundles {
            with.iter().chain([row]).for_each(|row| of_row[*row as usize].push(number));
            number += 1;
        }
        Self { classes, earlier, number, of_row }
    }

    pub(super) fn classes(&self) -> &'c Classes {
        self.classes
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
            Some(row) => self.of_row[row as usize].iter().copied().for_each(each),
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

    /// What is left of those that `take_part`: each with the others that it stands with in every sum of few. No sum of few holds a large
    /// class, so of its cells an even number do. Equations are solved for those before `end`, for cells rather than for bundles.
    pub(super) fn left(
        &self,
        minimum: u64,
        end: u32,
        take_part: impl Fn(u32) -> bool,
    ) -> Vec<(u32, Vec<u32>)> {
        // What was told last is finest: solved for that, equations stay short.
        let place = |cell: u32| if cell < self.earlier { self.earlier - 1 - cell } else { cell };
        let is_large = |size: u32| u64::from(size) >= minimum;
        let (largest, traces) = self.of_large(is_large, &take_part);
        let mut equations = Equations::new(self.number as usize, end);
        let (mut equation, mut lately) = (Vec::new(), vec![0_u64; LATELY]);
        let mut add = |class: u32| {
            // One that was met before, or of no cells, adds nothing. That traces agree by chance loses one, and so leaves more to weigh.
            let trace = traces[class as usize];
            if trace != 0 && std::mem::replace(&mut lately[trace as usize % LATELY], trace) != trace {
                equation.clear();
                self.holding(class, &mut equation);
                equation.retain(|cell| take_part(*cell));
                equation.iter_mut().for_each(|cell| *cell = place(*cell));
                odd(&mut equation);
                equations.add(&mut equation);
            }
            equations.found()
        };
        // One for each is mostly all that there are.
        let of_cells = largest.iter().rev().filter(|(size, _)| *size > 0);
        let mut found = of_cells.fold(0, |_, (_, class)| add(*class));
        let mut fruitless = 0;
        for (class, _) in self.classes.held().filter(|(_, size)| is_large(*size)) {
            let now = add(class);
            fruitless = if now == found { fruitless + 1 } else { 0 };
            found = now;
            if fruitless > self.number || found == end.min(self.number) as usize {
                break;
            }
        }
        let left = (0..).zip(equations.solved()).filter_map(|(at, with)| Some((place(at), with?)));
        let left = left.filter(|(cell, _)| take_part(*cell));
        let mut left: Vec<(u32, Vec<u32>)> =
            left.map(|(cell, with)| (cell, with.into_iter().map(place).collect())).collect();
        left.sort_unstable();
        left
    }

    /// For each cell and bundle the largest of the classes that it holds, where that is large; for each class the trace of the cells and
    /// bundles that hold it. Of both only those that `take_part`.
    fn of_large(
        &self,
        is_large: impl Fn(u32) -> bool,
        take_part: impl Fn(u32) -> bool,
    ) -> (Vec<(u32, u32)>, Vec<u64>) {
        let mut traces = vec![0_u64; self.classes.number()];
        for Made { class, outer, cell, .. } in self.classes.made() {
            let mut trace = traces[outer as usize];
            self.each_of(cell, |cell| trace ^= if take_part(cell) { trace_of(cell) } else { 0 });
            traces[class as usize] = trace;
        }
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
        (largest, traces)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::equations::odd;
    use super::super::rows::trace_of;
    use super::Bundled;
    use crate::classes::Classes;

    /// Cells that were told earlier, and rows after them, each with whether it stands in a bundle with rows before it.
    pub(in super::super) type Told = (Vec<BTreeSet<u32>>, Vec<(BTreeSet<u32>, Option<u8>)>);

    pub(in super::super) fn told() -> impl Strategy<Value = Told> {
        let cell = || prop::collection::btree_set(0_u32..30, 0..20);
        (prop::collection::vec(cell(), 0..5), prop::collection::vec((cell(), any::<Option<u8>>()), 0..5))
    }

    /// The classes of these cells and rows, and the bundles of the rows.
    pub(in super::super) fn parted((earlier, rows): &Told) -> (Classes, Vec<(u32, Vec<u32>)>) {
        let mut classes = Classes::default();
        earlier
            .iter()
            .chain(rows.iter().map(|(row, _)| row))
            .for_each(|cell| classes.part(cell.iter().copied()));
        let with = |row: u32, picked: u8| (0..row).filter(|before| picked >> before & 1 == 1).collect();
        let bundles = (0..).zip(rows).filter_map(|(row, (_, picked))| Some((row, with(row, (*picked)?))));
        (classes, bundles.collect())
    }

    proptest! {
        #[test]
        fn what_is_handed_down_is_what_holds_each_class(told in told(), minimum in 1_u32..6, without in 0_u32..9) {
            let (classes, bundles) = parted(&told);
            let cells = Bundled::of(&classes, told.0.len() as u32, &bundles);
            let take_part = |cell| cell != without;
            let (largest, traces) = cells.of_large(|size| size >= minimum, take_part);
            let mut expected = vec![(0, 0); cells.number() as usize];
            for (class, size) in classes.held() {
                let mut holding = Vec::new();
                cells.holding(class, &mut holding);
                holding.retain(|cell| take_part(*cell));
                for cell in holding.iter().filter(|_| size >= minimum) {
                    expected[*cell as usize] = expected[*cell as usize].max((size, class));
                }
                odd(&mut holding);
                prop_assert_eq!(traces[class as usize], holding.iter().fold(0, |trace, cell| trace ^ trace_of(*cell)));
            }
            prop_assert_eq!(largest, expected);
        }
    }
}
