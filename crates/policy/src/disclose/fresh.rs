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

use super::cells::Cells;
use super::equations::{Equations, add_up};
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
        let mut equations = Equations::new(rows);
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

/// What is left of earlier cells and of bundles, which come after them: each with the others that it stands with in every sum of few,
/// earlier cells in place of bundles where there is a choice. No sum of few holds a large class, so of its cells an even number do.
/// Classes in bundles that are left whatever they hold say nothing.
pub(super) fn left(cells: &Cells, earlier: u32, minimum: u64, is_left: impl Fn(u32) -> bool) -> Vec<(u32, Vec<u32>)> {
    // What was told last is finest: solved for that, equations stay short.
    let place = |cell: u32| if cell < earlier { earlier - 1 - cell } else { cell };
    let mut equations = Equations::new(cells.number());
    let mut equation = Vec::new();
    let mut add = |class: u32| {
        let holding = cells.holding(class);
        if cells.size(class) < minimum || holding.iter().any(|&cell| cell >= earlier && is_left(cell)) {
            return equations.found();
        }
        equation.clear();
        equation.extend(holding.iter().map(|&cell| place(cell)));
        equation.sort_unstable();
        equations.add(&mut equation);
        equations.found()
    };
    // One for each cell is mostly all that there are.
    let (number, mut fruitless, mut found) = (cells.number() as u32, 0, 0);
    for cell in 0..number {
        found = cells.made_of(place(cell)).last().map_or(found, |&class| add(class));
    }
    for class in (0..cells.classes() as u32).rev().take_while(|&class| cells.size(class) >= minimum) {
        let now = add(class);
        fruitless = if now == found { fruitless + 1 } else { 0 };
        found = now;
        if fruitless > number || found == cells.number() {
            break;
        }
    }
    let left = (0..).zip(equations.solved()).filter_map(|(at, with)| Some((place(at), with?)));
    let mut left: Vec<(u32, Vec<u32>)> =
        left.map(|(cell, with)| (cell, with.into_iter().map(place).collect())).collect();
    left.sort_unstable();
    left
}
