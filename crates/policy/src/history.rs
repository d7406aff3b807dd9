//! What was released before: the memory against which a new release is weighed.

use jiff::Timestamp;
use model::{Name, QuestionId};

use crate::ReleaseSummary;

/// Earlier releases, oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The releases.
    pub earlier: Vec<Earlier>,
}

/// One earlier release.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// The question it answered.
    pub question: QuestionId,
    /// Who asked.
    pub asker: Name,
    /// When it was released.
    pub released_at: Timestamp,
    /// What it told, in outline.
    pub summary: ReleaseSummary,
}

impl History {
    /// A history without releases.
    pub fn empty() -> Self {
        Self::default()
    }
}
