//! The Delta tables behind the sources, each at the version that was its newest when it was looked at. A version stays what it is
//! while writers add others, so it is read whole or not at all, and what came meanwhile is for the next look.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::batch::{FILE, LINE};
use super::databases::States;
use super::error::{Damage, IngestError};
use super::file_source::FileSource;
use super::lake::Table;
use super::sources::{Held, Sources};

/// Tables by source name.
#[derive(Clone, Default)]
pub(super) struct Lakes {
    tables: BTreeMap<String, Table>,
    /// Their versions, for the fingerprint.
    pub(super) states: States,
}

impl Lakes {
    /// Looks at every table. Reads no record.
    pub(super) async fn look(sources: &Sources) -> Result<Self, IngestError> {
        let mut found = Self::default();
        for (name, source) in &sources.source {
            if let Held::Lake(folder) = sources.held(name, source)? {
                let (folder, source) = (sources.base.join(folder), name.clone());
                // What a log says first can lie far back in it: not on a thread that serves questions.
                let opened = tokio::task::spawn_blocking(move || Table::open(&source, &folder)).await;
                let table =
                    opened.map_err(|_| IngestError::source(name, "reading its log was stopped"))??;
                found.states.insert(name.clone(), table.state());
                found.tables.insert(name.clone(), table);
            }
        }
        Ok(found)
    }

    /// The first source whose version was still being written when it was looked at.
    pub(super) fn changed(&self) -> Option<String> {
        self.tables.iter().find(|(_, table)| !table.is_unchanged()).map(|(name, _)| format!("source {name}"))
    }

    /// The table of a source, if it is one.
    pub(super) fn take(&mut self, name: &str, base: &Path) -> Option<Lake> {
        let table = self.tables.remove(name)?;
        Some(Lake { name: name.to_owned(), base: base.to_owned(), table })
    }
}

/// A table whose files are not looked up yet.
pub(super) struct Lake {
    name: String,
    base: PathBuf,
    table: Table,
}

impl Lake {
    /// The files that make up the version.
    pub(super) fn files(&self) -> Result<FileSource, IngestError> {
        let columns = self.table.columns();
        if let Some(column) = columns.iter().find(|column| [FILE, LINE].contains(&column.name().as_str())) {
            return Err(IngestError::file(&self.name, None, Damage::ReservedColumn(column.name().clone())));
        }
        Ok(FileSource::declared(columns, self.table.files(&self.name, &self.base)?))
    }
}
