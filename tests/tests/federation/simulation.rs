//! A draft of a policy is tried on the questions that a node was asked: what it would have refused, lowered or told.

use std::collections::BTreeMap;

use api::v1::node_client::NodeClient;
use audit::{Decision, Entry, Event, Log};
use jiff::Timestamp;
use model::{Ask, Dataset, Granularity, LabelTable, Purpose, Search};
use node::simulation::{Effect, Kept, Period, Simulation, limited, simulate};
use policy::{Bundle, BundleFiles, Policy};
use tests::analyst::{batch, person, tabulation};
use tests::{Federation, Plan};

use crate::story::mps;

const EVER: Period = Period { from: Timestamp::MIN, to: Timestamp::MAX };

fn sample() -> BundleFiles {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies/mps");
    node::policy_folder::read(&folder).unwrap()
}

/// The sample with these changes, without its cases.
fn draft(changes: &[(&str, &str, &str)]) -> Policy {
    let mut files = sample();
    files.files.retain(|path, _| !path.starts_with("cases/"));
    for (file, from, to) in changes {
        let text = files.files.get_mut(*file).unwrap();
        assert!(text.contains(from), "{from:?} is not in {file}");
        *text = text.replace(from, to);
    }
    Policy::new(Bundle::compile(&files).unwrap(), String::new())
}

async fn put(federation: &Federation, purpose: Purpose, ask: Ask) {
    let analyst = federation.analyst();
    let question = model::Question { purpose, ..analyst.question(ask) };
    let signed = analyst.sign(&question);
    let mut node = NodeClient::new(federation.channel_of("1", "mps", &federation.addresses["mps"]));
    match &question.ask {
        Ask::Search(_) => drop(node.search(signed).await.unwrap()),
        Ask::Batch(_) => drop(node.search_batch(signed).await.unwrap()),
        Ask::Tabulate(_) => drop(node.tabulate(signed).await.unwrap()),
    }
}

/// Each effect with how many questions it has, without those that stay as they were.
fn effects(simulation: &Simulation) -> BTreeMap<Effect, usize> {
    let mut counted = simulation.counted();
    counted.remove(&Effect::Unchanged);
    counted
}

#[tokio::test]
async fn a_draft_is_tried_on_what_was_asked_and_the_questions_are_named() {
    // The sample as it lies, so that the node keeps a copy of what it served under.
    let federation = Federation::start(Plan::new().node("mps", mps()).policy("mps", sample())).await;
    let search = |family: &str| {
        Ask::Search(Search {
            probe: person("Paul", family, "1979-11-22"),
            granularity: Granularity::Referral,
        })
    };
    put(&federation, Purpose::Investigation, search("Pairman")).await;
    put(&federation, Purpose::Investigation, search("Nobody")).await;
    put(&federation, Purpose::Penalties, search("Pairman")).await;
    put(
        &federation,
        Purpose::Detection,
        Ask::Tabulate(tabulation(Dataset::Event, &["category"], &["count"], None)),
    )
    .await;
    put(
        &federation,
        Purpose::Prevention,
        batch(vec![person("Paul", "Pairman", "1979-11-22")], Granularity::Count),
    )
    .await;
    let site = federation.site("mps");
    let labels = node::catalogue::latest(&site.join("data")).unwrap().labels().clone();
    let try_on = |draft: &Policy, labels: &LabelTable, period: Period| {
        let data = site.join("data");
        let mut kept = Kept::of(Some(&data), jiff::tz::TimeZone::UTC);
        simulate(&site.join("audit/audit.log"), draft, &mut kept, labels, period).unwrap()
    };

    let same = try_on(&draft(&[]), &labels, EVER);
    assert_eq!((same.cases.len(), effects(&same)), (5, BTreeMap::new()), "{same:#?}");
    assert_eq!(same.without_bundle, 0, "the node keeps what it served under");

    let counts_only =
        draft(&[("policies/ask.cedar", "[\"count\", \"picture\", \"referral\"]", "[\"count\"]")]);
    let lower = try_on(&counts_only, &labels, EVER);
    assert_eq!(effects(&lower), [(Effect::LowerRung, 2)].into());
    let changed: Vec<_> = lower.cases.iter().filter(|case| case.effect == Effect::LowerRung).collect();
    assert!(
        changed.iter().all(|case| case.purpose == Purpose::Investigation && case.before == "up to referral")
    );
    assert_ne!(changed[0].question, changed[1].question);

    let nobody_for_penalties = "@id(\"mps-ask-any-purpose-hit\")";
    let refused = draft(&[(
        "policies/ask.cedar",
        nobody_for_penalties,
        "@id(\"no-penalties\") forbid (principal, action == Action::\"ask\", resource) when { context.purpose == \"penalties\" };\n@id(\"mps-ask-any-purpose-hit\")",
    )]);
    assert_eq!(effects(&try_on(&refused, &labels, EVER)), [(Effect::NewlyRefused, 1)].into());
    assert!(try_on(&refused, &labels, Period { from: Timestamp::MAX, to: Timestamp::MAX }).cases.is_empty());

    // Records of the snapshot add less; without its labels nothing of that can be said.
    let silent_on_firearms = draft(&[(
        "policies/search.cedar",
        "@id(\"mps-search\")",
        "@id(\"no-firearms\") forbid (principal, action == Action::\"search\", resource) when { resource.threat_category == \"firearms\" };\n@id(\"mps-search\")",
    )]);
    let less = try_on(&silent_on_firearms, &labels, EVER);
    assert_eq!(effects(&less), [(Effect::TellsLess, 4)].into(), "{less:#?}");
    assert!(less.cases.iter().any(|case| case.labels_narrower.is_some_and(|labels| labels > 0)));
    assert_eq!(effects(&try_on(&silent_on_firearms, &LabelTable::default(), EVER)), BTreeMap::new());

    let tight = draft(&[("limits.toml", "questions_per_hour = 300", "questions_per_hour = 3")]);
    let mut limits = try_on(&tight, &labels, EVER);
    let beyond = limited(&site.join("data/usage.log"), tight.limits(), EVER).unwrap();
    assert_eq!(beyond.complete_from, None, "nothing was left behind yet");
    limits.limit(&beyond.questions);
    assert_eq!(effects(&limits), [(Effect::NewlyLimited, 2)].into(), "{limits:#?}");
}

#[tokio::test]
async fn what_an_entry_does_not_hold_is_said_and_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.log");
    let at: Timestamp = "2026-01-05T12:00:00Z".parse().unwrap();
    let entry = |number: u128, about: &str, decision: Decision| Entry {
        at,
        question: Some(model::QuestionId(uuid::Uuid::from_u128(number))),
        event: Event::Decided {
            asker: Some("spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap()),
            peer: "spiffe://bluelamp/force/rocta/coordinator/1".parse().unwrap(),
            purpose: Some(Purpose::Prevention),
            operation: Some("Op Lantern".to_owned()),
            mode: Some("search".to_owned()),
            about: Some(about.to_owned()),
            digest: String::new(),
            expires_at: None,
            bundle: "of long ago".to_owned(),
            particulars: Box::default(),
            decision,
        },
    };
    let hit = Decision::Permitted(Some(Granularity::Hit));
    let limited = Decision::Refused { code: model::Refusal::Limited, reason: String::new() };
    let log: Log = Log::open(&path, at, |_| {}).unwrap();
    log.append(vec![entry(1, "vrm", hit.clone()), entry(2, "person", hit), entry(3, "person", limited)])
        .await
        .unwrap();
    drop(log);
    let try_on = |policies: &str| {
        let mut files = sample();
        files.files.retain(|path, _| !path.starts_with("cases/") && !path.starts_with("policies/"));
        files.files.insert("policies/all.cedar".to_owned(), policies.to_owned());
        let draft = Policy::new(Bundle::compile(&files).unwrap(), String::new());
        let mut kept = Kept::of(None, jiff::tz::TimeZone::UTC);
        simulate(&path, &draft, &mut kept, &LabelTable::default(), EVER).unwrap()
    };
    let plain = "@id(\"ask\") permit (principal, action == Action::\"ask\", resource) when { context.granularity == \"hit\"";
    let told = try_on(&format!("{plain} }};"));
    assert_eq!((told.cases.len(), told.not_replayed.len()), (2, 0), "{told:#?}");
    assert_eq!(told.not_by_policy, [("limited".to_owned(), 1)].into());
    assert_eq!(told.without_bundle, 2);
    let vetting = try_on(&format!("{plain} && principal has vetting }};"));
    assert_eq!(vetting.not_replayed.keys().collect::<Vec<_>>(), ["not known in this entry: vetting"]);
    let known = try_on(&format!("{plain} && context.known == \"whole\" }};"));
    assert_eq!(
        known.not_replayed["not known in this entry: known"].len(),
        1,
        "a person is never known in part"
    );
}
