//! Tables with noise, from the analyst's question to the audit log: paid for, told with their margins, merged with what other
//! forces told, and bounded for those who have many rows.

use model::reply::Figure;
use model::{Dataset, Mechanism, Outcome};
use node::releases::charges;
use policy::BundleFiles;
use serde_json::json;
use tests::{Federation, Plan, Records};

/// A force's sample policy with noise on a dataset.
fn noisy(force: &str, dataset: &str, lines: &str) -> BundleFiles {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies").join(force);
    let mut files = node::policy_folder::read(&folder).unwrap();
    files.files.retain(|path, _| !path.starts_with("cases/"));
    files.files.get_mut("disclosure.toml").unwrap().push_str(&format!(
        "\n[noise.{dataset}]\ndistribution = \"gaussian\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 50000\nperiod_days = 90\n{lines}\n"
    ));
    files
}

fn reports(count: usize, area: &str) -> Records {
    (0..count).fold(Records::new(), |records, at| {
        let threat = if at % 2 == 0 { "drugs" } else { "fraud" };
        records.with(
            "report",
            json!({ "report_id": format!("R{at}"), "reported_on": "2024-02-03", "area": area, "risk_score": 50,
                    "loss_gbp": 900_000, "reporting_unit": "North", "threat_category": threat }),
        )
    })
}

#[tokio::test]
async fn a_noisy_share_is_paid_for_and_merged_with_its_margin() {
    let plan = Plan::new()
        .node("mps", reports(400, "North"))
        .policy("mps", noisy("mps", "report", "clamp = { loss_gbp = [0, 1000] }"))
        .node("btp", reports(100, "North"));
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    let ask = async |by: &[&str], measures: &[&str]| {
        let answer = analyst.table(Dataset::Report, by, measures, None, false).await.unwrap();
        assert!(answer.coverage.is_complete(), "{:?}", answer.coverage);
        answer
    };

    let answer = ask(&["threat_category"], &["count"]).await;
    assert_eq!(answer.rows.len(), model::vocabulary::ThreatCategory::ALL.len(), "every category is told");
    let drugs = answer.rows.iter().find(|row| row.keys[0].as_deref() == Some("drugs")).unwrap();
    let Some(Figure::Estimate(count)) = drugs.cells[0].figure else { panic!("{drugs:?}") };
    assert!((150..350).contains(&count), "{count}");
    // BTP rounds to 5, MPS draws from a Gaussian of scale 10.
    assert_eq!((drugs.cells[0].margin.rounding, drugs.cells[0].margin.noise), (2, 20));
    let mps = answer.protections.iter().find(|(force, _)| force.as_str() == "mps").unwrap();
    assert!(matches!(mps.1.counts, Mechanism::Noisy { scale_milli: 10_000, .. }), "{mps:?}");

    // A value counts as a thousand at most, whatever the record says; only MPS clamps.
    let answer = analyst.table(Dataset::Report, &[], &["mean:loss_gbp"], None, true).await.unwrap();
    let row = answer.rows.iter().find(|row| row.keys[0].as_deref() == Some("mps")).unwrap();
    let Some(Figure::EstimatedMean { sum, over }) = row.cells[0].figure else { panic!("{row:?}") };
    assert!((250_000..550_000).contains(&sum) && (300..500).contains(&over), "{sum} over {over}");

    // Under a key of no closed list a few records do not show: MPS's missing row is no zero, and BTP's figure a bound.
    let answer = ask(&["area"], &["count"]).await;
    let north = answer.rows.iter().find(|row| row.keys[0].as_deref() == Some("North")).unwrap();
    assert!(north.cells[0].suppressed_by.is_empty(), "{north:?}");

    let file = federation.site("mps").join("data/releases.sqlite");
    assert_eq!(charges::read(&file, Dataset::Report).unwrap().0.len(), 3, "read while the node runs");
    let log = std::fs::read_to_string(federation.site("mps").join("audit/audit.log")).unwrap();
    assert!(
        log.contains(
            r#""charged":{"dataset":"report","pool":"rocta","micro_rho":5000,"spent_micro_rho":15000"#
        ),
        "{log}"
    );
}

#[tokio::test]
async fn a_row_that_noise_leaves_out_makes_the_others_a_bound() {
    let plan = Plan::new()
        .node("mps", reports(30, "North"))
        .policy("mps", noisy("mps", "report", ""))
        .node("btp", reports(100, "North"));
    let federation = Federation::start(plan).await;
    let answer =
        federation.analyst().table(Dataset::Report, &["area"], &["count"], None, false).await.unwrap();
    assert!(answer.coverage.forces.iter().all(|force| matches!(force.outcome, Outcome::Answered { .. })));
    let [north] = &answer.rows[..] else { panic!("{:?}", answer.rows) };
    assert_eq!(north.cells[0].figure, Some(Figure::Count(100)));
    assert_eq!(north.cells[0].suppressed_by, ["mps".parse().unwrap()]);
}

/// Who has a thousand rows counts as the bounds say, and no more.
#[tokio::test]
async fn one_with_many_rows_counts_no_more_than_the_bounds_say() {
    let row = |id: &str, kind: &str| json!({ "event_id": id, "kind": kind, "category": "Burglary", "occurred_on": "2024-01", "loss_gbp": 10 });
    let mut records = Records::new();
    for at in 0..300 {
        records = records.with("event", row(&format!("E{at}"), "crime"));
    }
    for at in 0..4_000 {
        records = records.with("event", row("busy", if at % 2 == 0 { "crime" } else { "stop" }));
    }
    let bounds = "groups_per_entity = 1\nrows_per_group = 2";
    let plan = Plan::new().node("mps", records).policy("mps", noisy("mps", "event", bounds));
    let federation = Federation::start(plan).await;
    let answer = federation
        .analyst()
        .table(Dataset::Event, &["kind"], &["count", "sum:loss_gbp", "distinct"], None, false)
        .await;
    let answer = answer.unwrap();
    assert!(answer.coverage.is_complete(), "{:?}", answer.coverage);
    let of = |key: &str| answer.rows.iter().find(|row| row.keys[0].as_deref() == Some(key)).unwrap();
    for (key, expected) in [("crime", 301.0), ("stop", 1.0)] {
        let row = of(key);
        let Some(Figure::Estimate(count)) = row.cells[0].figure else { panic!("{row:?}") };
        let Some(Figure::Estimate(distinct)) = row.cells[2].figure else { panic!("{row:?}") };
        let margin = 3.0 * row.cells[0].margin.noise as f64;
        assert!((count as f64 - expected).abs() <= margin && margin < 600.0, "{key}: {count} ±{margin}");
        assert!((distinct as f64 - expected).abs() <= margin, "{key}: {distinct} ±{margin}");
    }
}
