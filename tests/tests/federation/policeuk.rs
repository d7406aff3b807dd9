//! The shipped month of data.police.uk files, mounted as published: what the federation releases equals what an
//! independent reading of the CSV files gives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::Dataset;
use model::reply::Figure;
use tests::{Federation, Plan};

/// Fewest records behind a released cell of published data, in every sample policy.
const MINIMUM: u64 = 5;

/// The shipped mapping, pointed at the shipped files.
fn sources(folder: &str, stops: bool) -> String {
    let mapping = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/sources").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let mut text = mapping("policeuk-street.toml");
    if stops {
        text += &mapping("policeuk-stops.toml");
    }
    text.replace("policeuk/", &format!("{}/", shipped().join(folder).display()))
}

type Counts = BTreeMap<(String, String, String), u64>;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/demo/policeuk")
}

/// Counts by force, month and category straight from the files: no part of Bluelamp has a hand in this.
fn independently(folder: &Path, force: &str, counts: &mut Counts) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let headers = reader.headers().unwrap().clone();
        let place = |name: &str| headers.iter().position(|header| header == name);
        let (month, category) = match place("Month") {
            Some(month) => (month, place("Crime type").unwrap()),
            None => (place("Date").unwrap(), place("Object of search").unwrap()),
        };
        for record in reader.records() {
            let record = record.unwrap();
            let category = match record[category].trim() {
                "" => "null".to_owned(),
                category => category.to_owned(),
            };
            let key = (force.to_owned(), record[month][..7].to_owned(), category);
            *counts.entry(key).or_default() += 1;
        }
    }
}

#[tokio::test]
async fn released_cells_equal_an_independent_count_of_the_published_files() {
    let mut expected = Counts::new();
    for (force, folder) in [("mps", "metropolitan"), ("colp", "city-of-london"), ("btp", "btp")] {
        independently(&shipped().join(folder), force, &mut expected);
    }
    let plan = Plan::new()
        .over("mps", sources("metropolitan", true))
        .over("colp", sources("city-of-london", false))
        .over("btp", sources("btp", false));
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    let by = ["month", "category"];
    let answer = analyst.table(Dataset::Event, &by, &["count"], None, true).await.unwrap();
    assert_eq!(answer.coverage.sentence(), "3 of 3 forces answered");
    let (mut released, mut suppressed) = (0, 0);
    for row in &answer.rows {
        let key = |at: usize| row.keys[at].clone().unwrap_or_else(|| "null".to_owned());
        let key = (key(0), key(1), key(2));
        match row.cells[0].figure {
            Some(Figure::Count(count)) => {
                assert_eq!(Some(&count), expected.get(&key), "{key:?}");
                assert!(count >= MINIMUM, "{key:?}");
                released += count;
            }
            _ => suppressed += 1,
        }
    }
    let total: u64 = expected.values().sum();
    let small: u64 = expected.values().filter(|count| **count < MINIMUM).sum();
    assert!(released > total * 9 / 10, "{released} of {total} released, {suppressed} cells suppressed");
    assert!(released <= total - small);

    // Merged over forces, a clean cell is the sum of what the files hold.
    let merged = analyst.table(Dataset::Event, &by, &["count"], None, false).await.unwrap();
    for row in merged.rows.iter().filter(|row| row.cells[0].suppressed_by.is_empty()) {
        let text = |at: usize| row.keys[at].clone().unwrap_or_else(|| "null".to_owned());
        let sum: u64 = expected
            .iter()
            .filter(|((_, month, category), _)| *month == text(0) && *category == text(1))
            .map(|(_, count)| count)
            .sum();
        assert_eq!(row.cells[0].figure, Some(Figure::Count(sum)), "{:?}", row.keys);
    }
}

#[tokio::test]
async fn a_table_larger_than_one_question_may_be_is_refused_with_a_code_alone() {
    let limited = |limit: &str| format!("{limit}\n{}", sources("metropolitan", true));
    for limit in ["question_groups = 2", "question_memory_mib = 0"] {
        let federation = Federation::start(Plan::new().over("mps", limited(limit))).await;
        let analyst = federation.analyst();
        let answer = analyst.table(Dataset::Event, &["category"], &["count"], None, false).await.unwrap();
        let sentence = answer.coverage.sentence();
        assert_eq!(sentence, "0 of 1 forces answered; mps did not (refused: too_large)", "{limit}");
    }
}
