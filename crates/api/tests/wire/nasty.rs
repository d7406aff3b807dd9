//! The bodies of the fuzz targets in the ordinary suite: over the committed seeds, over sound messages with bytes spoilt, and
//! over random bytes. The seeds are kept in step with the wire: `UPDATE_SEEDS=1 cargo test -p api` writes them anew.

use std::path::{Path, PathBuf};

use api::{batch, question, reply};
use proptest::prelude::*;
use prost::Message;

use crate::fuzzed;
use crate::questions::{asks, question as asked};
use crate::replies::{ID, as_of, search_reply, table_reply};

fn seeds(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target)
}

fn questions() -> Vec<Vec<u8>> {
    asks().into_iter().map(|ask| question::encode(&asked(ask))).collect()
}

/// Releases, each after the byte that picks its reader.
fn releases() -> Vec<Vec<u8>> {
    let search = reply::search_to_wire(ID, as_of(), &search_reply());
    let table = reply::table_to_wire(ID, as_of(), &table_reply());
    let replies = [search_reply(), search_reply()];
    let refused = [Ok(&replies[0]), Err(model::Refusal::Busy), Ok(&replies[1])];
    let many = batch::release_to_wire(ID, as_of(), refused);
    let answer = |release: api::v1::SearchRelease| api::v1::SearchAnswer {
        question_id: ID.0.as_bytes().to_vec(),
        answers: vec![api::v1::ForceSearch { force: "mps".to_owned(), release: Some(release) }],
        ..Default::default()
    };
    vec![
        [&[0][..], &search.encode_to_vec()].concat(),
        [&[7][..], &table.encode_to_vec()].concat(),
        [&[20][..], &many.encode_to_vec()].concat(),
        [&[3][..], &answer(search).encode_to_vec()].concat(),
    ]
}

#[test]
fn seeds_are_of_this_wire_and_read_without_harm() {
    for (target, messages) in [("question", questions()), ("release", releases())] {
        for (at, message) in messages.iter().enumerate() {
            let file = seeds(target).join(at.to_string());
            if std::env::var_os("UPDATE_SEEDS").is_some() {
                std::fs::create_dir_all(seeds(target)).unwrap();
                std::fs::write(&file, message).unwrap();
            }
            let held = std::fs::read(&file).unwrap_or_default();
            assert!(held == *message, "{target} {at} is not of this wire: UPDATE_SEEDS=1 cargo test -p api");
        }
    }
    for message in questions() {
        assert!(fuzzed::question(&message).is_some());
    }
    releases().iter().for_each(|message| fuzzed::release(message));
    for entry in std::fs::read_dir(seeds("filters")).unwrap() {
        fuzzed::filter(&std::fs::read(entry.unwrap().path()).unwrap());
    }
}

/// A sound message with some bytes changed, put in or left out, or cut short.
fn spoilt(messages: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (prop::sample::select(messages), prop::collection::vec(change, 1..5)).prop_map(
        |(mut message, changes)| {
            for (place, byte, how) in changes {
                let at = place.index(message.len().max(1));
                match how {
                    0 => message.insert(at.min(message.len()), byte),
                    1 if at < message.len() => drop(message.remove(at)),
                    2 => message.truncate(at),
                    _ => message.iter_mut().skip(at).take(1).for_each(|held| *held = byte),
                }
            }
            message
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn spoilt_questions_are_read_without_harm(message in spoilt(questions())) {
        fuzzed::question(&message);
    }

    #[test]
    fn spoilt_releases_are_read_without_harm(message in spoilt(releases())) {
        fuzzed::release(&message);
    }

    #[test]
    fn random_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzzed::question(&bytes);
        fuzzed::release(&bytes);
        fuzzed::filter(&bytes);
    }

    #[test]
    fn any_filter_is_read_without_harm(
        dataset: u8,
        words in prop::collection::vec(prop::sample::select(vec![
            "area", "risk_score", "month", "reported_on", "x", "'", "\"", "(", ")", ",", "=", "<", ">=", "and", "or", "in",
            "is", "not", "null", "between", "2024-03", "10", "-1", "99999999999999999999", "2024-13", "\u{1f600}",
        ]), 0..14)
    ) {
        fuzzed::filter(&[&[dataset][..], words.join(" ").as_bytes()].concat());
    }
}
