//! What is found out about rows apart without parting entities by them is what parting them shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::super::cells::Cells;
use super::super::crowds::Crowds;
use super::super::equations::odd;
use super::super::left::Sums;
use super::whole::{Narrowed, Whole};
use crate::classes::{Classes, Lots};
use crate::entities::EntitySet;

type Table = Vec<BTreeSet<u32>>;

/// How many rows a table has.
const ROWS: usize = 5;

/// Cells of which each entity stands in one or none, some of them large.
fn apart(cells: usize) -> impl Strategy<Value = Table> {
    let homes = prop::collection::vec(prop_oneof![3 => Just(0), 2 => 0..=cells], 40);
    homes.prop_map(move |homes| {
        let cell = |at: usize| {
            (0_u32..).zip(&homes).filter(|(_, home)| **home == at).map(|(entity, _)| entity).collect()
        };
        (0..cells).map(cell).collect()
    })
}

/// Tables told before, the rows of another, which of these are told, and which of the others may be told later; and the minimum.
type Case = (Vec<Table>, Table, u8, u8, u64);

fn case() -> impl Strategy<Value = Case> {
    let cells = prop::collection::vec(prop::collection::btree_set(0_u32..40, 0..25), 1..3);
    let tables = prop::collection::vec(prop_oneof![2 => apart(3), 1 => cells], 1..3);
    (tables, apart(ROWS), any::<u8>(), any::<u8>(), 2_u64..7)
}

/// What was found out in a case: the cells told before and the told rows, what of it is narrowed, and all classes.
struct Found<'l> {
    cells: Table,
    told: Vec<usize>,
    whole: Whole<'l>,
    narrowed: Narrowed,
    classes: Classes,
}

fn lots((tables, rows, ..): &Case) -> Lots {
    let mut before = Classes::default();
    before.part_all(tables.iter().flatten().map(|cell| cell.iter().copied()));
    let rows: Vec<EntitySet> = rows.iter().map(|row| row.iter().copied().collect()).collect();
    Lots::of(&Arc::new(before), &rows)
}

fn found<'l>((tables, rows, told, known, minimum): &Case, lots: &'l Lots) -> Found<'l> {
    let is_told: Vec<bool> = (0..rows.len()).map(|row| told >> row & 1 == 1).collect();
    let known: Vec<usize> = (0..rows.len()).filter(|row| is_told[*row] || known >> row & 1 == 1).collect();
    let told: Vec<usize> = known.iter().copied().filter(|row| is_told[*row]).collect();
    let whole = Whole::of(lots, &known, rows.len(), &[], *minimum);
    let narrowed = whole.narrowed(&is_told).unwrap();
    let classes = lots.classes(told.iter().copied());
    let cells = tables.iter().flatten().chain(told.iter().map(|row| &rows[*row])).cloned().collect();
    Found { cells, told, whole, narrowed, classes }
}

/// The sizes of columns by the sums that they stand in, and these in the order in which they first come.
fn columns(cells: &Cells) -> (BTreeMap<Vec<u32>, u64>, Vec<Vec<u32>>) {
    let (mut sizes, mut order) = (BTreeMap::new(), Vec::new());
    for class in 0..cells.classes() as u32 {
        let sums = cells.holding(class).to_vec();
        if !sizes.contains_key(&sums) {
            order.push(sums.clone());
        }
        *sizes.entry(sums).or_default() += cells.size(class);
    }
    (sizes, order)
}

/// For each two of some cells how many small classes they have in common; nothing of those that are made of others.
fn common(crowds: &Crowds, cells: &[u32]) -> Vec<Option<usize>> {
    let small = |cell: u32| crowds.small(cell);
    let both = |one: u32, other: u32| {
        Some(small(one)?.iter().filter(|class| small(other).is_some_and(|of| of.contains(class))).count())
    };
    cells.iter().flat_map(|one| cells.iter().map(move |other| both(*one, *other))).collect()
}

proptest! {
    /// However earlier cells and told rows are added up to fewer than the minimum, the sum is one of what is left.
    #[test]
    fn every_sum_of_few_is_a_sum_of_what_is_left(case in case()) {
        let lots = lots(&case);
        let Found { cells, told, whole, narrowed: Narrowed { left, gone, .. }, .. } = found(&case, &lots);
        let earlier = lots.before().cells();
        let expanded = |sum: &[u32]| {
            let is_of = |cell: u32| sum.contains(&cell);
            let picked = left.iter().filter(|(cell, _)| is_of(*cell));
            let mut all: Vec<u32> = picked.flat_map(|(cell, with)| with.iter().copied().chain([*cell])).collect();
            odd(&mut all);
            all
        };
        for picked in 0..1_u32 << cells.len() {
            let picked: Vec<u32> = (0..cells.len() as u32).filter(|cell| picked >> cell & 1 == 1).collect();
            let mut sum: Vec<u32> = picked.iter().flat_map(|cell| cells[*cell as usize].iter().copied()).collect();
            odd(&mut sum);
            if sum.len() as u64 >= case.4 {
                continue;
            }
            // A bundle stands in it whole or not at all; rows without one stand in none.
            let rows: Vec<usize> = picked.iter().filter_map(|cell| Some(told[cell.checked_sub(earlier)? as usize])).collect();
            let of: BTreeSet<u32> = rows.iter().map(|row| whole.bundle_of[*row]).collect();
            prop_assert!(of.iter().all(|bundle| !gone[*bundle as usize]), "{rows:?}");
            let whole_rows: BTreeSet<usize> = of.iter().flat_map(|bundle| &whole.bundles[*bundle as usize].rows).copied().collect();
            prop_assert_eq!(rows.into_iter().collect::<BTreeSet<usize>>(), whole_rows);
            let cells = picked.iter().copied().filter(|cell| *cell < earlier);
            let sum: Vec<u32> = cells.chain(of.iter().map(|bundle| earlier + bundle)).collect();
            // Where nothing is to be weighed no equation is solved.
            prop_assert!(whole.bundles.is_empty() || expanded(&sum) == sum, "{sum:?} of {left:?}");
        }
    }

    /// Columns hold what the classes of the same sums do, and stand in the order of these.
    #[test]
    fn columns_are_classes_that_stand_in_the_same_sums(case in case()) {
        let lots = lots(&case);
        let Found { told, whole, narrowed: Narrowed { left, without, gone }, .. } = found(&case, &lots);
        // Of any sums, not of those alone that equations leave.
        let earlier = lots.before().cells();
        let bundles = (earlier..).zip(&gone).filter(|(_, gone)| !**gone).map(|(bundle, _)| (bundle, Vec::new()));
        let every: Sums = (0..earlier).map(|cell| (cell, Vec::new())).chain(bundles).collect();
        for sums in [&left, &every] {
            let groups = super::columns::Groups::of(&lots, sums);
            let found = super::columns::cells(&whole, &groups, &told, &without, sums);
            let expected = Cells::of_sums(&whole.bundled(&told), sums);
            prop_assert_eq!(columns(&found), columns(&expected));
        }
    }

    #[test]
    fn crowds_are_those_of_all_classes(case in case()) {
        let lots = lots(&case);
        let Found { told, whole, narrowed: Narrowed { without, .. }, classes, .. } = found(&case, &lots);
        let earlier = lots.before().cells();
        let (found, expected) = (whole.crowds(&told, &without), Crowds::new(&classes, case.4));
        let found_cells: Vec<u32> = (0..earlier).chain(told.iter().map(|row| earlier + *row as u32)).collect();
        let cells: Vec<u32> = (0..classes.cells()).collect();
        prop_assert_eq!(common(&found, &found_cells), common(&expected, &cells));
    }
}
