//! Records change under a running node: it reads them beside those in use and swaps them whole. A damaged index is built
//! anew rather than searched with holes.

use std::fs;
use std::time::Duration;

use model::Granularity;
use serde_json::json;
use tests::analyst::person;
use tests::{Analyst, Federation};
use tokio::net::TcpListener;

use crate::story::{mps, three_forces, told};

async fn ask(analyst: &Analyst, given: &str, family: &str, dob: &str) -> String {
    let answer = analyst.search(person(given, family, dob), Granularity::Hit).await.unwrap();
    told(&answer).into_iter().find(|line| line.starts_with("mps")).unwrap()
}

/// Asks until the node has taken up records in which the person is found. Every answer before is one over whole records.
async fn until_found(analyst: &Analyst, given: &str, family: &str, dob: &str) {
    let asking = async {
        loop {
            match ask(analyst, given, family, dob).await.as_str() {
                "mps hit" => return,
                told => assert_eq!(told, "mps none"),
            }
            assert_eq!(ask(analyst, "Paul", "Pairman", "1979-11-22").await, "mps hit");
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking).await.expect("the changed records are taken up");
}

#[tokio::test]
async fn changed_sources_are_taken_up_whole_while_questions_go_on() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let site = federation.site("mps");
    assert_eq!(ask(&analyst, "Nadia", "Newcomer", "1990-05-05").await, "mps none");

    let more = mps().person("M9", "Nadia", "Newcomer", "1990-05-05", json!({}));
    more.write(&site);
    federation.refresh("mps");
    until_found(&analyst, "Nadia", "Newcomer", "1990-05-05").await;

    // What can't be read leaves what is in use, and is taken up once it is mended.
    fs::write(site.join("person.jsonl"), b"PAR1\xff\xfe not lines of JSON").unwrap();
    federation.refresh("mps");
    assert_eq!(ask(&analyst, "Nadia", "Newcomer", "1990-05-05").await, "mps hit");
    more.person("M10", "Late", "Latimer", "1955-01-09", json!({})).write(&site);
    federation.refresh("mps");
    until_found(&analyst, "Late", "Latimer", "1955-01-09").await;
}

#[tokio::test]
async fn a_damaged_index_is_built_anew_before_anything_is_answered() {
    let mut federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let snapshots = federation.site("mps").join("data/snapshots");
    let index = fs::read_dir(snapshots).unwrap().map(|entry| entry.unwrap().path().join("index"));
    let index = index.into_iter().find(|path| path.exists()).unwrap();
    for file in [
        "segment-0/persons.entries",
        "segment-0/persons.prints",
        "segment-0/persons.rows",
        "segment-0/identifiers.offsets",
        "segment-0/records.entries",
    ] {
        let address = federation.addresses["mps"].clone();
        federation.stop("mps").await;
        let path = index.join(file);
        let whole = fs::read(&path).unwrap();
        let mut damaged = whole.clone();
        *damaged.last_mut().unwrap() ^= 0x40;
        fs::write(&path, damaged).unwrap();
        let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
        federation.start_node("mps", listener).await;
        assert_eq!(ask(&analyst, "Paul", "Pairman", "1979-11-22").await, "mps hit", "{file}");
        assert_eq!(
            fs::read(&path).unwrap(),
            whole,
            "{file} is what it was: the same records give the same index"
        );
    }
}
