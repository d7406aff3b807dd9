//! Whom a question is about, as a keyed hash: enough to notice the same subject again, worthless without the node's own
//! secret. Values that are searched for are not kept.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 32;
/// Bytes of a key: two subjects share one less often than once in 2⁶⁴ pairs.
const KEY_BYTES: usize = 16;

/// What a node keys its subjects with. Never leaves the node, never shows itself, and is wiped when dropped.
pub struct SubjectSecret(Zeroizing<[u8; SECRET_BYTES]>);

impl SubjectSecret {
    /// A secret of random bytes.
    pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the text of a secret's file, 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        hexadecimal(text.trim()).map(Self::new)
    }

    /// The key of a subject, given as its kind and its parts in the form in which equal ones are equal.
    pub fn key(&self, kind: &str, parts: &[&str]) -> SubjectKey {
        let mut key = SubjectKey([0; KEY_BYTES]);
        // A key of 32 bytes fits HMAC-SHA-256; were it otherwise, all subjects would be one, which only limits more.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return key };
        for part in std::iter::once(&kind).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        for (byte, hashed) in key.0.iter_mut().zip(mac.finalize().into_bytes()) {
            *byte = hashed;
        }
        key
    }
}

impl fmt::Debug for SubjectSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectSecret(…)")
    }
}

/// One subject, under one node's secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectKey([u8; KEY_BYTES]);

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

impl From<SubjectKey> for String {
    fn from(key: SubjectKey) -> Self {
        hex::encode(key.0)
    }
}

impl TryFrom<String> for SubjectKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        hexadecimal(&text).map(Self).ok_or("is not 32 hexadecimal digits")
    }
}

fn hexadecimal<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}
