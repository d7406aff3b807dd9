//! What is wrong with something a person or a peer wrote: the field, and why, in words that help to mend it.
//! A complaint speaks of the question or the configuration, never of a record.

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct Complaint {
    /// The field as the person wrote or would write it, such as `probe.dob`.
    pub field: String,
    /// A lower-case fragment that says what is wrong and how to mend it.
    pub why: String,
}

impl Complaint {
    /// A complaint about `field`.
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}
