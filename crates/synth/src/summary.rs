//! What was written, and how far the writing has come.
//! Counts only: no record is shown.

use std::collections::BTreeMap;

use model::{Dataset, ForceId};

/// How far the writing has come: one report for every few thousand rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The force whose files are being written.
    pub force: ForceId,
    /// The dataset that sets the pace at the moment: location, organisation, person, threat, report or event.
    pub dataset: Dataset,
    /// Rows written of it.
    pub done: u64,
    /// Rows it will have.
    pub total: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Rows of each force, in the order of the specification.
    pub forces: Vec<ForceSummary>,
    /// How many different people stand behind all person records.
    pub true_persons: u64,
    /// Person records that share their true person with another force's record.
    pub shared_records: u64,
    /// Rows of `probes.csv`.
    pub probes: u64,
}

/// Rows written for one force.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ForceSummary {
    /// The force.
    pub force: ForceId,
    /// Rows of each dataset.
    pub rows: BTreeMap<Dataset, u64>,
}
