//! The one thing that may leave, with what its making leaves behind at home.
//! Only [`Policy::release`](crate::Policy::release) makes one (invariant 2).

use std::fmt;

use jiff::Timestamp;
use model::{Granularity, Name, QuestionId, Reply};

use crate::{Alert, Kept};

/// A reply that passed disclosure control.
pub struct Release {
    reply: Reply,
    home: HomeRecord,
    summary: ReleaseSummary,
}

impl Release {
    pub(crate) fn new(reply: Reply, home: HomeRecord, summary: ReleaseSummary) -> Self {
        Self { reply, home, summary }
    }

    /// What may leave.
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// What stays at home.
    pub fn home(&self) -> &HomeRecord {
        &self.home
    }

    /// What is to be remembered of a table, taken out of what stays at home.
    pub fn take_kept(&mut self) -> Option<Kept> {
        self.home.kept.take()
    }

    /// What was told, in outline, for the audit entry.
    pub fn summary(&self) -> ReleaseSummary {
        self.summary
    }

    /// The reply alone.
    pub fn into_reply(self) -> Reply {
        self.reply
    }

    /// The reply to send, and the record to keep.
    pub fn split(self) -> (Reply, HomeRecord) {
        (self.reply, self.home)
    }
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Release({})", if self.summary.rung.is_some() { "search" } else { "table" })
    }
}

/// What a release leaves behind: the custodian's notices, and what its referral refers to. Has no `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HomeRecord {
    /// Who asked about silent records.
    pub notices: Vec<Notice>,
    /// What the reply's reference stands for.
    pub referral: Option<HomeReferral>,
    /// The units that policies tell of this question.
    pub alerts: Vec<Alert>,
    /// What is remembered of a table: to be kept before the reply leaves. None of a repeated answer.
    pub kept: Option<Kept>,
}

/// Somebody asked about a silent record.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The record.
    pub record: String,
    /// The question.
    pub question: QuestionId,
    /// Who asked.
    pub asker: Name,
    /// When.
    pub at: Timestamp,
}

/// What an opaque reference stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct HomeReferral {
    /// The reference as the asker has it.
    pub reference: String,
    /// The records that may be spoken about.
    pub records: Vec<String>,
}

/// A release in outline, fit for an audit entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReleaseSummary {
    /// The rung of a search.
    pub rung: Option<Granularity>,
    /// What a search said, from rung `hit` on.
    pub hit: Option<bool>,
    /// Cells of a table that were told.
    pub cells_released: u64,
    /// Cells of a table that were suppressed.
    pub cells_suppressed: u64,
    /// Those of them that could have been told by themselves, and were suppressed to protect others.
    #[serde(default)]
    pub cells_secondary: u64,
    /// The share of the table's entities in these, in thousandths: the information lost to secondary suppression.
    #[serde(default)]
    pub lost_permille: u64,
}
