//! Entities have their numbers before anybody asks, and what the ingest noted of them is what their records say.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use linkage::person::Weights;
use model::Dataset;

use super::Epoch;
use crate::catalogue::{self, Format, Snapshot, SourceConfig, Sources, ViewConfig};
use crate::engine::EngineLimits;
use crate::index::BuildLimits;
use crate::releases::{Releases, entity_hashes, hashes_of_records};

const DATASET: Dataset = Dataset::Event;
const ENGINE: EngineLimits = EngineLimits { memory_bytes: 1 << 24, groups: 100, threads: 1 };
const BUILDING: BuildLimits = BuildLimits { memory_bytes: 1 << 14, threads: 1 };

/// The snapshot of events with these ids, at this second.
async fn snapshot(folder: &Path, ids: &[&str], second: i64) -> Snapshot {
    fs::write(folder.join("rows.csv"), format!("id\n{}\n", ids.join("\n"))).unwrap();
    let config = SourceConfig { nulls: vec!["-".to_owned()], ..SourceConfig::files(Format::Csv, "rows.csv") };
    let view = ViewConfig { dataset: DATASET, sql: "select id as event_id from rows".to_owned() };
    let sources = Sources {
        database: [].into(),
        base: folder.to_owned(),
        source: [("rows".to_owned(), config)].into(),
        view: vec![view],
        controller: "mps".parse().unwrap(),
    };
    let now = Timestamp::from_second(second).unwrap();
    catalogue::prepare(&sources, &folder.join("state"), now, &mut |_| {}).await.unwrap().0
}

#[tokio::test]
async fn entities_are_numbered_before_the_first_question() {
    let folder = tempfile::tempdir().unwrap();
    let releases = Releases::open(&folder.path().join("releases.sqlite")).unwrap();
    let cases = [
        ("each by its key", &["a", "b", "a", "c"][..], true, &[0, 1, 2][..]),
        ("numbers of before hold, and what is gone leaves a gap", &["d", "c", "a"], true, &[0, 3, 2, 4]),
        ("one without a key is known by its records alone", &["a", "-", "d"], false, &[0, 3, 3, 4, 5]),
    ];
    for (second, (why, ids, noted, expected)) in (1..).zip(cases) {
        let snapshot = snapshot(folder.path(), ids, second).await;
        assert_eq!(snapshot.key_hashes(DATASET).is_some(), noted, "{why}");
        assert_eq!(entity_hashes(&snapshot, DATASET), hashes_of_records(&snapshot, DATASET), "{why}");
        let epoch = Epoch::open(snapshot, None, ENGINE, BUILDING, Weights::default(), |_| {}).await.unwrap();
        let mut numbered = Vec::new();
        epoch.number(&releases, |dataset, entities| numbered.push((dataset, entities))).await.unwrap();
        assert_eq!(numbered, [(DATASET, expected.len())], "{why}");
        let numbers = epoch.numbers[&DATASET].get().unwrap();
        assert_eq!(**numbers, *expected, "{why}");
    }
}
