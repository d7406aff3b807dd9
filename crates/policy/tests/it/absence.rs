//! Nobody and a few look alike: two databases that differ in who stands in groups that may not be told, with the same totals,
//! give the same bytes, whatever the table's headings are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use model::reply::{Cell, Figure};
use model::{Dataset, Dimension, Filter, Measure, TableReply, Tabulation};
use policy::{Bundle, Counted, Policy};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::{EDITION, PERMIT_ALL, files, release_table};

/// A policy whose one profile keeps back whether anybody falls into a group, with a smallest cell of 10 and these lines.
fn profile(settings: &str) -> Policy {
    let disclosure = format!(
        "[profiles.standard]\nminimum_cell = 10\nzeros = \"suppress\"\n{settings}\n[limits]\ncells_max = 10000\n"
    );
    let rest = [("disclosure.toml", disclosure.as_str()), ("bundle.toml", EDITION)];
    Policy::new(Bundle::compile(&files(PERMIT_ALL, &rest)).unwrap(), String::new())
}

static EXACT: LazyLock<Policy> =
    LazyLock::new(|| profile("dominance_percent = 10\nrounding_base = 1\nsum_base = 1"));
static CONTROLLED: LazyLock<Policy> =
    LazyLock::new(|| profile("rounding = \"controlled\"\nrounding_base = 5\nsum_base = 100"));
static HOMOGENEOUS: LazyLock<Policy> =
    LazyLock::new(|| profile("homogeneous = \"suppress\"\nrounding_base = 1\nsum_base = 1"));

/// Dimensions of every sort, each with keys that occur: free text and a period, where nothing is said too, and two closed
/// lists.
const DIMENSIONS: [(&str, &[Option<&str>]); 4] = [
    ("area", &[None, Some("East"), Some("North"), Some("South"), Some("West")]),
    ("threat_category", &[Some("cyber"), Some("drugs"), Some("fraud")]),
    ("month", &[None, Some("2024-01"), Some("2024-03"), Some("2024-04"), Some("2024-09")]),
    ("classification", &[Some("official"), Some("official_sensitive")]),
];

/// How many stand in each group, by the places of its keys.
type Crowd = BTreeMap<Vec<usize>, u64>;

fn table(
    policy: &Policy,
    by: &[usize],
    measures: &[&str],
    filter: Option<&str>,
    totals: bool,
    crowd: &Crowd,
) -> TableReply {
    let dataset = Dataset::Report;
    let dimensions = by.iter().map(|&at| Dimension::parse(dataset, DIMENSIONS[at].0).unwrap()).collect();
    let of = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
    let filter = filter.map(|text| Filter::parse(dataset, text).unwrap());
    let asked = Tabulation::new(dataset, dimensions, of, filter).unwrap().with_totals(totals);
    let groups = crowd.iter().filter(|(_, number)| **number > 0).map(|(places, &number)| Counted {
        keys: by.iter().zip(places).map(|(&at, &place)| DIMENSIONS[at].1[place].map(str::to_owned)).collect(),
        entities: number,
        largest: measures.iter().map(|measure| (*measure != "count").then_some([100, 100])).collect(),
        figures: measures
            .iter()
            .map(|measure| match *measure {
                "count" => Figure::Count(number),
                _ => Figure::Sum(100 * i64::try_from(number).unwrap()),
            })
            .collect(),
        ..Counted::default()
    });
    release_table(policy, asked, groups.collect()).unwrap()
}

/// The corners of a block of groups too small to be told, in which one can move at each so that every total stays.
fn moves(crowd: &Crowd, by: &[usize]) -> Vec<Crowd> {
    let pairs = |at: usize| {
        let keys = DIMENSIONS[at].1.len();
        (0..keys)
            .flat_map(move |one| (0..keys).filter(move |other| *other != one).map(move |other| [one, other]))
    };
    let blocks = by.iter().fold(vec![Vec::new()], |begun: Vec<Vec<[usize; 2]>>, &at| {
        let longer = |block: &Vec<[usize; 2]>| {
            let block = block.clone();
            pairs(at).map(move |pair| [block.as_slice(), &[pair]].concat()).collect::<Vec<_>>()
        };
        begun.iter().flat_map(longer).collect()
    });
    let moved = |block: &Vec<[usize; 2]>| {
        let mut moved = crowd.clone();
        for corner in 0..1_usize << block.len() {
            let places: Vec<usize> =
                block.iter().enumerate().map(|(d, pair)| pair[corner >> d & 1]).collect();
            let number = moved.entry(places).or_default();
            let after = if corner.count_ones() % 2 == 0 { *number + 1 } else { number.checked_sub(1)? };
            if *number >= 10 || after >= 10 {
                return None;
            }
            *number = after;
        }
        Some(moved)
    };
    blocks.iter().filter_map(moved).collect()
}

fn crowds(by: &'static [usize]) -> impl Strategy<Value = Crowd> {
    let count = prop_oneof![4 => Just(0_u64), 3 => 1_u64..4, 2 => 4_u64..10, 4 => 10_u64..80];
    let mut all = vec![Vec::new()];
    for &at in by {
        let longer = |places: &Vec<usize>| {
            let places = places.clone();
            (0..DIMENSIONS[at].1.len())
                .map(move |place| [places.as_slice(), &[place]].concat())
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    prop::collection::vec(count, all.len())
        .prop_map(move |numbers| all.iter().cloned().zip(numbers).collect())
}

const ALONE: [&[usize]; 4] = [&[0], &[1], &[2], &[3]];
const PAIRS: [&[usize]; 3] = [&[0, 1], &[1, 2], &[2, 3]];
const THREE: &[usize] = &[0, 1, 3];

/// The filters that say something of some dimension.
const FILTERS: [Option<&str>; 4] = [
    None,
    Some("month between 2024-01 and 2024-12"),
    Some("month >= 2024-01 and threat_category in (cyber, drugs, fraud)"),
    Some("area in (North, South, East, West)"),
];

fn check(by: &[usize], crowd: &Crowd, which: prop::sample::Index, how: usize) -> Result<(), TestCaseError> {
    let candidates = moves(crowd, by);
    prop_assume!(!candidates.is_empty());
    let other = which.get(&candidates);
    let policy = [&EXACT, &CONTROLLED, &HOMOGENEOUS][how % 3];
    let (measures, totals) =
        [(&["count"][..], false), (&["count"], true), (&["count", "sum:loss_gbp"], true)][how / 3];
    let told = [crowd, other].map(|crowd| table(policy, by, measures, None, totals, crowd));
    let [small, small_after] =
        [(crowd, &told[0]), (other, &told[1])].map(|(crowd, told)| small(crowd, by, told));
    // What is put together may be enough where its parts are not: then it may be told, and the two are not alike.
    prop_assume!(small == small_after);
    let [one, other] = told;
    prop_assert_eq!(one, other);
    Ok(())
}

/// The groups of a table that are too small to be told, with what stands under no heading of its own put together.
fn small(crowd: &Crowd, by: &[usize], told: &TableReply) -> BTreeSet<Vec<Option<String>>> {
    let headed = |at: usize, key: &Option<String>| told.rows.iter().any(|row| row.keys[at] == *key);
    let heading = |at: usize, dimension: usize, place: usize| {
        let key = DIMENSIONS[dimension].1[place].map(str::to_owned);
        if headed(at, &key) { key } else { Some("(withheld)".to_owned()) }
    };
    let mut groups: BTreeMap<Vec<Option<String>>, u64> = BTreeMap::new();
    for (places, number) in crowd {
        let keys =
            by.iter().zip(places).enumerate().map(|(at, (&dimension, &place))| heading(at, dimension, place));
        *groups.entry(keys.collect()).or_default() += number;
    }
    groups.into_iter().filter(|(_, number)| *number < 10).map(|(keys, _)| keys).collect()
}

/// A pair that chance found: of what is put together in one group, ten stand there after the move.
#[test]
fn what_is_put_together_may_be_enough() {
    let numbers = [[10, 1, 0, 9, 0], [0, 10, 0, 0, 0], [10, 0, 0, 0, 1]];
    let crowd: Crowd =
        (0..3).flat_map(|word| (0..5).map(move |month| (vec![word, month], numbers[word][month]))).collect();
    let by = &[1, 2];
    let tell = |crowd: &Crowd| table(&HOMOGENEOUS, by, &["count"], None, true, crowd);
    let (before, mut apart) = (tell(&crowd), 0);
    for other in moves(&crowd, by) {
        let after = tell(&other);
        if small(&crowd, by, &before) == small(&other, by, &after) {
            assert_eq!(before, after);
        } else {
            apart += 1;
        }
    }
    assert!(apart > 0, "the pair is among them");
}

proptest! {
    #![proptest_config(Config { cases: 120, failure_persistence: None, max_global_rejects: 20_000, ..Config::default() })]

    #[test]
    fn who_stands_in_small_groups_of_one_dimension_does_not_show(
        (by, crowd) in (0..ALONE.len()).prop_flat_map(|at| (Just(ALONE[at]), crowds(ALONE[at]))),
        which in any::<prop::sample::Index>(),
        how in 0_usize..9,
    ) {
        check(by, &crowd, which, how)?;
    }

    #[test]
    fn who_stands_in_small_groups_of_two_dimensions_does_not_show(
        (by, crowd) in (0..PAIRS.len()).prop_flat_map(|at| (Just(PAIRS[at]), crowds(PAIRS[at]))),
        which in any::<prop::sample::Index>(),
        how in 0_usize..9,
    ) {
        check(by, &crowd, which, how)?;
    }

    #[test]
    fn who_stands_in_small_groups_of_three_dimensions_does_not_show(
        crowd in crowds(THREE),
        which in any::<prop::sample::Index>(),
        how in 0_usize..9,
    ) {
        check(THREE, &crowd, which, how)?;
    }

    /// One more in a group that is small, or empty, changes nothing of a table of one dimension.
    #[test]
    fn whether_anybody_stands_in_a_group_does_not_show(
        (by, crowd) in (0..ALONE.len()).prop_flat_map(|at| (Just(ALONE[at]), crowds(ALONE[at]))),
        which in any::<prop::sample::Index>(),
    ) {
        let small: Vec<&Vec<usize>> = crowd.iter().filter(|(_, n)| **n < 9).map(|(places, _)| places).collect();
        prop_assume!(!small.is_empty());
        let mut more = crowd.clone();
        *more.get_mut(*which.get(&small)).unwrap() += 1;
        let all = |crowd: &Crowd| crowd.values().sum::<u64>();
        // A total that reaches the smallest cell is told for itself.
        prop_assume!((all(&crowd) < 10) == (all(&more) < 10));
        for measures in [&["count"][..], &["count", "sum:loss_gbp"]] {
            let [one, other] = [&crowd, &more].map(|crowd| table(&EXACT, by, measures, None, false, crowd));
            prop_assert_eq!(one, other);
        }
    }
}

/// The headings of a table of one dimension, `null` for none, and which are told.
fn headings(by: usize, filter: Option<&str>, crowd: &[u64]) -> Vec<(String, bool)> {
    let crowd = crowd.iter().enumerate().map(|(at, number)| (vec![at], *number)).collect();
    let table = table(&EXACT, &[by], &["count"], filter, false, &crowd);
    let row = |row: model::reply::TableRow| {
        (row.keys[0].clone().unwrap_or("null".to_owned()), row.cells[0] != Cell::Suppressed)
    };
    table.rows.into_iter().map(row).collect()
}

#[test]
fn the_headings_are_those_that_may_be_known_anyway() {
    let told = |text: &'static str| (text, true);
    let dark = |text: &'static str| (text, false);
    let (null, withheld) = (dark("null"), dark("(withheld)"));
    let months =
        |from: usize, to: usize| (from..=to).map(|month| format!("2024-{month:02}")).collect::<Vec<_>>();
    for (why, by, filter, crowd, expected) in [
        (
            "texts that many share, what is withheld, and nothing",
            0,
            None,
            &[0, 50, 3, 60, 0][..],
            vec![null, withheld, dark("East"), told("South")],
        ),
        (
            "texts that the filter names stand there, and no other can",
            0,
            FILTERS[3],
            &[0, 50, 3, 60, 0],
            vec![dark("East"), dark("North"), told("South"), dark("West")],
        ),
        ("no text that many share", 0, None, &[0, 0, 3, 0, 0], vec![null, withheld]),
        (
            "a filter that leaves one word",
            1,
            Some("threat_category = drugs"),
            &[0, 50, 0],
            vec![told("drugs")],
        ),
        (
            "periods from the first to the last that many share",
            2,
            None,
            &[0, 50, 60, 0, 0],
            vec![null, withheld, dark("2024-01"), dark("2024-02"), told("2024-03")],
        ),
    ] {
        let expected: Vec<(String, bool)> =
            expected.into_iter().map(|(text, told)| (text.to_owned(), told)).collect();
        assert_eq!(headings(by, filter, crowd), expected, "{why}");
    }
    let all: Vec<String> =
        headings(2, FILTERS[1], &[0, 50, 60, 0, 3]).into_iter().map(|(key, _)| key).collect();
    assert_eq!(all, months(1, 12), "every period that the filter bounds, and nothing else");
    let words = headings(1, None, &[0, 50, 3]);
    assert_eq!(words.len(), model::vocabulary::ThreatCategory::ALL.len(), "every word of a closed list");
}

/// Whether a table is too large is told by what may be known anyway, however many small groups there are.
#[test]
fn a_table_is_too_large_or_not_whoever_is_there() {
    let released = |months: &str, policy: &Policy, groups: &[(&str, u64)]| {
        let dataset = Dataset::Report;
        let by = ["month", "threat_category"].map(|text| Dimension::parse(dataset, text).unwrap()).to_vec();
        let filter = Some(Filter::parse(dataset, months).unwrap());
        let asked = Tabulation::new(dataset, by, vec![Measure::Count], filter).unwrap();
        let group = |&(month, entities): &(&str, u64)| Counted {
            keys: vec![Some(month.to_owned()), Some("drugs".to_owned())],
            entities,
            figures: vec![Figure::Count(entities)],
            ..Counted::default()
        };
        release_table(policy, asked, groups.iter().map(group).collect()).map(|table| table.rows.len())
    };
    for groups in [&[][..], &[("2024-01", 1)], &[("2024-01", 1), ("2024-02", 90)]] {
        assert_eq!(released("month between 2024-01 and 2024-12", &EXACT, groups), Ok(12 * 11));
        let many = released("month between 1900-01 and 2024-12", &EXACT, groups).unwrap_err();
        assert_eq!(many.code, model::Refusal::TooLarge);
        let ages = released("month between 0001-01 and 9998-12", &EXACT, groups).unwrap_err();
        assert_eq!(ages.code, model::Refusal::TooLarge);
    }
}
