//! Sums of earlier cells and bundles of rows, of which every sum of few is one of some, narrowed to those that hold none of the bundles that
//! are gone: what equations left of more rows need not be looked for again for fewer.
#![expect(
    clippy::indexing_slicing,
    reason = "sums and bundles are numbered and every list here is made with their number"
)]

use std::collections::{BTreeMap, BTreeSet};

use super::equations::odd;
use super::left::Sums;

/// Steps after which equations are rather looked for again.
const WORK_MAX: usize = 3_000_000;

/// What is left where no sum of few holds the bundles that are `gone`, which come after so many earlier cells. In each sum that is left the
/// cell that it is of stays the last one: a row that others are left of is sound by that. None where it takes too long.
pub(super) fn narrowed(left: &Sums, earlier: u32, gone: &[bool]) -> Option<Sums> {
    let is_gone = |cell: u32| cell.checked_sub(earlier).is_some_and(|at| gone[at as usize]);
    let place = |cell: u32| if cell < earlier { earlier - 1 - cell } else { cell };
    let mut left: Sums = left.iter().filter(|(cell, _)| !is_gone(*cell)).cloned().collect();
    // For each bundle that is gone the sums that it stands in, by the places of the cells that they are of.
    let mut held: BTreeMap<u32, BTreeSet<(u32, usize)>> = BTreeMap::new();
    for (at, (cell, with)) in left.iter().enumerate() {
        for gone in with.iter().filter(|cell| is_gone(**cell)) {
            held.entry(*gone).or_default().insert((place(*cell), at));
        }
    }
    let (mut spent, mut work) = (vec![false; left.len()], 0);
    while let Some((gone, of)) = held.pop_first() {
        // An even number of these sums stand in a sum of few. Solved for the one whose cell comes first.
        let mut of = of.into_iter();
        let Some((first, at)) = of.next() else { continue };
        let (cell, mut with) = std::mem::take(&mut left[at]);
        spent[at] = true;
        let also: Vec<u32> = with.iter().copied().filter(|cell| *cell != gone && is_gone(*cell)).collect();
        also.iter().filter_map(|also| Some(held.get_mut(also)?.remove(&(first, at)))).for_each(drop);
        with.push(cell);
        for other in of {
            let (_, sum) = &mut left[other.1];
            sum.extend_from_slice(&with);
            odd(sum);
            work += sum.len() + with.len();
            for also in &also {
                let held = held.entry(*also).or_default();
                if !held.remove(&other) {
                    held.insert(other);
                }
            }
        }
        if work > WORK_MAX {
            return None;
        }
    }
    let mut spent = spent.into_iter();
    left.retain(|_| !spent.next().unwrap_or_default());
    Some(left)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::equations::odd;
    use super::narrowed;

    const EARLIER: u32 = 4;
    const CELLS: u32 = 9;

    /// Sums, each of one cell and of some of those before it that none is of.
    fn left() -> impl Strategy<Value = Vec<(u32, Vec<u32>)>> {
        let order = || (0..EARLIER).rev().chain(EARLIER..CELLS);
        (any::<u16>(), prop::collection::vec(any::<u16>(), CELLS as usize)).prop_map(move |(of, with)| {
            let is_of = |cell: &u32| of >> cell & 1 == 1;
            let before = |cell: u32| order().take_while(move |other| *other != cell);
            let sum = |cell: u32| {
                let with = with[cell as usize];
                before(cell).filter(|other| !is_of(other) && with >> other & 1 == 1).collect()
            };
            (0..CELLS).filter(is_of).map(|cell| (cell, sum(cell))).collect()
        })
    }

    /// All sums of some of what is left.
    fn spanned(left: &[(u32, Vec<u32>)]) -> BTreeSet<Vec<u32>> {
        let sum = |picked: u32| {
            let picked = left.iter().enumerate().filter(|(at, _)| picked >> at & 1 == 1);
            let mut sum: Vec<u32> =
                picked.flat_map(|(_, (cell, with))| with.iter().copied().chain([*cell])).collect();
            odd(&mut sum);
            sum
        };
        (0..1_u32 << left.len()).map(sum).collect()
    }

    proptest! {
        /// Left are the sums without what is gone, all of them and no others, each of a cell that is its last and of no other.
        #[test]
        fn what_is_gone_stands_in_no_sum_that_is_left(left in left(), gone in prop::collection::vec(any::<bool>(), 5)) {
            let is_gone = |cell: &u32| *cell >= EARLIER && gone[(*cell - EARLIER) as usize];
            let narrowed = narrowed(&left, EARLIER, &gone).unwrap();
            let expected = spanned(&left).into_iter().filter(|sum| !sum.iter().any(is_gone));
            prop_assert_eq!(spanned(&narrowed), expected.collect::<BTreeSet<_>>());
            prop_assert!(narrowed.is_sorted_by(|one, next| one.0 < next.0));
            let place = |cell: u32| if cell < EARLIER { EARLIER - 1 - cell } else { cell };
            for (cell, with) in &narrowed {
                prop_assert!(with.iter().all(|other| place(*other) < place(*cell)), "{cell} {with:?}");
                prop_assert!(narrowed.iter().all(|(_, with)| !with.contains(cell)));
            }
        }
    }
}
