//! Differencing: a new table beside what the same askers were told before. Where the two together leave fewer entities
//! than the minimum, the new cell is suppressed, and looks like any small cell.
//!
//! Compared are every cell told now with every cell told before, and each of either table's cells with sums of cells of
//! the other: those that lie inside it, those that lie mostly inside it, those that touch it. That holds nested filters
//! (n against n − 1), complements (a total against all its parts but a few) and the same table of another epoch, however
//! the few differ among themselves. Sums and differences of any number of tables are held by their [`Span`], from which is left out
//! what can't stand in a sum of few: most rows show that by themselves ([`Rest`]), most earlier cells beside the others ([`Bundled`]).
//!
//! Whether two cells differ by a few or by nobody must look the same, or being refused would tell who is there: a cell that
//! happens to be a sum of others is suppressed too, unless it is one by definition.
//!
//! Cost: a few passes over the memberships of the new table, none over those of the earlier ones, whose classes are kept; one over the
//! cells that each class stands in; and row arithmetic over classes and over what is left of rows and told cells, which is bounded.
#![expect(
    clippy::indexing_slicing,
    reason = "cells are numbered by their place in their table and every list here is as long as its table"
)]

use super::bundled::Bundled;
use super::cells::Cells;
use super::crowds::Crowds;
use super::defined::Defined;
use super::fresh::Rest;
use super::overlaps::Overlaps;
use super::span::{Added, Span};
use crate::classes::Lots;
use crate::entities::EntitySet;
use crate::history::Past;
use crate::meaning::Meaning;

/// Rounds after which everything is suppressed instead; tables settle in two or three.
const ROUNDS_MAX: usize = 20;

/// What is held back of a table.
pub(super) struct Held {
    /// For each row, whether it is suppressed.
    pub(super) hidden: Vec<bool>,
    /// For each side the lots of its rows, where they were weighed against anything.
    pub(super) lots: Vec<Option<Lots>>,
}

/// For each row, whether it is suppressed: what `suppress` says, which is asked again with further rows to start from
/// until the rows that it leaves isolate nobody. `sides` are the same rows by the entities of each dataset that they speak
/// of: what isolates on one side is suppressed on all.
pub(super) fn hold(sides: &[New<'_>], minimum: u64, suppress: impl Fn(&[bool]) -> Vec<bool>) -> Held {
    let count = sides.iter().map(|new| new.rows.len()).max().unwrap_or(0);
    let mut pointed = vec![false; count];
    let mut hidden = suppress(&pointed);
    let mut lots: Vec<Option<Lots>> = sides.iter().map(|_| None).collect();
    let told_before = |new: &New<'_>| !new.earlier.told().is_empty() && !new.rows.is_empty();
    // Where nothing is told there is nothing to point at.
    if !sides.iter().any(told_before) || !hidden.contains(&false) {
        return Held { hidden, lots };
    }
    let mut overlaps = Vec::new();
    for (new, lots) in sides.iter().zip(&mut lots).filter(|(new, _)| told_before(new)) {
        let of_rows = Lots::of(new.earlier.classes(), new.rows);
        overlaps.extend(Overlaps::of_each(new.rows, new.earlier, &of_rows));
        *lots = Some(of_rows);
    }
    for _ in 0..ROUNDS_MAX {
        let before = pointed.clone();
        overlaps.iter_mut().for_each(|of| of.point(&hidden, minimum, &mut pointed));
        for (new, lots) in sides.iter().zip(&lots) {
            lots.iter().for_each(|lots| point_by_span(*new, lots, minimum, &hidden, &mut pointed));
        }
        if pointed == before {
            return Held { hidden, lots };
        }
        hidden = suppress(&pointed);
    }
    Held { hidden: vec![true; count], lots }
}

/// A table that is to be told.
#[derive(Clone, Copy)]
pub(super) struct New<'a> {
    /// Whom each row counts.
    pub(super) rows: &'a [EntitySet],
    /// What the rows mean.
    pub(super) meaning: &'a Meaning,
    /// What was told before of entities of the same dataset.
    pub(super) earlier: &'a Past,
}

/// Points at the rows that, with those before them and all that was told earlier, give a few away, or happen to be sums
/// of what was told.
fn point_by_span(new: New<'_>, lots: &Lots, minimum: u64, hidden: &[bool], pointed: &mut [bool]) {
    let mut wanted: Vec<usize> = (0..hidden.len()).filter(|&row| !hidden[row] && !pointed[row]).collect();
    // The smallest last: of a sum it is the one that is pointed at, as where the sum is off by a few.
    wanted.sort_by_key(|&row| std::cmp::Reverse((new.rows[row].len(), row)));
    let classes = lots.classes(wanted.iter().copied());
    let earlier = new.earlier.classes().cells();
    let Rest { bundles, is_small } = Rest::of(&classes, earlier, wanted.len(), minimum);
    if bundles.is_empty() {
        return;
    }
    let is_small = |(row, _): &(u32, Vec<u32>)| is_small[*row as usize];
    let mut crowds = bundles.iter().any(is_small).then(|| Crowds::new(&classes, minimum));
    let cells = Bundled::of(&classes, earlier, &bundles);
    let left = cells.left(minimum, u32::MAX, |_| true);
    let told = left.partition_point(|(cell, _)| *cell < earlier);
    let places: Vec<u32> = left.iter().skip(told).map(|(cell, _)| *cell).collect();
    let mut span = Span::new(Cells::of_sums(&cells, left), minimum);
    // What was told before comes first.
    (0..).take(told).for_each(|cell| span.told(cell));
    crowds.iter_mut().for_each(|crowds| (0..earlier).for_each(|cell| crowds.told(cell)));
    let mut defined = Defined::of(new, &cells);
    let mut left = (0..).skip(told).zip(places).peekable();
    for (cell, (place, _)) in (earlier..).zip(&bundles) {
        let (row, among_rows) = (wanted[*place as usize], earlier + place);
        let crowded = || crowds.as_mut().is_some_and(|crowds| crowds.are_full(among_rows));
        let added = match left.next_if(|(_, place)| *place == cell) {
            Some((left, _)) => span.add(left, crowded),
            None => Added::Sound,
        };
        let sound = match added {
            Added::Sound => {
                crowds.iter_mut().for_each(|crowds| crowds.told(among_rows));
                true
            }
            Added::Dependent => defined.holds(cell) || is_known(new, row),
            Added::Isolates | Added::Crowded | Added::Entangled => false,
        };
        if sound {
            defined.told(cell);
        } else {
            pointed[row] = true;
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

    use model::{Dataset, Filter, Tabulation};

    use super::super::equations::odd;
    use super::{Lots, New, hold, plain, point_by_span};
    use crate::entities::EntitySet;
    use crate::history::{Past, Told};
    use crate::meaning::Meaning;

    const MINIMUM: u64 = 5;

    fn set(numbers: impl IntoIterator<Item = u32>) -> EntitySet {
        numbers.into_iter().collect()
    }

    /// Rows that are suppressed: small ones, and those that `pointed` adds.
    fn small(rows: &[EntitySet]) -> impl Fn(&[bool]) -> Vec<bool> {
        let small: Vec<bool> = rows.iter().map(|row| row.len() < MINIMUM).collect();
        move |pointed| small.iter().zip(pointed).map(|(small, pointed)| *small || *pointed).collect()
    }

    /// What is suppressed of a table about the same records as those told before.
    fn check(earlier: &[Vec<EntitySet>], rows: &[EntitySet]) -> Vec<bool> {
        judged(earlier, rows, &Meaning::default())
    }

    fn judged(earlier: &[Vec<EntitySet>], rows: &[EntitySet], meaning: &Meaning) -> Vec<bool> {
        let told = |cells: &Vec<EntitySet>| Told::of(Meaning::default(), cells.clone());
        let earlier: Past = earlier.iter().map(told).collect();
        hold(&[New { rows, meaning, earlier: &earlier }], MINIMUM, small(rows)).hidden
    }

    #[test]
    fn what_happens_to_be_a_sum_is_suppressed_and_what_is_one_by_definition_is_told() {
        let other = another();
        for (why, earlier, row) in [
            ("a cell told before", vec![vec![set(0..20)]], set(0..20)),
            ("two cells told before", vec![vec![set(0..20), set(20..40)]], set(0..40)),
            (
                "a total less its parts, told apart",
                vec![vec![set(0..60)], vec![set(0..20)], vec![set(20..40)]],
                set(40..60),
            ),
        ] {
            assert_eq!(judged(&earlier, std::slice::from_ref(&row), &other), [true], "{why}");
            assert_eq!(check(&earlier, &[row]), [false], "{why}, by definition");
        }
    }

    #[test]
    fn what_would_isolate_a_few_is_suppressed() {
        for (why, earlier, rows, hidden) in [
            ("nothing was told before", vec![], vec![set(0..20)], vec![false]),
            ("the same again", vec![vec![set(0..20)]], vec![set(0..20)], vec![false]),
            ("n − 1 of n", vec![vec![set(0..20)]], vec![set(1..20)], vec![true]),
            ("n + 4 of n", vec![vec![set(0..20)]], vec![set(0..24)], vec![true]),
            ("five fewer are enough", vec![vec![set(0..20)]], vec![set(5..20)], vec![false]),
            ("one out and one in", vec![vec![set(0..20)]], vec![set(1..21)], vec![true]),
            (
                "a total but one of all its parts",
                vec![vec![set(0..20), set(20..40)]],
                vec![set(0..41)],
                vec![true],
            ),
            ("parts of a total", vec![vec![set(0..40)]], vec![set(0..20), set(20..39)], vec![false, true]),
            (
                "parts that leave enough",
                vec![vec![set(0..40)]],
                vec![set(0..20), set(20..35)],
                vec![false, false],
            ),
            ("two tables before", vec![vec![set(50..90)], vec![set(0..20)]], vec![set(0..19)], vec![true]),
            ("others altogether", vec![vec![set(0..20)]], vec![set(30..50)], vec![false]),
            (
                "three tables before, all in pieces of four",
                vec![vec![set(0..16)], vec![set(8..24)], vec![set((0..4).chain(8..12).chain(16..20))]],
                vec![set((0..8).chain(16..23))],
                vec![true],
            ),
            ("small anyway", vec![vec![set(0..20)]], vec![set(0..3)], vec![true]),
        ] {
            assert_eq!(check(&earlier, &rows), hidden, "{why}");
        }
    }

    /// What a filter means that nothing told before was about.
    fn another() -> Meaning {
        let filter = Filter::parse(Dataset::Person, "sex = male").unwrap();
        let asked =
            Tabulation::new(Dataset::Person, vec![], vec![model::Measure::Count], Some(filter)).unwrap();
        Meaning::of(&asked, "1", &[crate::findings::Counted::default()])
    }

    proptest! {
        /// Rows that come to a cell told before, and rows that come to it but for a few, are suppressed alike: else that
        /// would tell whether there are those few.
        #[test]
        fn a_sum_that_is_off_by_nobody_is_hidden_as_one_that_is_off_by_one(rows in cells()) {
            let mut all = EntitySet::default();
            rows.iter().for_each(|row| all.add(row));
            let mut and_one = all.clone();
            and_one.add(&set([1_000]));
            let [nobody, one] = [all, and_one].map(|told| judged(&[vec![told]], &rows, &another()));
            prop_assert_eq!(nobody, one);
        }
    }

    #[test]
    fn entities_that_stand_in_several_rows_are_counted_once() {
        // Two rows of 15 share 10: their union is 20 of the 21 that were told.
        let rows = [set(0..15), set(5..20)];
        assert_eq!(check(&[vec![set(0..21)]], &rows), [true, false]);
        assert_eq!(check(&[vec![set(0..25)]], &rows), [false, false]);
    }

    fn cells() -> impl Strategy<Value = Vec<EntitySet>> {
        // Each of 40 entities stands in one of a few cells, or in none.
        proptest::collection::vec(0_usize..5, 40).prop_map(|homes| {
            let cell =
                |at: usize| set((0_u32..).zip(&homes).filter(|(_, home)| **home == at).map(|(e, _)| e));
            (0..4).map(cell).filter(|cell| cell.len() >= MINIMUM).collect()
        })
    }

    proptest! {
        /// No cell that is told differs by a few from a cell told before, nor from any sum of cells told before.
        #[test]
        fn no_difference_with_any_sum_isolates(earlier in proptest::collection::vec(cells(), 1..3), rows in cells()) {
            let hidden = check(&earlier, &rows);
            for (row, _) in rows.iter().zip(&hidden).filter(|(_, hidden)| !**hidden) {
                for cells in &earlier {
                    for picked in 1..1_usize << cells.len() {
                        let mut sum = EntitySet::default();
                        cells.iter().enumerate().filter(|(at, _)| picked >> at & 1 == 1).for_each(|(_, c)| sum.add(c));
                        let (left, beyond) = (row.without(&sum), sum.without(row));
                        let nested = left == 0 || beyond == 0;
                        prop_assert!(!nested || left + beyond == 0 || left + beyond >= MINIMUM, "{left} {beyond}");
                    }
                }
            }
        }
    }

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
                    let picked = told.iter().enumerate().filter(|(at, _)| picked >> at & 1 == 1);
                    let mut sum: Vec<u32> = picked.flat_map(|(_, cell)| cell.iter()).chain(but.iter().copied()).collect();
                    odd(&mut sum);
                    set(sum)
                }));
                let meaning = if nests { Meaning::default() } else { another() };
                let new = New { rows: &rows, meaning: &meaning, earlier: &earlier };
                let lots = Lots::of(earlier.classes(), &rows);
                let hidden: Vec<bool> = rows.iter().map(|row| row.len() < minimum).collect();
                let (mut one, mut other) = (vec![false; rows.len()], vec![false; rows.len()]);
                point_by_span(new, &lots, minimum, &hidden, &mut one);
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
}
