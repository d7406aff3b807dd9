//! How a decision came about, step by step, for the home force: every rung that was tried, every class of labels, the
//! policies that decided and the reasons that their authors gave. None of it leaves.

use std::fmt;

use model::granularity::Rungs;
use model::reply::Protection;
use model::{Granularity, LabelId};

use crate::{Alert, Denial, Noised};

/// How a question was decided.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What the policies knew of the asker and the question, by the schema's names: `principal.rank`, `context.purpose`.
    pub facts: Vec<(String, String)>,
    /// May it be asked? One step for each rung that was tried, highest first.
    pub asked: Vec<Step>,
    /// The rung that it is answered on, none for a table; or why it is not.
    pub outcome: Result<Option<Granularity>, Denial>,
    /// What records of each label add: one part for all labels that the policies can't tell apart.
    pub labels: Vec<LabelClass>,
    /// How a table's cells are protected, where they are suppressed and rounded.
    pub protection: Option<Protection>,
    /// The noise on a table, where it carries noise instead.
    pub noise: Option<Noised>,
    /// Who at home is told that it was asked.
    pub alerts: Vec<Alert>,
}

/// Labels that were decided alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelClass {
    /// The labels, in their order.
    pub labels: Vec<LabelId>,
    /// Whether Bluelamp decided before any policy was asked.
    pub before: Option<Before>,
    /// One step for each part of the answer that was tried.
    pub steps: Vec<Step>,
    /// The parts of a search answer that their records add to.
    pub rungs: Rungs,
    /// Whether their records are counted in a table.
    pub counted: bool,
    /// Whether it is withheld that another force holds the same person.
    pub untied: bool,
}

/// What Bluelamp itself sees to before policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Disposed: the record does not exist.
    Disposed,
    /// Silent: the record adds nothing, and the home unit is told.
    Silent,
    /// Of another dataset than the table.
    OtherDataset,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The rung that was decided, or `table`.
    pub granularity: &'static str,
    /// What was decided.
    pub verdict: StepVerdict,
    /// The policies that decided; of an error, those that could not be evaluated.
    pub policies: Vec<PolicyNote>,
}

/// What a step decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepVerdict {
    /// A permit holds and no forbid does.
    Permitted,
    /// No permit holds.
    NoPermit,
    /// A forbid holds.
    Forbidden,
    /// A policy could not be evaluated, which denies.
    Unevaluable,
    /// A permit holds, but none that names this word in `@allows`, and Bluelamp keeps such records back.
    KeptBack(&'static str),
}

/// A policy as its author described it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyNote {
    /// Its `@id`.
    pub id: String,
    /// The file, by its path inside the bundle.
    pub file: String,
    /// Whether it permits; else it forbids.
    pub permits: bool,
    /// Its `@reason`.
    pub reason: Option<String>,
    /// Its `@profile`, or the standard one.
    pub profile: String,
    /// Its `@notify`.
    pub notify: Option<String>,
}

impl fmt::Display for StepVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permitted => f.write_str("permitted"),
            Self::NoPermit => f.write_str("no permit applies"),
            Self::Forbidden => f.write_str("forbidden"),
            Self::Unevaluable => f.write_str("denied: a policy could not be evaluated"),
            Self::KeptBack(word) => write!(f, "kept back: no permit that applies says @allows(\"{word}\")"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.granularity, self.verdict)?;
        for policy in &self.policies {
            write!(f, "; {}", policy.id)?;
            if let Some(reason) = &policy.reason {
                write!(f, " ({reason})")?;
            }
        }
        Ok(())
    }
}
