//! What an entry says. Shapes and fixed words only: nothing here can hold a value searched for.

use jiff::Timestamp;
use model::probe::Known;
use model::vocabulary::{LegalBasis, Purpose, Rank, Urgency, Vetting};
use model::{Dataset, DelegationId, ForceId, Granularity, Name, QuestionId, Refusal, Unit};
use serde::{Deserialize, Serialize};

use crate::Record;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The question that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub question: Option<QuestionId>,
    /// What happened.
    pub event: Event,
}

impl Record for Entry {
    fn recovered(at: Timestamp, bytes: u64) -> Self {
        Self { at, question: None, event: Event::Recovered { bytes } }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The process started to serve.
    Started {
        /// The product's version.
        version: String,
    },
    /// An entry that was never acknowledged was cut off the end after a crash.
    Recovered {
        /// How many bytes were cut.
        bytes: u64,
    },
    /// A policy bundle was taken up: questions are decided under it from here on.
    PolicyTakenUp {
        /// Its hash.
        bundle: String,
        /// Its version.
        version: u64,
        /// What changed with it, as its custodians wrote.
        note: String,
        /// The custodians who signed it.
        signers: Vec<Name>,
        /// `first`, `newer` or `rollback`.
        how: String,
    },
    /// The policy bundle in its folder can't be taken up; the one in use stays.
    PolicyRefused {
        /// Why: files, lines, policies and custodians.
        why: String,
    },
    /// A question was decided.
    Decided {
        /// Who asked; none when that could not be proven.
        asker: Option<Name>,
        /// The peer that handed the question over.
        peer: Name,
        /// Why it was asked.
        purpose: Option<Purpose>,
        /// For which operation or case.
        operation: Option<String>,
        /// `search`, `batch` or `tabulate`.
        mode: Option<String>,
        /// The kind of probe, how many of each kind in a batch, or the dataset and those that its links led to. Never a value.
        about: Option<String>,
        /// SHA-256 of the exact signed bytes, hex, so that a question kept by its asker can be matched.
        digest: String,
        /// Until when the question may be answered; a replay is refused until then.
        expires_at: Option<Timestamp>,
        /// Hash of the policy bundle that decided.
        bundle: String,
        /// What else the policies knew, so that the decision can be made again under another bundle.
        #[serde(default, skip_serializing_if = "Particulars::is_empty")]
        particulars: Box<Particulars>,
        /// The decision.
        decision: Decision,
    },
    /// A table that carries noise was charged to a budget, before it was counted. It stays charged whatever came of it.
    Charged {
        /// The dataset.
        dataset: Dataset,
        /// The pool of askers: a force, or `*` for all.
        pool: String,
        /// What it cost, in millionths of ρ.
        micro_rho: u64,
        /// What is spent of the budget with it.
        spent_micro_rho: u64,
        /// The budget.
        budget_micro_rho: u64,
        /// Within any so many days.
        period_days: u32,
    },
    /// A reply was released.
    Released {
        /// SHA-256 of the released bytes, hex.
        digest: String,
        /// What was told.
        told: Told,
    },
    /// A refusal during or after execution.
    Failed {
        /// The code that the peer was told.
        code: Refusal,
    },
    /// The home unit was notified that a record of theirs was asked about.
    Noticed {
        /// How many records of the force the notice names.
        records: u64,
    },
    /// Somebody at home read what stays at home. It is on the disk before anything is shown.
    Consulted {
        /// The operating system's user.
        user: String,
        /// The user who logged in, where that is known and was another: who it was before `sudo`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        login: Option<String>,
        /// The terminal, where there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        terminal: Option<String>,
        /// What was read.
        what: Consultation,
        /// How many of the force's records it named; nothing was found where none.
        records: u64,
    },
    /// A coordinator puts a question to forces. It is on the disk before any answer leaves, and speaks for an answer of all of
    /// them: whatever left without a word of how it is covered behind this entry was complete.
    Put {
        /// Who asked, as the question says; nodes prove it, a coordinator does not.
        asker: Name,
        /// SHA-256 of the exact signed bytes, hex.
        digest: String,
        /// The forces.
        forces: Vec<ForceId>,
    },
    /// A coordinator merged what came back. Where that is less than was asked for, it is on the disk before the answer leaves.
    Merged {
        /// Who asked, as the question says; nodes prove it, a coordinator does not.
        asker: Name,
        /// SHA-256 of the exact signed bytes, hex.
        digest: String,
        /// The coverage sentence.
        coverage: String,
    },
}

/// What policies knew of a question beside purpose, operation and subject. Closed words and names, never a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Particulars {
    /// The asker's unit, as their force attests it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The asker's rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// The asker's vetting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetting: Option<Vetting>,
    /// The legal basis that they named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
    /// How urgent it was, where it was not routine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// The rung that a search asked for; the highest of a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested: Option<Granularity>,
    /// Whether what was searched for was known whole; of a batch where all subjects are alike in it. Entries of before it
    /// was recorded have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
    /// BREAK GLASS: the second analyst who approved a threat to life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Name>,
    /// The door that asked in the asker's name, and under what they signed; none where they signed the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegated: Option<Delegated>,
    /// The policies that permitted, by their `@id`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
}

/// A door that asked in somebody's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegated {
    /// The door.
    pub door: Name,
    /// What the asker signed beforehand.
    pub delegation: DelegationId,
}

impl Particulars {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What somebody at home read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consultation {
    /// What the home unit has to hear of: who asked about silent records, whom a policy alerts, threats to life.
    Notices,
    /// The records behind a reference. The entry names the question that it was given to.
    Reference,
    /// How the likeliest records of a search came to their scores.
    Explanation,
}

/// What was decided about a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may be answered, up to this rung where it is a search, or some subject of a batch up to this one.
    Permitted(Option<Granularity>),
    /// It was refused.
    Refused {
        /// The code that the peer was told.
        code: Refusal,
        /// The reason for the home force: policy ids and rule names.
        reason: String,
    },
}

/// What a release told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A search answer.
    Search {
        /// The rung given.
        granularity: Granularity,
        /// Hit or no hit, where told.
        hit: Option<bool>,
    },
    /// The answer to a batch.
    Batch {
        /// How many subjects were asked about.
        subjects: u64,
        /// How many of them were refused.
        refused: u64,
        /// How many of them were told to be hits.
        hits: u64,
    },
    /// A table.
    Table {
        /// Cells released.
        released: u64,
        /// Cells suppressed.
        suppressed: u64,
        /// Those of them that could have been told by themselves, and were suppressed to protect others.
        #[serde(default)]
        secondary: u64,
        /// The share of the table's entities in these, in thousandths.
        #[serde(default)]
        lost_permille: u64,
    },
}
