//! A question that was decided before, decided again: what would change for it under another policy. Takes what an audit
//! log holds of it, and says which facts the log lacks where a policy depends on them.

use jiff::Timestamp;
use model::probe::Known;
use model::question::Operation;
use model::vocabulary::{LegalBasis, Urgency};
use model::{Dataset, Granularity, LabelId, LabelTable, Name, Principal, Purpose, Refusal, Standing};

use crate::Policy;
use crate::difference::{Added, Direction, direction};
use crate::explain::Explanation;
use crate::situation::{self, Asked, Situation};

/// What is recorded of a question, or of one kind of subject of a batch.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Who asked.
    pub asker: Name,
    /// Why.
    pub purpose: Purpose,
    /// For which operation.
    pub operation: Operation,
    /// What was asked.
    pub about: About,
    /// What else is recorded; none where the entry is too old to hold it.
    pub particulars: Option<Particulars>,
    /// Whether what was searched for was known whole; none where that is not recorded.
    pub known: Option<Known>,
    /// When it was decided.
    pub at: Timestamp,
}

/// What was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A search by a kind of probe, such as `person` or `vrm`, for this rung.
    Search(String, Granularity),
    /// A table of a dataset.
    Table(Dataset),
}

/// What policies knew of the asker and the circumstances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Particulars {
    /// What the asker's force vouched for.
    pub standing: Standing,
    /// The legal basis that they named.
    pub legal_basis: Option<LegalBasis>,
    /// How urgent it was.
    pub urgency: Urgent,
    /// The door that asked in the asker's name, where one did.
    pub door: Option<Name>,
}

/// How urgent a question was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Urgent {
    /// As any other.
    #[default]
    Routine,
    /// Ahead of others.
    Priority,
    /// A threat to life, which this analyst approved; none where nobody did.
    ThreatToLife(Option<Name>),
}

/// What comes of a recorded question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Refused, with the code that the asker is told.
    Refused(Refusal),
    /// Answered up to this rung; none for a table.
    Answered(Option<Granularity>),
}

/// A recorded question decided under two policies, over one table of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// What comes of it under the old policy.
    pub before: Outcome,
    /// What comes of it under the new one.
    pub after: Outcome,
    /// How many labels add more than before.
    pub labels_wider: usize,
    /// How many labels add less.
    pub labels_narrower: usize,
    /// How many labels add something else, neither more nor less.
    pub labels_other: usize,
}

/// Why a question can't be decided again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReplayed {
    /// A policy looks at facts that the entry does not hold.
    #[error("not known in this entry: {}", .0.join(", "))]
    Lacking(Vec<&'static str>),
    /// The entry's words are not understood.
    #[error("{0}")]
    NotUnderstood(String),
}

impl Policy {
    /// What comes of a recorded question.
    pub fn decide_again(&self, recorded: &Recorded, labels: &LabelTable) -> Result<Outcome, NotReplayed> {
        Ok(Outcome::of(&self.explained(recorded, labels)?))
    }

    /// What changes for a recorded question if this policy is followed by `new`.
    pub fn replay(
        &self,
        new: &Self,
        recorded: &Recorded,
        labels: &LabelTable,
    ) -> Result<Replayed, NotReplayed> {
        let (before, after) = (self.explained(recorded, labels)?, new.explained(recorded, labels)?);
        let (mut wider, mut narrower, mut other) = (0, 0, 0);
        for (id, _) in labels.iter() {
            let (one, then) = (adding(self, &before, id), adding(new, &after, id));
            if one != then {
                match direction(&one, &then) {
                    Direction::Wider => wider += 1,
                    Direction::Narrower => narrower += 1,
                    Direction::Other => other += 1,
                }
            }
        }
        Ok(Replayed {
            before: Outcome::of(&before),
            after: Outcome::of(&after),
            labels_wider: wider,
            labels_narrower: narrower,
            labels_other: other,
        })
    }

    fn explained(
        &self,
        recorded: &Recorded,
        labels: &LabelTable,
    ) -> Result<Result<Explanation, Refusal>, NotReplayed> {
        let lacking = self.lacking(recorded);
        if !lacking.is_empty() {
            return Err(NotReplayed::Lacking(lacking));
        }
        let Asked { asker, question, .. } = recorded.asked().map_err(NotReplayed::NotUnderstood)?;
        // What is refused before any policy is asked has nothing to explain.
        Ok(self.explain(&asker, &question, labels, recorded.at).map_err(|denial| denial.code))
    }

    /// The facts that this policy looks at and the entry does not hold.
    fn lacking(&self, recorded: &Recorded) -> Vec<&'static str> {
        let mentions = self.rules().mentions();
        let mut lacking = Vec::new();
        if recorded.particulars.is_none() {
            lacking.extend(["unit", "rank", "vetting"].into_iter().filter(|name| mentions.asker(name)));
            let circumstances = ["legal_basis", "urgency", "break_glass", "delegated", "requested"];
            lacking.extend(circumstances.into_iter().filter(|name| mentions.question(name)));
        }
        // Of what is no identifier nothing can be known in part.
        let identifier = matches!(&recorded.about, About::Search(word, _) if !["person", "organisation", "address"].contains(&word.as_str()));
        if recorded.known.is_none() && identifier && mentions.question("known") {
            lacking.push("known");
        }
        lacking
    }
}

/// What records of a label add.
fn adding(policy: &Policy, explained: &Result<Explanation, Refusal>, label: LabelId) -> Added {
    explained.as_ref().map_or(Added::Nothing, |explanation| policy.added_by(explanation, label))
}

impl Recorded {
    fn asked(&self) -> Result<Asked, String> {
        let ask = match &self.about {
            About::Search(word, granularity) => {
                let known = self.known.unwrap_or(Known::Whole);
                situation::search(word, known, *granularity)?.0
            }
            About::Table(dataset) => situation::table(*dataset)?,
        };
        let Particulars { standing, legal_basis, urgency, door } =
            self.particulars.clone().unwrap_or_default();
        let (urgency, approved_by) = match urgency {
            Urgent::Routine => (Urgency::Routine, None),
            Urgent::Priority => (Urgency::Priority, None),
            Urgent::ThreatToLife(approved_by) => (Urgency::ThreatToLife, approved_by),
        };
        let situation = Situation {
            force: self.asker.force().clone(),
            role: self.asker.role(),
            standing: standing.clone(),
            purpose: self.purpose,
            operation: Some(self.operation.clone()),
            legal_basis,
            urgency: Some(urgency),
            delegated: false,
            hour: None,
            weekday: None,
            ask,
        };
        let mut asked = situation.asked(self.asker.force().clone())?;
        asked.question.asker = self.asker.clone();
        asked.asker = Principal { name: self.asker.clone(), standing, approved_by, delegated: None };
        if let Some(door) = door {
            situation::delegate(&mut asked.asker, &mut asked.question, door);
        }
        Ok(asked)
    }
}

impl Outcome {
    fn of(explained: &Result<Explanation, Refusal>) -> Self {
        match explained.as_ref().map(|explanation| &explanation.outcome) {
            Ok(Ok(rung)) => Self::Answered(*rung),
            Ok(Err(denial)) => Self::Refused(denial.code),
            Err(code) => Self::Refused(*code),
        }
    }

    /// How much is told: nothing, a table, or so many rungs.
    pub fn height(&self) -> usize {
        match self {
            Self::Refused(_) => 0,
            Self::Answered(None) => 1,
            Self::Answered(Some(rung)) => *rung as usize + 1,
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(code) => write!(f, "refused ({code})"),
            Self::Answered(None) => f.write_str("permitted"),
            Self::Answered(Some(rung)) => write!(f, "up to {rung}"),
        }
    }
}
