//! Equations that say of which cells an even number stand in every sum of few entities. Solved for as many cells as there are
//! independent equations, they tell for each other cell with which of these it stands.
#![expect(
    clippy::indexing_slicing,
    reason = "cells are numbered and every list here is made with their number"
)]

/// Steps after which equations are no longer worth while: they bound what equations take up, too. Without them all cells are weighed,
/// which is bounded by itself.
const WORK_MAX: u64 = 10_000_000;

/// Most cells that a cell comes with, and most that each comes with on average: beyond, what comes together takes longer to find in
/// every class than all cells to weigh.
const WITH_MAX: usize = 1_024;
const WITH_MEAN: usize = 32;

/// How many equations are known again by their traces when they come again.
pub(super) const LATELY: usize = 1 << 14;

/// Independent equations, each solved for its first cell.
pub(super) struct Equations {
    /// Cells from here on are not solved for.
    end: u32,
    by_first: Vec<Option<Vec<u32>>>,
    found: usize,
    work: u64,
    spare: Vec<u32>,
}

impl Equations {
    /// None yet, of so many cells, to be solved for those before an end.
    pub(super) fn new(cells: usize, end: u32) -> Self {
        Self { end, by_first: vec![None; cells], found: 0, work: 0, spare: Vec::new() }
    }

    /// How many independent ones there are.
    pub(super) fn found(&self) -> usize {
        self.found
    }

    /// Adds one, as its cells rising, and leaves nothing of use in its place.
    pub(super) fn add(&mut self, equation: &mut Vec<u32>) {
        while let Some(&first) = equation.first().filter(|first| **first < self.end && self.work <= WORK_MAX)
        {
            let Some(known) = &self.by_first[first as usize] else {
                self.by_first[first as usize] = Some(equation.clone());
                self.found += 1;
                return;
            };
            self.work += (equation.len() + known.len()) as u64;
            add_up(equation, known, &mut self.spare);
            std::mem::swap(equation, &mut self.spare);
        }
    }

    /// For each cell that no equation is solved for, the cells that stand with it in every sum of few; nothing for the others. None
    /// stand with any where that takes too much work or too many come together.
    pub(super) fn solved(mut self) -> Vec<Option<Vec<u32>>> {
        let cells = self.by_first.len();
        let none = || vec![Some(Vec::new()); cells];
        let mut with = none();
        let (mut solved, mut all) = (Vec::new(), 0);
        for first in (0..cells).rev() {
            let Some(equation) = self.by_first[first].take() else { continue };
            // What those further on are solved for is put in their place.
            solved.clear();
            for &cell in &equation[1..] {
                match &self.by_first[cell as usize] {
                    Some(others) => solved.extend_from_slice(others),
                    None => solved.push(cell),
                }
            }
            self.work += solved.len() as u64 + 1;
            odd(&mut solved);
            all += solved.len();
            if self.work > WORK_MAX || solved.len() > WITH_MAX || all > WITH_MEAN * cells {
                return none();
            }
            with[first] = None;
            for &cell in &solved {
                with[cell as usize].iter_mut().for_each(|cells| cells.push(first as u32));
            }
            self.by_first[first] = Some(solved.clone());
        }
        with
    }
}

/// Leaves of numbers in any order those that stand there an odd number of times, each once and rising.
pub(super) fn odd(numbers: &mut Vec<u32>) {
    numbers.sort_unstable();
    let mut left = 0;
    for at in 0..numbers.len() {
        let number = numbers[at];
        // What stands there already goes again.
        if left > 0 && numbers[left - 1] == number {
            left -= 1;
        } else {
            numbers[left] = number;
            left += 1;
        }
    }
    numbers.truncate(left);
}

/// The numbers that stand in one of two rising lists.
pub(super) fn add_up(one: &[u32], other: &[u32], sum: &mut Vec<u32>) {
    let (mut left, mut right) = (one.iter().copied().peekable(), other.iter().copied().peekable());
    sum.clear();
    loop {
        match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a == b => {
                left.next();
                right.next();
            }
            (Some(a), Some(b)) if a < b => sum.extend(left.next()),
            (Some(_), None) => sum.extend(left.next()),
            (_, Some(_)) => sum.extend(right.next()),
            (None, None) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Equations, odd};

    const CELLS: u32 = 9;

    proptest! {
        /// Whatever fulfils all equations is a sum of cells that are left, each with those that come with it; and these fulfil them.
        #[test]
        fn what_is_left_spans_what_equations_allow(
            equations in prop::collection::vec(prop::collection::btree_set(0..CELLS, 0..6), 0..8),
            end in 0..=CELLS,
        ) {
            let mut solved = Equations::new(CELLS as usize, end);
            equations.iter().for_each(|equation| solved.add(&mut equation.iter().copied().collect()));
            let found = solved.found();
            let left = solved.solved();
            prop_assert_eq!(left.iter().filter(|with| with.is_none()).count(), found);
            let holds = |cells: &BTreeSet<u32>| equations.iter().all(|equation| equation.intersection(cells).count() % 2 == 0);
            for picked in 0..1_u32 << CELLS {
                let cells: BTreeSet<u32> = (0..CELLS).filter(|cell| picked >> cell & 1 == 1).collect();
                let left = cells.iter().filter_map(|&cell| Some((cell, left[cell as usize].as_ref()?)));
                let mut sum: Vec<u32> = left.flat_map(|(cell, with)| with.iter().copied().chain([cell])).collect();
                odd(&mut sum);
                let is_sum = sum.iter().copied().eq(cells.iter().copied());
                prop_assert!(!holds(&cells) || is_sum, "{cells:?}");
                prop_assert!(!is_sum || end < CELLS || holds(&cells), "{cells:?}");
            }
            for (cell, with) in (0..).zip(left) {
                prop_assert!(with.iter().flatten().all(|&other| other < cell && other < end));
            }
        }
    }
}
