//! Blocking keys of organisations: the whole name, its telling words by sound, and its first letters.
//! Common words such as `trading` are no key unless a name has no other.

use super::name::{is_telling, words};
use super::record::OrganisationRecord;
use super::subject::OrganisationSubject;
use crate::hash::KeyHasher;
use crate::keys::Keys;
use crate::name::{Phones, Sound};

/// The most keys of one record or probe.
pub const KEYS_MAX: usize = 32;

/// The keys that a record is indexed under.
pub fn record_keys(record: &OrganisationRecord) -> Vec<u64> {
    keys(record.view().name_forms())
}

/// The keys that a probe asks under.
pub fn probe_keys(subject: &OrganisationSubject) -> Vec<u64> {
    keys(subject.names.iter().map(String::as_str))
}

fn keys<'a>(names: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let mut keys = Keys::with_room_for(KEYS_MAX);
    for name in names {
        keys.add(KeyHasher::new(b'o').bytes(name.bytes().filter(|&b| b != b' ')).finish());
        let telling = words(name).any(is_telling);
        for word in words(name).filter(|word| is_telling(word) || !telling) {
            keys.add(KeyHasher::new(b'w').bytes(Sound::of(&Phones::of(word)).bytes()).finish());
        }
        let start: Vec<u8> = name.bytes().filter(|&b| b != b' ').take(5).collect();
        keys.add(KeyHasher::new(b's').bytes(start).finish());
    }
    keys.into_vec()
}
