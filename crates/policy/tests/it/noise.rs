//! Tables with noise through the release: which groups are told, with which figures, at which cost, and that nothing else
//! decides any of it.

use model::reply::{Cell, Figure, TableRow};
use model::{Ask, Dataset, Dimension, Label, LabelTable, Measure, Mechanism, Refusal, Reply, Tabulation};
use policy::{Bundle, Counted, Denial, EntitySet, Findings, History, Noise, Permit, Policy, Share};

use crate::support::{DISCLOSURE, PERMIT_ALL, authorise, files, now, ordinary, question};

/// Bits that look random and are the same in every run (splitmix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Noise for Seeded {
    fn bits(&mut self) -> u128 {
        let mut word = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        u128::from(word()) << 64 | u128::from(word())
    }
}

/// A policy under which reports carry noise as these lines say.
fn noisy(lines: &str) -> Policy {
    let section = format!(
        "[noise.report]\ndistribution = \"laplace\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 20000\nperiod_days = 30\n{lines}\n"
    );
    under(&format!("{DISCLOSURE}{section}"))
}

fn under(disclosure: &str) -> Policy {
    let bundle = Bundle::compile(&files(PERMIT_ALL, &[("disclosure.toml", disclosure)])).unwrap();
    Policy::new(bundle, "desk".to_owned())
}

fn asked(by: &[&str], measures: &[&str]) -> Tabulation {
    let dataset = Dataset::Report;
    let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
    let measures = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
    Tabulation::new(dataset, by, measures, None).unwrap()
}

fn permit(policy: &Policy, asked: &Tabulation) -> Result<Permit, Denial> {
    let labels: LabelTable = vec![Label { ..ordinary(Dataset::Report) }].into();
    authorise(policy, &question(Ask::Tabulate(asked.clone())), &labels)
}

/// Groups of one row for each entity, numbered on from group to group.
fn groups(cells: &[(&[&str], u32)]) -> Vec<Counted> {
    let mut next = 0;
    let mut group = |(keys, count): &(&[&str], u32)| {
        let members: EntitySet = (next..next + count).collect();
        next += count;
        Counted {
            keys: keys.iter().map(|key| Some((*key).to_owned())).collect(),
            entities: u64::from(*count),
            members: Some(members),
            figures: vec![Figure::Count(u64::from(*count))],
            ..Counted::default()
        }
    };
    cells.iter().map(&mut group).collect()
}

fn release(
    policy: &Policy,
    asked: &Tabulation,
    seed: u64,
    write: impl FnOnce(&mut Findings),
) -> Result<Vec<TableRow>, Denial> {
    let permit = permit(policy, asked)?;
    let mut findings = Findings::for_table(&permit);
    write(&mut findings);
    let release = policy.release(permit, findings, &History::empty(), now(), &mut Seeded(seed))?;
    match release.into_reply() {
        Reply::Table(table) => Ok(table.rows),
        Reply::Search(_) => panic!("a table was answered with a search"),
    }
}

fn counted(policy: &Policy, asked: &Tabulation, seed: u64, cells: &[(&[&str], u32)]) -> Vec<TableRow> {
    release(policy, asked, seed, |findings| groups(cells).into_iter().for_each(|g| findings.add_counted(g)))
        .unwrap()
}

fn estimate(cell: &Cell) -> i64 {
    match cell {
        Cell::Released(Figure::Estimate(count)) => *count,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_group_of_a_closed_list_is_told_whoever_falls_into_it() {
    let policy = noisy("");
    let asked = asked(&["threat_category"], &["count"]);
    let none = counted(&policy, &asked, 1, &[]);
    let some = counted(&policy, &asked, 2, &[(&["drugs"], 3), (&["fraud"], 5_000)]);
    let keys = |rows: &[TableRow]| rows.iter().map(|row| row.keys.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&none), keys(&some));
    assert_eq!(none.len(), model::vocabulary::ThreatCategory::ALL.len());
    let fraud = some.iter().find(|row| row.keys[0].as_deref() == Some("fraud")).unwrap();
    assert!((4_900..5_100).contains(&estimate(&fraud.cells[0])), "{fraud:?}");
    let below =
        (0..40).any(|seed| counted(&policy, &asked, seed, &[]).iter().any(|row| estimate(&row.cells[0]) < 0));
    assert!(below, "nothing is clamped");
}

#[test]
fn figures_are_right_on_average_and_spread_as_stated() {
    let policy = noisy("");
    let asked = asked(&[], &["count"]);
    let draws: Vec<f64> = (0..2_000)
        .map(|seed| estimate(&counted(&policy, &asked, seed, &[(&[], 40)])[0].cells[0]) as f64)
        .collect();
    let mean = draws.iter().sum::<f64>() / draws.len() as f64;
    let protection = permit(&policy, &asked).unwrap().protection();
    let Mechanism::Noisy { scale_milli: 10_000, .. } = protection.counts else { panic!("{protection:?}") };
    // A Laplace of scale 10 has a standard deviation of 14.1, so the mean of 2,000 one of 0.32.
    assert!((mean - 40.0).abs() < 1.3, "{mean}");
    let margin = protection.count_margin().noise as f64;
    let within = draws.iter().filter(|draw| (**draw - 40.0).abs() <= margin).count();
    assert!((1_860..=1_940).contains(&within), "{within} of 2,000 within ±{margin}");
}

#[test]
fn a_group_of_an_open_list_is_told_from_the_threshold_on_and_never_alone() {
    let policy = noisy("");
    let asked = asked(&["area"], &["count"]);
    let threshold = permit(&policy, &asked).unwrap().protection().minimum_cell;
    assert!((200..400).contains(&threshold), "{threshold}");
    let far = u32::try_from(threshold).unwrap();
    for seed in 0..300 {
        let cells: &[(&[&str], u32)] = &[(&["Alone"], 1), (&["Many"], 3 * far), (&["(total)"], 5 * far)];
        let told = counted(&policy, &asked, seed, cells);
        let keys: Vec<&str> = told.iter().filter_map(|row| row.keys[0].as_deref()).collect();
        assert_eq!(keys, ["Many"], "a key in the form of a mark would be taken for the mark");
    }
    let shown =
        (0..400).filter(|seed| !counted(&policy, &asked, *seed, &[(&["Edge"], far)]).is_empty()).count();
    assert!((150..=250).contains(&shown), "{shown} of 400 at the threshold itself");
}

fn share(entity: u32, rows: u64, amount: (i64, u64)) -> Share {
    let lot = u64::from(entity).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Share { entity, lot, rows, amounts: vec![amount; 2] }
}

#[test]
fn totals_are_groups_of_their_own_and_one_who_stands_in_several_is_one_in_them() {
    let policy = noisy("groups_per_entity = 2\nrows_per_group = 2");
    let asked = asked(&["threat_category"], &["distinct", "count"]).with_totals(true);
    let told = release(&policy, &asked, 3, |findings| {
        for entity in 0..20_000 {
            findings.add_share(vec![Some("drugs".to_owned())], share(entity, 5, (0, 0)));
            findings.add_share(vec![Some("fraud".to_owned())], share(entity, 1, (0, 0)));
        }
    })
    .unwrap();
    let of = |key: &str| told.iter().find(|row| row.keys[0].as_deref() == Some(key)).unwrap();
    for (key, distinct, count) in
        [("drugs", 20_000, 40_000), ("fraud", 20_000, 20_000), ("(total)", 20_000, 60_000)]
    {
        let row = of(key);
        assert!((estimate(&row.cells[0]) - distinct).abs() < 1_000, "{row:?}");
        assert!((estimate(&row.cells[1]) - count).abs() < 1_000, "{row:?}");
    }
    assert_eq!(told.len(), model::vocabulary::ThreatCategory::ALL.len() + 1);
}

#[test]
fn means_are_told_as_a_noisy_sum_over_a_noisy_number() {
    let policy = noisy("clamp = { loss_gbp = [0, 100] }");
    let asked = asked(&[], &["mean:loss_gbp", "sum:loss_gbp"]);
    let told = release(&policy, &asked, 3, |findings| {
        (0..5_000).for_each(|entity| findings.add_share(vec![], share(entity, 1, (60, 1))));
    })
    .unwrap();
    let [Cell::Released(Figure::EstimatedMean { sum, over }), Cell::Released(Figure::Sum(total))] =
        told[0].cells[..]
    else {
        panic!("{told:?}")
    };
    assert!((sum - 300_000).abs() < 30_000 && (total - 300_000).abs() < 30_000, "{told:?}");
    assert!((over - 5_000).abs() < 300 && sum != total, "each is drawn by itself: {told:?}");
    assert_ne!(over, 5_000, "{told:?}");
}

#[test]
fn what_was_not_bounded_is_no_basis_for_noise() {
    let policy = noisy("");
    let closed = asked(&["threat_category"], &["count"]);
    let twice = |findings: &mut Findings| {
        for mut group in groups(&[(&["drugs"], 30), (&["fraud"], 30)]) {
            group.members = Some((0..30).collect());
            findings.add_counted(group);
        }
    };
    let rows = |findings: &mut Findings| {
        for mut group in groups(&[(&["drugs"], 30)]) {
            group.figures = vec![Figure::Count(31)];
            findings.add_counted(group);
        }
    };
    let unknown = |findings: &mut Findings| {
        for mut group in groups(&[(&["drugs"], 30)]) {
            group.members = None;
            findings.add_counted(group);
        }
    };
    let mixed = |findings: &mut Findings| {
        findings.add_share(vec![Some("drugs".to_owned())], share(1, 1, (0, 0)));
        groups(&[(&["fraud"], 30)]).into_iter().for_each(|group| findings.add_counted(group));
    };
    for denied in [
        release(&policy, &closed, 1, twice),
        release(&policy, &closed, 1, rows),
        release(&policy, &closed, 1, unknown),
        release(&policy, &closed, 1, mixed),
    ] {
        assert_eq!(denied.unwrap_err().code, Refusal::Failed);
    }
    // Nor are shares a basis for a table that is suppressed and rounded.
    let plain = crate::support::policy(PERMIT_ALL);
    let shares =
        |findings: &mut Findings| findings.add_share(vec![Some("drugs".to_owned())], share(1, 1, (0, 0)));
    assert_eq!(release(&plain, &closed, 1, shares).unwrap_err().code, Refusal::Failed);
}

#[test]
fn what_a_table_costs_is_known_before_and_the_same_whatever_is_asked() {
    let policy = noisy("");
    for measures in [&["count"][..], &["count", "distinct", "mean:loss_gbp"]] {
        let permit = permit(&policy, &asked(&["area"], measures)).unwrap();
        let charge = permit.charge().unwrap();
        assert_eq!(
            (charge.micro_rho, charge.budget_micro_rho, charge.pool.as_str()),
            (5_000, 20_000, "rocta")
        );
        assert!(!permit.weighs_dominance() && !permit.counts_units());
    }
    assert!(permit(&crate::support::policy(PERMIT_ALL), &asked(&[], &["count"])).unwrap().charge().is_none());
    let event = question(crate::support::tabulation(Dataset::Event, &["kind"], &["count"]));
    let labels: LabelTable = vec![ordinary(Dataset::Event)].into();
    assert!(authorise(&policy, &event, &labels).unwrap().charge().is_none(), "events carry no noise");
}

#[test]
fn a_table_whose_closed_lists_have_too_many_combinations_is_refused_before_it_is_charged() {
    let small = DISCLOSURE.replace("cells_max = 10000", "cells_max = 50");
    let policy = under(&format!(
        "{small}[noise.report]\ndistribution = \"laplace\"\nquestion_micro_rho = 1\nbudget_micro_rho = 1\nperiod_days = 1\n"
    ));
    let code = |by: &[&str], totals| {
        let asked = asked(by, &["count"]).with_totals(totals);
        permit(&policy, &asked).err().map(|denial| denial.code)
    };
    assert_eq!(code(&["threat_category"], true), None);
    assert_eq!(code(&["threat_category", "subject_category"], false), Some(Refusal::TooLarge));
    // How many groups records bring is known only once they are counted.
    assert_eq!(code(&["threat_category", "subject_category", "area"], false), None);
}

#[test]
fn a_variance_is_not_told_with_noise() {
    let asked = asked(&[], &["count", "variance:risk_score"]);
    let denial = permit(&noisy(""), &asked).unwrap_err();
    assert_eq!(denial.code, Refusal::TooLarge);
    assert!(denial.reason.contains("ask for the mean"), "{}", denial.reason);
}

#[test]
fn a_custodian_is_told_what_noise_costs() {
    let policy = noisy("clamp = { loss_gbp = [0, 50000] }\ngroups_per_entity = 2");
    let [noised] = &policy.noised()[..] else { panic!("one dataset carries noise") };
    insta::assert_snapshot!(noised.to_string());
}
