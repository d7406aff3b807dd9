//! `[releases]` of `disclosure.toml`: with whom an asker shares what was told of tables, and how much is remembered
//! before no more is told. What is left out takes the values that suit most forces.

use super::Fault;

/// Most memberships that a bundle may have remembered for one pool and dataset: each question weighs all of them.
const MEMBERSHIPS_CEILING: u64 = 1_000_000_000;
/// Longest name of a period.
const PERIOD_LENGTH_MAX: usize = 32;

/// How releases of tables are remembered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Releases {
    /// Who counts as one asker.
    pub(crate) pool: Pool,
    /// Names the memory and the budget in use. Another name starts both afresh.
    pub(crate) period: String,
    /// Entities remembered, once for each cell that spoke of them, from which on no further table is told.
    pub(crate) memberships_max: u64,
}

/// Whose tables are weighed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Pool {
    /// Those of all askers of one force.
    Force,
    /// Those of all askers.
    Everyone,
}

impl Default for Releases {
    fn default() -> Self {
        Self { pool: Pool::Force, period: "1".to_owned(), memberships_max: 50_000_000 }
    }
}

impl Releases {
    pub(super) fn faults(&self, file: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self.period.is_empty() || self.period.len() > PERIOD_LENGTH_MAX || !self.period.chars().all(plain)
        {
            let why = format!(
                "[releases] period must be 1 to {PERIOD_LENGTH_MAX} letters, digits or hyphens, such as \"2026\""
            );
            faults.push(Fault::of(file, why));
        }
        if !(1..=MEMBERSHIPS_CEILING).contains(&self.memberships_max) {
            let why = format!(
                "[releases] memberships_max = {} must be 1 to {MEMBERSHIPS_CEILING}",
                self.memberships_max
            );
            faults.push(Fault::of(file, why));
        }
        faults
    }
}
