//! Why sources could not be read: which file, line, source or view, and how to mend it.
//! None of these repeats a value of a record, because errors reach logs and screens.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use database::DatabaseError;
use model::Dataset;

/// Why an ingest stopped.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IngestError {
    /// A source is configured in a way that can't work.
    #[error("source {name}: {why}")]
    Source {
        /// The source's name.
        name: String,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// A source's database can't be read.
    #[error("source {name}: {cause}")]
    Database {
        /// The source's name.
        name: String,
        /// What is wrong and how to mend it.
        cause: DatabaseError,
    },
    /// A file is damaged.
    #[error("{file}{}: {damage}", line.map_or(String::new(), |line| format!(", line {line}")))]
    File {
        /// The file, as seen from the configuration's folder.
        file: String,
        /// The line where the damaged record begins, from 1.
        line: Option<u64>,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
    /// A view can't be planned or run.
    #[error("view {number} ({dataset}): {why}")]
    View {
        /// Its place in the configuration, from 1.
        number: usize,
        /// The dataset that it feeds.
        dataset: Dataset,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// A file or folder can't be read or written at all.
    #[error("{}: {doing}: {cause}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        cause: Arc<io::Error>,
    },
    /// Another process prepares a snapshot in the same folder.
    #[error("{}: another process is preparing a snapshot here; wait for it, or give each node its own folder", .0.display())]
    Busy(PathBuf),
    /// A source file, or the log of a table, changed while it was read.
    #[error(
        "{0}: changed while it was read; write new extracts beside the old ones and rename them into place"
    )]
    Changed(String),
    /// A dataset holds more rows than ids.
    #[error("{0}: more rows than a snapshot can number")]
    TooManyRows(Dataset),
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It holds nothing, not even a header.
    #[error("the file is empty, without even a header; copy it again or take it away")]
    Empty,
    /// Two columns have the same name.
    #[error("two columns are called {0:?}; rename one of them")]
    DuplicateColumn(String),
    /// A column has a name that the catalogue uses itself.
    #[error("a column is called {0:?}, a name that is kept for the place of a record; rename it")]
    ReservedColumn(String),
    /// A record and the header disagree.
    #[error(
        "{found} fields where the header has {header}; a comma inside a value must stand in double quotes"
    )]
    FieldCount {
        /// Fields of the record.
        found: usize,
        /// Fields of the header.
        header: usize,
    },
    /// The last record is not whole.
    #[error(
        "the file ends inside a record; it was probably still being written: copy it whole and rename it into place"
    )]
    Torn,
    /// A quoted field never closes.
    #[error(
        "the file ends inside a quoted field; either it was still being written (copy it whole and rename it into place), or this record opens a double quote that never closes"
    )]
    OpenQuote,
    /// A record is longer than any real one.
    #[error("a record of more than 16 MiB; a double quote is probably opened and never closed")]
    TooLong,
    /// Bytes that are not UTF-8.
    #[error("not UTF-8; save the file as UTF-8 (files from Windows are often Windows-1252)")]
    NotUtf8,
    /// A line that is not JSON.
    #[error("not JSON from character {column} on; write one whole object on each line")]
    NotJson {
        /// Where the reader gave up, from 1.
        column: usize,
    },
    /// A line of JSON that is not an object.
    #[error("not a JSON object; write one whole object on each line")]
    NotObject,
    /// A Parquet file without its end or its beginning.
    #[error(
        "not a whole Parquet file; it was probably cut short or still being written: copy it whole and rename it into place"
    )]
    NotParquet,
    /// A Parquet page that can't be decoded.
    #[error("the Parquet data can't be decoded; copy the file again")]
    Undecodable,
    /// A table's log names deleted rows that the file does not have.
    #[error("the table's log names deleted rows beyond the end of this file; copy the whole table again")]
    DeletedBeyond,
    /// A table's log tells the columns of its files by numbers, which this file lacks.
    #[error(
        "its columns have no numbers, by which the table's log tells them; write the table anew where it is written"
    )]
    NoFieldIds,
    /// The value of a partition that is not of its column's type.
    #[error("the table's log gives column {0:?} a value that is not of its type; write the partition anew")]
    PartitionValue(String),
    /// A column whose type differs from file to file of one source.
    #[error(
        "column {column:?} holds {found} here and {expected} in {other}; make them one type, or make two sources"
    )]
    TypeDiffers {
        /// The column.
        column: String,
        /// Its type in this file.
        found: String,
        /// Its type in the other.
        expected: String,
        /// The other file.
        other: String,
    },
}

impl IngestError {
    pub(super) fn source(name: &str, why: impl Into<String>) -> Self {
        Self::Source { name: name.to_owned(), why: why.into() }
    }

    pub(super) fn database(name: &str, cause: DatabaseError) -> Self {
        Self::Database { name: name.to_owned(), cause }
    }

    pub(super) fn file(file: &str, line: impl Into<Option<u64>>, damage: Damage) -> Self {
        Self::File { file: file.to_owned(), line: line.into(), damage: Box::new(damage) }
    }

    /// For `map_err` on an operation of the file system.
    pub(super) fn disk(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Disk { path: path.to_owned(), doing, cause: Arc::new(cause) }
    }
}
