//! Forces that are down, slow, refusing, older, dying or lying: the answer is smaller, never wrong.

use std::sync::Arc;

use model::{Dataset, Granularity, Refusal};
use tests::analyst::person;
use tests::stub::Conduct;
use tests::{Federation, Plan};
use tokio::sync::Notify;

use crate::story::{colp, mps, told};

/// MPS and CoLP answer; BTP does as the plan says. Returns what each force is told to have done.
async fn check(btp: Option<Conduct>, expected: &str) {
    let plan = Plan::new().node("mps", mps()).node("colp", colp());
    let plan = match btp {
        Some(conduct) => plan.stub("btp", conduct),
        None => plan.down("btp"),
    };
    let federation = Federation::start(plan).await;
    let mut analyst = federation.analyst();
    analyst.deadline_ms = 1_500;
    let answer = analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap();
    assert_eq!(told(&answer), [expected, "colp hit", "mps hit"]);
    let table = analyst.table(Dataset::Event, &["category"], &["count"], None, false).await.unwrap();
    assert_eq!(table.coverage.answered(), 2, "{expected}: {}", table.coverage.sentence());
    assert!(!table.rows.is_empty());
}

#[tokio::test]
async fn a_force_that_is_down_is_unreachable() {
    check(None, "btp unreachable").await;
}

#[tokio::test]
async fn a_force_that_hangs_is_late() {
    check(Some(Conduct::Hang), "btp late").await;
}

#[tokio::test]
async fn a_force_that_refuses_is_refused() {
    check(Some(Conduct::Refuse(Refusal::Busy)), "btp refused busy").await;
}

#[tokio::test]
async fn a_force_of_an_older_protocol_is_incompatible() {
    check(Some(Conduct::Older), "btp incompatible").await;
}

#[tokio::test]
async fn a_release_for_another_question_is_not_believed() {
    check(Some(Conduct::WrongQuestion), "btp incompatible").await;
}

#[tokio::test]
async fn a_force_that_dies_in_the_middle_is_unreachable_and_the_others_still_answer() {
    let come = Arc::new(Notify::new());
    let plan = Plan::new().node("mps", mps()).node("colp", colp());
    let mut federation = Federation::start(plan.stub("btp", Conduct::HangAndTell(come.clone()))).await;
    let analyst = federation.analyst();
    let asking = analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit);
    let dying = async {
        come.notified().await;
        federation.crash("btp");
    };
    let (answer, ()) = tokio::join!(asking, dying);
    assert_eq!(told(&answer.unwrap()), ["btp unreachable", "colp hit", "mps hit"]);
}

#[tokio::test]
async fn when_nobody_answers_the_coverage_says_so() {
    let federation = Federation::start(Plan::new().down("mps").down("btp")).await;
    let answer =
        federation.analyst().table(Dataset::Event, &["category"], &["count"], None, false).await.unwrap();
    assert_eq!(answer.coverage.answered(), 0);
    assert!(answer.rows.is_empty());
}
