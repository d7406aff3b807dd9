//! Canaries: planted values of raw records are searched for in every byte that leaves a node and in every log line.

use std::sync::Arc;

use api::v1;
use api::v1::node_client::NodeClient;
use identity::CredentialStore;
use jiff::Timestamp;
use model::{Ask, Dataset, Granularity, IdentifierKind, Probe, Role, Search};
use node::workers::config::WorkerConfig;
use serde_json::json;
use tests::analyst::{Analyst, batch, identifier, person, tabulation};
use tests::tap::Tape;
use tests::{Federation, Plan, Records, logs, tap};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

/// Values that stand in records and must never leave, in no case and no encoding that we think of.
const CANARIES: &[&str] = &[
    "CANARYID",
    "CanaryGiven",
    "CanaryFamily",
    "CanaryAlias",
    "canary.person@example.org",
    "CanaryOutcome",
    "CanaryTown",
    "CanaryUnit",
    "CanarySubcategory",
    "CanaryMake",
    "CanaryHolder",
    "CanaryStation",
    "CanaryLsoa",
];

fn records() -> Records {
    let open = json!({ "provenance": "open" });
    let mut records = Records::new()
        .person(
            "CANARYID1",
            "CanaryGiven",
            "CanaryFamily",
            "1977-07-17",
            json!({ "aliases": ["CanaryAlias Canary"], "postcode": "SW1A 1AA", "nationality": "CanaryNation" }),
        )
        .person("CANARYID2", "CanaryGiven", "CanaryFamily", "1977-07-17", json!({ "disclosure_mark": "silent" }))
        .identifier(("person", "CANARYID1"), "email", "canary.person@example.org", json!({}))
        .with("object", json!({ "object_id": "CANARYID3", "kind": "vehicle", "make": "CanaryMake", "colour": "Blue" }))
        .identifier(("object", "CANARYID3"), "vrm", "CA11 ARY", json!({}))
        .with(
            "location",
            json!({ "location_id": "CANARYID4", "town": "CanaryTown", "station": "CanaryStation", "lsoa": "CanaryLsoa" }),
        )
        .with(
            "report",
            json!({ "report_id": "CANARYID5", "reported_on": "2024-01-02", "reporting_unit": "CanaryUnit",
                    "subcategory": "CanarySubcategory", "area": "CanaryTown" }),
        );
    records = records.crimes("Burglary", "2024-01", 30);
    let mut rare = json!({ "event_id": "CANARYID6", "kind": "crime", "category": "CanaryOutcome",
                           "occurred_on": "2024-01", "outcome": "CanaryOutcome" });
    rare.as_object_mut().unwrap().extend(open.as_object().unwrap().clone());
    records.with("event", rare)
}

/// Every way in which a canary could hide: as it is, in another case, in hex, in base64, hashed.
fn disguises(canary: &str) -> Vec<Vec<u8>> {
    let mut disguises = Vec::new();
    for text in [canary.to_owned(), canary.to_lowercase(), canary.to_uppercase()] {
        disguises.push(text.clone().into_bytes());
        disguises.push(hex(text.as_bytes()).into_bytes());
        disguises.push(hex(text.as_bytes()).to_uppercase().into_bytes());
        for skipped in 0..3 {
            disguises.push(base64_core(text.as_bytes(), skipped));
        }
    }
    disguises
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The part of the base64 form that does not depend on what stands around the text, at one of three offsets.
fn base64_core(bytes: &[u8], skipped: usize) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let whole = &bytes[skipped..];
    let whole = &whole[..whole.len() / 3 * 3];
    let group = |three: &[u8]| {
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        [18, 12, 6, 0].map(|shift| LETTERS[(bits >> shift & 63) as usize])
    };
    whole.chunks(3).flat_map(group).collect()
}

fn found(heap: &[u8], what: &str) -> Vec<String> {
    let mut found = Vec::new();
    for canary in CANARIES {
        for disguise in disguises(canary) {
            if heap.windows(disguise.len()).any(|window| window == disguise) {
                found.push(format!("{canary} in {what}, as {}", String::from_utf8_lossy(&disguise)));
            }
        }
    }
    found
}

#[test]
fn the_search_for_canaries_finds_them() {
    for disguise in disguises("CanaryGiven") {
        let heap = [b"xx".as_slice(), &disguise, b"yy"].concat();
        assert!(!found(&heap, "a sample").is_empty());
    }
}

#[tokio::test]
async fn no_raw_value_leaves_a_node_or_reaches_a_log() {
    let federation = Federation::start(Plan::new().node("mps", records())).await;
    let analyst = federation.analyst();
    let coordinator = federation.authorities.credentials("rocta", Role::Coordinator, "5");
    let (mut client, tape) =
        tap::client(&federation.trust, coordinator, "mps", &federation.addresses["mps"]).await;
    client.describe(v1::DescribeRequest {}).await.unwrap();

    let probes: [Probe; 4] = [
        person("Canarygivn", "Canaryfamly", "1977-07-17"),
        identifier(IdentifierKind::Vrm, "CA11ARY"),
        identifier(IdentifierKind::Uprn, "1"),
        person("Some", "Other", "1950-01-01"),
    ];
    let mut hits = 0;
    for &granularity in Granularity::ALL {
        let question = analyst.question(batch(probes.to_vec(), granularity));
        let release = client.search_batch(analyst.sign(&question)).await.unwrap().into_inner();
        assert_eq!(release.subjects.len(), probes.len());
    }
    for probe in probes {
        for &granularity in Granularity::ALL {
            let search = Search { probe: probe.clone(), granularity };
            let question = analyst.question(Ask::Search(search));
            let release = client.search(analyst.sign(&question)).await.unwrap().into_inner();
            hits += usize::from(release.hit == Some(true));
        }
    }
    assert!(hits >= 2, "the probes do reach the planted records");

    ask_tables(&analyst, &mut client).await;
    // Refusals leave the node too.
    let mut forged =
        analyst.sign(&analyst.question(Ask::Tabulate(tabulation(Dataset::Event, &[], &["count"], None))));
    forged.signature.clear();
    client.tabulate(forged).await.unwrap_err();

    nothing_is_found(&federation, &tape);
}

/// Tables over every dataset in which a canary stands.
async fn ask_tables(analyst: &Analyst, client: &mut NodeClient<Channel>) {
    for (dataset, by) in [
        (Dataset::Person, "nationality"),
        (Dataset::Person, "postcode:prefix4"),
        (Dataset::Object, "make"),
        (Dataset::Location, "town"),
        (Dataset::Location, "station"),
        (Dataset::Location, "lsoa"),
        (Dataset::Report, "reporting_unit"),
        (Dataset::Report, "subcategory"),
        (Dataset::Report, "area"),
        (Dataset::Event, "category"),
        (Dataset::Event, "outcome"),
    ] {
        let asked = tabulation(dataset, &[by], &["count", "distinct"], None);
        let question = analyst.question(Ask::Tabulate(asked));
        client.tabulate(analyst.sign(&question)).await.unwrap();
    }
}

/// Looks through what the node sent and wrote.
fn nothing_is_found(federation: &Federation, tape: &Tape) {
    let wire = tape.bytes();
    assert!(wire.len() > 1_000, "the tape has run: {} bytes", wire.len());
    assert_eq!(found(&wire, "the wire"), Vec::<String>::new());
    let audit = std::fs::read(federation.site("mps").join("audit/audit.log")).unwrap();
    assert_eq!(found(&audit, "the audit log"), Vec::<String>::new());
    let log = logs::so_far();
    assert!(!log.is_empty(), "log lines are kept");
    assert_eq!(found(&log, "the log"), Vec::<String>::new());
}

/// Records travel between a node and its workers, and go no further.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_workers_no_raw_value_leaves_the_force_either() {
    let folder = tempfile::tempdir().unwrap();
    let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        addresses.push(format!("https://{}", listener.local_addr().unwrap()));
        listeners.push(listener);
    }
    let here = format!("paths = [\"{}/", folder.path().display());
    let sources = records().write(folder.path()).replace("paths = [\"", &here);
    let workers = format!("[workers]\naddresses = {addresses:?}\nall_tables = true\npatience_ms = 30000\n");
    let federation = Federation::start(Plan::new().over("mps", workers + &sources)).await;
    for (id, listener) in ["2", "3"].into_iter().zip(listeners) {
        let text = format!(
            "force = \"mps\"\nlisten = \"\"\nbundle = \"\"\ndata = {:?}\ncredentials = {{ certificate = \"\", key = \"\" }}\n",
            federation.site("mps").join("data")
        );
        let start = node::workers::server::Start {
            config: WorkerConfig::read(&text, std::path::Path::new("worker.toml")).unwrap(),
            trust: federation.trust.clone(),
            credentials: CredentialStore::new(federation.authorities.credentials("mps", Role::Node, id)),
            clock: Arc::new(Timestamp::now),
        };
        tokio::spawn(node::workers::server::run(start, listener, CancellationToken::new()));
    }
    let analyst = federation.analyst();
    let coordinator = federation.authorities.credentials("rocta", Role::Coordinator, "5");
    let (mut client, tape) =
        tap::client(&federation.trust, coordinator, "mps", &federation.addresses["mps"]).await;
    ask_tables(&analyst, &mut client).await;
    nothing_is_found(&federation, &tape);
    let log = String::from_utf8_lossy(&logs::so_far()).into_owned();
    assert!(!log.contains("left out"), "both workers count: {log}");
}
