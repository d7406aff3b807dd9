//! What no release of a table gives away, tried on tables of every shape with an attacker who knows margins.

use std::collections::{BTreeMap, BTreeSet};

use model::reply::{Cell, Figure};
use policy::Policy;
use proptest::prelude::{Just, Strategy, prop, proptest};
use proptest::test_runner::Config;

use crate::attacker::Attacker;
use crate::support::LAX;
use crate::table::{Keys, counts, keys, rows};

const MINIMUM: u64 = 10;

/// A sparse table of `dimensions` with counts around the threshold.
fn cells(dimensions: usize, side: usize) -> impl Strategy<Value = Vec<(Vec<usize>, u64)>> {
    let count = proptest::prop_oneof![1_u64..10, 10_u64..15, 10_u64..200];
    prop::collection::btree_map(prop::collection::vec(0..side, dimensions), count, 0..30)
        .prop_map(|cells| cells.into_iter().collect())
}

/// The cells that the release keeps back; checks on the way what must hold for every told one.
fn kept_back(policy: &Policy, cells: &[(Vec<usize>, u64)]) -> BTreeSet<usize> {
    let dimensions = cells.first().map_or(1, |(codes, _)| codes.len());
    let (table, _) = rows(policy, dimensions, &["count"], counts(cells)).unwrap();
    assert_eq!(table.len(), cells.len());
    let told: BTreeMap<Keys, Cell> = table.into_iter().map(|(keys, cells)| (keys, cells[0])).collect();
    let mut kept = BTreeSet::new();
    for (at, (codes, exact)) in cells.iter().enumerate() {
        match told[&keys(codes)] {
            Cell::Suppressed => {
                kept.insert(at);
            }
            Cell::Released(Figure::Count(n)) => {
                assert!(n >= MINIMUM && *exact >= MINIMUM && n.abs_diff(*exact) < 5, "{n} told for {exact}");
            }
            Cell::Released(other) => panic!("{other:?}"),
        }
    }
    kept
}

/// Nothing that is kept back may be computed, but for what the margins alone give away: a cell that is computed
/// even when the whole table is kept back can't be shielded by keeping back more of it.
fn check(cells: &[(Vec<usize>, u64)], computes: impl Fn(&Attacker, &BTreeSet<usize>) -> BTreeSet<usize>) {
    let kept = kept_back(&LAX, cells);
    for least in [0, MINIMUM] {
        let attacker = Attacker::with_margins(cells, least);
        // By all means there are: what one kind of reckoning misses, another finds without the table.
        let given_away = attacker.computes(&attacker.everything());
        let computed = computes(&attacker, &kept);
        let learnt: Vec<_> = computed.difference(&given_away).map(|&at| &cells[at]).collect();
        assert!(learnt.is_empty(), "computed {learnt:?} with margins from {least} on; kept back {kept:?}");
    }
}

/// A line keeps back two cells or more and ten entities or more, unless it keeps back all of its cells or none.
fn check_lines(cells: &[(Vec<usize>, u64)]) {
    let kept = kept_back(&LAX, cells);
    for line in Attacker::with_margins(cells, 0).lines {
        let dark: Vec<usize> = line.iter().copied().filter(|at| kept.contains(at)).collect();
        let entities: u64 = dark.iter().map(|&at| cells[at].1).sum();
        let enough = dark.len() >= 2 && entities >= MINIMUM;
        assert!(dark.is_empty() || dark.len() == line.len() || enough, "{dark:?} of {line:?}");
    }
}

/// Two blocks of four suppressed cells joined by one: every line keeps back two cells, and yet the sum of the first
/// block's rows less its columns is the joining cell.
#[test]
fn a_bridge_between_two_rings_is_not_computed() {
    let mut cells = Vec::new();
    for row in 0..5 {
        for column in 0..5 {
            let block = (row < 2 && column < 2) || ((2..4).contains(&row) && (2..4).contains(&column));
            let bridge = (row, column) == (0, 2);
            cells.push((vec![row, column], if block || bridge { 6 } else { 100 }));
        }
    }
    check(&cells, Attacker::computes);
    let kept = kept_back(&LAX, &cells);
    // One ring more keeps the bridge from being computed; that no six is known to within ten takes a few cells besides.
    assert!(kept.len() > 9 && kept.len() < 16, "some rings more, not the whole table: {kept:?}");
}

/// A table that chance found: differences of large margins give six of its cells away, which subtraction along lines finds only
/// once a seventh is told. That shields nothing.
#[test]
fn what_differences_of_margins_give_away_is_not_learnt_from_the_table() {
    let cells = [
        ([0, 0, 0], 3),
        ([0, 0, 1], 10),
        ([0, 0, 2], 48),
        ([0, 1, 1], 14),
        ([0, 1, 2], 10),
        ([0, 2, 0], 3),
        ([0, 2, 1], 14),
        ([1, 0, 1], 12),
        ([1, 1, 0], 10),
        ([1, 1, 1], 2),
        ([1, 1, 2], 10),
        ([1, 2, 1], 115),
        ([1, 2, 2], 2),
        ([2, 0, 1], 3),
        ([2, 1, 0], 2),
        ([2, 1, 1], 117),
        ([2, 2, 0], 1),
        ([2, 2, 1], 4),
        ([2, 2, 2], 10),
    ];
    let cells: Vec<(Vec<usize>, u64)> =
        cells.into_iter().map(|(codes, count)| (codes.to_vec(), count)).collect();
    check(&cells, Attacker::peels);
}

proptest! {
    #![proptest_config(Config { cases: 256, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_suppressed_cell_of_one_dimension_is_computed(cells in cells(1, 8)) {
        check(&cells, Attacker::computes);
        check_lines(&cells);
    }

    #[test]
    fn no_suppressed_cell_of_two_dimensions_is_computed(cells in cells(2, 6)) {
        check(&cells, Attacker::computes);
        check_lines(&cells);
    }

    #[test]
    fn no_suppressed_cell_of_three_dimensions_falls_to_subtraction(cells in cells(3, 3)) {
        check(&cells, Attacker::peels);
        check_lines(&cells);
    }

    #[test]
    fn suppression_does_not_depend_on_the_order_of_rows(
        (cells, shuffled) in cells(2, 5).prop_flat_map(|cells| (Just(cells.clone()), Just(cells).prop_shuffle())),
    ) {
        let dimensions = 2;
        let one = rows(&LAX, dimensions, &["count"], counts(&cells)).unwrap();
        let other = rows(&LAX, dimensions, &["count"], counts(&shuffled)).unwrap();
        assert_eq!(one, other);
        assert!(one.0.is_sorted_by_key(|(keys, _)| keys.clone()));
    }
}
