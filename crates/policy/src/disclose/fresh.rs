//! What is left to weigh of a new table's rows, once those are put aside that by themselves show that nothing small can be made of them.
//!
//! Earlier cells never tell the entities of one class apart. So where rows part a class and two of its parts are large, any sum of
//! earlier cells holds both parts or neither; and a sum of few entities holds neither. Of the rows of a sum of few, then, an even
//! number hold exactly one of the two parts. Each such pair is an equation that says which rows may stand in a sum of few together.
//! Solved for as many rows as there are independent equations, they leave each other row together with those that come with it
//! wherever it stands: only these bundles have to be set against what was told before. A row that an equation was solved for adds
//! nothing small to the rows before it, and is no sum of them and of earlier cells.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and classes are numbered and every list here is made with their number"
)]

use super::equations::{Equations, add_up, odd};
use super::rows::trace_of;
use crate::classes::Classes;

/// How many equations are known again when they come again.
const LATELY: usize = 1 << 14;

/// What is left of the rows of a table.
pub(super) struct Rest {
    /// Rows, each with those before it that it stands with in every sum of few.
    pub(super) bundles: Vec<(u32, Vec<u32>)>,
    /// For each row, whether all of its classes are small.
    pub(super) is_small: Vec<bool>,
}

impl Rest {
    /// What is left of so many rows. They parted entities into these classes after `earlier` cells.
    pub(super) fn of(classes: &Classes, earlier: u32, rows: usize, minimum: u64) -> Self {
        let mut rest = Self { bundles: Vec::new(), is_small: vec![true; rows] };
        let mut equations = Equations::new(rows, u32::MAX);
        // Of each class of earlier cells the part that was met first, with the trace of its rows; and equations that were met lately.
        let (mut met, mut lately) = (vec![None; classes.number()], vec![0_u64; LATELY]);
        let (mut own, mut other, mut equation) = (Vec::new(), Vec::new(), Vec::new());
        for (part, _) in classes.held().filter(|(_, size)| u64::from(*size) >= minimum) {
            own.clear();
            let of = classes.since(part, earlier, &mut own);
            let trace = own.iter().fold(0, |trace, &row| {
                rest.is_small[row as usize] = false;
                trace ^ trace_of(row)
            });
            // Of entities that earlier cells don't hold there is a part that no row holds.
            let first = of.map(|of| *met[of as usize].get_or_insert((part, trace)));
            let differ = trace ^ first.map_or(0, |(_, trace)| trace);
            // That traces agree by chance loses an equation, and so leaves more to weigh.
            if differ == 0 || std::mem::replace(&mut lately[differ as usize % LATELY], differ) == differ {
                continue;
            }
            other.clear();
            first.into_iter().for_each(|(part, _)| {
                classes.since(part, earlier, &mut other);
            });
            own.reverse();
            other.reverse();
            add_up(&own, &other, &mut equation);
            equations.add(&mut equation);
        }
        rest.bundles = (0..).zip(equations.solved()).filter_map(|(row, with)| Some((row, with?))).collect();
        rest
    }
}

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
