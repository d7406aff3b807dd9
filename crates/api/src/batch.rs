//! Batches between model and wire: the subjects of a question, what a force releases to them, what a coordinator
//! merges. What is wrong with one subject names it by its place, from 0: `subjects[17].dob`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::question::SUBJECTS_MAX;
use model::{
    BatchAnswer, Coverage, ForceId, Outcome, QuestionId, Refusal, Search, SearchAnswer, SearchReply,
    SubjectReply,
};
use prost::Message;

use crate::answer::{coverage_from_wire, coverage_to_wire};
use crate::question::{Misunderstood, malformed, moment, newer, search_from_wire, search_to_wire, word};
use crate::reply::{answers, bare, told};
use crate::same;
use crate::v1;
use crate::v1::subject_release::Outcome as Released;
use crate::words::Word;

/// Most bytes that the subjects of one question may take on the wire: with its signature and chain, the question
/// stays under [`REQUEST_BYTES_MAX`](crate::REQUEST_BYTES_MAX).
pub const SUBJECTS_BYTES_MAX: usize = 256 * 1024;

/// Most bytes that the release to one subject takes. More can't be told: each kind, confidence, dataset and category
/// has one line.
const RELEASE_BYTES_MAX: usize = 64 * 1024;

/// Largest answer to a batch, in bytes: what one force can release to the most subjects, or many forces together.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Most bytes that a force's release to so many subjects takes.
pub fn release_bytes_max(subjects: usize) -> usize {
    subjects.saturating_add(1).saturating_mul(RELEASE_BYTES_MAX).min(ANSWER_BYTES_MAX)
}

/// How many bytes a subject takes in a batch on the wire, at the most.
pub fn subject_bytes(search: &Search) -> usize {
    /// The field's tag and the length that stands before the subject.
    const FRAME: usize = 6;
    search_to_wire(search).encoded_len().saturating_add(FRAME)
}

pub(crate) fn to_wire(subjects: &[Search]) -> v1::SearchBatch {
    v1::SearchBatch { subjects: subjects.iter().map(search_to_wire).collect() }
}

pub(crate) fn from_wire(batch: v1::SearchBatch) -> Result<Vec<Search>, Misunderstood> {
    if batch.subjects.is_empty() || batch.subjects.len() > SUBJECTS_MAX {
        return Err(malformed("subjects", "must be between 1 and 1000"));
    }
    let subject = |(at, search)| search_from_wire(search).map_err(|wrong| wrong.of_subject(at));
    batch.subjects.into_iter().enumerate().map(subject).collect()
}

/// What a force releases to a batch, one outcome for each subject, as it travels.
pub fn release_to_wire<'a>(
    question: QuestionId,
    as_of: Timestamp,
    subjects: impl IntoIterator<Item = Result<&'a SearchReply, Refusal>>,
) -> v1::SearchBatchRelease {
    let subject = |outcome: Result<&SearchReply, Refusal>| v1::SubjectRelease {
        outcome: Some(match outcome {
            Ok(reply) => Released::Reply(bare(reply)),
            Err(code) => Released::Refusal(code.number()),
        }),
    };
    v1::SearchBatchRelease {
        question_id: question.0.as_bytes().to_vec(),
        as_of_ms: as_of.as_millisecond(),
        subjects: subjects.into_iter().map(subject).collect(),
    }
}

/// Reads what a force released to a batch. It must answer `question`, and each of its `subjects` once.
pub fn release_from_wire(
    question: QuestionId,
    subjects: usize,
    release: v1::SearchBatchRelease,
) -> Result<(Timestamp, Vec<SubjectReply>), Misunderstood> {
    answers(question, &release.question_id)?;
    as_many(subjects, release.subjects.len())?;
    let subject = |(at, subject): (usize, v1::SubjectRelease)| {
        let outcome = match subject.outcome {
            Some(Released::Reply(reply)) => told(reply).map(Ok),
            Some(Released::Refusal(code)) => word("refusal", code).map(Err),
            // A kind of outcome that this build does not know must never pass for "no hit".
            None => Err(newer("outcome", "is of a kind that this build does not know")),
        };
        outcome.map_err(|wrong| wrong.of_subject(at))
    };
    let replies = release.subjects.into_iter().enumerate().map(subject).collect::<Result<_, _>>()?;
    Ok((moment("as_of_ms", release.as_of_ms)?, replies))
}

/// A merged answer to a batch as it travels.
pub fn answer_to_wire(answer: &BatchAnswer) -> v1::SearchBatchAnswer {
    v1::SearchBatchAnswer {
        question_id: answer.question.0.as_bytes().to_vec(),
        coverage: coverage_to_wire(&answer.coverage),
        subjects: answer.subjects.iter().map(|subject| subject_to_wire(&answer.coverage, subject)).collect(),
    }
}

/// Whether a merged answer is one that may be sent. A force's release always does; those of many forces together may not.
pub fn fits(answer: &v1::SearchBatchAnswer) -> bool {
    answer.encoded_len() <= ANSWER_BYTES_MAX
}

/// Reads a merged answer to a batch of `subjects`. Each force that answered the batch must stand under every subject
/// with a reply or a refusal, and no other force may (invariant 6).
pub fn answer_from_wire(
    question: QuestionId,
    subjects: usize,
    answer: v1::SearchBatchAnswer,
) -> Result<BatchAnswer, Misunderstood> {
    answers(question, &answer.question_id)?;
    as_many(subjects, answer.subjects.len())?;
    let coverage = coverage_from_wire(answer.coverage)?;
    let subject = |(at, subject)| {
        subject_from_wire(question, &coverage, subject).map_err(|wrong: Misunderstood| wrong.of_subject(at))
    };
    let subjects = answer.subjects.into_iter().enumerate().map(subject).collect::<Result<_, _>>()?;
    Ok(BatchAnswer { question, coverage, subjects })
}

fn as_many(asked: usize, told: usize) -> Result<(), Misunderstood> {
    if asked == told {
        return Ok(());
    }
    Err(malformed("subjects", "are not as many as were asked about"))
}

fn subject_to_wire(batch: &Coverage, subject: &SearchAnswer) -> v1::SubjectAnswer {
    let answered = batch.forces.iter().filter(|line| matches!(line.outcome, Outcome::Answered { .. }));
    let refusal = |force: &ForceId| {
        subject.coverage.forces.iter().find(|line| line.force == *force).and_then(|line| match line.outcome {
            Outcome::Refused(code) => {
                Some(v1::ForceRefusal { force: force.to_string(), refusal: code.number() })
            }
            _ => None,
        })
    };
    v1::SubjectAnswer {
        answers: subject
            .answers
            .iter()
            .map(|(force, reply)| v1::ForceSearch { force: force.to_string(), release: Some(bare(reply)) })
            .collect(),
        refusals: answered.filter_map(|line| refusal(&line.force)).collect(),
        same_person: same::to_wire(&subject.same_person),
    }
}

fn subject_from_wire(
    question: QuestionId,
    batch: &Coverage,
    subject: v1::SubjectAnswer,
) -> Result<SearchAnswer, Misunderstood> {
    let mut replies: BTreeMap<ForceId, SubjectReply> = BTreeMap::new();
    for answer in subject.answers {
        let release = answer.release.ok_or_else(|| malformed("answers", "hold a force without a release"))?;
        once(replies.insert(answer.force.parse()?, Ok(told(release)?)))?;
    }
    for refusal in subject.refusals {
        once(replies.insert(refusal.force.parse()?, Err(word("refusal", refusal.refusal)?)))?;
    }
    let mut coverage = batch.clone();
    let mut answers = Vec::with_capacity(replies.len());
    for line in coverage.forces.iter_mut().filter(|line| matches!(line.outcome, Outcome::Answered { .. })) {
        match replies.remove(&line.force) {
            Some(Ok(reply)) => answers.push((line.force.clone(), reply)),
            Some(Err(code)) => line.outcome = Outcome::Refused(code),
            None => return Err(malformed("answers", "lack a force that answered")),
        }
    }
    if replies.is_empty() {
        let same_person = same::from_wire(subject.same_person, answers.iter().map(|(force, _)| force))?;
        Ok(SearchAnswer { question, coverage, answers, same_person })
    } else {
        Err(malformed("answers", "hold a force that did not answer"))
    }
}

fn once(earlier: Option<SubjectReply>) -> Result<(), Misunderstood> {
    earlier.map_or(Ok(()), |_| Err(malformed("answers", "hold a force twice")))
}
