//! Marginals: every table of up to three dimensions over the same people. How sure an attacker is of a person's secret is the
//! share of it in the finest group that was told of; over a coin that may grow a little, as the person is one of the group.

use std::collections::BTreeMap;

use model::reply::Figure;

use crate::ground::{Ground, Person, people, unique};
use crate::score::hold;

const DIMENSIONS: [&str; 3] = ["sex", "postcode:prefix3", "dob:year"];

fn key(person: &Person, dimension: &str) -> String {
    match dimension {
        "sex" => person.sex.to_owned(),
        "dob:year" => person.born.0.to_string(),
        _ => person.area.clone(),
    }
}

/// For each told group of each table: what share of it is held for drugs.
type Shares = BTreeMap<Vec<String>, f64>;

async fn shares(ground: &Ground, dimensions: &[&str]) -> Shares {
    let by: Vec<&str> = dimensions.iter().copied().chain(["threat_category"]).collect();
    let mut counts: BTreeMap<Vec<String>, BTreeMap<String, f64>> = BTreeMap::new();
    for row in &ground.table(&by, None).await.rows {
        let mut keys: Vec<String> = row.keys.iter().map(|key| key.clone().unwrap_or_default()).collect();
        let secret = keys.pop().unwrap();
        if let Some(Figure::Count(count)) = row.cells[0].figure {
            counts.entry(keys).or_default().insert(secret, count as f64);
        }
    }
    let share = |told: &BTreeMap<String, f64>| {
        let drugs = told.get("drugs").copied();
        let fraud = told.get("fraud").copied();
        drugs.zip(fraud).map(|(drugs, fraud)| drugs / (drugs + fraud))
    };
    counts.into_iter().filter_map(|(keys, told)| Some((keys, share(&told)?))).collect()
}

#[tokio::test]
async fn all_marginals_together_point_at_nobody() {
    let people = people(3_000, 10, 53);
    let ground = Ground::standard(&people).await;
    let mut tables = Vec::new();
    for chosen in 0..1_usize << DIMENSIONS.len() {
        let dimensions: Vec<&str> =
            DIMENSIONS.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, d)| *d).collect();
        tables.push((shares(&ground, &dimensions).await, dimensions));
    }
    assert!(tables.iter().map(|(shares, _)| shares.len()).sum::<usize>() > 10, "marginals are told");
    // How sure the attacker is of what is true, by the finest told group.
    let sure = |person: &&Person| {
        let found = tables.iter().rev().find_map(|(shares, dimensions)| {
            shares.get(&dimensions.iter().map(|dimension| key(person, dimension)).collect::<Vec<_>>())
        });
        found.map_or(0.5, |drugs| if person.secret { *drugs } else { 1.0 - drugs })
    };
    let targets = unique(&people);
    let sure: f64 = targets.iter().map(sure).sum::<f64>() / targets.len() as f64;
    hold("all marginals of up to three ways", "confidence over a coin", sure - 0.5, 0.05);
}
