//! Tables remember: variants of a question get one answer, and no pair of tables tells on a few, whatever lies between
//! them, a restart included.

use model::Dataset;
use model::reply::Figure;
use serde_json::json;
use tests::{Analyst, Federation, Plan, Records};
use tokio::net::TcpListener;

/// 40 burglaries; the outcome of the first `odd` of them is told apart from that of the others.
fn burglaries(odd: usize) -> Records {
    (0..40).fold(Records::new(), |records, at| {
        let outcome = if at < odd { "Charged" } else { "No suspect" };
        records.with(
            "event",
            json!({ "event_id": format!("E{at}"), "kind": "crime", "category": "Burglary",
                    "occurred_on": "2024-01", "outcome": outcome, "loss_gbp": at * 1_000,
                    "provenance": "open", "subject_category": "other" }),
        )
    })
}

async fn counts(analyst: &Analyst, by: &[&str], filter: Option<&str>) -> Vec<Option<u64>> {
    let answer = analyst.table(Dataset::Event, by, &["count"], filter, false).await.unwrap();
    let count = |figure: &Option<Figure>| match figure {
        Some(Figure::Count(count)) => Some(*count),
        _ => None,
    };
    answer.rows.iter().map(|row| count(&row.cells[0].figure)).collect()
}

#[tokio::test]
async fn a_pair_of_tables_does_not_tell_on_a_few() {
    for (why, odd, first, second) in [
        ("n, then n − 1", 1, None, Some("outcome = 'No suspect'")),
        ("n − 1, then n", 1, Some("outcome = 'No suspect'"), None),
        ("four fewer", 4, None, Some("outcome = 'No suspect'")),
        ("nested ranges", 0, Some("loss_gbp < 39000"), Some("loss_gbp < 38000")),
        ("a complement", 2, Some("kind = crime"), Some("outcome = 'No suspect' and category = Burglary")),
    ] {
        let federation = Federation::start(Plan::new().node("mps", burglaries(odd))).await;
        let analyst = federation.analyst();
        assert!(counts(&analyst, &[], first).await[0].is_some(), "{why}: the first is told");
        assert_eq!(counts(&analyst, &[], second).await, [None], "{why}");
        // Another of the same force is of the same pool.
        let colleague = federation.analyst_of("rocta", "8");
        assert_eq!(counts(&colleague, &[], second).await, [None], "{why}");
        assert_eq!(counts(&colleague, &[], first).await, counts(&analyst, &[], first).await, "{why}");
    }
}

#[tokio::test]
async fn tables_that_leave_enough_apart_are_told() {
    let federation = Federation::start(Plan::new().node("mps", burglaries(10))).await;
    let analyst = federation.analyst();
    assert_eq!(counts(&analyst, &[], None).await, [Some(40)]);
    assert_eq!(counts(&analyst, &["outcome"], None).await, [Some(10), Some(30)]);
    assert_eq!(counts(&analyst, &[], Some("loss_gbp < 20000")).await, [Some(20)]);
    // Two tables told apart; a third that lies between them is not.
    assert_eq!(counts(&analyst, &[], Some("loss_gbp < 18000")).await, [None]);
}

#[tokio::test]
async fn what_was_told_is_remembered_after_a_restart() {
    let mut federation = Federation::start(Plan::new().node("mps", burglaries(1))).await;
    assert_eq!(counts(&federation.analyst(), &[], None).await, [Some(40)]);
    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
    let analyst = federation.analyst();
    assert_eq!(counts(&analyst, &[], Some("outcome = 'No suspect'")).await, [None]);
    assert_eq!(counts(&analyst, &[], None).await, [Some(40)]);
}

#[tokio::test]
async fn variants_of_a_question_get_one_answer_in_the_order_asked_for() {
    let federation = Federation::start(Plan::new().node("mps", burglaries(10))).await;
    let analyst = federation.analyst();
    let ask = async |by: &[&str], measures: &[&str], filter: &str| {
        analyst.table(Dataset::Event, by, measures, Some(filter), false).await.unwrap()
    };
    let first =
        ask(&["outcome", "month"], &["count", "sum:loss_gbp"], "loss_gbp >= 0 and category = Burglary").await;
    assert_eq!(first.columns, ["outcome", "occurred_on:month", "count", "sum:loss_gbp"]);
    for filter in [
        "category = Burglary and loss_gbp >= 0",
        "(category in (Burglary, Burglary)) and loss_gbp >= 0",
        "category = Burglary and loss_gbp >= 0 or category = Burglary and loss_gbp >= 20000",
    ] {
        let again = ask(&["occurred_on:month", "outcome"], &["sum:loss_gbp", "count"], filter).await;
        assert_eq!(again.columns, ["occurred_on:month", "outcome", "sum:loss_gbp", "count"]);
        for (row, before) in again.rows.iter().zip(&first.rows) {
            assert_eq!((&row.keys[0], &row.keys[1]), (&before.keys[1], &before.keys[0]), "{filter}");
            assert_eq!(row.cells[0].figure, before.cells[1].figure, "{filter}");
            assert_eq!(row.cells[1].figure, before.cells[0].figure, "{filter}");
        }
    }
    // Each was asked, decided and answered, and each stands in the log.
    let log = std::fs::read_to_string(federation.site("mps").join("audit/audit.log")).unwrap();
    assert_eq!(log.matches("\"mode\":\"tabulate\"").count(), 4, "{log}");
}
