//! Differencing: a new table beside what the same askers were told before. Where the two together leave fewer entities
//! than the minimum, the new cell is suppressed, and looks like any small cell.
//!
//! Compared are every cell told now with every cell told before, and each of either table's cells with sums of cells of
//! the other: those that lie inside it, those that lie mostly inside it, those that touch it. That holds nested filters
//! (n against n − 1), complements (a total against all its parts but a few) and the same table of another epoch, however
//! the few differ among themselves. Sums and differences of any number of tables are held by their [`Span`], from which is left out
//! what can't stand in a sum of few: most rows show that by themselves ([`Rest`]), most earlier cells beside the others ([`Bundled`]); both
//! are read off the rows' lots where nobody stands in two rows (`apart`).
//!
//! [`Span`]: super::span::Span
//! [`Rest`]: super::fresh::Rest
//! [`Bundled`]: super::bundled::Bundled
//!
//! Whether two cells differ by a few or by nobody must look the same, or being refused would tell who is there: a cell that
//! happens to be a sum of others is suppressed too, unless it is one by definition.
//!
//! Cost: a few passes over the memberships of the new table, none over those of the earlier ones, whose classes are kept; one over the
//! cells that each class stands in; and row arithmetic over classes and over what is left of rows and told cells, which is bounded.

use super::overlaps::Overlaps;
use super::weighing::Weighing;
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
    for (new, lots) in sides.iter().zip(&mut lots).filter(|(new, _)| told_before(new)) {
        *lots = Some(Lots::of(new.earlier.classes(), new.rows));
    }
    let weighings = sides.iter().zip(&lots).filter_map(|(new, lots)| {
        let lots = lots.as_ref()?;
        Some((Overlaps::of_each(new.rows, new.earlier, lots), Weighing::of(*new, lots, minimum)))
    });
    let mut weighings: Vec<(Vec<Overlaps<'_>>, Weighing<'_>)> = weighings.collect();
    for _ in 0..ROUNDS_MAX {
        let before = pointed.clone();
        for (overlaps, _) in &mut weighings {
            overlaps.iter_mut().for_each(|of| of.point(&hidden, minimum, &mut pointed));
        }
        weighings.iter_mut().for_each(|(overlaps, weighing)| weighing.point(overlaps, &hidden, &mut pointed));
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

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use model::{Dataset, Filter, Tabulation};

    use super::{New, hold};
    use crate::entities::EntitySet;
    use crate::history::{Past, Told};
    use crate::meaning::Meaning;

    const MINIMUM: u64 = 5;

    pub(in super::super) fn set(numbers: impl IntoIterator<Item = u32>) -> EntitySet {
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
            (
                "cells that lie mostly inside, and no few entities by themselves",
                vec![vec![set(0..20), set(20..40), set(40..60)]],
                vec![set((1..20).chain(21..43))],
                vec![true],
            ),
            ("small anyway", vec![vec![set(0..20)]], vec![set(0..3)], vec![true]),
        ] {
            assert_eq!(check(&earlier, &rows), hidden, "{why}");
        }
    }

    /// What a filter means that nothing told before was about.
    pub(in super::super) fn another() -> Meaning {
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
}
