//! Tables: protected cells, secondary suppression, merging, and what is refused before anything is counted.

use model::reply::Figure;
use model::{Dataset, TableAnswer};
use serde_json::json;
use tests::analyst::tabulation;
use tests::{Federation, Plan, Records};

use crate::story::three_forces;

/// Rows as `keys: figure [suppressing forces]`.
fn rows(answer: &TableAnswer) -> Vec<String> {
    let row = |row: &model::answer::MergedRow| {
        let keys: Vec<&str> = row.keys.iter().map(|key| key.as_deref().unwrap_or("null")).collect();
        let cell = &row.cells[0];
        let figure = match cell.figure {
            Some(Figure::Count(count)) => count.to_string(),
            Some(Figure::Sum(sum)) => sum.to_string(),
            Some(Figure::Mean { sum, over }) => format!("{sum}/{over}"),
            Some(Figure::Variance(spread)) => format!("{:.3}", spread.variance().unwrap()),
            Some(noisy) => panic!("{noisy:?}: none of these forces adds noise"),
            None => "suppressed".to_owned(),
        };
        let by: Vec<&str> = cell.suppressed_by.iter().map(model::ForceId::as_str).collect();
        format!("{}: {figure} [{}]", keys.join(" "), by.join(" "))
    };
    answer.rows.iter().map(row).collect()
}

#[tokio::test]
async fn a_small_cell_is_suppressed_and_so_is_another_that_would_give_it_away() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let answer = analyst
        .table(
            Dataset::Event,
            &["month", "category"],
            &["count"],
            Some("category in (Burglary, Robbery, Drugs)"),
            true,
        )
        .await
        .unwrap();
    let mps: Vec<String> = rows(&answer).into_iter().filter(|row| row.starts_with("mps")).collect();
    let suppressed: Vec<&String> = mps.iter().filter(|row| row.contains("suppressed")).collect();
    assert!(mps.contains(&"mps 2024-02 Robbery: suppressed [mps]".to_owned()), "three robberies: {mps:?}");
    assert!(suppressed.len() >= 4, "a row and a column with one suppressed cell give it away: {mps:?}");
    assert_eq!(answer.columns, ["force", "occurred_on:month", "category", "count"]);
}

#[tokio::test]
async fn shares_add_up_over_forces_and_a_suppressed_share_leaves_a_bound() {
    let federation = Federation::start(three_forces()).await;
    let answer = federation
        .analyst()
        .table(Dataset::Event, &["category"], &["count"], Some("month between 2024-01 and 2024-01"), false)
        .await
        .unwrap();
    assert_eq!(rows(&answer), ["Burglary: 33 []", "Drugs: 12 []", "Robbery: 45 []"]);
}

#[tokio::test]
async fn police_records_are_rounded_and_protected_more_strictly_than_published_ones() {
    let reports = |count: usize| {
        (0..count).fold(Records::new(), |records, at| {
            records.with(
                "report",
                json!({ "report_id": format!("R{at}"), "reported_on": "2024-01-05", "area": "North",
                        "reporting_unit": "U", "risk_score": 50 }),
            )
        })
    };
    let federation = Federation::start(Plan::new().node("mps", reports(23)).node("colp", reports(7))).await;
    let answer = federation
        .analyst()
        .table(Dataset::Report, &["month"], &["count", "mean:risk_score"], None, false)
        .await
        .unwrap();
    assert_eq!(rows(&answer), ["2024-01: 25 [colp]"], "23 is told as 25, 7 is not told");
    let (_, protection) = &answer.protections[1];
    assert_eq!((protection.minimum_cell, protection.counts.base()), (10, 5));
}

#[tokio::test]
async fn silent_and_sensitive_records_count_in_no_table() {
    let person = |records: Records, at: usize, mark: &str| {
        records.person(
            &format!("P{at}"),
            "A",
            "B",
            "1980-01-01",
            json!({ "sex": "male", "disclosure_mark": mark }),
        )
    };
    let open = (0..20).fold(Records::new(), |records, at| person(records, at, "disclose"));
    let with_silent = (20..60).fold(open.clone(), |records, at| person(records, at, "silent"));
    let mut told = Vec::new();
    for records in [open, with_silent] {
        let federation = Federation::start(Plan::new().node("mps", records)).await;
        let answer =
            federation.analyst().table(Dataset::Person, &["sex"], &["distinct"], None, false).await.unwrap();
        told.push(rows(&answer));
    }
    assert_eq!(told[0], ["male: 20 []"]);
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn a_value_that_only_a_few_share_is_not_told_as_a_key() {
    let event = |records: Records, category: &str, at: usize| {
        records.with(
            "event",
            json!({ "event_id": format!("{category}{at}"), "kind": "crime", "category": category,
                    "occurred_on": "2024-01", "provenance": "open" }),
        )
    };
    let common = (0..40).fold(Records::new(), |records, at| event(records, "Burglary", at));
    let records = event(common, "Theft of the Koh-i-Noor", 0);
    let federation = Federation::start(Plan::new().node("mps", records)).await;
    let answer =
        federation.analyst().table(Dataset::Event, &["category"], &["count"], None, false).await.unwrap();
    assert!(!format!("{answer:?}").contains("Koh-i-Noor"), "{:?}", rows(&answer));
}

#[tokio::test]
async fn numbers_are_banded_summed_and_averaged_inside_their_bounds() {
    let report = |records: Records, at: usize, score: i64, loss: i64| {
        records.with(
            "report",
            json!({ "report_id": format!("R{at}"), "reported_on": "2024-01-05", "risk_score": score, "loss_gbp": loss }),
        )
    };
    let low = (0..20).fold(Records::new(), |records, at| report(records, at, 15, 1_000));
    // One slip of the keyboard must not carry the sum: losses are clamped to a million.
    let records = (20..40).fold(low, |records, at| report(records, at, 95, 90_000_000));
    let federation = Federation::start(Plan::new().node("mps", records)).await;
    let answer = federation
        .analyst()
        .table(Dataset::Report, &["risk_score:band20"], &["sum:loss_gbp", "mean:risk_score"], None, false)
        .await
        .unwrap();
    assert_eq!(rows(&answer), ["0: 20000 []", "80: 20000000 []"]);
}

#[tokio::test]
async fn a_variance_is_that_of_all_forces_values_together() {
    let thefts = |prefix: &str, losses: &[i64]| {
        (0..20 * losses.len()).fold(Records::new(), |records, at| {
            records.with(
                "event",
                json!({ "event_id": format!("{prefix}{at}"), "kind": "crime", "occurred_on": "2024-01",
                        "provenance": "open", "loss_gbp": losses[at % losses.len()] }),
            )
        })
    };
    let plan = Plan::new().node("mps", thefts("M", &[10, 20, 60])).node("btp", thefts("B", &[30, 90]));
    let federation = Federation::start(plan).await;
    let answer = federation
        .analyst()
        .table(Dataset::Event, &["year"], &["variance:loss_gbp"], None, false)
        .await
        .unwrap();
    // Of 10, 20, 60, 30 and 90 alike: 42 in the mean, with squared deviations of 1024, 484, 324, 144 and 2304.
    assert_eq!(rows(&answer), ["2024: 856.000 []"]);
}

#[tokio::test]
async fn totals_stand_beside_the_cells_and_are_protected_with_them() {
    let event = |records: Records, month: &str, category: &str, count: usize| {
        (0..count).fold(records, |records, at| {
            records.with(
                "event",
                json!({ "event_id": format!("{month}{category}{at}"), "kind": "crime", "category": category,
                        "occurred_on": month, "provenance": "open" }),
            )
        })
    };
    let records = event(Records::new(), "2024-01", "Burglary", 20);
    let records = event(event(records, "2024-02", "Burglary", 3), "2024-01", "Robbery", 40);
    let records = event(records, "2024-02", "Robbery", 50);
    let federation = Federation::start(Plan::new().node("mps", records)).await;
    let asked = tabulation(Dataset::Event, &["month", "category"], &["count"], None).with_totals(true);
    let answer = federation.analyst().tabulate(asked, false).await.unwrap();
    assert_eq!(
        rows(&answer),
        [
            "(total) (total): 113 []",
            "(total) Burglary: 23 []",
            "(total) Robbery: 90 []",
            "2024-01 (total): 60 []",
            "2024-01 Burglary: suppressed [mps]",
            "2024-01 Robbery: suppressed [mps]",
            "2024-02 (total): 53 []",
            "2024-02 Burglary: suppressed [mps]",
            "2024-02 Robbery: suppressed [mps]",
        ]
    );
}

#[tokio::test]
async fn a_sum_that_one_contributor_makes_up_is_not_told_and_a_rounded_figure_says_how_far_it_lies() {
    let report = |records: Records, category: &str, count: usize, loss: i64| {
        (0..count).fold(records, |records, at| {
            records.with(
                "report",
                json!({ "report_id": format!("{category}{at}-{loss}"), "reported_on": "2024-01-05",
                        "threat_category": category, "loss_gbp": loss }),
            )
        })
    };
    let records = report(report(Records::new(), "fraud", 20, 100), "fraud", 1, 900_000);
    let records = report(report(records, "cyber", 30, 2_000), "drugs", 31, 2_500);
    let federation = Federation::start(Plan::new().node("mps", records)).await;
    let asked = tabulation(Dataset::Report, &["threat_category"], &["sum:loss_gbp", "count"], None);
    let answer = federation.analyst().tabulate(asked, false).await.unwrap();
    assert_eq!(
        rows(&answer),
        ["cyber: suppressed [mps]", "drugs: suppressed [mps]", "fraud: suppressed [mps]"],
        "fraud is nearly all one loss; what either of the others can take from its sum does not hide it without both"
    );
    let asked = tabulation(Dataset::Report, &["threat_category"], &["count"], None);
    let answer = federation.analyst().tabulate(asked, false).await.unwrap();
    assert_eq!(rows(&answer), ["cyber: 30 []", "drugs: 30 []", "fraud: 20 []"]);
    assert!(answer.rows.iter().all(|row| row.cells[0].margin.whole() == 2));
}
