//! Many subjects in one question: each answered as a search of its own would be, none shown by another, one claim and
//! one audit trail for all, and a broken or refused subject costs the rest nothing.

use api::v1;
use audit::{Decision, Entry, Event, Told};
use model::{Ask, BatchAnswer, Granularity, IdentifierKind, Probe, Question, Refusal, Search, SearchReply};
use prost::Message;
use tests::analyst::{batch, identifier, person, signed};
use tests::stub::Conduct;
use tests::{Analyst, Federation, Plan};
use tokio::net::TcpListener;

use crate::story::{all_refuse, colp, mps, three_forces, told};

fn list() -> Vec<Probe> {
    vec![
        person("Zelda", "Everywhere", "1985-03-07"),
        person("Nora", "Nobody", "1955-05-05"),
        identifier(IdentifierKind::Vrm, "ab12cde"),
        person("Paul", "Pairman", "1979-11-22"),
        person("Paul", "Pairman", "1979-11-22"),
    ]
}

/// What each force said of each subject, without the question's id.
fn replies(answer: &BatchAnswer) -> Vec<(Vec<String>, Vec<SearchReply>)> {
    let of = |subject: &model::SearchAnswer| {
        (told(subject), subject.answers.iter().map(|(_, reply)| reply.clone()).collect())
    };
    answer.subjects.iter().map(of).collect()
}

#[tokio::test]
async fn each_subject_is_answered_as_a_search_of_its_own_and_the_same_list_again_the_same() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let answer = analyst.batch(list(), Granularity::Picture).await.unwrap();
    assert_eq!(answer.coverage.sentence(), "3 of 3 forces answered");
    let seen: Vec<String> = answer.subjects.iter().map(|subject| told(subject).join(", ")).collect();
    assert_eq!(
        seen,
        [
            "btp hit, colp hit, mps hit",
            "btp none, colp none, mps none",
            "btp none, colp none, mps hit",
            "btp none, colp hit, mps hit",
            "btp none, colp hit, mps hit",
        ]
    );
    for (probe, subject) in list().into_iter().zip(&answer.subjects) {
        let alone = analyst.search(probe, Granularity::Picture).await.unwrap();
        assert_eq!(alone.answers, subject.answers);
    }
    let again = analyst.batch(list(), Granularity::Picture).await.unwrap();
    assert_eq!(replies(&again), replies(&answer));
}

/// What the MPS node releases to a batch, with the question's id taken out.
async fn released(federation: &Federation, analyst: &Analyst, probes: Vec<Probe>) -> Vec<u8> {
    let question = analyst.question(batch(probes, Granularity::Referral));
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let mut client = v1::node_client::NodeClient::new(channel);
    let mut release = client.search_batch(analyst.sign(&question)).await.unwrap().into_inner();
    assert_eq!(release.question_id, question.id.0.as_bytes());
    release.question_id.clear();
    release.encode_to_vec()
}

#[tokio::test]
async fn a_silent_subject_is_the_same_bytes_and_as_many_records_as_nobody() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let beside = |probe| {
        vec![person("Paul", "Pairman", "1979-11-22"), probe, identifier(IdentifierKind::Vrm, "AB12CDE")]
    };
    let lines = || {
        let site = federation.site("mps");
        ["data/ledger.log", "audit/audit.log"]
            .map(|log| std::fs::read_to_string(site.join(log)).unwrap().lines().count())
    };
    let mut before = lines();
    let mut grown = |after: [usize; 2]| {
        let by = [after[0] - before[0], after[1] - before[1]];
        before = after;
        by
    };
    let none = released(&federation, &analyst, beside(person("Nora", "Nobody", "1955-05-05"))).await;
    assert_eq!(grown(lines()), [3, 3], "a ledger line for each subject, three audit entries for the batch");
    for (what, probe) in [
        ("a silent person", person("Quentin", "Quietly", "1991-06-30")),
        ("a victim, denied for this purpose", person("Victor", "Victimson", "1968-02-14")),
        ("the phone of a silent person", identifier(IdentifierKind::Phone, "02079460461")),
    ] {
        assert_eq!(released(&federation, &analyst, beside(probe)).await, none, "{what}");
        assert_eq!(grown(lines()), [3, 3], "{what}");
    }
    let hit = released(&federation, &analyst, beside(person("Zelda", "Everywhere", "1985-03-07"))).await;
    assert_ne!(hit, none, "the comparison can tell a hit");

    let ledger = federation.site("mps").join("data/ledger.log");
    let notices = node::ledger::notices(&ledger).unwrap();
    let told: Vec<_> = notices.iter().map(|line| (line.subject, line.notices.join(" "))).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(subject, _)| *subject == Some(1)), "{told:?}");
    assert_eq!(told[0].1, "M3");
}

#[tokio::test]
async fn each_subject_has_a_reference_of_its_own_that_home_can_resolve() {
    let federation = Federation::start(three_forces()).await;
    let probes =
        vec![person("Paul", "Pairman", "1979-11-22"), person("Zelda Anne", "Everywhere", "1985-03-07")];
    let answer = federation.analyst().batch(probes, Granularity::Referral).await.unwrap();
    let ledger = federation.site("mps").join("data/ledger.log");
    for (at, (subject, record)) in answer.subjects.iter().zip(["M2", "M1"]).enumerate() {
        let (_, mps) = subject.answers.iter().find(|(force, _)| force.as_str() == "mps").unwrap();
        let reference = &mps.referral.as_ref().unwrap().reference;
        let lines = node::ledger::resolve(&ledger, reference).unwrap();
        assert_eq!((lines.len(), lines[0].subject), (1, Some(at)));
        assert_eq!(lines[0].records, [record]);
    }
}

/// The references that forces gave, subject by subject.
fn references(answer: &BatchAnswer) -> Vec<Vec<String>> {
    let of = |subject: &model::SearchAnswer| {
        let referrals = subject.answers.iter().filter_map(|(_, reply)| reply.referral.as_ref());
        referrals.map(|referral| referral.reference.clone()).collect()
    };
    answer.subjects.iter().map(of).collect()
}

#[tokio::test]
async fn the_same_list_again_has_the_same_references_and_another_asker_has_others() {
    let mut federation = Federation::start(three_forces()).await;
    let first = federation.analyst().batch(list(), Granularity::Referral).await.unwrap();
    let given = references(&first);
    assert!(given.iter().any(|references| !references.is_empty()), "{given:?}");

    let address = federation.addresses["mps"].clone();
    federation.stop("mps").await;
    let listener = TcpListener::bind(address.trim_start_matches("https://")).await.unwrap();
    federation.start_node("mps", listener).await;
    let again = federation.analyst().batch(list(), Granularity::Referral).await.unwrap();
    assert_eq!(
        replies(&again),
        replies(&first),
        "the same list twice is the same answer, after a restart too"
    );

    let other = federation.analyst_of("rocta", "8").batch(list(), Granularity::Referral).await.unwrap();
    let others = references(&other);
    for (ours, theirs) in given.iter().flatten().zip(others.iter().flatten()) {
        assert_ne!(ours, theirs, "two askers can't tell from references that they asked about one person");
    }
    let ledger = federation.site("mps").join("data/ledger.log");
    for (at, reference) in given.iter().enumerate() {
        for reference in reference {
            let lines = node::ledger::resolve(&ledger, reference).unwrap();
            // CoLP's and BTP's stand in their own ledgers.
            assert!(lines.is_empty() || lines.iter().any(|line| line.subject == Some(at)), "{reference}");
        }
    }
}

fn events(federation: &Federation, question: &Question) -> Vec<Event> {
    let mut events = Vec::new();
    audit::read(&federation.site("mps").join("audit/audit.log"), |entry: Entry| {
        if entry.question == Some(question.id) {
            events.push(entry.event);
        }
    })
    .unwrap();
    events
}

#[tokio::test]
async fn a_broken_subject_is_refused_by_its_place_and_the_rest_are_answered() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let mut probes = list();
    probes[1] = identifier(IdentifierKind::Imei, "490154203237519");
    let question = analyst.question(batch(probes, Granularity::Hit));
    let answer = analyst.send_batch(&question, analyst.sign(&question)).await.unwrap();
    assert!(answer.coverage.is_complete());
    assert_eq!(told(&answer.subjects[1]), all_refuse(Refusal::Malformed));
    assert_eq!(told(&answer.subjects[2]), ["btp none", "colp none", "mps hit"]);

    let events = events(&federation, &question);
    assert!(
        matches!(&events[0], Event::Decided { mode: Some(mode), about: Some(about), .. }
            if mode == "batch" && about == "1 imei, 3 person, 1 vrm"),
        "{events:?}"
    );
    assert!(
        matches!(&events[1], Event::Decided { decision: Decision::Refused { code: Refusal::Malformed, reason }, .. }
            if reason == "subjects[1]: imei"),
        "{events:?}"
    );
    let summary = Told::Batch { subjects: 5, refused: 1, hits: 4 };
    assert!(matches!(&events[2], Event::Released { told, .. } if *told == summary), "{events:?}");
    assert_eq!(events[3..], [Event::Noticed { records: 0 }]);
}

#[tokio::test]
async fn a_batch_is_answered_once_and_only_at_its_own_method() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let question = analyst.question(batch(list(), Granularity::Hit));
    let whole = analyst.sign(&question);
    analyst.send_batch(&question, whole.clone()).await.unwrap();
    let again = analyst.send_batch(&question, whole.clone()).await.unwrap();
    for subject in &again.subjects {
        assert_eq!(told(subject), all_refuse(Refusal::Replayed));
    }
    let search = |probe| Ask::Search(Search { probe, granularity: Granularity::Hit });
    let one = analyst.question(search(person("Paul", "Pairman", "1979-11-22")));
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let mut client = v1::node_client::NodeClient::new(channel);
    let other = analyst.question(batch(list(), Granularity::Hit));
    for status in [
        client.search(analyst.sign(&other)).await.unwrap_err(),
        client.search_batch(analyst.sign(&one)).await.unwrap_err(),
    ] {
        assert_eq!(api::status::refusal(&status), Some(Refusal::Malformed));
    }
    let status = analyst.send_search(other.id, analyst.sign(&other)).await.unwrap_err();
    assert!(status.message().contains("another method"), "{}", status.message());
}

#[tokio::test]
async fn a_batch_over_the_limit_is_refused_whole_and_the_largest_is_answered() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let many = |count| vec![person("Paul", "Pairman", "1979-11-22"); count];
    let largest = analyst.batch(many(200), Granularity::Referral).await.unwrap();
    assert!(largest.coverage.is_complete());
    assert!(largest.subjects.iter().all(|subject| told(subject) == ["btp none", "colp hit", "mps hit"]));
    let over = analyst.batch(many(201), Granularity::Hit).await.unwrap();
    assert!(over.subjects.iter().all(|subject| told(subject) == all_refuse(Refusal::TooLarge)));
    let status = analyst.batch(many(1_001), Granularity::Hit).await.unwrap_err();
    assert!(status.message().contains("subjects: must be between 1 and 1000"), "{}", status.message());
}

#[tokio::test]
async fn a_subject_that_is_no_subject_is_explained_before_anybody_is_asked() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let question =
        analyst.question(batch(vec![person("Paul", "Pairman", "1979-11-22"); 20], Granularity::Hit));
    let mut wire = v1::Question::decode(api::question::encode(&question).as_slice()).unwrap();
    let Some(v1::question::Ask::Batch(subjects)) = &mut wire.ask else { panic!("no batch") };
    let Some(v1::search::Probe::Person(person)) = &mut subjects.subjects[17].probe else { panic!("nobody") };
    person.dob = Some("1979-11-31".to_owned());
    let forged = signed(identity::sign_question(&wire.encode_to_vec(), &analyst.credentials).unwrap());
    let status = analyst.send_batch(&question, forged).await.unwrap_err();
    assert!(status.message().contains("subjects[17].dob: must be a date"), "{}", status.message());
}

#[tokio::test]
async fn a_force_that_misbehaves_is_missing_from_every_subject_and_from_no_other_force() {
    for (conduct, expected) in [
        (Conduct::Hang, "btp late"),
        (Conduct::Older, "btp incompatible"),
        (Conduct::WrongQuestion, "btp incompatible"),
        (Conduct::Refuse(Refusal::Busy), "btp refused busy"),
    ] {
        let plan = Plan::new().node("mps", mps()).node("colp", colp()).stub("btp", conduct);
        let federation = Federation::start(plan).await;
        let mut analyst = federation.analyst();
        analyst.deadline_ms = 1_500;
        let answer = analyst.batch(list(), Granularity::Hit).await.unwrap();
        assert_eq!(answer.coverage.answered(), 2, "{expected}");
        assert_eq!(told(&answer.subjects[3]), [expected, "colp hit", "mps hit"]);
        assert!(answer.subjects.iter().all(|subject| told(subject)[0] == expected));
    }
}
