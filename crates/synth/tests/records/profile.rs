//! Each force sees what such a force sees, and handling stays within few distinct labels.
//! Bounds are wide: they hold for any seed.

use std::collections::BTreeSet;

use model::Dataset;

use crate::read::{Row, world};

fn share(rows: &[Row], column: &str, words: &[&str]) -> f64 {
    let hits = rows.iter().filter(|row| row.get(column).is_some_and(|value| words.contains(&value.as_str())));
    hits.count() as f64 / rows.len() as f64
}

#[test]
fn shares_are_those_of_such_a_force() {
    for (force, dataset, column, words, low, high) in [
        ("colp", Dataset::Report, "threat_category", &["fraud", "money_laundering"][..], 0.50, 0.66),
        ("btp", Dataset::Report, "threat_category", &["acquisitive_crime"], 0.36, 0.48),
        ("btp", Dataset::Report, "threat_category", &["firearms"], 0.001, 0.03),
        ("btp", Dataset::Report, "subcategory", &["county_lines"], 0.15, 0.27),
        ("mps", Dataset::Report, "threat_category", &["drugs"], 0.20, 0.32),
        ("mps", Dataset::Report, "handling_code", &["C"], 0.15, 0.26),
        ("mps", Dataset::Report, "disclosure_mark", &["refer"], 0.03, 0.08),
        ("mps", Dataset::Person, "subject_category", &["victim", "witness"], 0.06, 0.13),
        ("mps", Dataset::Person, "retention", &["disposed"], 0.003, 0.02),
        ("colp", Dataset::Person, "disclosure_mark", &["silent"], 0.001, 0.015),
        ("btp", Dataset::Location, "town", &["London"], 0.3, 0.9),
    ] {
        let share = share(world().rows(force, dataset), column, words);
        assert!((low..high).contains(&share), "{force} {dataset} {column} {words:?}: {share}");
    }
}

#[test]
fn labels_are_few() {
    const LABEL: &[&str] = &[
        "handling_code",
        "handling_conditions",
        "classification",
        "provenance",
        "disclosure_mark",
        "subject_category",
        "threat_category",
        "retention",
        "source_evaluation",
        "assessment",
    ];
    for ((force, dataset), rows) in &world().tables {
        let kept = rows.iter().filter(|row| row["retention"] != "disposed");
        let labels: BTreeSet<Vec<Option<&String>>> =
            kept.map(|row| LABEL.iter().map(|&column| row.get(column)).collect()).collect();
        assert!(labels.len() < 500, "{force} {dataset}: {} labels", labels.len());
    }
}
