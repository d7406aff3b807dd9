//! The manifest of a snapshot: what it was made from, what it holds, and what the ingest found.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::Dataset;
use serde::{Deserialize, Serialize};

use super::report::IngestReport;

/// Version of the snapshot's layout. A snapshot of another version is rebuilt, never converted.
pub const FORMAT: u32 = 4;

/// What a snapshot says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout.
    pub format: u32,
    /// Version of the shared schema.
    pub schema: u32,
    /// The fingerprint of the files and the configuration that it was made from.
    pub fingerprint: String,
    /// When the sources were read.
    pub as_of: Timestamp,
    /// How many distinct labels there are.
    pub labels: u64,
    /// The datasets that it holds.
    pub datasets: BTreeMap<Dataset, DatasetManifest>,
    /// What the ingest found.
    pub report: IngestReport,
}

/// What a snapshot says about one dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetManifest {
    /// Rows held.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Distinct entities. An entity keeps its number from epoch to epoch, so the numbers have gaps.
    pub entities: u32,
    /// Whether every row is an entity of its own, so that counting rows counts entities.
    pub entity_per_row: bool,
}
