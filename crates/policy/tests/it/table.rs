//! Tables: profiles, thresholds, rounding, shape, size and time.

use model::reply::{Cell, Figure, Protection};
use model::vocabulary::{DisclosureMark, Provenance, Retention};
use model::{Dataset, Label, LabelId, LabelTable, Refusal, Reply};
use policy::{Denial, Findings, History, Policy, ReleaseSummary};

use crate::support::{LAX, PERMIT_ALL, Still, authorise, files, now, ordinary, policy, question, tabulation};

pub(crate) type Keys = Vec<Option<String>>;
type Row = (Keys, Vec<Cell>);
/// Sizes of the dimensions, and the count of the nth cell.
type Shape = (&'static [usize], fn(usize) -> u64);

pub(crate) const DIMENSIONS: &[&str] = &["kind", "provenance", "classification", "subject_category"];

/// Releases a table with these groups and returns its rows by their keys.
pub(crate) fn rows(
    policy: &Policy,
    dimensions: usize,
    measures: &[&str],
    groups: Vec<(Keys, u64, Vec<Figure>)>,
) -> Result<(Vec<Row>, ReleaseSummary), Denial> {
    let labels = LabelTable::from(vec![ordinary(Dataset::Event)]);
    let asked = question(tabulation(Dataset::Event, &DIMENSIONS[..dimensions], measures));
    let permit = authorise(policy, &asked, &labels).unwrap();
    let mut findings = Findings::for_table(&permit);
    groups.into_iter().for_each(|(keys, entities, figures)| findings.add_group(keys, entities, figures));
    let release = policy.release(permit, findings, &History::empty(), now(), &mut Still(0))?;
    let summary = release.summary();
    match release.into_reply() {
        Reply::Table(table) => Ok((table.rows.into_iter().map(|r| (r.keys, r.cells)).collect(), summary)),
        Reply::Search(_) => panic!("a table was answered with a search"),
    }
}

pub(crate) fn keys(codes: &[usize]) -> Keys {
    codes.iter().map(|code| (*code > 0).then(|| format!("{code:03}"))).collect()
}

pub(crate) fn counts(cells: &[(Vec<usize>, u64)]) -> Vec<(Keys, u64, Vec<Figure>)> {
    cells.iter().map(|(codes, n)| (keys(codes), *n, vec![Figure::Count(*n)])).collect()
}

/// One dimension: exact counts in, what is told out, `-1` for suppressed.
fn column(policies: &str, exact: &[u64]) -> Vec<i64> {
    let cells: Vec<_> = exact.iter().enumerate().map(|(at, n)| (vec![at + 1], *n)).collect();
    let (rows, _) = rows(&policy(policies), 1, &["count"], counts(&cells)).unwrap();
    rows.iter()
        .map(|(_, cells)| match cells[0] {
            Cell::Released(Figure::Count(n)) => i64::try_from(n).unwrap(),
            Cell::Suppressed => -1,
            other => panic!("{other:?}"),
        })
        .collect()
}

const OPEN: &str = "@id(\"all\") @profile(\"open\") permit (principal, action, resource);";

#[test]
fn small_cells_are_suppressed_and_the_rest_is_rounded() {
    for (policies, exact, told) in [
        (PERMIT_ALL, &[12, 13, 57][..], &[10, 15, 55][..]),
        (PERMIT_ALL, &[3, 50, 20], &[-1, 50, -1]),
        (PERMIT_ALL, &[3, 4, 50, 20], &[-1, -1, 50, -1]),
        // Known to be eleven together, neither could be more than ten away from nothing.
        (PERMIT_ALL, &[5, 6, 50, 20], &[-1, -1, 50, -1]),
        (PERMIT_ALL, &[3, 50], &[-1, -1]),
        (PERMIT_ALL, &[9], &[-1]),
        (PERMIT_ALL, &[0, 11], &[10]),
        (OPEN, &[5, 6, 57], &[5, 6, 57]),
        (OPEN, &[4, 6, 57], &[-1, -1, 57]),
    ] {
        assert_eq!(column(policies, exact), told, "{exact:?}");
    }
}

#[test]
fn a_row_is_suppressed_in_all_its_measures() {
    let measures = ["count", "distinct", "sum:loss_gbp", "mean:loss_gbp"];
    let group = |key: usize, entities, over| {
        let sum = 1_234;
        let figures = vec![
            Figure::Count(entities + 2),
            Figure::Count(entities),
            Figure::Sum(sum),
            Figure::Mean { sum, over },
        ];
        (keys(&[key]), entities, figures)
    };
    let told = |groups| rows(&LAX, 1, &measures, groups).unwrap();
    let (table, summary) = told(vec![group(1, 22, 21), group(2, 9, 9), group(3, 15, 15), group(4, 31, 0)]);
    let suppressed: Vec<bool> =
        table.iter().map(|(_, cells)| cells.iter().all(|c| *c == Cell::Suppressed)).collect();
    assert_eq!(suppressed, [false, true, true, false]);
    let expected =
        [Figure::Count(25), Figure::Count(20), Figure::Sum(1_200), Figure::Mean { sum: 1_200, over: 20 }];
    assert_eq!(table[0].1, expected.map(Cell::Released));
    assert_eq!(table[3].1[3], Cell::Released(Figure::Mean { sum: 0, over: 0 }));
    assert_eq!((summary.cells_released, summary.cells_suppressed), (8, 8));

    // A mean over two people's values tells on them however many others stand in the row.
    let (table, _) = told(vec![group(1, 200, 2), group(2, 300, 300), group(3, 300, 300)]);
    assert_eq!(table[0].1, [Cell::Suppressed; 4]);
}

#[test]
fn tables_out_of_shape_or_size_are_not_released() {
    let fails = |groups: Vec<(Keys, u64, Vec<Figure>)>, measures: &[&str], code| {
        assert_eq!(rows(&LAX, 1, measures, groups).unwrap_err().code, code);
    };
    let group = |key, figures| (keys(&[key]), 20, figures);
    fails(vec![group(1, vec![])], &["count"], Refusal::Failed);
    fails(vec![group(1, vec![Figure::Sum(20)])], &["count"], Refusal::Failed);
    fails(vec![(keys(&[1, 2]), 20, vec![Figure::Count(20)])], &["count"], Refusal::Failed);
    fails(
        vec![group(1, vec![Figure::Count(20)]), group(1, vec![Figure::Count(21)])],
        &["count"],
        Refusal::Failed,
    );
    let large = (0..5_001).map(|key| group(key, vec![Figure::Count(20), Figure::Count(20)])).collect();
    fails(large, &["count", "distinct"], Refusal::TooLarge);
}

#[test]
fn the_strictest_profile_of_the_counted_labels_wins() {
    let policies = "@id(\"ask\") permit (principal, action == Action::\"ask\", resource);\n\
        @id(\"published\") @profile(\"open\") permit (principal, action == Action::\"tabulate\", resource) when { resource.provenance == \"open\" };\n\
        @id(\"own\") permit (principal, action == Action::\"tabulate\", resource) when { resource.provenance == \"police\" };\n\
        @id(\"wide\") @profile(\"wide\") permit (principal, action == Action::\"tabulate\", resource) when { resource.provenance == \"partner\" };";
    let wide = format!(
        "{}[profiles.wide]\nminimum_cell = 6\nrounding_base = 50\nsum_base = 1\n",
        crate::support::DISCLOSURE
    );
    let bundle = policy::Bundle::compile(&files(policies, &[("disclosure.toml", &wide)])).unwrap();
    let policy = Policy::new(bundle, String::new());
    let event = |provenance| Label { provenance, ..ordinary(Dataset::Event) };
    let silent = Label { disclosure_mark: DisclosureMark::Silent, ..event(Provenance::Police) };
    let disposed = Label { retention: Retention::Disposed, ..event(Provenance::Police) };
    use Provenance::{Open, Partner, Police, Sensitive};
    for (labels, minimum_cell, rounding_base, allowed) in [
        (vec![event(Open)], 5, 1, 1),
        (vec![event(Open), silent, disposed, ordinary(Dataset::Person)], 5, 1, 1),
        (vec![event(Open), event(Police)], 10, 5, 2),
        (vec![event(Open), event(Partner)], 6, 50, 2),
        (vec![event(Partner), event(Police)], 10, 50, 2),
        (vec![event(Sensitive)], 10, 5, 0),
    ] {
        let asked = question(tabulation(Dataset::Event, &["category"], &["count"]));
        let permit = authorise(&policy, &asked, &LabelTable::from(labels)).unwrap();
        let Protection { minimum_cell: cell, counts, .. } = permit.protection();
        assert_eq!(
            (cell, counts.base(), permit.allowed_labels().count()),
            (minimum_cell, rounding_base, allowed)
        );
        assert!(permit.allowed_labels().all(|label| permit.may_count(label)));
        assert!((0..4).all(|label| !permit.is_watched(LabelId(label)) && permit.rungs_of(LabelId(label)).is_empty()));
    }
}

#[test]
fn a_table_of_ten_thousand_cells_is_protected_whole() {
    let shapes: [Shape; 4] = [
        (&[100, 100], |n| 3 + (n as u64 * 7_919) % 60),
        (&[10, 10, 10, 10], |n| 3 + (n as u64 * 7_919) % 40),
        (&[5_000, 2], |n| if n.is_multiple_of(3) { 2 } else { 40 }),
        (&[100, 100], |n| if n.is_multiple_of(101) { 1 } else { 1_000 }),
    ];
    for (sizes, count) in shapes {
        let total: usize = sizes.iter().product();
        let cells: Vec<_> = (0..total)
            .map(|n| {
                let mut rest = n;
                let codes = sizes.iter().map(|size| {
                    let code = rest % size;
                    rest /= size;
                    code + 1
                });
                (codes.collect(), count(n))
            })
            .collect();
        let groups = counts(&cells);
        let small = cells.iter().filter(|(_, n)| *n < 10).count();
        let (table, summary) = rows(&LAX, sizes.len(), &["count"], groups).unwrap();
        let hidden = table.iter().filter(|(_, cells)| cells[0] == Cell::Suppressed).count();
        assert_eq!(table.len(), total, "{sizes:?}");
        assert_eq!(u64::try_from(hidden), Ok(summary.cells_suppressed));
        assert!(hidden >= small, "{sizes:?}: {hidden} hidden of {small} small cells");
    }
}
