//! Batches survive the wire, what does not fit the question is refused, and the largest release fits a message.

use api::batch::ANSWER_BYTES_MAX;
use api::{batch, v1};
use jiff::Timestamp;
use model::answer::ForceCoverage;
use model::question::SUBJECTS_MAX;
use model::reply::{LinkedLine, MatchLine, Referral};
use model::vocabulary::{EntityKind, GradingBand, ThreatCategory};
use model::{
    BatchAnswer, CountBand, Coverage, Dataset, ForceId, Granularity, Outcome, PersonTags, QuestionId,
    Refusal, SamePerson, SearchAnswer, SearchReply, SubjectReply, Yardstick,
};
use prost::Message;
use uuid::Uuid;

const ID: QuestionId = QuestionId(Uuid::from_u128(7));

fn as_of() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn no_hit() -> SearchReply {
    SearchReply {
        granularity: Granularity::Picture,
        hit: Some(false),
        matches: vec![],
        referral: None,
        tags: None,
    }
}

/// A reply with every line, every category and the longest texts that can be told.
fn fullest() -> SearchReply {
    let years = Some((i16::MAX, i16::MAX));
    let linked = |dataset| {
        let line = move |category| LinkedLine { dataset, count: CountBand::TenOrMore, category, years };
        ThreatCategory::ALL.iter().copied().map(Some).chain([None]).map(line)
    };
    let line = |(&entity, &confidence)| MatchLine {
        entity,
        confidence,
        count: CountBand::TenOrMore,
        categories: ThreatCategory::ALL.to_vec(),
        years,
        grading: Some(GradingBand::Weak),
        linked: [Dataset::Report, Dataset::Threat, Dataset::Object].into_iter().flat_map(linked).collect(),
    };
    let kinds = EntityKind::ALL.iter().flat_map(|kind| Yardstick::ALL.iter().map(move |word| (kind, word)));
    SearchReply {
        granularity: Granularity::Referral,
        hit: Some(true),
        matches: kinds.map(line).collect(),
        referral: Some(Referral { desk: "d".repeat(512), reference: "R".repeat(26) }),
        tags: Some(PersonTags { name: (0..64).collect(), sound: (0..64).collect() }),
    }
}

fn release(subjects: &[SubjectReply]) -> v1::SearchBatchRelease {
    batch::release_to_wire(ID, as_of(), subjects.iter().map(|s| s.as_ref().map_err(|code| *code)))
}

fn force(name: &str) -> ForceId {
    name.parse().unwrap()
}

/// MPS answers both subjects, CoLP refuses the second, BTP was late for the batch.
fn answer() -> BatchAnswer {
    let answered = || Outcome::Answered { as_of: as_of(), reply: () };
    let coverage = |colp| Coverage {
        forces: [("btp", Outcome::Late), ("colp", colp), ("mps", answered())]
            .map(|(name, outcome)| ForceCoverage { force: force(name), outcome })
            .to_vec(),
    };
    let refused = coverage(Outcome::Refused(Refusal::NotPermitted));
    BatchAnswer {
        question: ID,
        coverage: coverage(answered()),
        subjects: vec![
            SearchAnswer {
                question: ID,
                coverage: coverage(answered()),
                answers: vec![(force("colp"), no_hit()), (force("mps"), fullest())],
                same_person: vec![SamePerson {
                    forces: vec![force("colp"), force("mps")],
                    confidence: Yardstick::AlmostCertain,
                }],
            },
            SearchAnswer {
                question: ID,
                coverage: refused,
                answers: vec![(force("mps"), no_hit())],
                same_person: vec![],
            },
        ],
    }
}

#[test]
fn batches_survive_the_wire() {
    let subjects = [Ok(no_hit()), Err(Refusal::NotPermitted), Ok(fullest())];
    let read = batch::release_from_wire(ID, 3, release(&subjects)).unwrap();
    assert_eq!(read, (as_of(), subjects.to_vec()));
    assert_eq!(batch::answer_from_wire(ID, 2, batch::answer_to_wire(&answer())).unwrap(), answer());
}

#[test]
fn a_release_that_does_not_fit_the_batch_is_refused() {
    type Change = fn(&mut v1::SearchBatchRelease);
    for (change, part) in [
        ((|w| w.question_id = vec![0; 16]) as Change, "another question"),
        (|w| w.subjects.truncate(1), "as many"),
        (|w| w.subjects.push(v1::SubjectRelease::default()), "as many"),
        (|w| w.subjects[1].outcome = None, "subjects[1].outcome: is of a kind"),
        (
            |w| w.subjects[1].outcome = Some(v1::subject_release::Outcome::Refusal(77)),
            "subjects[1].refusal: holds a word",
        ),
        (
            |w| {
                let lower = v1::SearchRelease {
                    granularity: v1::Granularity::Acknowledged.into(),
                    hit: Some(true),
                    ..v1::SearchRelease::default()
                };
                w.subjects[0].outcome = Some(v1::subject_release::Outcome::Reply(lower));
            },
            "subjects[0].granularity: the release tells more than its rung",
        ),
    ] {
        let mut wire = release(&[Ok(no_hit()), Ok(no_hit())]);
        change(&mut wire);
        let complaint = batch::release_from_wire(ID, 2, wire).unwrap_err().to_string();
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn an_answer_that_leaves_a_force_in_doubt_is_refused() {
    type Change = fn(&mut v1::SearchBatchAnswer);
    let refusal = |force: &str| v1::ForceRefusal { force: force.into(), refusal: v1::Refusal::Failed.into() };
    for (change, part) in [
        ((|w| w.question_id.clear()) as Change, "another question"),
        (|w| w.subjects.truncate(1), "as many"),
        (|w| w.subjects[1].refusals.clear(), "subjects[1].answers: lack a force"),
        (|w| w.subjects[0].answers[0].force = "btp".into(), "lack a force"),
        (|w| w.subjects[0].answers[0].force = "mps".into(), "hold a force twice"),
        (|w| w.subjects[0].answers[0].release = None, "without a release"),
    ] {
        let mut wire = batch::answer_to_wire(&answer());
        change(&mut wire);
        let complaint = batch::answer_from_wire(ID, 2, wire).unwrap_err().to_string();
        assert!(complaint.contains(part), "{complaint}");
    }
    for (name, part) in [("btp", "did not answer"), ("narnia", "did not answer"), ("mps", "twice")] {
        let mut wire = batch::answer_to_wire(&answer());
        wire.subjects[0].refusals.push(refusal(name));
        let complaint = batch::answer_from_wire(ID, 2, wire).unwrap_err().to_string();
        assert!(complaint.contains(part), "{complaint}");
    }
}

/// A node can't refuse an answer for its size, which would tell of its records: the largest must fit.
#[test]
fn the_largest_release_fits_the_bound_of_its_batch() {
    for subjects in [1, 200, SUBJECTS_MAX] {
        let bytes = release(&vec![Ok(fullest()); subjects]).encoded_len();
        let bound = batch::release_bytes_max(subjects);
        assert!(bytes < bound && bound <= ANSWER_BYTES_MAX, "{bytes} bytes of {bound}");
    }
    let mut merged = batch::answer_to_wire(&answer());
    assert!(batch::fits(&merged));
    merged.subjects = vec![merged.subjects[0].clone(); 2_000];
    assert!(!batch::fits(&merged), "{} bytes", merged.encoded_len());
}
