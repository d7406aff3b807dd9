//! `bundle.toml`: which edition of a force's policy a bundle is, in words that custodians can say to each other.

use super::{BundleError, Fault};

/// The version of a bundle and what changed with it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Counts up: a node takes up a higher version only, unless it served that very bundle before.
    pub version: u64,
    /// What changed, for the next custodian and the auditor.
    pub note: String,
}

/// Longest note, in characters.
const NOTE_MAX: usize = 400;

impl Edition {
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, BundleError> {
        let edition: Self = model::config::read(text, file)?;
        let why = if edition.version == 0 {
            "version must be 1 or more"
        } else if edition.note.trim().is_empty() {
            "note must say what changed with this version"
        } else if edition.note.chars().count() > NOTE_MAX {
            "note must have 400 characters at most"
        } else {
            return Ok(edition);
        };
        Err(Fault::of(file, why).into())
    }
}
