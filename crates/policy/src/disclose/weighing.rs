//! The rows of a table that is to be told beside sums and differences of everything told earlier, weighed round after round until what is
//! suppressed settles.
//!
//! What is taken over from the round before are equations, which hold of fewer rows as they did of more ([`Narrowed`]); none is where a row
//! is told again that was not. Everything else is weighed anew: among fewer told rows there are fewer classes, and what were several
//! small ones may be one.
#![expect(
    clippy::indexing_slicing,
    reason = "rows are numbered by their place in their table and every list here is as long as what it is of"
)]

use std::cell::LazyCell;

use super::bundled::Bundled;
use super::cells::Cells;
use super::crowds::Crowds;
use super::defined::Defined;
use super::differencing::New;
use super::fresh::Rest;
use super::narrowed::Narrowed;
use super::overlaps::Overlaps;
use super::span::{Added, Span};
use crate::classes::Lots;

/// The rows of a table, and what an earlier round found out about them.
pub(super) struct Weighing<'a> {
    new: New<'a>,
    lots: &'a Lots,
    minimum: u64,
    /// All rows, the smallest last: of a sum it is the one that is pointed at, as where the sum is off by a few.
    order: Vec<usize>,
    before: Option<Narrowed>,
}

impl<'a> Weighing<'a> {
    pub(super) fn of(new: New<'a>, lots: &'a Lots, minimum: u64) -> Self {
        let mut order: Vec<usize> = (0..new.rows.len()).collect();
        order.sort_by_cached_key(|&row| std::cmp::Reverse((new.rows[row].len(), row)));
        Self { new, lots, minimum, order, before: None }
    }

    /// Points at the rows that, with those before them and all that was told earlier, give a few away, or happen to be sums
    /// of what was told. `overlaps` are those of the same rows with each earlier table.
    pub(super) fn point(&mut self, overlaps: &[Overlaps<'_>], hidden: &[bool], pointed: &mut [bool]) {
        let (new, lots, minimum) = (self.new, self.lots, self.minimum);
        let wanted: Vec<usize> =
            self.order.iter().copied().filter(|&row| !hidden[row] && !pointed[row]).collect();
        let earlier = new.earlier.classes().cells();
        // Made when they are asked for: most tables show by less that they are sound.
        let classes = LazyCell::new(|| lots.classes(wanted.iter().copied()));
        let apart = lots.are_apart();
        let Rest { bundles, is_small } = match apart {
            true => Rest::of_apart(lots, &wanted, minimum),
            false => Rest::of(&classes, earlier, wanted.len(), minimum),
        };
        if bundles.is_empty() {
            return;
        }
        let rows = |(row, with): &(u32, Vec<u32>)| -> Vec<usize> {
            with.iter().chain([row]).map(|row| wanted[*row as usize]).collect()
        };
        let rows: Vec<Vec<usize>> = bundles.iter().map(rows).collect();
        // What is a sum of some cells of one table needs no weighing: it adds nothing to what is told of them, and stands in the way of
        // nothing. Where nobody stands in two rows, a bundle has the entities of all its rows.
        let is_sum = |rows: &Vec<usize>| apart && overlaps.iter().any(|of| of.make_up(rows));
        let sums: Vec<bool> = rows.iter().map(is_sum).collect();
        let cells = LazyCell::new(|| Bundled::of(&classes, earlier, &bundles));
        let mut left = Vec::new();
        if sums.contains(&false) {
            let before = self.before.take();
            let narrowed = before.and_then(|before| before.to(&wanted, &rows, &sums));
            left = narrowed.unwrap_or_else(|| {
                let is_weighed = |cell: u32| cell.checked_sub(earlier).is_none_or(|at| !sums[at as usize]);
                cells.left(minimum, u32::MAX, is_weighed)
            });
            self.before = apart.then(|| Narrowed::of(new.rows.len(), earlier, &wanted, &rows, &sums, &left));
        }
        let told = left.partition_point(|(cell, _)| *cell < earlier);
        let places: Vec<u32> = left.iter().skip(told).map(|(cell, _)| *cell).collect();
        let is_small = |(row, _): &(u32, Vec<u32>)| is_small[*row as usize];
        let (mut span, mut crowds) = (None, None);
        if !places.is_empty() {
            // What was told before comes first.
            let mut weighed = Span::new(Cells::of_sums(&cells, left), minimum);
            (0..).take(told).for_each(|cell| weighed.told(cell));
            span = Some(weighed);
            crowds = bundles.iter().any(is_small).then(|| Crowds::new(&classes, minimum));
            crowds.iter_mut().for_each(|crowds| (0..earlier).for_each(|cell| crowds.told(cell)));
        }
        let mut defined = Defined::of(new, apart);
        let mut left = (0..).skip(told).zip(places).peekable();
        for ((at, bundle), (place, _)) in rows.iter().enumerate().zip(&bundles) {
            let (cell, row, among_rows) = (earlier + at as u32, wanted[*place as usize], earlier + place);
            let crowded = || crowds.as_mut().is_some_and(|crowds| crowds.are_full(among_rows));
            let weighed = left.next_if(|(_, place)| *place == cell).zip(span.as_mut());
            let added = match weighed {
                _ if sums[at] => Added::Dependent,
                Some(((left, _), span)) => span.add(left, crowded),
                None => Added::Sound,
            };
            let is_anybody = || match apart {
                true => bundle.iter().any(|row| new.rows[*row].len() > 0),
                false => cells.is_anybody(cell),
            };
            let sound = match added {
                Added::Sound => {
                    crowds.iter_mut().for_each(|crowds| crowds.told(among_rows));
                    true
                }
                Added::Dependent => defined.holds(cell, is_anybody, || &cells) || is_known(new, row),
                Added::Isolates | Added::Crowded | Added::Entangled => false,
            };
            if sound {
                defined.told(cell);
            } else {
                pointed[row] = true;
            }
        }
    }
}

/// Whether a cell with the same meaning and the same entities was told before.
fn is_known(new: New<'_>, row: usize) -> bool {
    let Some(meaning) = new.meaning.cell(row) else { return false };
    new.earlier.told().iter().any(|told| {
        let cells = told.cells().iter().enumerate();
        let mut same = cells.filter(|(at, _)| told.meaning().cell(*at) == Some(meaning));
        same.any(|(_, cell)| *cell == new.rows[row])
    })
}

#[cfg(test)]
mod plain;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::differencing::tests::{another, set};
    use super::super::equations::odd;
    use super::{Lots, New, Overlaps, Weighing, plain};
    use crate::entities::EntitySet;
    use crate::history::{Past, Told};
    use crate::meaning::Meaning;

    /// Sums of cells told before, but for a few entities.
    fn sums() -> impl Strategy<Value = Vec<(u16, std::collections::BTreeSet<u32>)>> {
        proptest::collection::vec((any::<u16>(), proptest::collection::btree_set(0_u32..60, 0..3)), 0..3)
    }

    /// Tables of cells that each part entities, or of any cells.
    fn table() -> impl Strategy<Value = Vec<EntitySet>> {
        let any = proptest::collection::vec(proptest::collection::btree_set(0_u32..60, 3..40), 1..6);
        let any = any.prop_map(|cells| cells.into_iter().map(set).collect());
        let parted = (1_u32..60, proptest::collection::vec(0_usize..5, 60)).prop_map(|(most, homes)| {
            let cell =
                |at: usize| set((0_u32..most).zip(&homes).filter(|(_, home)| **home == at).map(|(e, _)| e));
            (0..4).map(cell).filter(|cell| cell.len() > 0).collect()
        });
        prop_oneof![any, parted]
    }

    proptest! {
        /// Nothing that weighing all rows keeps back is told: of two sums that it takes for sound one may be kept back, where fewer cells show
        /// a sum of several small classes.
        #[test]
        fn bundles_say_of_rows_what_weighing_all_of_them_says(
            tables in proptest::collection::vec((table(), sums(), any::<bool>()), 2..5),
            minimum in 2_u64..6,
        ) {
            let mut earlier = Past::default();
            for (mut rows, sums, nests) in tables {
                let told: Vec<&EntitySet> = earlier.told().iter().flat_map(|told| told.cells()).collect();
                rows.extend(sums.iter().map(|(picked, but)| {
                    let picked = told.iter().enumerate().filter(|(at, _)| picked >> (at % 16) & 1 == 1);
                    let mut sum: Vec<u32> = picked.flat_map(|(_, cell)| cell.iter()).chain(but.iter().copied()).collect();
                    odd(&mut sum);
                    set(sum)
                }));
                let meaning = if nests { Meaning::default() } else { another() };
                let new = New { rows: &rows, meaning: &meaning, earlier: &earlier };
                let lots = Lots::of(earlier.classes(), &rows);
                let hidden: Vec<bool> = rows.iter().map(|row| row.len() < minimum).collect();
                let (mut one, mut other) = (vec![false; rows.len()], vec![false; rows.len()]);
                let overlaps = Overlaps::of_each(&rows, &earlier, &lots);
                Weighing::of(new, &lots, minimum).point(&overlaps, &hidden, &mut one);
                plain::point_by_span(new, &lots, minimum, &hidden, &mut other);
                // In the order in which rows are weighed: what becomes of one bears on those after it.
                let differ = (0..rows.len()).filter(|&row| one[row] != other[row]);
                let first = differ.max_by_key(|&row| (rows[row].len(), row));
                prop_assert!(first.is_none_or(|row| one[row]), "{one:?} {other:?}");
                let told = |at: &usize| !hidden[*at] && !one[*at];
                let told = (0..rows.len()).filter(told).map(|at| rows[at].clone()).collect();
                earlier.add(Told::of(Meaning::default(), told));
            }
        }
    }

    /// Few tables have a later round that points at anything: one in some five hundred.
    fn many() -> ProptestConfig {
        let usual = ProptestConfig::default();
        ProptestConfig { cases: usual.cases.max(4_096), ..usual }
    }

    proptest! {
        #![proptest_config(many())]
        /// Round after round nothing is told that weighing all rows keeps back, whatever is suppressed besides and whatever is told again.
        #[test]
        fn a_round_tells_nothing_that_weighing_all_rows_keeps_back(
            tables in proptest::collection::vec(table(), 1..4),
            rows in proptest::collection::vec(0_usize..9, 60),
            rounds in proptest::collection::vec((any::<u16>(), any::<bool>()), 1..5),
            nests: bool,
            minimum in 2_u64..6,
        ) {
            let mut earlier = Past::default();
            for cells in tables {
                let new = New { rows: &cells, meaning: &Meaning::default(), earlier: &earlier };
                let (lots, mut pointed) = (Lots::of(earlier.classes(), &cells), vec![false; cells.len()]);
                let hidden: Vec<bool> = cells.iter().map(|cell| cell.len() < minimum).collect();
                plain::point_by_span(new, &lots, minimum, &hidden, &mut pointed);
                let told = (0..cells.len()).filter(|at| !hidden[*at] && !pointed[*at]);
                let told = told.map(|at| cells[at].clone()).collect();
                earlier.add(Told::of(Meaning::default(), told));
            }
            let row = |at: usize| set((0_u32..).zip(&rows).filter(|(_, home)| **home == at).map(|(entity, _)| entity));
            let rows: Vec<EntitySet> = (0..8).map(row).collect();
            let meaning = if nests { Meaning::default() } else { another() };
            let new = New { rows: &rows, meaning: &meaning, earlier: &earlier };
            let lots = Lots::of(earlier.classes(), &rows);
            let overlaps = Overlaps::of_each(&rows, &earlier, &lots);
            let mut weighing = Weighing::of(new, &lots, minimum);
            let mut pointed = vec![false; rows.len()];
            let mut hidden: Vec<bool> = rows.iter().map(|row| row.len() < minimum).collect();
            for (picked, again) in rounds {
                let mut plainly = pointed.clone();
                plain::point_by_span(new, &lots, minimum, &hidden, &mut plainly);
                weighing.point(&overlaps, &hidden, &mut pointed);
                let differ = (0..rows.len()).filter(|&row| pointed[row] != plainly[row]);
                let first = differ.max_by_key(|&row| (rows[row].len(), row));
                prop_assert!(first.is_none_or(|row| pointed[row]), "{pointed:?} {plainly:?}");
                for (at, hidden) in hidden.iter_mut().enumerate() {
                    let is_picked = picked >> at & 1 == 1 && picked >> (at + 8) & 1 == 1;
                    *hidden = pointed[at] || (*hidden && !again) || is_picked;
                }
            }
        }
    }
}
