//! What must hold of whatever a peer sends, one function for each reader. The ordinary suite drives them over seeds and
//! spoilt messages; the fuzz targets, which include this very file, over what a fuzzer finds.

use api::question::{decode, encode};
use api::{answer, batch, reply, v1};
use model::{Ask, Dataset, Filter, Measure, Question, QuestionId, SubjectReply, Tabulation};
use prost::Message;
use uuid::Uuid;

/// The question that every release answers here: its id is put in, as no fuzzer would guess it.
const ID: QuestionId = QuestionId(Uuid::from_u128(7));

/// A question: one that is understood reads the same again after it was written anew.
pub(crate) fn question(bytes: &[u8]) -> Option<Question> {
    match decode(bytes) {
        Ok(question) => {
            assert_eq!(decode(&encode(&question)).as_ref(), Ok(&question));
            Some(question)
        }
        Err(misunderstood) => {
            assert!(!misunderstood.field().is_empty() && misunderstood.to_string().len() < 1_000);
            None
        }
    }
}

/// A filter as an analyst types it, after a byte that picks the dataset: what is understood survives the wire.
pub(crate) fn filter(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let dataset = Dataset::ALL[usize::from(*first) % Dataset::ALL.len()];
    let filter = match Filter::parse(dataset, &String::from_utf8_lossy(rest)) {
        Ok(filter) => filter,
        Err(complaint) => return assert!(!complaint.field.is_empty() && !complaint.why.is_empty()),
    };
    let table = Tabulation::new(dataset, Vec::new(), vec![Measure::Count], Some(filter)).unwrap();
    let asked = Question {
        id: QuestionId(uuid::Builder::from_unix_timestamp_millis(1, &[7; 10]).into_uuid()),
        asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
        purpose: model::Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        circumstances: model::Circumstances::default(),
        audience: ["mps".parse().unwrap()].into(),
        issued_at: jiff::Timestamp::UNIX_EPOCH,
        expires_at: jiff::Timestamp::UNIX_EPOCH,
        ask: Ask::Tabulate(table),
    };
    assert_eq!(decode(&encode(&asked)), Ok(asked));
}

/// A release or an answer, after a byte that picks which: one that is understood survives the wire.
pub(crate) fn release(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let size = usize::from(*first / 6);
    match first % 6 {
        0 => search(rest),
        1 => table(rest, size),
        2 => search_batch(rest, size),
        3 => search_answer(rest),
        4 => table_answer(rest),
        _ => batch_answer(rest, size),
    }
}

fn id() -> Vec<u8> {
    ID.0.as_bytes().to_vec()
}

fn search(bytes: &[u8]) {
    let Ok(wire) = v1::SearchRelease::decode(bytes) else { return };
    if let Ok((as_of, told)) = reply::search_from_wire(ID, v1::SearchRelease { question_id: id(), ..wire }) {
        let again = reply::search_from_wire(ID, reply::search_to_wire(ID, as_of, &told));
        assert_eq!(again, Ok((as_of, told)));
    }
}

fn table(bytes: &[u8], dimensions: usize) {
    let Ok(wire) = v1::TableRelease::decode(bytes) else { return };
    let wire = v1::TableRelease { question_id: id(), ..wire };
    if let Ok((as_of, told)) = reply::table_from_wire(ID, dimensions, wire) {
        let again = reply::table_from_wire(ID, dimensions, reply::table_to_wire(ID, as_of, &told));
        assert_eq!(again, Ok((as_of, told)));
    }
}

fn search_batch(bytes: &[u8], subjects: usize) {
    let Ok(wire) = v1::SearchBatchRelease::decode(bytes) else { return };
    let wire = v1::SearchBatchRelease { question_id: id(), ..wire };
    if let Ok((as_of, told)) = batch::release_from_wire(ID, subjects, wire) {
        assert_eq!(told.len(), subjects);
        let replies = told.iter().map(|subject: &SubjectReply| subject.as_ref().map_err(|code| *code));
        let again = batch::release_from_wire(ID, subjects, batch::release_to_wire(ID, as_of, replies));
        assert_eq!(again, Ok((as_of, told)));
    }
}

fn search_answer(bytes: &[u8]) {
    let Ok(wire) = v1::SearchAnswer::decode(bytes) else { return };
    if let Ok(told) = answer::search_answer_from_wire(ID, v1::SearchAnswer { question_id: id(), ..wire }) {
        answer::search_answer_to_wire(&told);
    }
}

fn table_answer(bytes: &[u8]) {
    let Ok(wire) = v1::TableAnswer::decode(bytes) else { return };
    if let Ok(told) = answer::table_answer_from_wire(ID, v1::TableAnswer { question_id: id(), ..wire }) {
        let again = answer::table_answer_from_wire(ID, answer::table_answer_to_wire(told.clone()));
        assert_eq!(again, Ok(told));
    }
}

fn batch_answer(bytes: &[u8], subjects: usize) {
    let Ok(wire) = v1::SearchBatchAnswer::decode(bytes) else { return };
    if let Ok(told) =
        batch::answer_from_wire(ID, subjects, v1::SearchBatchAnswer { question_id: id(), ..wire })
    {
        assert_eq!(told.subjects.len(), subjects);
        let again = batch::answer_from_wire(ID, subjects, batch::answer_to_wire(&told));
        assert_eq!(again, Ok(told));
    }
}
