//! Silent, denied and none: the three are told in the same bytes, sizes and times.

use std::time::Instant;

use api::v1;
use model::{Ask, Granularity, Probe, Search};
use prost::Message;
use serde_json::json;
use tests::analyst::person;
use tests::{Federation, Plan, Records};

use crate::ground::policy;
use crate::score::{full, hold, same_distribution};

/// Wide enough for a search of an unoptimised build on a busy machine: one that takes several buckets shows how many.
const BUCKET_US: u64 = 5_000;
/// What the attacker tells apart is finer: half a millisecond, so that what comes after the bucket is measured too.
const STEPS_PER_MS: f64 = 2.0;

fn records() -> Records {
    let crowd = (0..300).fold(Records::new(), |records, at| {
        let family = format!("Family{}", char::from(b'a' + (at % 26) as u8));
        records.person(&format!("P{at}"), "Given", &family, &format!("19{}-03-04", 50 + at % 40), json!({}))
    });
    crowd.person("S", "Quentin", "Quietly", "1991-06-30", json!({ "disclosure_mark": "silent" })).person(
        "V",
        "Victor",
        "Victimson",
        "1968-02-14",
        json!({ "subject_category": "victim" }),
    )
}

#[tokio::test]
async fn silent_denied_and_none_differ_in_nothing() {
    let plan = Plan::new().node("mps", records()).policy("mps", policy(&[])).bucket("mps", BUCKET_US);
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let mut node = v1::node_client::NodeClient::new(channel);
    let probes: [(&str, Probe); 3] = [
        ("silent", person("Quentin", "Quietly", "1991-06-30")),
        ("denied", person("Victor", "Victimson", "1968-02-14")),
        ("none", person("Nora", "Nobody", "1955-05-05")),
    ];
    let rounds = if full() { 2_000 } else { 200 };
    let mut times = [const { Vec::new() }; 3];
    let mut said = Vec::new();
    for round in 0..rounds {
        // Interleaved, in an order that turns, so that what else the machine does falls on all three.
        for turn in 0..probes.len() {
            let at = (turn + round) % probes.len();
            let search = Search { probe: probes[at].1.clone(), granularity: Granularity::Referral };
            let question = analyst.question(Ask::Search(search));
            let signed = analyst.sign(&question);
            let asked = Instant::now();
            let mut reply = node.search(signed).await.unwrap().into_inner();
            times[at].push((asked.elapsed().as_secs_f64() * 1_000.0 * STEPS_PER_MS).floor());
            reply.question_id.clear();
            said.push(reply.encode_to_vec());
        }
    }
    said.dedup();
    assert_eq!(said.len(), 1, "all replies are the same bytes");
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let what = format!("{} and {}", probes[one].0, probes[other].0);
        let p = same_distribution(&mut times[one].clone(), &mut times[other].clone());
        // The short run is part of every test run, so it looks for plain differences; the long one for small ones.
        hold("timing, in half milliseconds (1 - p)", &what, 1.0 - p, if full() { 0.99 } else { 0.9999 });
    }
}
