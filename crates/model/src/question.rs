//! An understood question: who asks, why, whom, until when, and what.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::vocabulary::{LegalBasis, Urgency};
use crate::{Complaint, DelegationId, ForceId, Granularity, Name, Probe, Purpose, Tabulation};

/// Longest time between a question's issue and its expiry.
pub const LIFETIME_MAX: SignedDuration = SignedDuration::from_mins(10);
/// Most subjects that one batch may hold, whatever a force's policy allows.
pub const SUBJECTS_MAX: usize = 1_000;
/// How far a peer's clock may run ahead of ours.
pub const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_secs(30);

/// Names one question in every party's log. A version 7 UUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct QuestionId(pub Uuid);

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The named police operation or case that a question belongs to, such as `Op Lantern` or `CR/2024/0815`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Operation(String);

impl Operation {
    /// The operation as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Operation {
    type Err = Complaint;

    fn from_str(text: &str) -> Result<Self, Complaint> {
        let plain = |c: char| c.is_ascii_alphanumeric() || " -/._".contains(c);
        if (3..=64).contains(&text.len()) && text.trim() == text && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Complaint::new(
                "operation",
                "must be 3 to 64 letters, digits, spaces or -/._ that name the operation or case, such as \"Op Lantern\"",
            ))
        }
    }
}

impl TryFrom<String> for Operation {
    type Error = Complaint;

    fn try_from(text: String) -> Result<Self, Complaint> {
        text.parse()
    }
}

impl From<Operation> for String {
    fn from(operation: Operation) -> Self {
        operation.0
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A question as its asker signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Names the question everywhere.
    pub id: QuestionId,
    /// Who asks. Proven by the signature.
    pub asker: Name,
    /// Why.
    pub purpose: Purpose,
    /// For which operation or case.
    pub operation: Operation,
    /// What else the asker states of why and how urgently.
    pub circumstances: Circumstances,
    /// The forces that may answer.
    pub audience: BTreeSet<ForceId>,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// From when on nobody may answer it.
    pub expires_at: Timestamp,
    /// What is asked.
    pub ask: Ask,
}

/// What the asker states beside purpose and operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The legal basis relied on; none is a fact that is missing, which denies where a policy needs it.
    pub legal_basis: Option<LegalBasis>,
    /// How urgent it is.
    pub urgency: Pressing,
    /// The delegation under which a door asks in the asker's name; none where the asker signs the question.
    pub delegation: Option<DelegationId>,
}

/// How urgent a question is. A threat to life has its reason with it, and no other urgency has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Pressing {
    /// Ordinary work.
    #[default]
    Routine,
    /// Ahead of ordinary work.
    Priority,
    /// Somebody's life is in danger: the asker breaks the glass, for this reason.
    ThreatToLife(Reason),
}

impl Pressing {
    /// The word that policies know it by.
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::Routine => Urgency::Routine,
            Self::Priority => Urgency::Priority,
            Self::ThreatToLife(_) => Urgency::ThreatToLife,
        }
    }

    /// Why the glass is broken, where it is.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Routine | Self::Priority => None,
            Self::ThreatToLife(reason) => Some(reason),
        }
    }
}

/// Longest reason, in characters.
const REASON_MAX: usize = 300;

/// Why the glass is broken, in the asker's words. For the eyes of the home unit: it may name whom it is about, so `Debug`
/// hides it and no log holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The reason as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = Complaint;

    fn from_str(text: &str) -> Result<Self, Complaint> {
        let length = text.chars().count();
        if (10..=REASON_MAX).contains(&length) && text.trim() == text && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            let why = "must say in 10 to 300 characters on one line whose life is in danger and why";
            Err(Complaint::new("break_glass_reason", why))
        }
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Do you hold anything on this?
    Search(Search),
    /// Do you hold anything on each of these? 1 to [`SUBJECTS_MAX`] searches, answered one by one.
    Batch(Vec<Search>),
    /// How much of this do you see?
    Tabulate(Tabulation),
}

/// A search with the rung that the asker would like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What to look for.
    pub probe: Probe,
    /// The rung asked for. The answer may be coarser.
    pub granularity: Granularity,
}

impl Ask {
    /// `search`, `batch` or `tabulate`.
    pub fn mode(&self) -> &'static str {
        match self {
            Self::Search(_) => "search",
            Self::Batch(_) => "batch",
            Self::Tabulate(_) => "tabulate",
        }
    }
}
