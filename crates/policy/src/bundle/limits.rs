//! `limits.toml`: how much and how often may be asked. A bundle without the file, or without a line of it, has the
//! defaults below: enough for a working day, too little to walk through a list of names.

use serde::{Deserialize, Serialize};

use super::{BundleError, Fault};

/// The limits of a bundle. All count what one force's people asked of this node, by their names, whichever door or
/// coordinator it came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Of one asker.
    pub asker: AskerLimits,
    /// Of one operation of one force, whoever asks in it.
    pub operation: OperationLimits,
    /// When an asker is locked out.
    pub lockout: Lockout,
    /// Of questions under a threat to life.
    pub break_glass: BreakGlass,
}

/// What one asker may ask. A batch is one question and as many subjects as it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AskerLimits {
    /// Questions in any 60 minutes.
    pub questions_per_hour: u64,
    /// Questions in any 24 hours.
    pub questions_per_day: u64,
    /// Distinct subjects of searches in any 60 minutes.
    pub subjects_per_hour: u64,
    /// Distinct subjects of searches in any 24 hours.
    pub subjects_per_day: u64,
}

/// What may be asked for one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperationLimits {
    /// Questions in any 24 hours.
    pub questions_per_day: u64,
    /// Distinct subjects of searches in any 24 hours.
    pub subjects_per_day: u64,
}

/// When an asker is locked out, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lockout {
    /// Questions about the same subject in any 24 hours; the next locks out.
    pub repeats_per_day: u64,
    /// Questions that policy refused in any 60 minutes; from then on the asker is locked out.
    pub refusals_per_hour: u64,
    /// How long it lasts.
    pub minutes: u64,
}

/// What may be asked under a threat to life, for one operation of one force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct BreakGlass {
    /// How long after its first such question an operation may go on; then not before a day after the first.
    pub minutes: u64,
    /// Such questions in any 24 hours.
    pub questions_per_day: u64,
}

impl Default for AskerLimits {
    fn default() -> Self {
        Self {
            questions_per_hour: 300,
            questions_per_day: 2_000,
            subjects_per_hour: 1_000,
            subjects_per_day: 5_000,
        }
    }
}

impl Default for OperationLimits {
    fn default() -> Self {
        Self { questions_per_day: 5_000, subjects_per_day: 10_000 }
    }
}

impl Default for Lockout {
    fn default() -> Self {
        Self { repeats_per_day: 30, refusals_per_hour: 20, minutes: 60 }
    }
}

impl Default for BreakGlass {
    fn default() -> Self {
        Self { minutes: 60, questions_per_day: 50 }
    }
}

/// A limit beyond this is a slip of the pen, or meant to be none.
const LIMIT_MAX: u64 = 10_000_000;

impl Limits {
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, BundleError> {
        let limits: Self = model::config::read(text, file)?;
        let Self { asker, operation, lockout, break_glass } = limits;
        let faults: Vec<Fault> = [
            ("[asker] questions_per_hour", asker.questions_per_hour),
            ("[asker] questions_per_day", asker.questions_per_day),
            ("[asker] subjects_per_hour", asker.subjects_per_hour),
            ("[asker] subjects_per_day", asker.subjects_per_day),
            ("[operation] questions_per_day", operation.questions_per_day),
            ("[operation] subjects_per_day", operation.subjects_per_day),
            ("[lockout] repeats_per_day", lockout.repeats_per_day),
            ("[lockout] refusals_per_hour", lockout.refusals_per_hour),
            ("[lockout] minutes", lockout.minutes),
            ("[break_glass] minutes", break_glass.minutes),
            ("[break_glass] questions_per_day", break_glass.questions_per_day),
        ]
        .into_iter()
        .filter(|(_, limit)| !(1..=LIMIT_MAX).contains(limit))
        .map(|(key, limit)| Fault::of(file, format!("{key} = {limit} must be 1 to {LIMIT_MAX}")))
        .collect();
        if faults.is_empty() { Ok(limits) } else { Err(faults.into()) }
    }
}
