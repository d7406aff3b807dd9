//! Batches: a permit for each subject, the limit on their number, and no findings under another subject's permit.

use model::probe::OrganisationProbe;
use model::vocabulary::EntityKind;
use model::{
    Ask, Dataset, Granularity, LabelId, LabelTable, Principal, Probability, Probe, Question, Refusal, Reply,
    Search, SearchReply,
};
use policy::{Bundle, Denial, Findings, History, Match, Permit, Policy};

use crate::support::{
    DISCLOSURE, LAX, PERMIT_ALL, Still, authorise, files, now, ordinary, person, policy, question,
};

const PEOPLE_ONLY: &str =
    "@id(\"people\") permit (principal, action, resource) when { context.entity == \"person\" };";

fn someone() -> Search {
    match person(Granularity::Referral) {
        Ask::Search(search) => search,
        _ => unreachable!("a person is searched for"),
    }
}

fn some_firm() -> Search {
    let probe = OrganisationProbe { name: "Marlow Ltd".to_owned(), postcode: None };
    Search { probe: Probe::Organisation(probe), granularity: Granularity::Referral }
}

fn people() -> LabelTable {
    vec![ordinary(Dataset::Person)].into()
}

fn permits(policy: &Policy, asked: &Question) -> Result<Vec<Result<Permit, Denial>>, Denial> {
    let principal = Principal::named(asked.asker.clone());
    policy.authorise_batch(&principal, asked, &people(), now())
}

fn batch(policy: &Policy, subjects: Vec<Search>) -> Result<Vec<Result<Permit, Denial>>, Denial> {
    permits(policy, &question(Ask::Batch(subjects)))
}

fn findings(permit: &Permit, record: &str) -> Findings {
    let mut findings = Findings::for_search(permit);
    findings.add_match(Match {
        entity: EntityKind::Person,
        record: record.to_owned(),
        labels: vec![LabelId(0)],
        confidence: Probability::clamped(0.97),
        facets: vec![],
        features: vec![],
    });
    findings
}

fn released(policy: &Policy, permit: Permit, findings: Findings) -> Result<SearchReply, Denial> {
    let release = policy.release(permit, findings, &History::empty(), now(), &mut Still(1))?;
    match release.into_reply() {
        Reply::Search(reply) => Ok(reply),
        Reply::Table(_) => panic!("a search was answered with a table"),
    }
}

#[test]
fn a_bundle_limits_the_number_of_subjects() {
    let limited = |limit: &str| {
        let disclosure = format!("{DISCLOSURE}{limit}");
        Bundle::compile(&files(PERMIT_ALL, &[("disclosure.toml", &disclosure)]))
    };
    for (limit, subjects, expected) in [
        ("", 1, None),
        ("", 200, None),
        ("", 201, Some(Refusal::TooLarge)),
        ("subjects_max = 3", 3, None),
        ("subjects_max = 3", 4, Some(Refusal::TooLarge)),
        ("subjects_max = 1000", 1_000, None),
        ("", 0, Some(Refusal::Malformed)),
    ] {
        let policy = Policy::new(limited(limit).unwrap(), "Test desk".to_owned());
        let code = batch(&policy, vec![someone(); subjects]).err().map(|denial| denial.code);
        assert_eq!(code, expected, "{subjects} under {limit:?}");
    }
    for limit in ["subjects_max = 0", "subjects_max = 1001"] {
        let error = limited(limit).unwrap_err().to_string();
        assert!(error.contains(&format!("[limits] {limit} must be 1 to 1000")), "{error}");
    }
}

#[test]
fn each_subject_is_decided_for_itself_and_a_batch_without_any_is_denied_whole() {
    let people_only = policy(PEOPLE_ONLY);
    let decided = |subjects| {
        let told = |permit: Result<Permit, Denial>| match permit {
            Ok(permit) => format!("{:?} {:?}", permit.subject(), permit.rung().unwrap()),
            Err(denial) => denial.code.to_string(),
        };
        batch(&people_only, subjects).map(|permits| permits.into_iter().map(told).collect::<Vec<_>>())
    };
    assert_eq!(
        decided(vec![someone(), some_firm(), someone()]).unwrap(),
        ["Some(0) Referral", "not_permitted", "Some(2) Referral"]
    );
    assert_eq!(decided(vec![some_firm(), some_firm()]).unwrap_err().code, Refusal::NotPermitted);
}

#[test]
fn a_subject_is_told_what_a_search_of_its_own_would_be() {
    let alone = authorise(&LAX, &question(Ask::Search(someone())), &people()).unwrap();
    let found = findings(&alone, "M1");
    let expected = released(&LAX, alone, found).unwrap();
    for permit in batch(&LAX, vec![someone(), someone()]).unwrap() {
        let permit = permit.unwrap();
        let found = findings(&permit, "M1");
        assert_eq!(released(&LAX, permit, found).unwrap(), expected);
    }
}

#[test]
fn findings_of_another_subject_are_not_released() {
    let two = || batch(&LAX, vec![someone(), someone()]).unwrap().into_iter().map(Result::unwrap);
    let whole = || authorise(&LAX, &question(Ask::Search(someone())), &people()).unwrap();
    let (one, other) = (|| two().next().unwrap(), || two().nth(1).unwrap());
    for (permit, foreign) in [(one(), other()), (other(), one()), (one(), whole()), (whole(), one())] {
        let denied = released(&LAX, permit, findings(&foreign, "M1")).unwrap_err();
        assert_eq!(denied.code, Refusal::Failed);
    }
}

#[test]
fn a_batch_and_a_search_are_not_permitted_as_each_other() {
    let asked = question(Ask::Batch(vec![someone()]));
    assert_eq!(authorise(&LAX, &asked, &people()).unwrap_err().code, Refusal::Malformed);
    assert_eq!(permits(&LAX, &question(Ask::Search(someone()))).unwrap_err().code, Refusal::Malformed);
}

#[test]
fn a_batch_is_held_to_its_asker_and_its_time_like_any_question() {
    let mut stale = question(Ask::Batch(vec![someone()]));
    stale.expires_at = now();
    assert_eq!(permits(&LAX, &stale).unwrap_err().code, Refusal::NotInTime);
    let asked = question(Ask::Batch(vec![someone()]));
    let stranger = Principal::named("spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap());
    let denied = LAX.authorise_batch(&stranger, &asked, &people(), now()).unwrap_err();
    assert_eq!(denied.code, Refusal::NotAuthentic);
}
