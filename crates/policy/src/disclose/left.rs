//! What can stand in a sum of few entities: no such sum holds a large class, so of the cells that hold it an even number stand in the sum.
//! Solved for cells, these equations leave each other cell with those that it stands with in every sum of few.

use super::equations::{Equations, LATELY, odd};
use super::rows::trace_of;

/// Cells or bundles, each with others.
pub(super) type Sums = Vec<(u32, Vec<u32>)>;

/// Earlier cells, and bundles of rows after them, of which sums are made.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) earlier: u32,
    /// How many cells and bundles there are, and from which on none is solved for.
    pub(super) number: u32,
    pub(super) end: u32,
}

impl Terms {
    /// What is left of them by large classes, each looked at once: first those that are most likely to tell something, then the others
    /// until they tell nothing more. `holding` adds the cells and bundles that hold a class; of bundles those that do an odd number
    /// of times.
    pub(super) fn left(
        self,
        first: impl Iterator<Item = u32>,
        others: impl Iterator<Item = u32>,
        mut holding: impl FnMut(u32, &mut Vec<u32>),
    ) -> Sums {
        let Self { earlier, number, end } = self;
        // What was told last is finest: solved for that, equations stay short.
        let place = |cell: u32| if cell < earlier { earlier - 1 - cell } else { cell };
        let mut equations = Equations::new(number as usize, end);
        let (mut equation, mut lately) = (Vec::new(), vec![0_u64; LATELY]);
        let mut add = |class: u32| {
            equation.clear();
            holding(class, &mut equation);
            // One that was met before, or of no cells, adds nothing. That traces agree by chance loses one, and so leaves more to weigh.
            let trace = equation.iter().fold(0, |trace, cell| trace ^ trace_of(*cell));
            let known = lately.get_mut(trace as usize % LATELY);
            if trace != 0 && known.is_none_or(|known| std::mem::replace(known, trace) != trace) {
                equation.iter_mut().for_each(|cell| *cell = place(*cell));
                odd(&mut equation);
                equations.add(&mut equation);
            }
            equations.found()
        };
        let mut found = first.fold(0, |_, class| add(class));
        let mut fruitless = 0;
        for class in others {
            let now = add(class);
            fruitless = if now == found { fruitless + 1 } else { 0 };
            found = now;
            if fruitless > number || found == end.min(number) as usize {
                break;
            }
        }
        let left = (0..).zip(equations.solved()).filter_map(|(at, with)| Some((place(at), with?)));
        let mut left: Sums = left.map(|(cell, with)| (cell, with.into_iter().map(place).collect())).collect();
        left.sort_unstable();
        left
    }
}
