//! Evading the budget of noise: many users of a force at once, other words, a clock set back, replays, restarts, and a node
//! that dies in the middle of a question. What is told never costs more than the budget.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::v1::node_client::NodeClient;
use futures::future::join_all;
use jiff::SignedDuration;
use model::reply::Figure;
use model::{Ask, Dataset, Outcome, Refusal};
use node::releases::charges;
use tests::analyst::tabulation;
use tests::{Analyst, Federation, Plan};
use tokio::net::TcpListener;

use crate::ground::{Ground, noisy, people, policy, records};

/// Tables that the budget of `ground::noisy` is good for.
const TABLES: usize = 10;

/// What one count came to: the noisy figure, or the code of the refusal.
async fn ask(analyst: &Analyst, filter: &str) -> Result<i64, Refusal> {
    let answer = analyst.table(Dataset::Person, &[], &["count"], Some(filter), false).await.unwrap();
    match answer.coverage.forces[0].outcome {
        Outcome::Answered { .. } => {}
        Outcome::Refused(code) => return Err(code),
        ref other => panic!("{other:?}"),
    }
    match answer.rows[0].cells[0].figure {
        Some(Figure::Estimate(count)) => Ok(count),
        other => panic!("{other:?}"),
    }
}

/// One of many questions of which no two ask the same.
fn filter(number: usize) -> String {
    format!("dob >= {}-{:02}", 1950 + number / 12, 1 + number % 12)
}

fn store(federation: &Federation) -> PathBuf {
    federation.site("mps").join("data/releases.sqlite")
}

/// Charges that were made for person tables.
fn charged(federation: &Federation) -> usize {
    charges::read(&store(federation), Dataset::Person).unwrap().0.len()
}

async fn restart(federation: &mut Federation) {
    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    start(federation, &address).await;
}

async fn start(federation: &mut Federation, address: &str) {
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
}

fn hold(attack: &str, told: usize) {
    crate::score::hold(&format!("budget: {attack}"), "tables told", told as f64, TABLES as f64);
}

#[tokio::test]
async fn many_users_of_a_force_at_once_share_one_budget() {
    let ground = Ground::noisy(&people(400, 4, 51)).await;
    let analysts: Vec<Analyst> =
        (0..5).map(|id| ground.federation.analyst_of("rocta", &format!("{}", 20 + id))).collect();
    let asked = (0..30).map(|number| {
        let analyst = &analysts[number % analysts.len()];
        async move { ask(analyst, &filter(number)).await }
    });
    let outcomes = join_all(asked).await;
    hold("30 questions of 5 users at once", outcomes.iter().filter(|outcome| outcome.is_ok()).count());
    assert!(
        outcomes.iter().all(|outcome| outcome.is_ok() || *outcome == Err(Refusal::Exhausted)),
        "{outcomes:?}"
    );
    assert_eq!(charged(&ground.federation), TABLES);
    // What was asked before is answered still, and costs nothing.
    let told = outcomes.iter().position(Result::is_ok).unwrap();
    assert_eq!(ask(&analysts[0], &filter(told)).await, outcomes[told]);
    assert_eq!(charged(&ground.federation), TABLES);
}

#[tokio::test]
async fn every_way_of_saying_it_is_one_answer_and_one_charge() {
    let ground = Ground::noisy(&people(400, 4, 52)).await;
    let parts = ["sex = male", "dob >= 1960-01", "postcode in (AA1, AB2)"];
    let mut variants = Vec::new();
    for (a, b, c) in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
        let [a, b, c] = [parts[a], parts[b], parts[c]];
        for text in [
            format!("{a} and {b} and {c}"),
            format!("({a} and {b}) and {c}"),
            format!("{a} and ({b} and {c})"),
            format!("{a} and {b} and {c} and {a}"),
            format!("({a} and {b} and {c}) or ({c} and {b} and {a})"),
            format!("{a} and ({b} or {b} and {c}) and {c}"),
            format!("{a} and {b} and {c} and dob is not null"),
            format!("{a} and {b} and {c} and dob >= 1955-01"),
            format!("({a}) and ({b}) and (postcode in (AB2, AA1)) and {c}"),
        ] {
            variants.push(text);
        }
    }
    assert!(variants.len() >= 50);
    let first = ask(&ground.analyst, &variants[0]).await.unwrap();
    let colleague = ground.federation.analyst_of("rocta", "8");
    for variant in &variants {
        assert_eq!(ask(&ground.analyst, variant).await, Ok(first), "{variant}");
        assert_eq!(ask(&colleague, variant).await, Ok(first), "a colleague: {variant}");
    }
    println!(
        "{:<44} {:<28} {:>7}   bound identical",
        "noise: averaging over variants", "distinct answers", 1
    );
    assert_eq!(charged(&ground.federation), 1);
}

#[tokio::test]
async fn neither_a_restart_nor_a_clock_set_back_nor_a_replay_brings_anything_back() {
    let mut ground = Ground::noisy(&people(400, 4, 53)).await;
    let federation = &mut ground.federation;
    let mut told = 0;
    for number in 0..TABLES - 1 {
        told += usize::from(ask(&ground.analyst, &filter(number)).await.is_ok());
    }
    // One question sent again and again to the node itself is answered once.
    let question =
        ground.analyst.question(Ask::Tabulate(tabulation(Dataset::Person, &[], &["distinct"], None)));
    let signed = ground.analyst.sign(&question);
    for _ in 0..5 {
        let mut node = NodeClient::new(federation.channel("mps", &federation.addresses["mps"]));
        told += usize::from(node.tabulate(signed.clone()).await.is_ok());
    }
    assert_eq!(told, TABLES);
    restart(federation).await;
    told += usize::from(ask(&ground.analyst, &filter(50)).await.is_ok());
    federation.clock.advance(-SignedDuration::from_mins(4));
    told += usize::from(ask(&ground.analyst, &filter(51)).await.is_ok());
    federation.clock.advance(SignedDuration::from_mins(4));
    told += usize::from(ask(&ground.analyst, &filter(52)).await.is_ok());
    hold("restart, clock set back, replay", told);
    assert_eq!(charged(federation), TABLES);
}

/// Copies a folder as it stands.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

/// The node dies after a table was charged and counted, again and again: what its disk holds at that moment is what it is
/// started over.
#[tokio::test]
async fn a_node_that_dies_in_the_middle_of_a_question_has_charged_it() {
    let armed = Arc::new(AtomicBool::new(false));
    let place = tempfile::tempdir().unwrap();
    let (site, dead) = (place.path().join("site"), place.path().join("dead"));
    let watcher = {
        let (armed, site, dead) = (armed.clone(), site.clone(), dead.clone());
        Arc::new(move || {
            if armed.swap(false, Ordering::SeqCst) {
                let data = std::fs::read_link(&site).unwrap();
                copy(&data, &dead);
            }
        })
    };
    let plan =
        Plan::new().node("mps", records(&people(200, 4, 54))).policy("mps", noisy()).watch("mps", watcher);
    let mut ground = Ground::over(plan).await;
    let federation = &mut ground.federation;
    let data = federation.site("mps").join("data");
    std::os::unix::fs::symlink(&data, &site).unwrap();
    let address = federation.addresses["mps"].clone();
    for died in 0..TABLES {
        armed.store(true, Ordering::SeqCst);
        // The answer counts as lost: the node that gave it is gone with all that it wrote afterwards.
        ask(&ground.analyst, &filter(died)).await.unwrap();
        federation.stop("mps").await;
        std::fs::remove_dir_all(&data).unwrap();
        std::fs::rename(&dead, &data).unwrap();
        assert_eq!(charged(federation), died + 1, "charged before it was counted");
        start(federation, &address).await;
    }
    assert_eq!(
        ask(&ground.analyst, &filter(0)).await,
        Err(Refusal::Exhausted),
        "nothing was told and all is spent"
    );
    hold("dead at every question", charged(federation));
}

/// Another force has a budget of its own; all together have one where the bundle says so.
#[tokio::test]
async fn forces_share_a_budget_where_all_askers_are_one_pool() {
    for (everyone, expected) in [(false, 2 * TABLES), (true, TABLES)] {
        let mut files = noisy();
        if everyone {
            files.files.get_mut("disclosure.toml").unwrap().push_str("\n[releases]\npool = \"everyone\"\n");
        }
        let people = people(200, 4, 55);
        let plan = Plan::new().node("mps", records(&people)).down("btp").policy("mps", files);
        let federation = Federation::start(plan).await;
        let mut told = 0;
        for force in ["rocta", "btp"] {
            let analyst = federation.analyst_of(force, "7");
            for number in 0..=TABLES {
                let asked = tabulation(Dataset::Person, &[], &["count"], Some(&filter(number)));
                let signed = analyst.sign(&analyst.question(Ask::Tabulate(asked)));
                let mut node = NodeClient::new(federation.channel("mps", &federation.addresses["mps"]));
                told += usize::from(node.tabulate(signed).await.is_ok());
            }
        }
        // The second force repeats the first one's questions: of one pool they are answered from what was kept.
        let fresh = charged(&federation);
        assert_eq!(fresh, expected, "everyone: {everyone}, told {told}");
    }
}

/// Whether a budget is spent has nothing to do with what is held.
#[tokio::test]
async fn being_refused_for_the_budget_tells_nothing_of_the_records() {
    let mut transcripts = Vec::new();
    for people in [people(200, 4, 56), people(201, 4, 57)] {
        let ground = Ground::noisy(&people).await;
        let mut refused = Vec::new();
        for number in 0..TABLES + 4 {
            refused.push(ask(&ground.analyst, &filter(number)).await.err());
        }
        transcripts.push(refused);
    }
    assert_eq!(transcripts[0], transcripts[1]);
    assert_eq!(transcripts[0].iter().filter(|refusal| refusal.is_none()).count(), TABLES);
}

/// A bundle that changes to noise, or back from it, over the same records: the other way is refused, after a restart too.
#[tokio::test]
async fn nobody_is_told_the_same_records_with_noise_and_without() {
    for (before, after) in [(policy(&[]), noisy()), (noisy(), policy(&[]))] {
        let plan = Plan::new().node("mps", records(&people(400, 4, 58))).policy("mps", before);
        let mut ground = Ground::over(plan).await;
        let first = ground.analyst.table(Dataset::Person, &[], &["count"], None, false).await.unwrap();
        assert!(first.coverage.is_complete());
        let folder = ground.federation.site("mps").join("policy");
        std::fs::write(folder.join("disclosure.toml"), &after.files["disclosure.toml"]).unwrap();
        let edition = "version = 2\nnote = \"the other way\"\n";
        std::fs::write(folder.join("bundle.toml"), edition).unwrap();
        restart(&mut ground.federation).await;
        for filter in [None, Some("sex = male")] {
            let again = ground.analyst.table(Dataset::Person, &[], &["count"], filter, false).await.unwrap();
            let outcome = &again.coverage.forces[0].outcome;
            assert_eq!(*outcome, Outcome::Refused(Refusal::Exhausted), "{filter:?}");
        }
        let log = std::fs::read_to_string(ground.federation.site("mps").join("audit/audit.log")).unwrap();
        assert!(
            log.contains("policy_taken_up") && log.contains("before, to rocta on person"),
            "the log says why"
        );
    }
}
