//! The chain: each line's hash covers the hash before it and the line's own text.

use std::fmt;

use serde::Serialize;
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
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The line of an entry, with its newline, and the head after it.
pub(crate) fn line<E: Serialize>(head: Head, entry: &E) -> Result<(String, Head), serde_json::Error> {
    let text = serde_json::to_string(entry)?;
    let head = head.after(&text);
    Ok((format!("{head} {text}\n"), head))
}

/// Reads a line without its newline: the entry and the head after it, or what does not fit.
pub(crate) fn follow<E: DeserializeOwned>(head: Head, line: &str) -> Result<(E, Head), &'static str> {
    let (hash, text) = line.split_once(' ').ok_or("the line is not a hash and an entry")?;
    let next = head.after(text);
    if next.to_string() != hash {
        return Err("the hash does not follow from the lines before");
    }
    let entry = serde_json::from_str(text).map_err(|_| "the entry can't be read")?;
    Ok((entry, next))
}
