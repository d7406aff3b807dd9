//! The same specification gives the same bytes, another seed gives others.
//! Files are compared whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use synth::Spec;

use crate::read::{small, world};

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_same_specification_gives_the_same_bytes() {
    let again = tempfile::tempdir().unwrap();
    let summary = synth::write(&small(), again.path(), &mut |_| {}).unwrap();
    assert_eq!(summary, world().summary);
    let (first, second) = (files(world().dir.path()), files(again.path()));
    assert_eq!(first.len(), 3 * 9 + 2);
    assert!(first.keys().eq(second.keys()));
    for (name, bytes) in &first {
        assert!(*bytes == second[name], "{name} differs");
    }
}

#[test]
fn another_seed_gives_other_records() {
    let write = |seed| {
        let dir = tempfile::tempdir().unwrap();
        let spec = Spec { seed, persons: 20, reports: 20, events: 0, ..Spec::default() };
        synth::write(&spec, dir.path(), &mut |_| {}).unwrap();
        files(dir.path())
    };
    let (first, second) = (write(1), write(2));
    for name in
        ["mps/person.parquet", "colp/report.parquet", "btp/identifier.parquet", "truth.csv", "probes.csv"]
    {
        assert!(first[name] != second[name], "{name} does not depend on the seed");
    }
}
