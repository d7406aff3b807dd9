//! Restart: the prepared snapshot and index are reused, answered questions stay answered, and a stop lets a question in
//! flight finish.

use model::{Ask, Granularity, Refusal, Search};
use tests::Federation;
use tests::analyst::person;
use tokio::net::TcpListener;

use crate::story::{three_forces, told};

#[tokio::test]
async fn a_restarted_node_reuses_its_snapshot_and_remembers_what_it_answered() {
    let mut federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let probe = person("Paul", "Pairman", "1979-11-22");
    let question = analyst.question(Ask::Search(Search { probe, granularity: Granularity::Hit }));
    let signed = analyst.sign(&question);
    analyst.send_search(question.id, signed.clone()).await.unwrap();

    let snapshots = federation.site("mps").join("data/snapshots");
    let made = |folder: &std::path::Path| {
        let mut files: Vec<_> = walk(folder)
            .into_iter()
            .map(|path| (path.clone(), path.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = made(&snapshots);
    assert!(before.iter().any(|(path, _)| path.to_string_lossy().contains("index")), "{before:?}");

    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
    assert_eq!(made(&snapshots), before, "nothing was read or built again");

    let again = analyst.send_search(question.id, signed).await.unwrap();
    assert!(told(&again).contains(&format!("mps refused {}", Refusal::Replayed)), "{:?}", told(&again));
    let fresh = analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap();
    assert!(told(&fresh).contains(&"mps hit".to_owned()), "{:?}", told(&fresh));
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
