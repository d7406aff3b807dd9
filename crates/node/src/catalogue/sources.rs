//! What an operator writes about a force's sources: where files lie, how they are read, and the SQL views that map
//! them onto the shared schema. Held exactly as written; unknown keys are errors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use model::{Dataset, ForceId};
use serde::{Deserialize, Serialize};

use super::error::IngestError;

/// A force's sources and the views over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// The folder that relative globs start from: the one of the configuration file.
    pub base: PathBuf,
    /// Sources by the name that SQL uses for them.
    pub source: BTreeMap<String, SourceConfig>,
    /// Views in the order in which they are read. Several may feed one dataset.
    pub view: Vec<ViewConfig>,
    /// The force that controls rows which name no controller.
    pub controller: ForceId,
}

/// One source: files of one format that together are one table in SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// How the files are read.
    pub format: Format,
    /// Globs of files; each must match at least one.
    pub paths: Vec<String>,
    /// Cells of CSV and texts of JSON that mean "not known".
    #[serde(default = "empty_text_alone")]
    pub nulls: Vec<String>,
}

fn empty_text_alone() -> Vec<String> {
    vec![String::new()]
}

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values with a header line, UTF-8; every column is text.
    Csv,
    /// One JSON object a line; scalars are text, arrays are lists of text.
    Json,
    /// Apache Parquet; columns keep their types.
    Parquet,
}

/// One view: a query over the sources whose columns are those of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewConfig {
    /// The dataset that the rows belong to.
    pub dataset: Dataset,
    /// A single `SELECT`, or several joined by `UNION ALL`.
    pub sql: String,
}

impl Sources {
    /// Checks what needs no file: names that SQL can use, and at least one path for each source.
    pub(super) fn check_names(&self) -> Result<(), IngestError> {
        for (name, source) in &self.source {
            let mut letters = name.bytes();
            let starts_well = letters.next().is_some_and(|b| b.is_ascii_lowercase());
            if !starts_well || !letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                return Err(IngestError::source(
                    name,
                    "the name must be a lower-case letter, then lower-case letters, digits or underscores",
                ));
            }
            if source.paths.is_empty() {
                return Err(IngestError::source(name, "paths is empty; name at least one file or glob"));
            }
        }
        Ok(())
    }
}
