//! Cells that were told earlier beside bundles of a new table's rows: which of them hold a class, and which can stand in a sum of few
//! entities at all.
#![expect(
    clippy::indexing_slicing,
    reason = "cells, bundles and classes are numbered and every list here is made with their number"
)]

use super::equations::{Equations, odd};
use crate::classes::Classes;

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

    /// Adds the cells and bundles that hold a class; of bundles those that do an odd number of times.
    pub(super) fn holding(&self, class: u32, cells: &mut Vec<u32>) {
        for cell in self.classes.holding(class) {
            match cell.checked_sub(self.earlier) {
                Some(row) => cells.extend_from_slice(&self.of_row[row as usize]),
                None => cells.push(cell),
            }
        }
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
        let large = || self.classes.held().filter(|(_, size)| u64::from(*size) >= minimum);
        let mut equation = Vec::new();
        let mut largest = vec![(0, 0); self.number as usize];
        for (class, size) in large() {
            equation.clear();
            self.holding(class, &mut equation);
            for cell in equation.iter().filter(|cell| take_part(**cell)) {
                let known = &mut largest[*cell as usize];
                *known = (size, class).max(*known);
            }
        }
        let mut equations = Equations::new(self.number as usize, end);
        let mut add = |class: u32| {
            equation.clear();
            self.holding(class, &mut equation);
            equation.retain(|cell| take_part(*cell));
            equation.iter_mut().for_each(|cell| *cell = place(*cell));
            odd(&mut equation);
            equations.add(&mut equation);
            equations.found()
        };
        // One for each is mostly all that there are.
        let of_cells = largest.iter().rev().filter(|(size, _)| *size > 0);
        let mut found = of_cells.fold(0, |_, (_, class)| add(*class));
        let mut fruitless = 0;
        for (class, _) in large() {
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
}
