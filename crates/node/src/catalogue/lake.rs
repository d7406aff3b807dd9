//! A Delta table as its own room reads it, with errors that name the source, and each file looked at: one that is gone, or is no
//! longer what the log says, stops the ingest rather than shortening it.

use std::path::Path;

use arrow::datatypes::Field;

use super::error::IngestError;
use super::files::{SourceFile, look};

/// A table at one version.
#[derive(Clone)]
pub(super) struct Table(delta::Table);

impl Table {
    pub(super) fn open(name: &str, folder: &Path) -> Result<Self, IngestError> {
        let table = delta::Table::open(folder);
        Ok(Self(table.map_err(|error| IngestError::source(name, error.to_string()))?))
    }

    pub(super) fn state(&self) -> String {
        self.0.state()
    }

    pub(super) fn is_unchanged(&self) -> bool {
        self.0.is_unchanged()
    }

    pub(super) fn columns(&self) -> Vec<Field> {
        self.0.columns().fields().iter().map(|field| field.as_ref().clone()).collect()
    }

    pub(super) fn files(&self, name: &str, base: &Path) -> Result<Vec<SourceFile>, IngestError> {
        let files = self.0.files().map_err(|error| IngestError::source(name, error.to_string()))?;
        let base = base.canonicalize().unwrap_or_else(|_| base.to_owned());
        let looked = files.into_iter().map(|file| {
            let version = self.0.version();
            let wrong = |what: &str| {
                let place = file.path.strip_prefix(&base).unwrap_or(&file.path).display();
                IngestError::source(
                    name,
                    format!("{place}: {what}, and version {version} of the table needs it; bring it back from a copy, or write the table anew"),
                )
            };
            if !file.path.is_file() {
                return Err(wrong("the file is gone"));
            }
            let mut found = look(&base, file.path.clone())?;
            if found.bytes != file.bytes {
                return Err(wrong(&format!(
                    "the file has {} bytes where the table's log says {}",
                    found.bytes, file.bytes
                )));
            }
            found.partition = file.partition;
            found.deleted = file.deleted;
            Ok(found)
        });
        looked.collect()
    }
}
