//! The chain: each line's hash covers the hash before it and the line's own text.

use std::fmt;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// The hash of the whole chain up to an entry. Publishing one pins everything before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Head([u8; 32]);

impl Head {
    /// The head of an empty log.
    pub const EMPTY: Self = Self([0; 32]);

    /// The head after a line with this text.
    pub(crate) fn after(self, text: &str) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(text.as_bytes()).finalize().into())
    }

    /// The head after `line`, a hash and a text, where it follows.
    pub(crate) fn before(self, line: &str) -> Option<Self> {
        let (hash, text) = line.split_once(' ')?;
        let next = self.after(text);
        (next.to_string() == hash).then_some(next)
    }

    /// A head as it is displayed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut head = [0; 32];
        hex::decode_to_slice(text, &mut head).ok()?;
        Some(Self(head))
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The line of an entry in JSON, with its newline, and the head after it.
pub(crate) fn line(head: Head, text: &str) -> (String, Head) {
    let head = head.after(text);
    (format!("{head} {text}\n"), head)
}

/// Reads a line without its newline: the entry and the head after it, or what does not fit.
pub(crate) fn follow<E: DeserializeOwned>(head: Head, line: &str) -> Result<(E, Head), &'static str> {
    let (_, text) = line.split_once(' ').ok_or("the line is not a hash and an entry")?;
    let next = head.before(line).ok_or("the hash does not follow from the lines before")?;
    let entry = serde_json::from_str(text).map_err(|_| "the entry can't be read")?;
    Ok((entry, next))
}
