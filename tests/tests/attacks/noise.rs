//! Noise, attacked with statistics through the release itself: many tables drawn over two databases that differ in one person,
//! and the figures held against the probabilities that they were promised to have.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use model::reply::{Cell, Figure};
use model::vocabulary::ThreatCategory;
use model::{
    Ask, Circumstances, Dataset, Distribution, Label, LabelTable, Mechanism, Principal, Purpose, Question,
    QuestionId, Reply, Tabulation,
};
use policy::{Bundle, Counted, EntitySet, Findings, History, Policy};
use tests::Seeded;
use tests::analyst::tabulation;

use crate::ground::noisy;
use crate::score::full;

fn draws() -> u32 {
    if full() { 1_000_000 } else { 20_000 }
}

/// MPS's noisy policy with text of it replaced.
fn policy(changes: &[(&str, &str)]) -> Policy {
    let mut files = noisy();
    let text = files.files.get_mut("disclosure.toml").unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from:?} is not in disclosure.toml");
        *text = text.replace(from, to);
    }
    Policy::new(Bundle::compile(&files).unwrap(), "desk".to_owned())
}

/// Tables of one question over one database, drawn again and again.
struct Tables<'a> {
    policy: &'a Policy,
    question: Question,
    labels: LabelTable,
    groups: Vec<Counted>,
    seed: u64,
}

impl<'a> Tables<'a> {
    /// So many people in each of these groups.
    fn over(policy: &'a Policy, asked: &Tabulation, groups: &[(&str, u32)], seed: u64) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let question = Question {
            id: QuestionId(uuid::Uuid::from_u128(7)),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances::default(),
            audience: ["mps".parse().unwrap()].into(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(1),
            ask: Ask::Tabulate(asked.clone()),
        };
        let mut next = 0;
        let group = |(key, people): &(&str, u32)| {
            let members: EntitySet = (next..next + people).collect();
            next += people;
            Counted {
                keys: vec![Some((*key).to_owned())],
                entities: u64::from(*people),
                members: Some(members),
                figures: vec![Figure::Count(u64::from(*people))],
                ..Counted::default()
            }
        };
        let groups = groups.iter().map(group).collect();
        Self {
            policy,
            question,
            labels: vec![Label::ordinary(Dataset::Person, "mps".parse().unwrap())].into(),
            groups,
            seed: seed << 40,
        }
    }

    /// The figures of the next table, each with its group.
    fn draw(&mut self) -> Vec<(String, i64)> {
        let now = Timestamp::UNIX_EPOCH;
        let principal = Principal::named(self.question.asker.clone());
        let permit = self.policy.authorise(&principal, &self.question, &self.labels, now).unwrap();
        let mut findings = Findings::for_table(&permit);
        self.groups.iter().for_each(|group| findings.add_counted(group.clone()));
        self.seed += 1;
        let mut noise = Seeded(self.seed << 16);
        let release = self.policy.release(permit, findings, &History::empty(), now, &mut noise).unwrap();
        let Reply::Table(table) = release.into_reply() else { panic!("no table") };
        let figure = |row: model::reply::TableRow| match row.cells[0] {
            Cell::Released(Figure::Estimate(figure)) => (row.keys[0].clone().unwrap(), figure),
            other => panic!("{other:?}"),
        };
        table.rows.into_iter().map(figure).collect()
    }

    fn mechanism(&self) -> Mechanism {
        let principal = Principal::named(self.question.asker.clone());
        let permit =
            self.policy.authorise(&principal, &self.question, &self.labels, Timestamp::UNIX_EPOCH).unwrap();
        permit.protection().counts
    }
}

/// The largest ε that the draws prove: over every event "at most k" and "at least k", in both directions, the lower end of the
/// confidence interval of the ratio of its probabilities. The interval is of 99.9 % for all events together (normal, of
/// the logarithm of the ratio; events that are seen fewer than 50 times prove nothing).
fn proven_epsilon(one: &[i64], other: &[i64]) -> f64 {
    let low = *one.iter().chain(other).min().unwrap();
    let high = *one.iter().chain(other).max().unwrap();
    let events = 4.0 * (high - low + 1) as f64;
    // A quantile of the normal distribution by its tail bound e^(−z²/2).
    let z = (2.0 * (events / 0.001).ln()).sqrt();
    let total = one.len() as f64;
    let at_most = |of: &[i64]| {
        let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
        of.iter().for_each(|figure| *counts.entry(*figure).or_default() += 1.0);
        let mut sum = 0.0;
        (low..=high)
            .map(|k| {
                sum += counts.get(&k).copied().unwrap_or(0.0);
                sum
            })
            .collect::<Vec<f64>>()
    };
    let (one, other) = (at_most(one), at_most(other));
    let proven = |a: f64, b: f64| {
        if a < 50.0 || b < 50.0 {
            return 0.0;
        }
        let spread = (1.0 / a - 1.0 / total + 1.0 / b - 1.0 / total).max(0.0).sqrt();
        (a / b).ln() - z * spread
    };
    let both = |a: f64, b: f64| {
        proven(a, b).max(proven(b, a)).max(proven(total - a, total - b)).max(proven(total - b, total - a))
    };
    one.iter().zip(&other).map(|(a, b)| both(*a, *b)).fold(0.0, f64::max)
}

/// So many figures of groups of so many people, as many as there are groups from each table.
fn figures(policy: &Policy, people: u32, seed: u64, draws: u32) -> Vec<i64> {
    let asked = tabulation(Dataset::Person, &["threat_category"], &["count"], None);
    let groups: Vec<(&str, u32)> = ThreatCategory::WORDS.iter().map(|word| (*word, people)).collect();
    let mut tables = Tables::over(policy, &asked, &groups, seed);
    let mut figures = Vec::new();
    while figures.len() < draws as usize {
        figures.extend(tables.draw().into_iter().map(|(_, figure)| figure));
    }
    figures.truncate(draws as usize);
    figures
}

#[test]
fn one_person_changes_no_probability_by_more_than_was_promised() {
    // A table that costs ρ promises, of one count with Laplace noise, ε = √2ρ.
    for (cost, epsilon) in [("5000", 0.1), ("500000", 1.0)] {
        let policy = policy(&[
            ("question_micro_rho = 5000", &format!("question_micro_rho = {cost}")),
            ("budget_micro_rho = 50000", "budget_micro_rho = 500000"),
        ]);
        let proven = proven_epsilon(&figures(&policy, 20, 1, draws()), &figures(&policy, 21, 2, draws()));
        crate::score::hold(
            &format!("noise: neighbours, stated ε {epsilon}"),
            "ε proven by draws",
            proven,
            epsilon,
        );
    }
}

#[test]
fn the_proof_notices_noise_that_is_too_small() {
    // Noise for ε = 1 does not pass for noise of ε = 0.5.
    let policy = policy(&[
        ("question_micro_rho = 5000", "question_micro_rho = 500000"),
        ("budget_micro_rho = 50000", "budget_micro_rho = 500000"),
    ]);
    let proven = proven_epsilon(&figures(&policy, 20, 3, 20_000), &figures(&policy, 21, 4, 20_000));
    assert!(proven > 0.5, "{proven}");
}

#[test]
fn figures_fall_as_the_stated_distribution_says() {
    for (name, distribution) in [("laplace", Distribution::Laplace), ("gaussian", Distribution::Gaussian)] {
        let policy = policy(&[("laplace", name)]);
        let asked = tabulation(Dataset::Person, &["threat_category"], &["count"], None);
        let Mechanism::Noisy { distribution: stated, scale_milli } =
            Tables::over(&policy, &asked, &[], 5).mechanism()
        else {
            panic!("no noise")
        };
        assert_eq!((stated, scale_milli), (distribution, 10_000));
        let mut seen: BTreeMap<i64, f64> = BTreeMap::new();
        for figure in figures(&policy, 500, 5, draws()) {
            *seen.entry(figure - 500).or_default() += 1.0;
        }
        let scale = scale_milli as f64 / 1e3;
        let weight = |x: i64| match distribution {
            Distribution::Laplace => (-x.abs() as f64 / scale).exp(),
            Distribution::Gaussian => (-(x * x) as f64 / (2.0 * scale * scale)).exp(),
        };
        let all: f64 = (-1_000..=1_000).map(weight).sum();
        let (mut chi, mut degrees) = (0.0, 0.0_f64);
        for x in -1_000..=1_000 {
            let expected = f64::from(draws()) * weight(x) / all;
            if expected >= 10.0 {
                chi += (seen.get(&x).copied().unwrap_or(0.0) - expected).powi(2) / expected;
                degrees += 1.0;
            }
        }
        let off = (chi - degrees) / (2.0 * degrees).sqrt();
        crate::score::hold(
            &format!("noise: chi-square of {name} figures"),
            "standard deviations off",
            off,
            4.0,
        );
    }
}

#[test]
fn a_group_of_one_does_not_show_under_a_key_of_its_own() {
    let policy = policy(&[]);
    let asked = tabulation(Dataset::Person, &["nationality"], &["count"], None);
    let mut tables = Tables::over(&policy, &asked, &[("Atlantean", 1), ("British", 2_000)], 6);
    let tried = if full() { 100_000 } else { 2_000 };
    let mut shown = [0, 0];
    for _ in 0..tried {
        for (key, _) in tables.draw() {
            shown[usize::from(key == "British")] += 1;
        }
    }
    crate::score::hold("noise: a group of one under an open key", "times shown", f64::from(shown[0]), 0.0);
    assert_eq!(shown[1], tried, "a large one always does");
}
