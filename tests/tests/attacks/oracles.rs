//! Oracles: two forces' worth of records that differ in one value which the asker may not learn. Whatever is asked, in
//! whatever order, both answer with the same bytes: figures, refusals, suppressions.

use api::v1;
use model::{Ask, Dataset, Granularity, IdentifierKind, Probe, Search};
use prost::Message;
use serde_json::{Value, json};
use tests::analyst::{identifier, person, tabulation};
use tests::{Federation, Plan, Records};

use crate::ground::{Dice, policy};

fn base() -> Records {
    (0..60).fold(Records::new(), |records, at| {
        let (sex, unit) = if at % 2 == 0 { ("male", "North") } else { ("female", "South") };
        let more = json!({ "sex": sex, "postcode": "AA1 1AA" });
        records.person(&format!("P{at}"), "Given", "Family", &format!("19{}-03-04", 50 + at % 40), more).with(
            "report",
            json!({ "report_id": format!("R{at}"), "reported_on": "2024-02-03", "risk_score": 10 * (at % 10),
                    "loss_gbp": 100 * at, "reporting_unit": unit }),
        )
    })
}

/// Records that the asker may learn nothing of, in two versions each.
fn hidden() -> Vec<(&'static str, Records, Records)> {
    let person = |id: &str, mark: Value| base().person(id, "Hester", "Hidden", "1971-05-06", mark);
    let report = |loss: Value, mark: &str| {
        base().with(
            "report",
            json!({ "report_id": "RX", "reported_on": "2024-02-03", "risk_score": 50, "loss_gbp": loss,
                    "reporting_unit": "North", "disclosure_mark": mark }),
        )
    };
    vec![
        ("a silent person or nobody", person("PX", json!({ "disclosure_mark": "silent" })), base()),
        ("a victim or nobody", person("PX", json!({ "subject_category": "victim" })), base()),
        ("a disposed record or none", person("PX", json!({ "retention": "disposed" })), base()),
        (
            "one silent person or another",
            person("PX", json!({ "disclosure_mark": "silent", "sex": "male" })),
            person("PY", json!({ "disclosure_mark": "silent", "sex": "female", "postcode": "ZZ9 9ZZ" })),
        ),
        (
            "a silent report with an absurd loss, or with none",
            report(json!(i64::MAX), "silent"),
            report(json!(0), "silent"),
        ),
        (
            "a silent report with a negative loss, or with null",
            report(json!(i64::MIN), "silent"),
            report(Value::Null, "silent"),
        ),
    ]
}

/// A dataset, what to group it by, what to measure, and a filter.
type Table = (Dataset, &'static [&'static str], &'static [&'static str], Option<&'static str>);

/// A question made up by dice.
fn question(dice: &mut Dice) -> Ask {
    let probes: [Probe; 4] = [
        person("Hester", "Hidden", "1971-05-06"),
        person("Given", "Family", "1960-03-04"),
        identifier(IdentifierKind::Phone, "020 7946 0999"),
        person("Hester", "Hiden", "1971-06-05"),
    ];
    if dice.roll(2) == 0 {
        let granularity = Granularity::ALL[dice.roll(Granularity::ALL.len())];
        return Ask::Search(Search { probe: probes[dice.roll(probes.len())].clone(), granularity });
    }
    let tables: [Table; 10] = [
        (Dataset::Person, &["sex"], &["count"], None),
        (Dataset::Person, &["dob:year"], &["count", "distinct"], None),
        (Dataset::Person, &["postcode:prefix2"], &["count"], Some("sex = male")),
        (Dataset::Person, &[], &["count"], Some("dob between 1971-05 and 1971-05")),
        (Dataset::Report, &["reporting_unit"], &["count", "sum:loss_gbp"], None),
        (Dataset::Report, &["reporting_unit"], &["mean:loss_gbp", "mean:risk_score"], None),
        (Dataset::Report, &["loss_gbp:band1000"], &["count"], None),
        (Dataset::Report, &[], &["sum:loss_gbp"], Some("loss_gbp >= 1000")),
        (Dataset::Report, &[], &["count"], Some("loss_gbp is null")),
        (Dataset::Report, &["month", "risk_score:band10"], &["count", "sum:risk_score"], None),
    ];
    let (dataset, by, measures, filter) = tables[dice.roll(tables.len())];
    Ask::Tabulate(tabulation(dataset, by, measures, filter))
}

/// Everything that a node says to a run of questions, with ids and times taken out.
async fn transcript(records: Records, seed: u64, questions: usize) -> Vec<Vec<u8>> {
    let federation = Federation::start(Plan::new().node("mps", records).policy("mps", policy(&[]))).await;
    let analyst = federation.analyst();
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let mut node = v1::node_client::NodeClient::new(channel);
    let mut dice = Dice::new(seed);
    let mut said = Vec::new();
    for _ in 0..questions {
        let asked = analyst.question(question(&mut dice));
        let signed = analyst.sign(&asked);
        let refused =
            |status: tonic::Status| format!("{:?} {}", status.code(), status.message()).into_bytes();
        said.push(match &asked.ask {
            Ask::Tabulate(_) => node.tabulate(signed).await.map_or_else(refused, |reply| {
                let mut reply = reply.into_inner();
                (reply.question_id, reply.as_of_ms) = (Vec::new(), 0);
                reply.encode_to_vec()
            }),
            _ => node.search(signed).await.map_or_else(refused, |reply| {
                let mut reply = reply.into_inner();
                (reply.question_id, reply.as_of_ms) = (Vec::new(), 0);
                // A reference is a keyed hash under each node's own key: its length is all that it shows.
                if let Some(referral) = &mut reply.referral {
                    referral.reference = "x".repeat(referral.reference.len());
                }
                reply.encode_to_vec()
            }),
        });
    }
    said
}

#[tokio::test]
async fn what_may_not_be_learnt_changes_no_byte() {
    let questions = if crate::score::full() { 300 } else { 40 };
    let mut differing = 0;
    for (seed, (what, one, other)) in (1_u64..).zip(hidden()) {
        let (one, other) = (transcript(one, seed, questions).await, transcript(other, seed, questions).await);
        assert!(one.iter().any(|reply| reply.len() > 40), "something is told");
        let differs = one.iter().zip(&other).position(|(one, other)| one != other);
        assert_eq!(differs, None, "{what}: reply {differs:?} differs");
        differing += usize::from(differs.is_some());
    }
    println!(
        "{:<44} {:<28} {differing:>7}   bound 0",
        "oracles: errors, refusals, figures", "differing replies"
    );
}

#[tokio::test]
async fn the_comparison_can_tell_a_difference() {
    let more = base().person("PX", "Hester", "Hidden", "1971-05-06", json!({}));
    assert_ne!(transcript(more, 1, 40).await, transcript(base(), 1, 40).await);
}
