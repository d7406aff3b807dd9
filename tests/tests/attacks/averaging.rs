//! Averaging: the same question in other words, in another order, by another colleague, again and again. What comes back is
//! the same each time, so nothing can be averaged away.

use std::collections::BTreeSet;

use crate::ground::{Ground, people};
use crate::score::full;

/// Ways of saying one thing.
fn variants() -> Vec<String> {
    let areas = ["postcode in (AA1, AB2)", "postcode in (AB2, AA1)", "(postcode = AB2 or postcode = AA1)"];
    let ages =
        ["dob >= 1960-01", "(dob >= 1960-01 and dob >= 1955-01)", "dob >= 1960-01 and dob is not null"];
    let secret = ["threat_category = drugs", "threat_category in (drugs, drugs)"];
    let mut variants = BTreeSet::new();
    for area in areas {
        for age in ages {
            for secret in secret {
                variants.insert(format!("{area} and {age} and {secret}"));
                variants.insert(format!("{secret} and ({age} and {area})"));
                variants
                    .insert(format!("({age} and {secret} and {area}) or ({area} and {age} and {secret})"));
            }
        }
    }
    variants.into_iter().collect()
}

#[tokio::test]
async fn every_way_of_saying_it_gets_the_one_answer() {
    let people = people(2_000, 20, 31);
    let ground = Ground::standard(&people).await;
    let colleague = ground.federation.analyst_of("rocta", "8");
    let variants = variants();
    assert!(variants.len() >= 50, "{} variants", variants.len());
    let first = ground.count(&variants[0]).await;
    assert!(first.count().is_some(), "the figure is large enough to be told");
    for variant in variants.iter().take(if full() { usize::MAX } else { 50 }) {
        assert_eq!(ground.count(variant).await, first, "{variant}");
        assert_eq!(ground.count_as(&colleague, variant).await, first, "a colleague: {variant}");
    }
    println!("{:<44} {:<28} {:>7}   bound identical", "averaging over variants", "distinct answers", 1);
}
