//! Blocking keys of addresses: the postcode; a house number with the sound of a word; two words by their sounds.
//! Any one of postcode, number and a word may be wrong, and another key still brings the record up.

use super::compare::span;
use super::record::AddressRecord;
use super::subject::AddressSubject;
use super::text::is_type;
use crate::hash::KeyHasher;
use crate::keys::Keys;
use crate::name::{Phones, Sound};
use crate::postcode;

/// The most keys of one record or probe.
pub const KEYS_MAX: usize = 32;

/// Words that keys are made of.
const WORDS_MAX: usize = 5;

/// The keys that a record is indexed under.
pub fn record_keys(record: &AddressRecord) -> Vec<u64> {
    keys(record.postcode.as_deref(), record.number.as_deref(), record.words.split(' '))
}

/// The keys that a probe asks under.
pub fn probe_keys(subject: &AddressSubject) -> Vec<u64> {
    let postcode = subject.postcode.as_ref().map(postcode::Postcode::as_str);
    keys(postcode, subject.number.as_deref(), subject.words.iter().map(String::as_str))
}

fn keys<'a>(
    postcode: Option<&str>,
    number: Option<&str>,
    words: impl Iterator<Item = &'a str> + Clone,
) -> Vec<u64> {
    let mut keys = Keys::with_room_for(KEYS_MAX);
    if let Some(postcode) = postcode.filter(|postcode| postcode::parts(postcode).1.is_some()) {
        keys.add(KeyHasher::new(b'p').text(postcode).finish());
    }
    let telling = words.clone().any(|word| !is_type(word));
    let words = words.filter(|word| !word.is_empty() && (!is_type(word) || !telling)).take(WORDS_MAX);
    let sounds: Vec<Sound> =
        words.map(|word| Sound::of(&Phones::of(word))).filter(|sound| sound.len() > 0).collect();
    if let Some((from, to)) = number.map(span) {
        for house in [from, to] {
            for sound in &sounds {
                keys.add(KeyHasher::new(b'h').bytes(house.to_le_bytes()).bytes(sound.bytes()).finish());
            }
        }
    }
    for (at, first) in sounds.iter().enumerate() {
        for second in sounds.iter().skip(at + 1) {
            let (a, b) = (first.min(second), first.max(second));
            keys.add(KeyHasher::new(b'w').bytes(a.bytes()).bytes(b.bytes()).finish());
        }
    }
    keys.into_vec()
}
