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

/// A list carries its approval as one question does, and every subject of it breaks the glass by itself.
#[tokio::test]
async fn a_list_is_approved_as_a_whole_and_counted_by_its_subjects() {
    let plan = Plan::new().node("mps", mps()).limits("mps", "[break_glass]\nquestions_per_day = 3\n");
    let federation = Federation::start(plan).await;
    let (analyst, second) = (federation.analyst(), federation.analyst_of("rocta", "8"));
    let list = || {
        let probes =
            vec![person("Victor", "Victimson", "1968-02-14"), person("Paul", "Pairman", "1979-11-22")];
        Question { ask: tests::analyst::batch(probes, Granularity::Referral), ..question(&analyst) }
    };
    let unapproved = list();
    let answer = analyst.send_batch(&unapproved, analyst.sign(&unapproved)).await.unwrap();
    assert_eq!(told(&answer.subjects[0]), ["mps refused not_approved"]);
    let mut ended = Vec::new();
    for _ in 0..2 {
        let list = list();
        let signed = approved(&analyst, &second, &list, &api::question::encode(&list));
        let answer = analyst.send_batch(&list, signed).await.unwrap();
        ended.push(answer.subjects.iter().map(|subject| told(subject).concat()).collect::<Vec<_>>());
    }
    assert_eq!(ended[0], ["mps hit", "mps hit"], "the victim, whom no ordinary list finds, and the other");
    assert_eq!(ended[1], ["mps refused limited", "mps refused limited"], "four of three");
    let notices = node::ledger::notices(&federation.site("mps").join("data/ledger.log")).unwrap();
    assert!(!notices.is_empty() && notices.iter().all(|notice| notice.break_glass.is_some()), "{notices:?}");
}

/// Nobody's life is saved by a smaller cell: a table under a threat to life tells what it tells without, and the home unit hears
/// of it.
#[tokio::test]
async fn a_table_under_a_threat_to_life_tells_no_more_and_the_home_unit_hears_of_it() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let (analyst, second) = (federation.analyst(), federation.analyst_of("rocta", "8"));
    let mut node = v1::node_client::NodeClient::new(federation.channel("mps", &federation.addresses["mps"]));
    let asked = || {
        Ask::Tabulate(tests::analyst::tabulation(
            model::Dataset::Event,
            &["month", "category"],
            &["count"],
            None,
        ))
    };
    let pressing = Question { ask: asked(), ..question(&analyst) };
    let refused = node.tabulate(analyst.sign(&pressing)).await.unwrap_err();
    assert_eq!(api::status::refusal(&refused), Some(model::Refusal::NotApproved));
    let signed = approved(&analyst, &second, &pressing, &api::question::encode(&pressing));
    let pressed = node.tabulate(signed).await.unwrap().into_inner();
    let ordinary = analyst.question(asked());
    let ordinary = node.tabulate(analyst.sign(&ordinary)).await.unwrap().into_inner();
    assert!(!ordinary.rows.is_empty());
    assert_eq!((pressed.rows, pressed.protection), (ordinary.rows, ordinary.protection));
    let notices = node::ledger::notices(&federation.site("mps").join("data/ledger.log")).unwrap();
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!(notice.break_glass.as_ref().unwrap().approved_by, *second.credentials.name());
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
