//! A force's policy changes under a running node: signed by two custodians or not at all, newer or gone back to, and never
//! lost to a bad bundle.

use std::fs;
use std::path::Path;
use std::time::Duration;

use model::Granularity;
use tests::analyst::person;
use tests::{Analyst, Federation};
use tokio::net::TcpListener;

use crate::story::{three_forces, told};

/// What MPS says of somebody it holds.
async fn mps(analyst: &Analyst) -> String {
    let answer = analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap();
    told(&answer).into_iter().find(|line| line.starts_with("mps")).unwrap()
}

/// Rings the node and asks until its audit log holds `text`; every answer meanwhile is `told`.
async fn until_logged(federation: &Federation, text: &str, told: &[&str]) {
    let log = federation.site("mps").join("audit/audit.log");
    let analyst = federation.analyst();
    federation.refresh("mps");
    let asking = async {
        while !fs::read_to_string(&log).unwrap().contains(text) {
            let answer = mps(&analyst).await;
            assert!(told.contains(&answer.as_str()), "{answer}");
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking)
        .await
        .unwrap_or_else(|_| panic!("{text:?} is logged"));
}

fn edition(folder: &Path, version: u64, note: &str) {
    fs::write(folder.join("bundle.toml"), format!("version = {version}\nnote = \"{note}\"\n")).unwrap();
}

#[tokio::test]
async fn a_policy_is_taken_up_signed_refused_unsigned_and_gone_back_to() {
    let mut federation = Federation::start(three_forces().custody("mps", 2)).await;
    let folder = federation.site("mps").join("policy");
    let analyst = federation.analyst();
    assert_eq!(mps(&analyst).await, "mps hit");

    // The custodians close the door: nobody outside may search.
    let first = node::policy_folder::read(&folder).unwrap();
    edition(&folder, 2, "closed for the night");
    fs::remove_dir_all(folder.join("cases")).unwrap();
    let closed = "\n@id(\"mps-closed\")\nforbid (principal, action == Action::\"ask\", resource);\n";
    let ask = folder.join("policies/ask.cedar");
    fs::write(&ask, fs::read_to_string(&ask).unwrap() + closed).unwrap();
    until_logged(&federation, "is over another bundle", &["mps hit"]).await;
    fs::remove_dir_all(folder.join("signatures")).unwrap();
    until_logged(&federation, "0 of 2 custodians signed policy version 2", &["mps hit"]).await;
    federation.endorse(&folder, "mps", "1");
    until_logged(&federation, "1 of 2 custodians signed policy version 2", &["mps hit"]).await;
    federation.endorse(&folder, "colp", "2");
    until_logged(&federation, "mps was expected", &["mps hit"]).await;
    federation.endorse(&folder, "mps", "2");
    let either = ["mps hit", "mps refused not_permitted"];
    until_logged(&federation, "closed for the night\",\"signers", &either).await;
    // The audit entry comes first; the very next questions may still have begun under the policy before.
    let closing = async { while mps(&analyst).await != either[1] {} };
    tokio::time::timeout(Duration::from_secs(60), closing).await.expect("the door closes");

    // A bundle that can't be read leaves it closed, after a restart too.
    let signed = fs::read_to_string(&ask).unwrap();
    fs::write(&ask, "permit (principal, action").unwrap();
    until_logged(&federation, "policies/ask.cedar, line 1", &[either[1]]).await;
    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
    assert_eq!(mps(&analyst).await, either[1]);
    fs::write(&ask, signed).unwrap();

    // The first policy comes back as it was.
    fs::remove_dir_all(&folder).unwrap();
    node::policy_folder::write(&folder, &first).unwrap();
    until_logged(&federation, "\"how\":\"rollback\"", &either).await;
    let opening = async { while mps(&analyst).await != either[0] {} };
    tokio::time::timeout(Duration::from_secs(60), opening).await.expect("the door opens");
    let served = node::custody::served(&federation.site("mps").join("data")).unwrap();
    let versions: Vec<(u64, usize)> = served.iter().map(|a| (a.version, a.signers.len())).collect();
    assert_eq!(versions, [(1, 2), (2, 2), (1, 2)]);
}
