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

/// MPS's policy with these changes to its `disclosure.toml`.
fn policy(changes: &[(&str, &str)]) -> policy::BundleFiles {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies/mps");
    let mut files = node::policy_folder::read(&folder).unwrap();
    files.files.retain(|path, _| !path.starts_with("cases/"));
    let text = files.files.get_mut("disclosure.toml").unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from:?} is not in disclosure.toml");
        *text = text.replacen(from, to, 1);
    }
    files
}

#[tokio::test]
async fn when_all_is_told_that_may_be_remembered_only_what_was_told_is_told_again() {
    let little = policy(&[("[limits]", "[releases]\nmemberships_max = 40\n[limits]")]);
    let plan = Plan::new().node("mps", burglaries(10)).policy("mps", little);
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    assert_eq!(counts(&analyst, &[], None).await, [Some(40)]);
    let more = analyst.table(Dataset::Event, &["outcome"], &["count"], None, false).await;
    assert!(format!("{more:?}").contains("Refused(Exhausted)"), "{more:?}");
    assert_eq!(counts(&analyst, &[], None).await, [Some(40)], "the answer that was given is given again");
}

/// Reports of two units, one of which stands behind a category by itself.
fn reports() -> Records {
    let report = |records: Records, category: &str, unit: &str, count: usize| {
        (0..count).fold(records, |records, at| {
            records.with(
                "report",
                json!({ "report_id": format!("{category}{unit}{at}"), "reported_on": "2024-01-05",
                        "threat_category": category, "reporting_unit": unit }),
            )
        })
    };
    let records = report(report(Records::new(), "fraud", "east", 21), "fraud", "west", 22);
    report(report(records, "drugs", "east", 43), "cyber", "west", 64)
}

#[tokio::test]
async fn a_category_of_one_unit_is_hidden_where_units_count() {
    let by_category = async |settings: &str| {
        let changed =
            policy(&[("dominance_percent = 10", settings), ("rounding_base = 5", "rounding_base = 1")]);
        let plan = Plan::new().node("mps", reports()).policy("mps", changed);
        let federation = Federation::start(plan).await;
        let asked = tests::analyst::tabulation(Dataset::Report, &["threat_category"], &["count"], None);
        let answer = federation.analyst().tabulate(asked, false).await.unwrap();
        answer.rows.iter().map(|row| row.cells[0].figure).collect::<Vec<_>>()
    };
    let count = |count| Some(Figure::Count(count));
    assert_eq!(by_category("").await, [count(64), count(43), count(43)]);
    assert_eq!(by_category("minimum_units = 2").await, [None, None, count(43)]);
}

#[tokio::test]
async fn figures_that_are_rounded_together_add_up_and_the_answer_says_so() {
    let together = policy(&[("rounding_base = 5", "rounding_base = 5\nrounding = \"controlled\"")]);
    let federation = Federation::start(Plan::new().node("mps", reports()).policy("mps", together)).await;
    let asked = tests::analyst::tabulation(Dataset::Report, &["threat_category"], &["count"], None);
    let answer = federation.analyst().tabulate(asked.with_totals(true), false).await.unwrap();
    let told: Vec<u64> = answer
        .rows
        .iter()
        .map(|row| match row.cells[0].figure {
            Some(Figure::Count(count)) => count,
            other => panic!("{other:?}"),
        })
        .collect();
    let [total, parts @ ..] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(parts.iter().sum::<u64>(), *total, "{told:?}");
    assert!(told.iter().all(|figure| figure % 5 == 0) && total.abs_diff(150) < 5, "{told:?}");
    assert_eq!(answer.protections[0].1.counts, model::Mechanism::controlled(5));
}
