//! What an operator writes about a force's sources: where files and tables lie, how they are read, and the SQL views that map
//! them onto the shared schema. Held exactly as written; unknown keys are errors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use database::{Server, Table};
use model::nearest::suggestion;
use model::{Dataset, ForceId};
use serde::{Deserialize, Serialize};

use super::error::IngestError;

/// A force's sources and the views over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// The folder that relative globs start from: the one of the configuration file.
    pub base: PathBuf,
    /// Databases by the name that sources use for them.
    pub database: BTreeMap<String, Server>,
    /// Sources by the name that SQL uses for them.
    pub source: BTreeMap<String, SourceConfig>,
    /// Views in the order in which they are read. Several may feed one dataset.
    pub view: Vec<ViewConfig>,
    /// The force that controls rows which name no controller.
    pub controller: ForceId,
}

/// One source: files of one format, or a table of a database, that is one table in SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// How it is read.
    pub format: Format,
    /// Globs of files; each must match at least one. Of a Delta table its folder alone.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Cells of CSV and texts of JSON that mean "not known".
    #[serde(default = "empty_text_alone")]
    pub nulls: Vec<String>,
    /// The database that the table is in.
    pub database: Option<String>,
    /// The table or view: `schema.name`.
    pub table: Option<String>,
    /// A SELECT of one value that changes whenever the table does, where the server can't tell by itself.
    pub changed: Option<String>,
}

/// Where a source's rows are, once what was written about it is known to fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held<'a> {
    /// In files.
    Files(&'a [String]),
    /// In the folder of a Delta table.
    Lake(&'a str),
    /// In a table.
    Table { database: &'a str, server: &'a Server, table: Table, changed: Option<&'a str> },
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
    /// A table or view of a PostgreSQL database; columns keep their types, as far as Arrow has them.
    Postgres,
    /// A Delta Lake table in a folder, at its newest version; columns have the types that its log declares.
    Delta,
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

impl SourceConfig {
    /// Files that `pattern` matches, in which an empty text means "not known".
    pub fn files(format: Format, pattern: &str) -> Self {
        let nulls = empty_text_alone();
        Self { format, paths: vec![pattern.to_owned()], nulls, database: None, table: None, changed: None }
    }
}

impl Sources {
    /// Checks what needs neither file nor server: names that SQL can use, and keys that fit together.
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
            self.held(name, source)?;
        }
        Ok(())
    }

    /// Where the rows of the source called `name` are.
    pub(super) fn held<'a>(&'a self, name: &str, source: &'a SourceConfig) -> Result<Held<'a>, IngestError> {
        let SourceConfig { paths, database, table, changed, .. } = source;
        let wrong = |why: String| Err(IngestError::source(name, why));
        match (source.format, database, table) {
            (Format::Postgres, Some(database), Some(table)) if paths.is_empty() => {
                let Some(server) = self.database.get(database) else {
                    let known = suggestion(database, self.database.keys().map(String::as_str));
                    return wrong(format!("no [database.{database}] is described; {known}"));
                };
                server.check().map_err(|error| IngestError::database(name, error))?;
                let table = table.parse().map_err(|error| IngestError::database(name, error))?;
                Ok(Held::Table { database, server, table, changed: changed.as_deref() })
            }
            (Format::Postgres, ..) => {
                wrong("a table is named by `database` and `table`, and takes no `paths`".to_owned())
            }
            (Format::Delta, None, None) if changed.is_none() => match paths.as_slice() {
                [folder] => Ok(Held::Lake(folder)),
                _ => wrong(
                    "one Delta table is one source: name its folder, and no other, in `paths`".to_owned(),
                ),
            },
            (_, None, None) if changed.is_none() => match paths.as_slice() {
                [] => wrong("paths is empty; name at least one file or glob".to_owned()),
                paths => Ok(Held::Files(paths)),
            },
            _ => wrong(
                "`database`, `table` and `changed` are for format = \"postgres\"; files are named by `paths`"
                    .to_owned(),
            ),
        }
    }
}
