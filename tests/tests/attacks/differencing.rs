//! Differencing: two questions of which the second leaves one person out, in three ways. The attacker may also take being
//! refused a figure for a signal.

use crate::ground::{Ground, Person, Told, people, unique};
use crate::score::{balanced_accuracy, full, hold};

/// The signal of a pair: how the two figures differ, or which of them were told at all.
type Signal = (bool, bool, Option<i64>);

fn signal(with: Told, without: Told) -> Signal {
    let difference = with.count().zip(without.count()).map(|(with, without)| with - without);
    (with.count().is_some(), without.count().is_some(), difference)
}

/// The pair of filters that gives a person away.
type Pair = fn(&Person) -> (String, String);

const PAIRS: &[(&str, Pair)] = &[
    ("n against n - 1", |person| {
        let secret = "threat_category = drugs and";
        (format!("{secret} postcode in ({})", person.area), format!("{secret} {}", person.others_in_area()))
    }),
    ("the secret's complement, n against n - 1", |person| {
        let secret = "threat_category = fraud and";
        (format!("{secret} postcode in ({})", person.area), format!("{secret} {}", person.others_in_area()))
    }),
    ("nested: another area with and without the person", |person| {
        let other = neighbour(&person.area);
        (
            format!("threat_category = drugs and (postcode in ({other}) or {})", person.alike()),
            format!("threat_category = drugs and postcode in ({other})"),
        )
    }),
];

fn neighbour(area: &str) -> String {
    if area == "AA1" { "AB2".to_owned() } else { "AA1".to_owned() }
}

async fn attack(profile: &str, changes: &[(&str, &str)]) {
    let people = people(2_000, 20, 11);
    let targets: Vec<_> = unique(&people).into_iter().take(if full() { 500 } else { 120 }).collect();
    for (pair, filters) in PAIRS {
        let ground = Ground::under(&people, changes).await;
        let mut seen = Vec::new();
        for target in &targets {
            let (with, without) = filters(target);
            seen.push((signal(ground.count(&with).await, ground.count(&without).await), target.secret));
        }
        hold(&format!("differencing, {pair}"), profile, balanced_accuracy(&seen), 0.55);
    }
}

#[tokio::test]
async fn a_person_is_not_found_by_subtraction() {
    attack("rounded", &[]).await;
}

#[tokio::test]
async fn a_person_is_not_found_by_subtraction_where_counts_are_exact() {
    attack("exact", &[("rounding_base = 5", "rounding_base = 1")]).await;
}

/// No subtraction at all: does anybody fit who looks like this person and is held for drugs? Being refused a figure, and
/// getting no row, are signals like any other.
#[tokio::test]
async fn a_person_is_not_found_by_asking_for_nobody_else() {
    let people = people(2_000, 20, 71);
    let ground = Ground::standard(&people).await;
    let mut seen = Vec::new();
    for target in unique(&people).into_iter().take(if full() { 500 } else { 120 }) {
        let told = ground.count(&format!("threat_category = drugs and {}", target.alike())).await;
        seen.push((told, target.secret));
    }
    hold("a filter that fits one person", "balanced accuracy", balanced_accuracy(&seen), 0.55);
}
