//! The coverage as JSON: the same in every format that programs read.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Coverage, Outcome};

/// A coverage as JSON.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageJson {
    asked: usize,
    answered: usize,
    forces: Vec<ForceJson>,
}

#[derive(Debug, Clone, Serialize)]
struct ForceJson {
    force: String,
    outcome: &'static str,
    as_of: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

impl From<&Coverage> for CoverageJson {
    fn from(coverage: &Coverage) -> Self {
        let forces = coverage.forces.iter().map(|line| ForceJson {
            force: line.force.to_string(),
            outcome: line.outcome.word(),
            as_of: as_of(&line.outcome),
            code: code(&line.outcome),
        });
        Self { asked: coverage.asked(), answered: coverage.answered(), forces: forces.collect() }
    }
}

/// As of when the force's records speak, where it answered.
pub fn as_of<R>(outcome: &Outcome<R>) -> Option<Timestamp> {
    match outcome {
        Outcome::Answered { as_of, .. } => Some(*as_of),
        _ => None,
    }
}

/// The refusal's code, where the force refused.
pub fn code<R>(outcome: &Outcome<R>) -> Option<&'static str> {
    match outcome {
        Outcome::Refused(code) => Some(code.as_str()),
        _ => None,
    }
}
