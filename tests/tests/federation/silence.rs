//! A silent record answers as if it did not exist, and its home unit hears who asked.

use api::v1;
use model::{Ask, Granularity, IdentifierKind, Probe, Search};
use prost::Message;
use tests::analyst::{identifier, person};
use tests::{Analyst, Federation};

use crate::story::three_forces;

/// What the MPS node releases to `probe`, with the question's id and the time taken out.
async fn released(federation: &Federation, analyst: &Analyst, probe: Probe) -> Vec<u8> {
    let question = analyst.question(Ask::Search(Search { probe, granularity: Granularity::Referral }));
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let mut client = v1::node_client::NodeClient::new(channel);
    let mut release = client.search(analyst.sign(&question)).await.unwrap().into_inner();
    assert_eq!(release.question_id, question.id.0.as_bytes());
    release.question_id.clear();
    release.encode_to_vec()
}

#[tokio::test]
async fn silent_denied_and_none_are_the_same_bytes() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let none = released(&federation, &analyst, person("Nora", "Nobody", "1955-05-05")).await;
    for (what, probe) in [
        ("a silent person", person("Quentin", "Quietly", "1991-06-30")),
        ("a victim, denied for this purpose", person("Victor", "Victimson", "1968-02-14")),
        ("the phone of a silent person", identifier(IdentifierKind::Phone, "02079460461")),
    ] {
        assert_eq!(released(&federation, &analyst, probe).await, none, "{what}");
    }
    let hit = released(&federation, &analyst, person("Paul", "Pairman", "1979-11-22")).await;
    assert_ne!(hit, none, "the comparison can tell a hit");
}

#[tokio::test]
async fn silent_denied_and_none_leave_in_the_same_bucket() {
    let bucket = std::time::Duration::from_secs(1);
    let plan = tests::Plan::new().node("mps", crate::story::mps()).bucket("mps", 1_000_000);
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    // Connections are opened, and decisions made, before the time counts.
    released(&federation, &analyst, person("Nora", "Nobody", "1955-05-05")).await;
    let timed = async |probe| {
        let began = std::time::Instant::now();
        let bytes = released(&federation, &analyst, probe).await;
        (bytes.len(), began.elapsed().as_nanos() / bucket.as_nanos())
    };
    let (silent, denied, none, hit) = tokio::join!(
        timed(person("Quentin", "Quietly", "1991-06-30")),
        timed(person("Victor", "Victimson", "1968-02-14")),
        timed(person("Nora", "Nobody", "1955-05-05")),
        timed(person("Paul", "Pairman", "1979-11-22")),
    );
    assert_eq!((silent, denied), (none, none));
    assert_eq!(hit.1, none.1, "a hit takes as long");
    assert!(none.1 >= 1, "nothing leaves before its bucket ends");
}

#[tokio::test]
async fn the_home_unit_hears_who_asked_about_a_silent_record() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    for probe in [person("Quentin", "Quietly", "1991-06-30"), person("Nora", "Nobody", "1955-05-05")] {
        analyst.search(probe, Granularity::Hit).await.unwrap();
    }
    let notices = node::ledger::notices(&federation.site("mps").join("data/ledger.log")).unwrap();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].notices, ["M3"]);
    assert_eq!(notices[0].asker.as_ref(), Some(analyst.credentials.name()));
}

#[tokio::test]
async fn only_home_can_resolve_a_reference() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let answer =
        analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Referral).await.unwrap();
    let (_, mps) = answer.answers.iter().find(|(force, _)| force.as_str() == "mps").unwrap();
    let reference = &mps.referral.as_ref().unwrap().reference;
    let lines = node::ledger::resolve(&federation.site("mps").join("data/ledger.log"), reference).unwrap();
    assert_eq!(lines[0].records, ["M2"]);
}
