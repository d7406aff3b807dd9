//! Somebody who sets up every equation that a release and its margins give, and reckons how far each suppressed figure
//! can go. Tables of one to four dimensions, with zeros, sums, means and totals.

use std::collections::{BTreeMap, BTreeSet};

use model::reply::{Cell, Figure};
use model::tabulation::{TOTAL, WITHHELD};
use model::{Dataset, Dimension, Measure, Tabulation};
use policy::{Counted, Policy};
use proptest::prelude::{Strategy, prop, proptest};
use proptest::test_runner::Config;

use crate::solver::System;
use crate::support::{DISCLOSURE, PERMIT_ALL, files, release_table};
use crate::table::{DIMENSIONS, Keys, keys};

const MINIMUM: u64 = 5;

/// A profile that rounds nothing, so that what is told is exact, with these settings besides.
fn profile(settings: &str) -> Policy {
    let disclosure = DISCLOSURE.replacen(
        "minimum_cell = 10\nrounding_base = 5\nsum_base = 100",
        &format!("minimum_cell = {MINIMUM}\nrounding_base = 1\nsum_base = 1\n{settings}"),
        1,
    );
    let files = files(PERMIT_ALL, &[("disclosure.toml", &disclosure)]);
    Policy::new(policy::Bundle::compile(&files).unwrap(), String::new())
}

/// One exact cell: its keys, its entities, the sum of their values and the two largest of them.
#[derive(Debug, Clone, Default)]
struct Exact {
    keys: Keys,
    entities: u64,
    largest: [u64; 2],
    rest: u64,
}

impl Exact {
    fn sum(&self) -> u64 {
        self.largest[0] + self.largest[1] + self.rest
    }
}

fn tables(dimensions: usize, side: usize, most: usize) -> impl Strategy<Value = Vec<Exact>> {
    let count = proptest::prop_oneof![1_u64..5, 5_u64..9, 5_u64..100];
    let contribution = proptest::prop_oneof![0_u64..10, 0_u64..1_000];
    let cell = (count, contribution.clone(), contribution, 0_u64..3_000);
    prop::collection::btree_map(prop::collection::vec(1..=side, dimensions), cell, 1..most).prop_map(
        |cells| {
            cells
                .into_iter()
                .map(|(codes, (entities, one, other, rest))| Exact {
                    keys: keys(&codes),
                    entities,
                    largest: [one.max(other), one.min(other)],
                    rest,
                })
                .collect()
        },
    )
}

/// What an attacker has to do with: for each cell and margin, which cells it adds up, what it is, and whether it is told.
struct Known {
    added: Vec<usize>,
    exact: Vec<u64>,
    told: bool,
    entities: u64,
    is_margin: bool,
    /// By the two largest contributions.
    lacks: u64,
}

/// What a table is over, and its dimensions.
type Over = (Dataset, &'static [&'static str]);

const WORDS: Over = (Dataset::Event, DIMENSIONS);
/// Free text, of which a force tells what many share.
const TEXTS: Over = (Dataset::Report, &["area", "subcategory", "reporting_unit"]);

/// Releases a table with its totals, and checks on the way that what is told is true.
fn known(
    policy: &Policy,
    (over, dimensions): (Over, usize),
    measures: &[&str],
    cells: &[Exact],
    percent: u64,
) -> Vec<Known> {
    let (dataset, by) = over;
    let by = by[..dimensions].iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
    let of = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
    let asked = Tabulation::new(dataset, by, of, None).unwrap().with_totals(true);
    let figure = |measure: &str, entities: u64, sum: u64| match measure {
        "count" => Figure::Count(entities),
        "sum:loss_gbp" => Figure::Sum(i64::try_from(sum).unwrap()),
        _ => Figure::Mean { sum: i64::try_from(sum).unwrap(), over: entities },
    };
    let counted = cells.iter().map(|cell| Counted {
        keys: cell.keys.clone(),
        entities: cell.entities,
        largest: measures.iter().map(|m| (*m != "count").then_some(cell.largest)).collect(),
        figures: measures.iter().map(|m| figure(m, cell.entities, cell.sum())).collect(),
        ..Counted::default()
    });
    let table = release_table(policy, asked, counted.collect()).unwrap();
    let told: BTreeMap<Keys, Vec<Cell>> = table.rows.into_iter().map(|row| (row.keys, row.cells)).collect();

    let mut groups: BTreeMap<Keys, Vec<usize>> = BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        for kept in 0..1_usize << dimensions {
            let mut keys = cell.keys.clone();
            for (place, key) in keys.iter_mut().enumerate().filter(|(place, _)| kept >> place & 1 == 0) {
                let _ = place;
                *key = Some(TOTAL.to_owned());
            }
            groups.entry(keys).or_default().push(at);
        }
    }
    assert!(groups.keys().all(|keys| told.contains_key(keys)));
    let known = groups.into_iter().map(|(keys, added)| {
        let entities = added.iter().map(|&at| cells[at].entities).sum();
        let sum: u64 = added.iter().map(|&at| cells[at].sum()).sum();
        let mut each: Vec<u64> = added.iter().flat_map(|&at| cells[at].largest).collect();
        each.sort_unstable_by(|one, other| other.cmp(one));
        let rest = sum - each[0] - each[1];
        let lacks = (each[0] * percent).saturating_sub(rest * 100).div_ceil(100);
        for (measure, cell) in measures.iter().zip(&told[&keys]) {
            if let Cell::Released(told) = cell {
                assert_eq!(*told, figure(measure, entities, sum));
                assert!(entities >= MINIMUM, "{entities} told of {keys:?}");
                assert!(
                    *measure == "count" || lacks == 0,
                    "{keys:?}: the largest is estimated within {percent} %"
                );
            }
        }
        Known {
            is_margin: keys.iter().any(|key| key.as_deref() == Some(TOTAL)) && dimensions > 0,
            added,
            exact: vec![entities, sum],
            told: told[&keys].iter().all(|cell| *cell != Cell::Suppressed),
            entities,
            lacks,
        }
    });
    known.collect()
}

/// How far each cell and margin can go, to one who knows those that `knows` picks. `floor` is the least that is known of
/// every cell.
fn ranges(
    known: &[Known],
    cells: usize,
    layer: usize,
    floor: u64,
    knows: impl Fn(&Known) -> bool,
) -> Vec<(u64, Option<u64>)> {
    let equations: Vec<(Vec<usize>, u64)> = known
        .iter()
        .filter(|k| knows(k))
        .map(|k| (k.added.clone(), k.exact[layer] - floor * u64::try_from(k.added.len()).unwrap()))
        .collect();
    let mut system = System::new(cells, &equations);
    known
        .iter()
        .map(|k| {
            let (least, most) = system.range(&k.added);
            let raised = floor * u64::try_from(k.added.len()).unwrap();
            (least + raised, most.map(|most| most + raised))
        })
        .collect()
}

/// The cells of a table that does not tell nobody from a few: of all headings that it shows, in all their combinations.
fn filled(dimensions: usize, cells: &[Exact]) -> Vec<Exact> {
    let withheld = || Some(WITHHELD.to_owned());
    let large = cells.iter().filter(|cell| cell.entities >= MINIMUM);
    let mut headings = vec![BTreeSet::from([None, withheld()]); dimensions];
    large.for_each(|cell| {
        headings.iter_mut().zip(&cell.keys).for_each(|(told, key)| told.extend([key.clone()]))
    });
    let mut all: BTreeMap<Keys, Exact> = BTreeMap::from([(Keys::new(), Exact::default())]);
    for headings in &headings {
        let longer = |keys: &Keys| {
            let keys = keys.clone();
            headings
                .iter()
                .map(move |key| [keys.as_slice(), std::slice::from_ref(key)].concat())
                .collect::<Vec<_>>()
        };
        all = all
            .keys()
            .flat_map(longer)
            .map(|keys| (keys.clone(), Exact { keys, ..Exact::default() }))
            .collect();
    }
    for cell in cells {
        let told = |(key, told): (&Option<String>, &BTreeSet<_>)| {
            if told.contains(key) { key.clone() } else { withheld() }
        };
        let keys: Keys = cell.keys.iter().zip(&headings).map(told).collect();
        let whole = all.get_mut(&keys).unwrap();
        let mut each = [whole.largest, cell.largest].concat();
        each.sort_unstable_by(|one, other| other.cmp(one));
        whole.entities += cell.entities;
        whole.rest += cell.rest + each[2] + each[3];
        whole.largest = [each[0], each[1]];
    }
    all.into_values().collect()
}

/// No sensitive figure is known better than its protection interval says, but for what margins give away: what is as well
/// known to one who is told no cell of the table, only the margins.
fn check(policy: &Policy, dimensions: usize, measures: &[&str], cells: &[Exact], percent: u64) {
    let known = known(policy, (WORDS, dimensions), measures, cells, percent);
    hold(&known, measures, cells, 1);
}

/// The same where nobody may not be told from a few: of no cell it is known that anybody is there.
fn check_filled(dimensions: usize, measures: &[&str], cells: &[Exact], settings: &str, percent: u64) {
    let cells = filled(dimensions, cells);
    let policy = profile(&format!("zeros = \"suppress\"\n{settings}"));
    let known = known(&policy, (TEXTS, dimensions), measures, &cells, percent);
    hold(&known, measures, &cells, 0);
}

/// `least` is how many stand in a cell that is there.
fn hold(known: &[Known], measures: &[&str], cells: &[Exact], least: u64) {
    let layers = if measures == ["count"] { 0..1 } else { 0..2 };
    for layer in layers {
        let floor = if layer == 0 { least } else { 0 };
        let seen = ranges(known, cells.len(), layer, floor, |k| k.told);
        let margins_alone = ranges(known, cells.len(), layer, floor, |k| k.told && k.is_margin);
        for (at, k) in known.iter().enumerate().filter(|(_, k)| !k.told) {
            let exact = k.exact[layer];
            let ((least, most), (given_least, given_most)) = (seen[at], margins_alone[at]);
            let sensitive = k.entities < MINIMUM || (layer == 1 && k.lacks > 0);
            let far = match (sensitive, layer) {
                (true, 0) => MINIMUM,
                (true, _) => (exact * 10).div_ceil(100).max(1).max(k.lacks),
                (false, _) => 0,
            };
            let below = far.min(exact - floor * u64::try_from(k.added.len()).unwrap());
            let high =
                most.is_none_or(|most| most >= exact + far || given_most.is_some_and(|given| most >= given));
            let low = least <= exact - below || least <= given_least;
            assert!(
                high && low,
                "layer {layer}, {:?}: {exact} lies between {least} and {most:?}, and must be uncertain by {far}; margins \
                 alone say {given_least} to {given_most:?}; {cells:?}",
                k.added
            );
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_of_one_dimension_is_closed_in_on(cells in tables(1, 9, 9)) {
        check(&profile(""), 1, &["count"], &cells, 0);
    }

    #[test]
    fn nothing_of_two_dimensions_is_closed_in_on(cells in tables(2, 5, 22)) {
        check(&profile(""), 2, &["count"], &cells, 0);
    }

    #[test]
    fn nothing_of_three_dimensions_is_closed_in_on(cells in tables(3, 3, 26)) {
        check(&profile(""), 3, &["count"], &cells, 0);
    }
}

proptest! {
    #![proptest_config(Config { cases: 150, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_of_four_dimensions_is_closed_in_on(cells in tables(4, 2, 16)) {
        check(&profile(""), 4, &["count"], &cells, 0);
    }

    #[test]
    fn no_sum_is_closed_in_on_and_no_largest_contribution_estimated(cells in tables(2, 4, 14)) {
        check(&profile("dominance_percent = 15\n"), 2, &["count", "sum:loss_gbp"], &cells, 15);
    }

    #[test]
    fn no_mean_is_closed_in_on(cells in tables(2, 4, 14)) {
        check(&profile("dominance_percent = 10\n"), 2, &["mean:loss_gbp"], &cells, 10);
    }
}

proptest! {
    #![proptest_config(Config { cases: 150, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_is_closed_in_on_where_nobody_may_not_be_told_from_a_few(
        (dimensions, cells) in (1_usize..4).prop_flat_map(|d| {
            let (side, most) = [(9, 9), (4, 14), (2, 8)][d - 1];
            (proptest::prelude::Just(d), tables(d, side, most))
        }),
    ) {
        check_filled(dimensions, &["count"], &cells, "", 0);
    }

    #[test]
    fn no_sum_is_closed_in_on_where_nobody_may_not_be_told_from_a_few(cells in tables(2, 3, 8)) {
        check_filled(2, &["count", "sum:loss_gbp"], &cells, "dominance_percent = 15\n", 15);
    }
}
