//! The rows of a table that is to be told beside sums and differences of everything told earlier, weighed round after round until what is
//! suppressed settles.
//!
//! What is taken over from round to round of a table in which nobody stands twice are equations, which hold of fewer rows as they do of
//! more ([`Whole`]). Everything else is weighed anew: among fewer told rows there are fewer classes, and what were several small ones
//! may be one.
#![expect(
    clippy::indexing_slicing,
    reason = "rows are numbered by their place in their table and every list here is as long as what it is of"
)]

use std::cell::LazyCell;

use super::apart::whole::{Bundle, Narrowed, Whole};
use super::bundled::{Bundled, rows_of};
use super::cells::Cells;
use super::crowds::Crowds;
use super::differencing::New;
use super::fresh::Rest;
use super::left::Sums;
use super::overlaps::Overlaps;
use crate::classes::Lots;

mod round;

use round::Round;

/// The rows of a table, and what an earlier round found out about them.
pub(super) struct Weighing<'a> {
    new: New<'a>,
    lots: &'a Lots,
    minimum: u64,
    /// All rows, the smallest last: of a sum it is the one that is pointed at, as where the sum is off by a few.
    order: Vec<usize>,
    whole: Option<Whole<'a>>,
}

impl<'a> Weighing<'a> {
    pub(super) fn of(new: New<'a>, lots: &'a Lots, minimum: u64) -> Self {
        let mut order: Vec<usize> = (0..new.rows.len()).collect();
        order.sort_by_cached_key(|&row| std::cmp::Reverse((new.rows[row].len(), row)));
        Self { new, lots, minimum, order, whole: None }
    }

    /// Points at the rows that, with those before them and all that was told earlier, give a few away, or happen to be sums
    /// of what was told. `overlaps` are those of the same rows with each earlier table.
    pub(super) fn point(&mut self, overlaps: &[Overlaps<'_>], hidden: &[bool], pointed: &mut [bool]) {
        let is_told: Vec<bool> =
            hidden.iter().zip(&*pointed).map(|(hidden, pointed)| !hidden && !pointed).collect();
        match self.lots.are_apart() {
            true => self.point_apart(overlaps, &is_told, pointed),
            false => self.point_among(&is_told, pointed),
        }
    }

    /// The rows for which this is so, in the order in which they are weighed.
    fn rows(&self, is_so: impl Fn(usize) -> bool) -> Vec<usize> {
        self.order.iter().copied().filter(|row| is_so(*row)).collect()
    }

    /// Where nobody stands in two rows.
    fn point_apart(&mut self, overlaps: &[Overlaps<'_>], is_told: &[bool], pointed: &mut [bool]) {
        let (new, lots, minimum) = (self.new, self.lots, self.minimum);
        let told = self.rows(|row| is_told[row]);
        let of = |rows: &[usize]| Whole::of(lots, rows, new.rows.len(), overlaps, minimum);
        let known = self.whole.take().filter(|whole| whole.knows(&told));
        // Rows that are suppressed for others' sake may be told in a later round.
        let known =
            known.unwrap_or_else(|| of(&self.rows(|row| is_told[row] || new.rows[row].len() >= minimum)));
        let whole = self.whole.insert(known);
        let narrowed = whole.narrowed(is_told).unwrap_or_else(|| {
            *whole = of(&told);
            whole.all()
        });
        let (whole, Narrowed { gone, without, left }) = (&*whole, narrowed);
        let bundles = (new.earlier.classes().cells()..).zip(&whole.bundles).zip(gone);
        let bundles = bundles.filter(|(_, gone)| !gone).map(|(bundle, _)| bundle).collect();
        let cells = |left: &Sums| whole.cells(&told, &without, left);
        let crowds = || whole.crowds(&told, &without);
        let all = LazyCell::new(|| whole.bundled(&told));
        Round { new, minimum, apart: true, bundles, left }.point(cells, crowds, || &all, pointed);
    }

    /// Where somebody may stand in several rows.
    fn point_among(&self, is_told: &[bool], pointed: &mut [bool]) {
        let (new, minimum) = (self.new, self.minimum);
        let rows = self.rows(|row| is_told[row]);
        let classes = self.lots.classes(rows.iter().copied());
        let earlier = new.earlier.classes().cells();
        let Rest { bundles, is_small } = Rest::of(&classes, earlier, rows.len(), minimum);
        if bundles.is_empty() {
            return;
        }
        let cells = Bundled::of(classes, earlier, bundles.len(), rows_of(&bundles));
        let left = cells.left(minimum, u32::MAX, |_| true);
        let bundle = |(row, with): (u32, Vec<u32>)| Bundle {
            among: earlier + row,
            rows: with.into_iter().chain([row]).map(|row| rows[row as usize]).collect(),
            is_small: is_small[row as usize],
            is_sum: false,
        };
        let bundles: Vec<Bundle> = bundles.into_iter().map(bundle).collect();
        let bundles = (earlier..).zip(&bundles).collect();
        let crowds = || Crowds::new(cells.classes(), minimum);
        let sums = |left: &Sums| Cells::of_sums(&cells, left);
        Round { new, minimum, apart: false, bundles, left }.point(sums, crowds, || &cells, pointed);
    }
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
                let told: Vec<EntitySet> = (0..rows.len()).filter(told).map(|at| rows[at].clone()).collect();
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
                let told: Vec<EntitySet> = told.map(|at| cells[at].clone()).collect();
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
