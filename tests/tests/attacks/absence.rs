//! Absence: whether a row is there at all. The attacker knows everything about a person but the category, and looks in tables
//! of several dimensions whether the person's row of one category or of the other is there, hidden or told.

use crate::ground::{Ground, Person, people};
use crate::score::{balanced_accuracy, full, hold};

/// Tables by what the attacker knows, coarse ones first, whose figures are told. Areas are free text, which few of one
/// area withhold.
const TABLES: [&[&str]; 6] =
    [&[], &["sex"], &["dob:year"], &["sex", "dob:year"], &["dob:month"], &["sex", "dob:month"]];
const CATEGORIES: [&str; 2] = ["drugs", "fraud"];

/// What the attacker sees of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    Missing,
    Hidden,
    Told,
}

fn keys(person: &Person, dimensions: &[&str]) -> Vec<String> {
    let key = |dimension: &&str| match *dimension {
        "sex" => person.sex.to_owned(),
        "dob:year" => person.born.0.to_string(),
        _ => format!("{}-{:02}", person.born.0, person.born.1),
    };
    dimensions.iter().map(key).collect()
}

/// How well the category of those who are alone with their sex and month of birth is told, with these changes to the policy.
async fn accuracy(changes: &[(&str, &str)]) -> f64 {
    let people = people(if full() { 800 } else { 400 }, 10, 59);
    let known = |person: &Person| keys(person, &["sex", "dob:month"]);
    let alone = |one: &&Person| people.iter().filter(|other| known(other) == known(one)).count() == 1;
    let targets: Vec<&Person> = people.iter().filter(alone).collect();
    assert!(targets.len() > 200, "{} people are alone", targets.len());
    let ground = Ground::under(&people, changes).await;
    let mut seen: Vec<(Vec<Row>, bool)> = targets.iter().map(|target| (Vec::new(), target.secret)).collect();
    let mut told = 0;
    for dimensions in TABLES {
        let by: Vec<&str> = dimensions.iter().copied().chain(["threat_category"]).collect();
        let table = ground.table(&by, Some("threat_category in (drugs, fraud)")).await;
        let row = |target: &Person, category: &str| {
            let mut wanted = keys(target, dimensions);
            wanted.push(category.to_owned());
            let row = table.rows.iter().find(|row| row.keys.iter().flatten().eq(wanted.iter()));
            row.map_or(Row::Missing, |row| match row.cells[0].figure {
                Some(_) => Row::Told,
                None => Row::Hidden,
            })
        };
        for (target, (rows, _)) in targets.iter().zip(&mut seen) {
            rows.extend(CATEGORIES.map(|category| row(target, category)));
        }
        told += table.rows.iter().filter(|row| row.cells[0].figure.is_some()).count();
    }
    assert!(told > 0, "something is told");
    balanced_accuracy(&seen)
}

#[tokio::test]
async fn rows_that_are_missing_tell_nothing_where_zeros_are_suppressed() {
    let suppress = [("[profiles.standard]\n", "[profiles.standard]\nzeros = \"suppress\"\n")];
    hold("absence: zeros = suppress", "accuracy on the secret", accuracy(&suppress).await, 0.55);
}

/// What the threat model says is not defended, and that the attack finds what there is to find.
#[tokio::test]
async fn rows_that_are_missing_tell_where_zeros_are_told() {
    let measured = accuracy(&[]).await;
    println!(
        "{:<44} {:<28} {measured:>7.3}   not defended",
        "absence: zeros = tell", "accuracy on the secret"
    );
    assert!(measured > 0.9, "the attack measures {measured}");
}
