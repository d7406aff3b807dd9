//! The glass is broken by two people of one force, over the very same bytes, for a bounded time, and loudly.

use api::v1;
use audit::{Entry, Event};
use identity::approve_question;
use jiff::SignedDuration;
use model::{Ask, Circumstances, Granularity, Pressing, Question, Search, SearchAnswer};
use tests::analyst::person;
use tests::{Analyst, Federation, Plan};

use crate::story::{mps, told};

const REASON: &str = "a call from his sister: he is held in a car and hurt";

/// A question about somebody who is kept back as a victim, under a threat to life.
fn question(analyst: &Analyst) -> Question {
    let probe = person("Victor", "Victimson", "1968-02-14");
    let urgency = Pressing::ThreatToLife(REASON.parse().unwrap());
    Question {
        circumstances: Circumstances { urgency, ..Circumstances::default() },
        ..analyst.question(Ask::Search(Search { probe, granularity: Granularity::Referral }))
    }
}

fn approved(analyst: &Analyst, by: &Analyst, question: &Question, bytes: &[u8]) -> v1::SignedQuestion {
    let approval = approve_question(bytes, &by.credentials).unwrap();
    let approval = Some(v1::Approval { signature: approval.signature, chain: approval.chain });
    v1::SignedQuestion { approval, ..analyst.sign(question) }
}

async fn ask(analyst: &Analyst, second: &Analyst) -> SearchAnswer {
    let question = question(analyst);
    let signed = approved(analyst, second, &question, &api::question::encode(&question));
    analyst.send_search(question.id, signed).await.unwrap()
}

#[tokio::test]
async fn two_people_of_one_force_reach_the_desk_and_the_home_unit_hears_of_it() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let (analyst, second) = (federation.analyst(), federation.analyst_of("rocta", "8"));
    let ordinary =
        analyst.search(person("Victor", "Victimson", "1968-02-14"), Granularity::Referral).await.unwrap();
    assert_eq!(told(&ordinary), ["mps none"], "a victim is kept back");
    let answer = ask(&analyst, &second).await;
    assert_eq!(told(&answer), ["mps hit"]);
    assert!(answer.answers[0].1.referral.is_some(), "the desk to call");

    let notices = node::ledger::notices(&federation.site("mps").join("data/ledger.log")).unwrap();
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    let glass = notice.break_glass.as_ref().unwrap();
    assert_eq!((&glass.approved_by, glass.reason.as_str()), (second.credentials.name(), REASON));
    assert_eq!(notice.alerts[0].unit, "MPS duty officer");
    let mut flagged = 0;
    let path = federation.site("mps").join("audit/audit.log");
    audit::read(&path, |entry: Entry| {
        if let Event::Decided { particulars, .. } = entry.event {
            flagged += usize::from(particulars.approved_by.as_ref() == Some(second.credentials.name()));
        }
    })
    .unwrap();
    assert_eq!(flagged, 1);
    let log = std::fs::read_to_string(&path).unwrap();
    assert!(!log.contains("sister"), "the reason stays out of the audit log");
}

#[tokio::test]
async fn whatever_is_not_the_approval_of_a_second_person_breaks_no_glass() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let analyst = federation.analyst();
    let second = federation.analyst_of("rocta", "8");
    let (certificate, key) = federation.authorities.issue("rocta", model::Role::Analyst, "9");
    let revoked = identity::Credentials::from_pem(&certificate, &key).unwrap();
    let serial = identity::describe(&certificate).unwrap().serial;
    let bundle = identity::Bundle::clone(&federation.trust.bundle());
    federation.trust.replace(bundle.with_revoked(&"rocta".parse().unwrap(), serial).unwrap());

    let question = question(&analyst);
    let bytes = api::question::encode(&question);
    let other = api::question::encode(&self::question(&analyst));
    let by_revoked = {
        let approval = approve_question(&bytes, &revoked).unwrap();
        let approval = Some(v1::Approval { signature: approval.signature, chain: approval.chain });
        v1::SignedQuestion { approval, ..analyst.sign(&question) }
    };
    for (what, signed) in [
        ("unapproved", analyst.sign(&question)),
        ("self-approved", approved(&analyst, &analyst, &question, &bytes)),
        (
            "approved by another force",
            approved(&analyst, &federation.analyst_of("mps", "1"), &question, &bytes),
        ),
        ("approved by somebody revoked", by_revoked),
        ("an approval of other bytes", approved(&analyst, &second, &question, &other)),
    ] {
        let answer = analyst.send_search(question.id, signed).await.unwrap();
        assert_eq!(told(&answer), ["mps refused not_approved"], "{what}");
    }
    let signed = approved(&analyst, &second, &question, &bytes);
    let answer = analyst.send_search(question.id, signed.clone()).await.unwrap();
    assert_eq!(told(&answer), ["mps hit"], "the refusals cost the question nothing");
    let again = analyst.send_search(question.id, signed).await.unwrap();
    assert_eq!(told(&again), ["mps refused replayed"]);
    let notices = node::ledger::notices(&federation.site("mps").join("data/ledger.log")).unwrap();
    assert_eq!(notices.len(), 1, "only the approved one was a threat to life");
}

#[tokio::test]
async fn an_operation_breaks_the_glass_for_a_bounded_time() {
    let plan =
        Plan::new().node("mps", mps()).limits("mps", "[break_glass]\nminutes = 30\nquestions_per_day = 3\n");
    let federation = Federation::start(plan).await;
    let (analyst, second) = (federation.analyst(), federation.analyst_of("rocta", "8"));
    assert_eq!(told(&ask(&analyst, &second).await), ["mps hit"]);
    federation.clock.advance(SignedDuration::from_mins(29));
    assert_eq!(told(&ask(&second, &analyst).await), ["mps hit"], "a colleague in the same operation");
    federation.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(told(&ask(&analyst, &second).await), ["mps refused limited"], "the time is over");
    let ordinary = analyst.search(person("Paul", "Pairman", "1979-11-22"), Granularity::Hit).await.unwrap();
    assert_eq!(told(&ordinary), ["mps hit"], "ordinary questions go on");
    federation.clock.advance(SignedDuration::from_mins(24 * 60 - 120));
    assert_eq!(told(&ask(&analyst, &second).await), ["mps refused limited"], "not before a day is over");
}
