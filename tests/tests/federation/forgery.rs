//! Forged, altered, replayed, misdirected and expired questions, each refused by every node and audited.

use api::v1;
use audit::{Decision, Entry, Event};
use jiff::SignedDuration;
use model::{Ask, Granularity, Purpose, Question, Refusal, Role, Search};
use prost::Message;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tests::analyst::{person, signed};
use tests::{Analyst, Federation};

use crate::story::{all_refuse, three_forces, told};

fn sound(analyst: &Analyst) -> Question {
    let probe = person("Paul", "Pairman", "1979-11-22");
    analyst.question(Ask::Search(Search { probe, granularity: Granularity::Hit }))
}

/// Hands `forged` to MPS' node as ROCTA's coordinator would, and returns the code of its refusal.
async fn refusal(federation: &Federation, forged: v1::SignedQuestion) -> Option<Refusal> {
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let status = v1::node_client::NodeClient::new(channel).search(forged).await.unwrap_err();
    api::status::refusal(&status)
}

#[tokio::test]
async fn what_the_asker_did_not_sign_is_refused() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let question = sound(&analyst);
    let whole = analyst.sign(&question);

    let mut altered = whole.clone();
    altered.question =
        api::question::encode(&Question { purpose: Purpose::Safeguarding, ..question.clone() });
    assert_eq!(refusal(&federation, altered).await, Some(Refusal::NotAuthentic), "altered bytes");

    let mut unsigned = whole.clone();
    unsigned.signature.clear();
    assert_eq!(refusal(&federation, unsigned).await, Some(Refusal::NotAuthentic), "no signature");

    let other = federation.analyst_of("rocta", "8");
    let mut swapped = whole.clone();
    swapped.chain = other.sign(&question).chain;
    assert_eq!(refusal(&federation, swapped).await, Some(Refusal::NotAuthentic), "another's chain");

    let in_anothers_name = other.sign(&question);
    let refused = refusal(&federation, in_anothers_name).await;
    assert!(refused.is_some(), "a question that names another asker than its signer");
    assert_ne!(refused, Some(Refusal::Failed));

    let garbage = v1::SignedQuestion { question: vec![0xff; 64], ..whole };
    assert_eq!(refusal(&federation, garbage).await, Some(Refusal::NotAuthentic), "garbage");
}

#[tokio::test]
async fn a_coordinators_certificate_does_not_ask() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let coordinator = federation.authorities.credentials("rocta", Role::Coordinator, "1");
    assert!(identity::sign_question(b"anything", &coordinator).is_err(), "our own tool refuses to sign");
    let mut forged = analyst.sign(&sound(&analyst));
    let pem = federation.authorities.issue("rocta", Role::Coordinator, "1").0;
    forged.chain = vec![CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()];
    assert_eq!(refusal(&federation, forged).await, Some(Refusal::NotAuthentic));
}

#[tokio::test]
async fn one_forces_authority_does_not_vouch_for_another() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    // An attacker with an authority of their own, in ROCTA's name.
    let impostors = tests::Authorities::mint(&["rocta"]);
    let impostor = impostors.credentials("rocta", Role::Analyst, "7");
    let bytes = api::question::encode(&sound(&analyst));
    let forged = signed(identity::sign_question(&bytes, &impostor).unwrap());
    assert_eq!(refusal(&federation, forged).await, Some(Refusal::NotAuthentic));
}

#[tokio::test]
async fn a_question_is_answered_once() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let question = sound(&analyst);
    let whole = analyst.sign(&question);
    let first = analyst.send_search(question.id, whole.clone()).await.unwrap();
    assert_eq!(told(&first), ["btp none", "colp hit", "mps hit"]);
    let again = analyst.send_search(question.id, whole).await.unwrap();
    assert_eq!(told(&again), all_refuse(Refusal::Replayed));
}

#[tokio::test]
async fn time_is_kept() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let refused = async |change: &dyn Fn(&mut Question)| {
        let mut question = sound(&analyst);
        change(&mut question);
        let answer = analyst.send_search(question.id, analyst.sign(&question)).await.unwrap();
        told(&answer)
    };
    let minutes = SignedDuration::from_mins;
    let expired: &dyn Fn(&mut Question) = &|q| {
        q.issued_at -= minutes(5);
        q.expires_at = q.issued_at + minutes(2);
    };
    let early: &dyn Fn(&mut Question) = &|q| {
        q.issued_at += minutes(5);
        q.expires_at = q.issued_at + minutes(2);
    };
    let endless: &dyn Fn(&mut Question) = &|q| q.expires_at = q.issued_at + minutes(60);
    for change in [expired, early, endless] {
        assert_eq!(refused(change).await, all_refuse(Refusal::NotInTime));
    }
    let stale = sound(&analyst);
    federation.clock.advance(minutes(3));
    let answer = analyst.send_search(stale.id, analyst.sign(&stale)).await.unwrap();
    assert_eq!(told(&answer), all_refuse(Refusal::NotInTime), "expired on the way");
}

#[tokio::test]
async fn a_force_outside_the_audience_does_not_answer() {
    let federation = Federation::start(three_forces()).await;
    let mut analyst = federation.analyst();
    analyst.audience.retain(|force| force.as_str() != "mps");
    let whole = analyst.sign(&sound(&analyst));
    assert_eq!(refusal(&federation, whole).await, Some(Refusal::NotAddressed));
}

#[tokio::test]
async fn the_coordinator_explains_what_is_wrong_with_a_question_before_it_asks_anybody() {
    let federation = Federation::start(three_forces()).await;
    let mut analyst = federation.analyst();
    analyst.audience.insert("narnia".parse().unwrap());
    let status = analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap_err();
    assert!(status.message().contains("narnia runs no node"), "{}", status.message());
    let huge = v1::SignedQuestion { question: vec![7; 2_000_000], ..v1::SignedQuestion::default() };
    let status = analyst.send_search(sound(&analyst).id, huge).await.unwrap_err();
    assert!(status.message().contains("too large"), "{}", status.message());
}

#[tokio::test]
async fn every_decision_is_in_the_audit_log_before_the_answer() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let question = sound(&analyst);
    let whole = analyst.sign(&question);
    for _ in 0..2 {
        analyst.send_search(question.id, whole.clone()).await.unwrap();
    }
    let mut events = Vec::new();
    audit::read(&federation.site("mps").join("audit/audit.log"), |entry: Entry| {
        if entry.question == Some(question.id) {
            events.push(entry.event);
        }
    })
    .unwrap();
    assert!(matches!(&events[0], Event::Decided { decision: Decision::Permitted(_), .. }), "{events:?}");
    assert!(matches!(&events[1], Event::Released { .. }));
    let refused = |event: &Event| {
        matches!(event, Event::Decided { decision: Decision::Refused { code: Refusal::Replayed, .. }, .. })
    };
    assert!(events.iter().any(refused), "{events:?}");
    let covered = of_coordinator(&federation);
    assert_eq!(covered.len(), 2, "{covered:?}");
}

/// What the coordinator's log says of the questions that were put: how each is covered, where that is written yet.
fn of_coordinator(federation: &Federation) -> Vec<Option<String>> {
    let mut questions = Vec::new();
    audit::read(&federation.folder.path().join("rocta/audit.log"), |entry: Entry| match entry.event {
        Event::Put { .. } => questions.push(None),
        Event::Merged { coverage, .. } => *questions.last_mut().unwrap() = Some(coverage),
        _ => {}
    })
    .unwrap();
    questions
}

/// An answer that nothing is written of is complete: a question that was put is on the disk before it, a gap as well.
#[tokio::test]
async fn that_a_question_was_put_and_who_is_missing_is_in_the_audit_log_before_the_answer() {
    let mut federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap();
    let covered = of_coordinator(&federation);
    assert!(matches!(&covered[..], [None | Some(_)]), "{covered:?}");
    federation.stop("btp").await;
    analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap();
    let all = Some("3 of 3 forces answered".to_owned());
    let gap = Some("2 of 3 forces answered; btp did not (unreachable)".to_owned());
    assert_eq!(of_coordinator(&federation), [all, gap]);
}

#[tokio::test]
async fn what_a_malformed_question_says_is_not_repeated_in_the_audit_log() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let mut wire = v1::Question::decode(api::question::encode(&sound(&analyst)).as_slice()).unwrap();
    let condition = v1::InValues { column: "sex".to_owned(), values: vec!["SoughtValue".to_owned()] };
    wire.ask = Some(v1::question::Ask::Tabulation(v1::Tabulation {
        dataset: v1::Dataset::Person.into(),
        by: Vec::new(),
        measures: vec![v1::Measure { kind: v1::MeasureKind::Count.into(), column: String::new() }],
        filter: Some(v1::Filter { condition: Some(v1::filter::Condition::In(condition)) }),
        totals: false,
    }));
    let forged = signed(identity::sign_question(&wire.encode_to_vec(), &analyst.credentials).unwrap());
    assert_eq!(refusal(&federation, forged).await, Some(Refusal::Malformed));
    let log = std::fs::read_to_string(federation.site("mps").join("audit/audit.log")).unwrap();
    assert!(log.contains("malformed"), "the refusal is audited");
    assert!(!log.contains("SoughtValue"), "{log}");
}
