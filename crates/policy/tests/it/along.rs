//! Tables along links: what is decided of each dataset on the path, and what must stand behind a cell on every side.

use model::reply::{Cell, Figure};
use model::vocabulary::Provenance;
use model::{Ask, Dataset, Dimension, Filter, Label, LabelTable, Measure, Refusal, Tabulation};
use policy::{Counted, EntitySet, Findings, History, Told};

use crate::support::{
    LAX, PERMIT_ALL, Still, authorise, files, now, ordinary, policy, question, release_table,
};

fn asked(dataset: Dataset, by: &[&str], filter: Option<&str>, totals: bool) -> Tabulation {
    let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
    let filter = filter.map(|text| Filter::parse(dataset, text).unwrap());
    Tabulation::new(dataset, by, vec![Measure::Count], filter).unwrap().with_totals(totals)
}

/// A group of this key: who is counted, who is linked, how many places, and how many pairs.
fn group(key: &str, members: std::ops::Range<u32>, linked: std::ops::Range<u32>, referred: u64) -> Counted {
    let count = u64::from(members.end - members.start).max(u64::from(linked.end - linked.start));
    Counted {
        keys: vec![Some(key.to_owned())],
        entities: u64::from(members.end - members.start),
        members: Some(EntitySet::of(members.collect())),
        linked: Some(EntitySet::of(linked.collect())),
        referred: Some(referred),
        units: Some(9),
        figures: vec![Figure::Count(count)],
        ..Counted::default()
    }
}

fn told(asked: Tabulation, groups: Vec<Counted>) -> Vec<bool> {
    let table = release_table(&LAX, asked, groups).unwrap();
    table.rows.iter().map(|row| row.cells[0] != Cell::Suppressed).collect()
}

#[test]
fn enough_must_stand_behind_a_cell_on_every_side() {
    let along = || asked(Dataset::Person, &["report.area"], None, false);
    let many = |at: u32| group(&format!("k{at}"), at * 100..at * 100 + 50, at * 100..at * 100 + 50, 30);
    for (few, shown) in [
        (group("k0", 0..50, 0..50, 30), [true, true, true]),
        (group("k0", 0..50, 0..3, 30), [false, false, true]),
        (group("k0", 0..3, 0..50, 30), [false, false, true]),
    ] {
        let shown_now = told(along(), vec![few, many(1), many(2)]);
        assert_eq!(
            shown_now.iter().filter(|told| !**told).count(),
            shown.iter().filter(|told| !**told).count()
        );
        assert_eq!(shown_now[0], shown[0]);
    }
    // What records refer to counts where they refer to anything.
    let place = || asked(Dataset::Event, &["location.town"], None, false);
    assert_eq!(told(place(), vec![group("k0", 0..50, 0..0, 30)]), [true]);
    assert_eq!(told(place(), vec![group("k0", 0..50, 0..0, 2)]), [false]);
    assert_eq!(told(place(), vec![group("k0", 0..50, 0..0, 0)]), [true]);
    // What was not handed in counts as nobody.
    let silent = Counted { referred: None, ..group("k0", 0..50, 0..0, 30) };
    assert_eq!(told(place(), vec![silent]), [false]);
    let silent = Counted { linked: None, ..group("k0", 0..50, 0..50, 30) };
    assert_eq!(release_table(&LAX, along(), vec![silent]).unwrap_err().code, Refusal::Failed);
}

#[test]
fn a_filter_that_fits_few_linked_ones_is_told_from_nobody_by_nothing() {
    let along = asked(Dataset::Report, &["area"], Some("person.sex = male"), false);
    assert!(told(along, vec![group("k0", 0..50, 0..3, 30)]).is_empty());
    let place = asked(Dataset::Report, &["area"], Some("location.town = York"), false);
    assert!(told(place, vec![group("k0", 0..50, 0..0, 3)]).is_empty());
}

#[test]
fn a_key_of_another_dataset_that_few_share_is_withheld() {
    let along = || asked(Dataset::Person, &["report.area"], None, false);
    let table =
        release_table(&LAX, along(), vec![group("Rare", 0..50, 0..3, 0), group("North", 0..60, 0..60, 0)]);
    let keys: Vec<Option<String>> = table.unwrap().rows.into_iter().map(|row| row.keys[0].clone()).collect();
    assert!(!keys.contains(&Some("Rare".to_owned())), "{keys:?}");
}

/// The same fifty counted, of whom one linked entity less was told before.
#[test]
fn what_was_told_of_linked_entities_is_weighed() {
    let labels: LabelTable = [Dataset::Person, Dataset::Link, Dataset::Report].map(ordinary).to_vec().into();
    let release = |linked: Vec<Vec<u32>>| {
        let ask = asked(Dataset::Person, &[], Some("report.area in (North)"), false);
        let permit = authorise(&LAX, &question(Ask::Tabulate(ask)), &labels).unwrap();
        assert_eq!(permit.linked_account().unwrap().dataset, Dataset::Report);
        let mut findings = Findings::for_table(&permit);
        findings.add_counted(Counted { keys: vec![], ..group("", 0..50, 0..40, 0) });
        let sets = linked.into_iter().map(EntitySet::of).collect::<Vec<_>>();
        let earlier = (!sets.is_empty()).then(|| Told::from(sets));
        let history = History::empty().with_linked(earlier.into_iter().collect());
        let mut release = LAX.release(permit, findings, &history, now(), &mut Still(0)).unwrap();
        let kept = release.take_kept().unwrap();
        let kept = Told::from_bytes(kept.linked.unwrap().bytes()).unwrap().memberships();
        (release.summary().cells_released, kept)
    };
    assert_eq!(release(vec![]), (1, 40));
    assert_eq!(release(vec![(100..150).collect()]), (1, 40));
    assert_eq!(release(vec![(0..41).collect()]), (0, 0));
    assert_eq!(release(vec![(0..20).collect(), (20..39).collect()]), (0, 0));
}

#[test]
fn every_dataset_on_the_path_is_decided_by_itself() {
    let sensitive = Label { provenance: Provenance::Sensitive, ..ordinary(Dataset::Report) };
    let datasets = [Dataset::Person, Dataset::Link, Dataset::Report, Dataset::Location, Dataset::Event];
    let labels: LabelTable = datasets.map(ordinary).into_iter().chain([sensitive]).collect::<Vec<_>>().into();
    let allowed = |policies: &str, by: &[&str]| {
        let ask = question(Ask::Tabulate(asked(Dataset::Person, by, None, false)));
        authorise(&policy(policies), &ask, &labels)
            .map(|permit| {
                (permit.allowed_labels().map(|id| id.0).collect::<Vec<_>>(), permit.protection().minimum_cell)
            })
            .map_err(|denial| (denial.code, denial.reason))
    };
    assert_eq!(allowed(PERMIT_ALL, &["sex"]).unwrap(), (vec![0], 10));
    assert_eq!(allowed(PERMIT_ALL, &["report.area"]).unwrap().0, [0, 1, 2, 5]);
    assert_eq!(allowed(PERMIT_ALL, &["report.area", "location.town"]).unwrap().0, [0, 1, 2, 3, 5]);
    let partly = "@id(\"all\") permit (principal, action, resource);
        @id(\"no\") forbid (principal, action == Action::\"tabulate\", resource) when { resource.provenance == \"sensitive\" };";
    assert_eq!(allowed(partly, &["report.area"]).unwrap().0, [0, 1, 2]);
    for dataset in ["link", "report", "person"] {
        let but = format!(
            "{PERMIT_ALL} @id(\"no\") forbid (principal, action == Action::\"ask\", resource == Dataset::\"{dataset}\");"
        );
        let (code, reason) = allowed(&but, &["report.area"]).unwrap_err();
        assert_eq!(code, Refusal::NotPermitted);
        assert!(reason.contains(&format!("no table of {dataset}")), "{reason}");
    }
    // Each record is decided as one of its own dataset, and the strictest profile of all holds.
    let profiles = "@id(\"ask\") permit (principal, action == Action::\"ask\", resource);
        @id(\"p\") @profile(\"open\") permit (principal, action == Action::\"tabulate\", resource) when { context.dataset == \"person\" };
        @id(\"l\") @profile(\"open\") permit (principal, action == Action::\"tabulate\", resource) when { context.dataset == \"link\" };
        @id(\"r\") permit (principal, action == Action::\"tabulate\", resource) when { context.dataset == \"report\" };";
    assert_eq!(allowed(profiles, &["sex"]).unwrap(), (vec![0], 5));
    assert_eq!(allowed(profiles, &["report.area"]).unwrap(), (vec![0, 1, 2, 5], 10));
}

#[test]
fn no_table_follows_a_link_to_or_from_tables_with_noise() {
    let disclosure = format!(
        "{}[noise.report]\ndistribution = \"laplace\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 20000\nperiod_days = 30\n",
        crate::support::DISCLOSURE
    );
    let bundle = policy::Bundle::compile(&files(PERMIT_ALL, &[("disclosure.toml", &disclosure)])).unwrap();
    let policy = policy::Policy::new(bundle, "desk".to_owned());
    let labels = LabelTable::from(vec![ordinary(Dataset::Report)]);
    for (dataset, by) in [
        (Dataset::Person, "report.area"),
        (Dataset::Report, "person.sex"),
        (Dataset::Report, "location.town"),
    ] {
        let denial =
            authorise(&policy, &question(Ask::Tabulate(asked(dataset, &[by], None, false))), &labels);
        assert_eq!(denial.unwrap_err().code, Refusal::TooLarge);
    }
    assert!(
        authorise(
            &policy,
            &question(Ask::Tabulate(asked(Dataset::Person, &["event.kind"], None, false))),
            &labels
        )
        .is_ok()
    );
}
