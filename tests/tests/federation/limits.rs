//! Rate and reach: what one person asks is counted under their name, through every door, across restarts, whatever the
//! clock says and whoever carries the question.

use std::os::unix::fs::PermissionsExt;

use api::v1;
use api::v1::node_client::NodeClient;
use futures::future::join_all;
use jiff::SignedDuration;
use model::{Ask, Granularity, Probe, Purpose, Question, Refusal, Search};
use tests::analyst::{batch, person, tabulation};
use tests::{Analyst, Federation, Plan};
use tokio::net::TcpListener;

use crate::story::{btp, mps};

/// Puts `ask` to a node as one coordinator or another would, and says how it ended: answered, or the refusal's code.
async fn ask(federation: &Federation, analyst: &Analyst, coordinator: &str, force: &str, ask: Ask) -> String {
    let question = analyst.question(ask);
    put(federation, coordinator, force, &question, analyst.sign(&question)).await
}

async fn put(
    federation: &Federation,
    coordinator: &str,
    force: &str,
    question: &Question,
    signed: v1::SignedQuestion,
) -> String {
    let channel = federation.channel_of(coordinator, force, &federation.addresses[force]);
    let mut client = NodeClient::new(channel);
    let ended = match &question.ask {
        Ask::Search(_) => client.search(signed).await.map(drop),
        Ask::Batch(_) => client.search_batch(signed).await.map(drop),
        Ask::Tabulate(_) => client.tabulate(signed).await.map(drop),
    };
    match ended {
        Ok(()) => "answered".to_owned(),
        Err(status) => api::status::refusal(&status).map_or("broken", Refusal::as_str).to_owned(),
    }
}

fn somebody(number: usize) -> Probe {
    person("Nora", "Nobody", &format!("19{}-05-05", 50 + number))
}

fn search(number: usize) -> Ask {
    Ask::Search(Search { probe: somebody(number), granularity: Granularity::Hit })
}

async fn mps_with(limits: &'static str) -> Federation {
    Federation::start(Plan::new().node("mps", mps()).limits("mps", limits)).await
}

#[tokio::test]
async fn one_limit_holds_for_every_door_every_coordinator_and_every_restart() {
    let mut federation = mps_with("[asker]\nquestions_per_hour = 4\n").await;
    let analyst = federation.analyst();
    let table = Ask::Tabulate(tabulation(model::Dataset::Event, &["category"], &["count"], None));
    let two = batch(vec![somebody(1), somebody(2)], Granularity::Hit);
    for (coordinator, asked) in [("1", search(0)), ("2", two), ("1", table.clone())] {
        assert_eq!(ask(&federation, &analyst, coordinator, "mps", asked).await, "answered");
    }
    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
    assert_eq!(ask(&federation, &analyst, "2", "mps", search(3)).await, "answered", "the fourth");
    for (coordinator, asked) in [("1", search(4)), ("2", table), ("1", search(0))] {
        assert_eq!(ask(&federation, &analyst, coordinator, "mps", asked).await, "limited");
    }
    let colleague = federation.analyst_of("rocta", "8");
    assert_eq!(ask(&federation, &colleague, "1", "mps", search(5)).await, "answered", "another person");
    federation.clock.advance(-SignedDuration::from_mins(3));
    assert_eq!(ask(&federation, &analyst, "1", "mps", search(6)).await, "limited", "the clock set back");
    federation.clock.advance(SignedDuration::from_mins(3 + 61));
    assert_eq!(ask(&federation, &analyst, "1", "mps", search(7)).await, "answered", "an hour later");
}

#[tokio::test]
async fn distinct_subjects_are_limited_and_spellings_of_one_are_not_two() {
    let federation = mps_with("[asker]\nsubjects_per_hour = 2\n").await;
    let analyst = federation.analyst();
    let spelt = |given: &str| {
        Ask::Search(Search { probe: person(given, "Nobody", "1950-05-05"), granularity: Granularity::Hit })
    };
    for (what, asked, expected) in [
        ("the first", spelt("Nora"), "answered"),
        ("the same in other letters", spelt(" nora "), "answered"),
        ("a batch that would make three", batch(vec![somebody(1), somebody(2)], Granularity::Hit), "limited"),
        ("the second", search(1), "answered"),
        ("the third", search(2), "limited"),
        ("the first again", spelt("NORA"), "answered"),
    ] {
        assert_eq!(ask(&federation, &analyst, "1", "mps", asked).await, expected, "{what}");
    }
}

#[tokio::test]
async fn who_asks_about_one_subject_again_and_again_is_locked_out() {
    let federation = mps_with("[lockout]\nrepeats_per_day = 2\nminutes = 30\n").await;
    let analyst = federation.analyst();
    for (number, expected) in [(1, "answered"), (1, "answered"), (1, "limited"), (2, "limited")] {
        assert_eq!(ask(&federation, &analyst, "1", "mps", search(number)).await, expected);
    }
    federation.clock.advance(SignedDuration::from_mins(31));
    assert_eq!(ask(&federation, &analyst, "1", "mps", search(2)).await, "answered");
}

#[tokio::test]
async fn who_is_refused_again_and_again_is_locked_out_but_not_by_a_replay() {
    let plan =
        Plan::new().node("btp", btp()).limits("btp", "[lockout]\nrefusals_per_hour = 3\nminutes = 30\n");
    let federation = Federation::start(plan).await;
    let mut analyst = federation.analyst();
    analyst.purpose = Purpose::Penalties;
    let first = analyst.question(search(1));
    let signed = analyst.sign(&first);
    for _ in 0..5 {
        assert_eq!(
            put(&federation, "1", "btp", &first, signed.clone()).await,
            "not_permitted",
            "one question"
        );
    }
    assert_eq!(ask(&federation, &analyst, "1", "btp", search(2)).await, "not_permitted");
    analyst.purpose = Purpose::Investigation;
    assert_eq!(ask(&federation, &analyst, "1", "btp", search(3)).await, "answered");
    analyst.purpose = Purpose::Penalties;
    assert_eq!(ask(&federation, &analyst, "1", "btp", search(4)).await, "not_permitted");
    analyst.purpose = Purpose::Investigation;
    assert_eq!(ask(&federation, &analyst, "1", "btp", search(5)).await, "limited");
    federation.clock.advance(SignedDuration::from_mins(31));
    assert_eq!(ask(&federation, &analyst, "1", "btp", search(5)).await, "answered");
}

#[tokio::test]
async fn questions_at_once_never_pass_a_limit_together() {
    let federation = mps_with("[asker]\nquestions_per_hour = 5\n").await;
    let analyst = federation.analyst();
    let asked = (0..20).map(|number| ask(&federation, &analyst, "1", "mps", search(number)));
    let ended = join_all(asked).await;
    assert_eq!(ended.iter().filter(|ended| *ended == "answered").count(), 5, "{ended:?}");
    assert_eq!(ended.iter().filter(|ended| *ended == "limited").count(), 15, "{ended:?}");
}

#[tokio::test]
async fn what_no_longer_counts_is_left_behind_when_a_node_starts() {
    let mut federation = mps_with("[lockout]\nrepeats_per_day = 1\nminutes = 30\n").await;
    let analyst = federation.analyst();
    let kept = |federation: &Federation| {
        let (mut entries, mut complete_from) = (0, None);
        let log = federation.site("mps").join("data/usage.log");
        let visit = |line: node::usage::Line| {
            entries += usize::from(line.entry.is_some());
            complete_from = complete_from.max(line.complete_from);
        };
        audit::read(&log, visit).unwrap();
        (entries, complete_from.is_some())
    };
    for (number, minutes, expected) in [(1, 0, "answered"), (1, 31, "limited"), (2, 0, "answered")] {
        assert_eq!(ask(&federation, &analyst, "1", "mps", search(number)).await, expected);
        federation.clock.advance(SignedDuration::from_mins(minutes));
    }
    assert_eq!(kept(&federation), (3, false));
    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
    assert_eq!(kept(&federation), (2, true), "the lockout has ended, both questions count");
    for (number, expected) in [(3, "answered"), (1, "limited")] {
        assert_eq!(ask(&federation, &analyst, "1", "mps", search(number)).await, expected);
    }
}

#[tokio::test]
async fn what_is_kept_of_subjects_tells_nobody_whom_they_are() {
    let federation = mps_with("").await;
    let analyst = federation.analyst();
    assert_eq!(ask(&federation, &analyst, "1", "mps", search(1)).await, "answered");
    let data = federation.site("mps").join("data");
    let log = std::fs::read_to_string(data.join("usage.log")).unwrap();
    assert!(log.contains("\"subjects\":[\""), "{log}");
    assert!(!log.to_lowercase().contains("nobody") && !log.contains("1951"), "{log}");
    let mode = data.join("usage.key").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
