//! What is left to weigh of a new table's rows, once those are put aside that by themselves show that nothing small can be made of them.
//! For tables in which somebody may stand in several rows: `apart` finds the same for the others.
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

use super::equations::{Equations, LATELY, add_up};
use super::rows::trace_of;
use crate::classes::Classes;

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
        let (mut met, mut lately) = (vec![(0, 0); classes.before(earlier)], vec![0_u64; LATELY]);
        let (mut own, mut other, mut equation) = (Vec::new(), Vec::new(), Vec::new());
        for (part, _) in classes.held().filter(|(_, size)| u64::from(*size) >= minimum) {
            own.clear();
            let of = classes.since(part, earlier, &mut own);
            let trace = own.iter().fold(0, |trace, &row| {
                rest.is_small[row as usize] = false;
                trace ^ trace_of(row)
            });
            // Of entities that earlier cells don't hold there is a part that no row holds.
            let first = of.map(|of| {
                let first = &mut met[of as usize];
                if first.0 == 0 {
                    *first = (part, trace);
                }
                *first
            });
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::apart::Apart;
    use super::super::bundled::{Bundled, rows_of};
    use super::super::equations::odd;
    use super::Rest;
    use crate::classes::{Classes, Lots};
    use crate::entities::EntitySet;

    type Cells = Vec<BTreeSet<u32>>;

    fn cells() -> impl Strategy<Value = Cells> {
        let any = prop::collection::vec(prop::collection::btree_set(0_u32..40, 1..30), 1..5);
        let parted = prop::collection::vec(0_usize..5, 40).prop_map(|homes| {
            let cell =
                |at: usize| (0_u32..).zip(&homes).filter(|(_, home)| **home == at).map(|(e, _)| e).collect();
            (0..4).map(cell).collect()
        });
        prop_oneof![any, parted]
    }

    /// The places that are picked.
    fn of(picked: u32, many: usize) -> Vec<u32> {
        (0..many as u32).filter(|at| picked >> at & 1 == 1).collect()
    }

    /// Some of those that are left, each with the others that come with it.
    fn expanded(left: &[(u32, Vec<u32>)], is_picked: impl Fn(u32) -> bool) -> Vec<u32> {
        let picked = left.iter().filter(|(cell, _)| is_picked(*cell));
        let mut sum: Vec<u32> = picked.flat_map(|(cell, with)| with.iter().copied().chain([*cell])).collect();
        odd(&mut sum);
        sum
    }

    proptest! {
        /// However earlier cells and rows are added up to fewer than the minimum, the sum is one of what is left.
        #[test]
        fn every_sum_of_few_is_a_sum_of_what_is_left(earlier in cells(), rows in cells(), minimum in 2_u64..7) {
            let all: Cells = earlier.iter().chain(&rows).cloned().collect();
            let mut classes = Classes::default();
            all.iter().for_each(|cell| classes.part(cell.iter().copied()));
            let before = earlier.len() as u32;
            let Rest { bundles, is_small } = Rest::of(&classes, before, rows.len(), minimum);
            let bundled = Bundled::of(classes.clone(), before, bundles.len(), rows_of(&bundles));
            // Of rows apart the same is left, as lots tell.
            let mut told = Classes::default();
            earlier.iter().for_each(|cell| told.part(cell.iter().copied()));
            let sets: Vec<EntitySet> = rows.iter().map(|row| row.iter().copied().collect()).collect();
            let lots_of = Lots::of(&Arc::new(told), &sets);
            if lots_of.are_apart() {
                let every: Vec<usize> = (0..rows.len()).collect();
                let apart = Apart::of(&lots_of, &every, every.len(), minimum);
                let rows = |(row, with): &(u32, Vec<u32>)| {
                    let mut rows: Vec<usize> = with.iter().chain([row]).map(|row| *row as usize).collect();
                    rows.sort_unstable();
                    rows
                };
                prop_assert_eq!(apart.bundles, bundles.iter().map(rows).collect::<Vec<_>>());
                prop_assert_eq!(&apart.is_small, &is_small);
            }
            let left = bundled.left(minimum, u32::MAX, |_| true);
            for picked in 0..1_u32 << all.len() {
                let cells = of(picked, all.len());
                let mut sum: Vec<u32> = cells.iter().flat_map(|&cell| all[cell as usize].iter().copied()).collect();
                odd(&mut sum);
                if sum.len() as u64 >= minimum {
                    continue;
                }
                let held: Vec<u32> = cells.iter().filter_map(|cell| cell.checked_sub(before)).collect();
                prop_assert_eq!(expanded(&bundles, |row| held.contains(&row)), held.clone());
                let places = (before..).zip(&bundles).filter(|(_, (row, _))| held.contains(row)).map(|(place, _)| place);
                let cells: Vec<u32> = cells.into_iter().filter(|cell| *cell < before).chain(places).collect();
                prop_assert_eq!(expanded(&left, |cell| cells.contains(&cell)), cells.clone());
            }
            for (row, (is_small, cell)) in (0..).zip(is_small.iter().zip(&rows)) {
                let alone = |(at, with): &(u32, Vec<u32>)| *at == row && with.is_empty();
                prop_assert!(!is_small || cell.is_empty() || bundles.iter().any(alone));
            }
        }
    }
}
