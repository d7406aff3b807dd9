//! Each protection of a table by itself: few people behind many records, few units, one contributor, nobody, everybody, and
//! figures that add up. One control is on, and what it hides is told without it.

use std::collections::BTreeSet;

use model::reply::{Cell, Figure};
use model::{Ask, Dataset, Dimension, Filter, LabelTable, Measure, Reply, Spread, Tabulation};
use policy::{Bundle, Counted, EntitySet, Findings, History, Policy};

use crate::support::{EDITION, PERMIT_ALL, Still, authorise, files, now, ordinary, question, release_table};
use crate::table::keys;

/// A policy whose one profile has these lines beside a smallest cell of 10 and no rounding.
fn profile(settings: &str) -> Policy {
    let bases = if settings.contains("rounding_base") { "" } else { "rounding_base = 1\n" };
    let disclosure = format!(
        "[profiles.standard]\nminimum_cell = 10\n{bases}sum_base = 1\n{settings}\n[limits]\ncells_max = 1000\n"
    );
    let rest = [("disclosure.toml", disclosure.as_str()), ("bundle.toml", EDITION)];
    Policy::new(Bundle::compile(&files(PERMIT_ALL, &rest)).unwrap(), String::new())
}

/// A group of reports by its keys.
fn group(codes: &[usize], entities: u64) -> Counted {
    Counted { keys: keys(codes), entities, figures: vec![Figure::Count(entities)], ..Counted::default() }
}

/// What is told of `groups` under `settings`, `-1` for suppressed, in the order of their keys.
fn told(settings: &str, by: &[&str], measure: &str, groups: &[Counted]) -> Vec<i64> {
    let by = by.iter().map(|text| Dimension::parse(Dataset::Report, text).unwrap()).collect();
    let measure = Measure::parse(Dataset::Report, measure).unwrap();
    let asked = Tabulation::new(Dataset::Report, by, vec![measure], None).unwrap();
    let table = release_table(&profile(settings), asked, groups.to_vec()).unwrap();
    let figure = |cell: &Cell| match cell {
        Cell::Released(Figure::Count(count)) => i64::try_from(*count).unwrap(),
        Cell::Released(Figure::Sum(sum)) => *sum,
        Cell::Suppressed => -1,
        other => panic!("{other:?}"),
    };
    table.rows.iter().map(|row| figure(&row.cells[0])).collect()
}

const ONE: &[&str] = &["threat_category"];
const TWO: &[&str] = &["threat_category", "classification"];

#[test]
fn a_cell_counts_people_not_records() {
    let many_records =
        |codes: &[usize], entities| Counted { figures: vec![Figure::Count(40)], ..group(codes, entities) };
    assert_eq!(told("", ONE, "count", &[many_records(&[1], 3)]), [-1], "forty reports of three");
    assert_eq!(told("", ONE, "count", &[many_records(&[1], 10)]), [40]);
}

#[test]
fn a_cell_of_few_units_is_hidden_where_units_count() {
    let of_units = |codes: &[usize], units| Counted { units, ..group(codes, 50) };
    let groups = [of_units(&[1], Some(1)), of_units(&[2], Some(2)), of_units(&[3], Some(5))];
    assert_eq!(told("", ONE, "count", &groups), [50, 50, 50]);
    assert_eq!(told("minimum_units = 2", ONE, "count", &groups), [-1, -1, 50]);
    // A node that does not say how many is taken to mean none.
    assert_eq!(told("minimum_units = 2", ONE, "count", &[of_units(&[1], None)]), [-1]);
}

#[test]
fn a_sum_that_one_contributor_makes_up_is_hidden() {
    let sum = |codes: &[usize], sum, largest| Counted {
        figures: vec![Figure::Sum(sum)],
        largest: vec![largest],
        ..group(codes, 30)
    };
    let groups = [
        sum(&[1], 1_000, Some([900, 50])),
        sum(&[2], 1_000, Some([60, 50])),
        sum(&[3], 1_000, Some([40, 40])),
    ];
    assert_eq!(told("", ONE, "sum:loss_gbp", &groups), [1_000, 1_000, 1_000]);
    assert_eq!(told("dominance_percent = 10", ONE, "sum:loss_gbp", &groups)[0], -1);
    assert_eq!(told("dominance_percent = 10", ONE, "sum:loss_gbp", &groups[1..]), [1_000, 1_000]);
}

/// A variance tells a sum and a sum of squares, and each is hidden where one contributor makes it up; and a variance of nothing
/// would tell everybody's value.
#[test]
fn a_variance_that_tells_of_one_or_of_all_is_hidden() {
    let variance = |codes: &[usize], values: &[i64]| {
        let squares = values.iter().map(|value| u128::from(value.unsigned_abs()).pow(2)).sum();
        let spread = Spread { sum: values.iter().sum(), squares, over: values.len() as u64 };
        let mut sorted: Vec<u64> = values.iter().map(|value| value.unsigned_abs()).collect();
        sorted.sort_by(|one, other| other.cmp(one));
        Counted {
            figures: vec![Figure::Variance(spread)],
            largest: vec![Some([sorted[0], sorted[1]])],
            ..group(codes, values.len() as u64)
        }
    };
    let shown = |settings: &str, values: &[i64]| {
        let measure = Measure::parse(Dataset::Report, "variance:loss_gbp").unwrap();
        let by = vec![Dimension::parse(Dataset::Report, "threat_category").unwrap()];
        let asked = Tabulation::new(Dataset::Report, by, vec![measure], None).unwrap();
        let table = release_table(&profile(settings), asked, vec![variance(&[1], values)]).unwrap();
        match table.rows[0].cells[0] {
            Cell::Released(Figure::Variance(spread)) => spread.variance(),
            Cell::Suppressed => None,
            Cell::Released(other) => panic!("{other:?}"),
        }
    };
    let with = |first: i64| [vec![first, 1_000], [400, 600].repeat(10)].concat();
    assert_eq!(shown("", &[400, 600].repeat(10)), Some(10_000.0));
    assert!(shown("dominance_percent = 10", &with(1_000)).is_some());
    // Of 17,000 the second largest leaves 10,000, which hides the largest; of their squares it leaves too little.
    assert!(shown("", &with(6_000)).is_some());
    assert_eq!(shown("dominance_percent = 10", &with(6_000)), None);
    assert!(shown("dominance_percent = 10", &with(4_000)).is_some());
    assert_eq!(shown("", &[500; 20]), None, "all alike");
    assert_eq!(shown("", &[400, 600].repeat(4)), None, "eight are too few");
}

#[test]
fn combinations_that_nobody_falls_into_stand_there_like_small_cells() {
    let texts = &["area", "subcategory"];
    let groups = [group(&[1, 1], 40), group(&[1, 2], 50), group(&[2, 1], 60)];
    assert_eq!(told("", texts, "count", &groups), [40, 50, 60]);
    let shown = told("zeros = \"suppress\"", texts, "count", &groups);
    // Two texts, what is withheld, and nothing: in all combinations.
    assert_eq!((shown.len(), shown[15]), (16, -1), "{shown:?}");
    // It looks as one person would there.
    let one = [groups.to_vec(), vec![group(&[2, 2], 1)]].concat();
    assert_eq!(told("zeros = \"suppress\"", texts, "count", &one), shown);
}

#[test]
fn a_group_that_falls_into_one_category_whole_is_hidden() {
    let groups = [group(&[1, 1], 40), group(&[1, 2], 50), group(&[2, 1], 60)];
    let shown = told("homogeneous = \"suppress\"", TWO, "count", &groups);
    let [.., whole, beside] = shown.as_slice() else { panic!("{shown:?}") };
    assert_eq!((*whole, *beside), (-1, -1), "all of the second fall into one: {shown:?}");
    let mixed = [groups.to_vec(), vec![group(&[2, 2], 30)]].concat();
    assert_eq!(told("homogeneous = \"suppress\"", TWO, "count", &mixed), [40, 50, 60, 30]);
}

#[test]
fn figures_are_rounded_together_so_that_they_add_up() {
    let cells: Vec<Counted> =
        [(1, 1, 41), (1, 2, 52), (2, 1, 63), (2, 2, 74)].map(|(a, b, n)| group(&[a, b], n)).into();
    let by: Vec<Dimension> =
        TWO.iter().map(|text| Dimension::parse(Dataset::Report, text).unwrap()).collect();
    let asked = Tabulation::new(Dataset::Report, by, vec![Measure::Count], None).unwrap().with_totals(true);
    let margin = |codes: [usize; 2], n: u64| Counted {
        together: codes
            .iter()
            .enumerate()
            .filter(|(_, code)| **code == 0)
            .map(|(place, _)| place)
            .collect::<BTreeSet<_>>(),
        ..group(&codes, n)
    };
    let margins = [
        margin([1, 0], 93),
        margin([2, 0], 137),
        margin([0, 1], 104),
        margin([0, 2], 126),
        margin([0, 0], 230),
    ];
    let policy = profile("rounding = \"controlled\"\nrounding_base = 5");
    let table = release_table(&policy, asked, [cells, margins.to_vec()].concat()).unwrap();
    let told = |keys: [&str; 2]| {
        let row =
            table.rows.iter().find(|row| row.keys.iter().flatten().map(String::as_str).eq(keys)).unwrap();
        let Cell::Released(Figure::Count(count)) = row.cells[0] else { panic!("{keys:?} is suppressed") };
        count
    };
    let total = "(total)";
    for line in [["001", total], ["002", total]] {
        assert_eq!(told([line[0], "001"]) + told([line[0], "002"]), told(line), "{line:?}");
    }
    assert_eq!(told(["001", total]) + told(["002", total]), told([total, total]));
    assert_eq!(told(["001", "001"]) + told(["002", "001"]), told([total, "001"]));
    assert!(
        table.rows.iter().all(|row| matches!(row.cells[0], Cell::Released(Figure::Count(n)) if n % 5 == 0))
    );
    assert_eq!(table.protection.counts, model::Mechanism::controlled(5));
}

/// A filter that fits a few is answered as one that fits nobody.
#[test]
fn a_filter_that_fits_a_few_tells_nothing_at_all() {
    let filter = Filter::parse(Dataset::Report, "classification = official").unwrap();
    let asked =
        || Tabulation::new(Dataset::Report, vec![], vec![Measure::Count], Some(filter.clone())).unwrap();
    let told = |count: u64| {
        let policy = profile("");
        let labels = LabelTable::from(vec![ordinary(Dataset::Report)]);
        let permit = authorise(&policy, &question(Ask::Tabulate(asked())), &labels).unwrap();
        let mut findings = Findings::for_table(&permit);
        let entities: EntitySet = (0..u32::try_from(count).unwrap()).collect();
        findings.add_group(vec![], entities, vec![Figure::Count(count)]);
        let release = policy.release(permit, findings, &History::empty(), now(), &mut Still(0)).unwrap();
        match release.into_reply() {
            Reply::Table(table) => table.rows,
            Reply::Search(_) => panic!("a table was answered with a search"),
        }
    };
    assert_eq!(told(9), told(0));
    assert_ne!(told(10), told(0));
}
