//! What an ingest found: how much was read, what was dropped and why, and the places of what could not be read.
//! It tells places and reasons, never the values that stand there.

mod render;

use std::collections::{BTreeMap, BTreeSet};

use model::Dataset;
use serde::{Deserialize, Serialize};

/// How many places of one kind of trouble are kept.
const PLACES_KEPT: usize = 20;

/// What an ingest found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestReport {
    /// Sources by name.
    pub sources: BTreeMap<String, SourceReport>,
    /// Datasets that some view feeds.
    pub datasets: BTreeMap<Dataset, DatasetReport>,
}

/// What was found in one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceReport {
    /// How many files it has.
    pub files: u64,
    /// How many bytes they hold.
    pub bytes: u64,
    /// Columns that no view reads, in the order of the files.
    pub unmapped_columns: Vec<String>,
}

/// What was found for one dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetReport {
    /// Rows that are held.
    pub rows: u64,
    /// Columns of the shared schema that no view gives.
    pub missing_columns: Vec<String>,
    /// Cells that could not be read and are null, by column.
    pub bad_values: BTreeMap<String, Tally>,
    /// Rows refused because their marking is above OFFICIAL-SENSITIVE or unknown.
    pub refused_classification: Tally,
    /// Rows dropped because they are marked as disposed of.
    pub disposed: u64,
    /// Rows whose handling was not given and is taken as the strictest, by handling column.
    pub defaulted_handling: BTreeMap<String, u64>,
    /// Rows whose key an earlier row has, in datasets where a key names one record.
    pub duplicate_keys: Tally,
}

/// How often something was found, and where first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The first places, at most twenty.
    pub first: Vec<Place>,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The file; or the view, where its rows come from no single line.
    pub file: String,
    /// The line where the record begins, from 1; the row number in Parquet files and views.
    pub line: u64,
    /// What is wrong there.
    pub reason: String,
}

impl IngestReport {
    /// Whether every row was read whole: nothing bad and nothing refused. The rest is worth a look but no damage:
    /// real extracts repeat keys, and rows that share one are counted as the one entity that they are.
    pub fn is_clean(&self) -> bool {
        let whole = |dataset: &DatasetReport| {
            dataset.bad_values.is_empty() && dataset.refused_classification.count == 0
        };
        self.datasets.values().all(whole)
    }
}

impl IngestReport {
    /// The columns of the shared schema that the views gave, by dataset.
    pub fn mapped(&self) -> BTreeMap<Dataset, BTreeSet<&'static str>> {
        let given = |(&dataset, report): (&Dataset, &DatasetReport)| {
            let names = dataset.columns().map(|column| column.name);
            let given = names.filter(|name| !report.missing_columns.iter().any(|missing| missing == name));
            (dataset, given.collect())
        };
        self.datasets.iter().map(given).collect()
    }
}

impl Tally {
    /// Counts one more; `place` is asked only while places are still kept.
    pub(super) fn add(&mut self, reason: &str, place: impl FnOnce() -> (String, u64)) {
        self.count += 1;
        if self.first.len() < PLACES_KEPT {
            let (file, line) = place();
            self.first.push(Place { file, line, reason: reason.to_owned() });
        }
    }
}
