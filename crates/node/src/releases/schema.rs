//! The store's file: SQLite with a write-ahead log, every commit on the disk before it counts, one writer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use policy::BadTold;
use rusqlite::Connection;

/// Version of the tables below.
const VERSION: i64 = 1;

const TABLES: &str = "
    -- Entities by their place: number n is the nth hash of the dataset, over all rows in the order of `first`.
    CREATE TABLE entity (
        dataset TEXT NOT NULL,
        first INTEGER NOT NULL,
        hashes BLOB NOT NULL,
        PRIMARY KEY (dataset, first)
    ) STRICT;
    CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        pool TEXT NOT NULL,
        dataset TEXT NOT NULL,
        period TEXT NOT NULL,
        UNIQUE (pool, dataset, period)
    ) STRICT;
    -- A released table: the answer, and whom its cells speak of.
    CREATE TABLE released (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account,
        question_key TEXT NOT NULL,
        epoch TEXT NOT NULL,
        question TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        answer BLOB NOT NULL,
        told BLOB NOT NULL,
        UNIQUE (account, question_key, epoch)
    ) STRICT;
";

/// Why what was told of tables can't be read or kept. Without it no table is told.
#[derive(Debug, thiserror::Error)]
pub enum ReleasesError {
    /// The file can't be used.
    #[error(
        "{}: the memory of told tables can't be used: {cause}; restore it from a backup, since without it earlier tables would be forgotten",
        .path.display()
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        cause: rusqlite::Error,
    },
    /// Another version wrote the file.
    #[error("{}: the memory of told tables is of version {found}, this build knows {VERSION}", .path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: i64,
    },
    /// The disk failed or is full.
    #[error("the memory of told tables failed: {0}")]
    Disk(#[from] rusqlite::Error),
    /// What was kept is damaged.
    #[error("the memory of told tables is damaged: {0}")]
    Damaged(#[from] BadTold),
    /// A number of an entity is damaged, or all are given.
    #[error("the memory of told tables holds no usable numbers of entities")]
    Numbers,
    /// The work was cut off.
    #[error("the memory of told tables was interrupted")]
    Interrupted,
}

/// The open file.
#[derive(Debug)]
pub(super) struct Store(Mutex<Connection>);

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, ReleasesError> {
        let unusable = |cause| ReleasesError::Unusable { path: path.to_owned(), cause };
        let mut connection = Connection::open(path).map_err(unusable)?;
        let version = prepare(&mut connection).map_err(unusable)?;
        if version != VERSION {
            return Err(ReleasesError::Version { path: path.to_owned(), found: version });
        }
        Ok(Self(Mutex::new(connection)))
    }

    /// The one connection. A panic while it was held may have left a transaction open, which rolls back; refusing is
    /// the safe reading all the same.
    pub(super) fn connection(&self) -> Result<MutexGuard<'_, Connection>, ReleasesError> {
        self.0.lock().map_err(|_| ReleasesError::Interrupted)
    }
}

/// Makes the tables where there are none, and says which version they are of.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // One process owns the file: a second node on it would weigh tables without knowing of the first one's.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
        return Ok(VERSION);
    }
    Ok(version)
}
