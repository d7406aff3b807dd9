//! Why a question may not be answered: a fixed code for the peer, the story for the home log.

use model::Refusal;

/// A denied question. Only `code` may leave the force (invariant 5).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {reason}")]
pub struct Denial {
    /// What the peer is told.
    pub code: Refusal,
    /// What the home log says.
    pub reason: String,
    /// The policies that decided, by their `@id`; empty when no permit applied.
    pub policies: Vec<String>,
    /// Whom at home the policies tell.
    pub alerts: Vec<Alert>,
}

/// A home unit that a policy tells of a question, by its `@notify`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Alert {
    /// The unit or desk.
    pub unit: String,
    /// The policy, by its `@id`.
    pub policy: String,
}

impl Denial {
    pub(crate) fn new(code: Refusal, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), policies: Vec::new(), alerts: Vec::new() }
    }
}
