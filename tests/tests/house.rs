//! The house rules: which crate may depend on which, and where the heavy libraries may stand. The arrows carry
//! meaning: `policy` without the wire can be read on its own, `coordinator` without `policy` decides for nobody,
//! `coordinator` without DataFusion holds no records.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("api", &["model"]),
    ("policy", &["model"]),
    ("linkage", &["model"]),
    ("identity", &["model"]),
    ("audit", &["model"]),
    ("mapped", &[]),
    ("database", &["identity"]),
    ("delta", &[]),
    ("picture", &["model"]),
    ("synth", &["model"]),
    ("evaluate", &["linkage", "model"]),
    ("sql", &["model"]),
    ("node", &["api", "audit", "database", "delta", "identity", "linkage", "mapped", "model", "policy"]),
    ("coordinator", &["api", "audit", "identity", "model"]),
    ("flight", &["api", "coordinator", "identity", "model", "sql"]),
    (
        "cli",
        &[
            "api",
            "audit",
            "coordinator",
            "evaluate",
            "flight",
            "identity",
            "linkage",
            "model",
            "node",
            "picture",
            "policy",
            "sql",
            "synth",
        ],
    ),
];

/// Libraries that only these rooms may name.
const KEPT: &[(&str, &[&str])] = &[
    ("datafusion", &["node", "sql"]),
    ("datafusion-distributed", &["node"]),
    ("arrow-flight", &["flight"]),
    ("delta_kernel", &["delta"]),
    ("cedar-policy", &["policy"]),
    ("rcgen", &["identity"]),
    ("rustls", &["identity", "database"]),
    ("tokio-postgres", &["database"]),
    ("clap", &["cli"]),
    ("tonic", &["api", "identity", "node", "coordinator", "flight", "cli"]),
    ("tokio", &["audit", "database", "identity", "node", "coordinator", "flight", "cli"]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let path = entry.unwrap().path().join("Cargo.toml");
        let manifest: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        let used = manifest.get("dependencies").and_then(|d| d.as_table()).cloned().unwrap_or_default();
        found.insert(name, used.keys().cloned().collect());
    }
    found
}

#[test]
fn arrows_run_one_way() {
    let found = dependencies();
    let rooms: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    assert_eq!(
        found.keys().map(String::as_str).collect::<Vec<_>>(),
        rooms.keys().copied().collect::<Vec<_>>()
    );
    for (room, used) in &found {
        for other in used.iter().filter(|name| rooms.contains_key(name.as_str())) {
            assert!(rooms[room.as_str()].contains(&other.as_str()), "{room} must not depend on {other}");
        }
    }
}

#[test]
fn heavy_libraries_stay_in_their_rooms() {
    for (room, used) in dependencies() {
        for (library, allowed) in KEPT {
            let named = used.contains(*library);
            assert!(!named || allowed.contains(&room.as_str()), "{room} must not name {library}");
        }
    }
}

#[test]
fn policy_and_coordinator_do_not_reach_datafusion_at_all() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock: toml::Table = std::fs::read_to_string(lock).unwrap().parse().unwrap();
    let mut graph: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let needs = package.get("dependencies").and_then(|d| d.as_array()).cloned().unwrap_or_default();
        let needs = needs.iter().map(|n| n.as_str().unwrap().split(' ').next().unwrap().to_owned());
        graph.entry(package["name"].as_str().unwrap().to_owned()).or_default().extend(needs);
    }
    // The lock file lists development dependencies too, so what a room's tests need is left out by its manifest.
    let own = dependencies();
    for room in ["policy", "coordinator", "linkage", "audit", "api", "model", "picture"] {
        let mut reached = BTreeSet::new();
        let mut ahead: Vec<String> = own[room].iter().cloned().collect();
        while let Some(name) = ahead.pop() {
            if reached.insert(name.clone()) {
                ahead.extend(match own.get(&name) {
                    Some(direct) => direct.iter().cloned().collect(),
                    None => graph.get(&name).cloned().unwrap_or_default(),
                });
            }
        }
        assert!(!reached.contains("datafusion"), "{room} reaches datafusion");
    }
}
