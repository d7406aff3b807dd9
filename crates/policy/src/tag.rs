//! Tags: by what two forces notice that they hold the same person, without showing whom. A tag is a keyed hash of a
//! feature under a key of one question, which is made of a key that member forces share and no coordinator holds.
//!
//! ```text
//! question's key = HKDF-SHA256-Expand(forces' key, "bluelamp tag 1" ‖ question's id ‖ subject's place)
//! tag            = the first 8 bytes of HMAC-SHA256(question's key, sort ‖ "told" ‖ feature)
//!                                   or HMAC-SHA256(question's key, sort ‖ "none" ‖ number ‖ force)
//! ```
//!
//! Without the key a tag is a random number. Tags of two questions, and of two subjects of a batch, have nothing in
//! common. A release holds as many whatever was found: the rest are of the same making, over the force's own name.

use std::collections::BTreeSet;
use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use model::{ForceId, PersonTags, SameBy};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Permit;

/// How many tags of each sort a release holds.
pub const TAGS: usize = 16;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// What keys of questions are made for.
const PURPOSE: &[u8] = b"bluelamp tag 1";

/// A key that member forces share, and no coordinator holds. Never shows itself, and is wiped from memory when dropped.
#[derive(Clone)]
pub struct TagKey(Zeroizing<[u8; KEY_BYTES]>);

/// Why a text is no key. Does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "does not hold a tag key, which is 64 hexadecimal digits; copy the file from the force that minted it, or mint \
     one for all member forces with bluelamp pki tag-key"
)]
pub struct BadTagKey;

impl TagKey {
    /// A key of random bytes.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the text of a key's file.
    pub fn parse(text: &str) -> Result<Self, BadTagKey> {
        let digits = text.trim().as_bytes();
        let mut key = Self::new([0; KEY_BYTES]);
        if digits.len() != 2 * KEY_BYTES {
            return Err(BadTagKey);
        }
        for (byte, pair) in key.0.iter_mut().zip(digits.chunks_exact(2)) {
            for &digit in pair {
                let value = char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
                *byte = *byte << 4 | value.ok_or(BadTagKey)?;
            }
        }
        // All bytes alike is what a file that was never filled in looks like.
        let first = key.0.first().copied();
        if key.0.iter().all(|&byte| Some(byte) == first) { Err(BadTagKey) } else { Ok(key) }
    }

    /// The text of a key's file.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * KEY_BYTES + 1));
        for digit in self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
            text.extend(char::from_digit(digit.into(), 16));
        }
        text.push('\n');
        text
    }
}

impl fmt::Debug for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TagKey(redacted)")
    }
}

/// How a force tags the persons that it matched.
#[derive(Debug, Clone)]
pub struct Tagging {
    key: TagKey,
    force: ForceId,
}

impl Tagging {
    /// Tags of `force` under the key that it shares with others.
    pub fn new(key: TagKey, force: ForceId) -> Self {
        Self { key, force }
    }

    /// As many tags of each sort as any release holds; the first features are told, where there are more.
    pub(crate) fn tags<'m>(
        &self,
        permit: &Permit,
        features: impl Iterator<Item = &'m (SameBy, Vec<u8>)> + Clone,
    ) -> Option<PersonTags> {
        let keyed = self.of_question(permit)?;
        let of = |by| {
            let told =
                features.clone().filter(move |(of, _)| *of == by).map(|(_, feature)| feature.as_slice());
            self.filled(&keyed, by, told)
        };
        Some(PersonTags { name: of(SameBy::Name), sound: of(SameBy::Sound) })
    }

    /// The keyed hash of one question, or one subject of a batch. Keys of this length always make one; there are no
    /// tags rather than tags under another key.
    fn of_question(&self, permit: &Permit) -> Option<Hmac<Sha256>> {
        let place = permit.subject.and_then(|place| u64::try_from(place).ok()).unwrap_or(u64::MAX);
        let question = permit.question.0;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let info = [PURPOSE, question.as_bytes(), &place.to_be_bytes()];
        // The forces' key is random and as long as a hash: it needs no extraction.
        let hkdf = Hkdf::<Sha256>::from_prk(self.key.0.as_slice()).ok()?;
        hkdf.expand_multi_info(&info, key.as_mut_slice()).ok()?;
        Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()
    }

    /// The tags of what is told, filled up with tags that no other force has.
    fn filled<'m>(&self, keyed: &Hmac<Sha256>, by: SameBy, told: impl Iterator<Item = &'m [u8]>) -> Vec<u64> {
        let sort: &[u8] = match by {
            SameBy::Name => b"name ",
            SameBy::Sound => b"sound",
        };
        let mut tags = BTreeSet::new();
        for feature in told {
            if tags.len() < TAGS {
                tags.insert(tag(keyed, [sort, b"told", feature, &[]]));
            }
        }
        let mut nobody = 0_u64;
        while tags.len() < TAGS {
            tags.insert(tag(keyed, [sort, b"none", &nobody.to_be_bytes(), self.force.as_str().as_bytes()]));
            nobody += 1;
        }
        tags.into_iter().collect()
    }
}

fn tag(keyed: &Hmac<Sha256>, parts: [&[u8]; 4]) -> u64 {
    let mac = parts.into_iter().fold(keyed.clone(), |mac, part| mac.chain_update(part));
    let bytes = mac.finalize().into_bytes();
    bytes.iter().take(8).fold(0, |tag, &byte| tag << 8 | u64::from(byte))
}
