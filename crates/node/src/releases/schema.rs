//! The store's file: SQLite with a write-ahead log, every commit on the disk before it counts, one writer.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use policy::BadTold;
use rusqlite::{Connection, OpenFlags};

/// Version of the tables below, and of what stands in them: 3 writes small sets of entities as lists, and reads them as bitmaps too. A file of
/// a version before is taken up as it is; one of a later version is refused.
const VERSION: i64 = 3;
/// What the log may hold before it is written to its place, between two answers; what is beyond that many pages, within one.
const LOG_BYTES: usize = 24 << 20;
const LOG_PAGES: i64 = 16_384;
/// How long the home unit's reading waits for the node's writing.
const READING_WAITS: Duration = Duration::from_secs(5);

pub(super) const TABLES: &str = "
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

/// What version 2 added. All that was told before it was told without noise.
const NOISE: &str = "
    ALTER TABLE released ADD COLUMN noisy INTEGER NOT NULL DEFAULT 0;
    -- What tables with noise cost: entered before a table is counted, never changed but for what came of it, never removed.
    CREATE TABLE charge (
        id INTEGER PRIMARY KEY,
        dataset TEXT NOT NULL,
        pool TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        micro_rho INTEGER NOT NULL CHECK (micro_rho > 0),
        question TEXT NOT NULL,
        -- The table that was told for it; none where the node failed or died before.
        released INTEGER REFERENCES released
    ) STRICT;
    CREATE INDEX charge_counts ON charge (dataset, at_ms);
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
    /// Another process has it open.
    #[error("{}: the memory of told tables is in use by another process; one node alone may run on it", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The lock beside the file can't be had.
    #[error("{}: the lock of the memory of told tables can't be taken: {cause}", .path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A later version wrote the file.
    #[error(
        "{}: the memory of told tables is of version {found}, this build knows up to {VERSION}; run the build that wrote it, or a later one",
        .path.display()
    )]
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
    /// Tables of a dataset were told the other way to askers of the same pool meanwhile.
    #[error(
        "tables of this dataset were told both with noise and without while the policy changed; the later one is not told"
    )]
    Mixed,
    /// A charge is damaged.
    #[error("the memory of told tables holds a charge that can't be read")]
    Charges,
    /// A number of an entity is damaged, or all are given.
    #[error("the memory of told tables holds no usable numbers of entities")]
    Numbers,
    /// The work was cut off.
    #[error("the memory of told tables was interrupted")]
    Interrupted,
}

/// The open file, and the lock that keeps other nodes off it: a second one would weigh tables without knowing of the first
/// one's. It lies beside the file, so that the home unit can read budgets while the node runs.
#[derive(Debug)]
pub(super) struct Store {
    connection: Mutex<Connection>,
    /// Bytes that were kept since what the log holds was last written to its place.
    in_log: AtomicUsize,
    _lock: File,
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, ReleasesError> {
        let lock = lock(path)?;
        let unusable = |cause| ReleasesError::Unusable { path: path.to_owned(), cause };
        let mut connection = Connection::open(path).map_err(unusable)?;
        let version = prepare(&mut connection).map_err(unusable)?;
        if version != VERSION {
            return Err(ReleasesError::Version { path: path.to_owned(), found: version });
        }
        Ok(Self { connection: Mutex::new(connection), in_log: AtomicUsize::new(0), _lock: lock })
    }

    /// Notes that so many bytes went into the log.
    pub(super) fn logged(&self, bytes: usize) {
        self.in_log.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether the log holds so much that it is to be put in its place.
    pub(super) fn is_log_long(&self) -> bool {
        self.in_log.load(Ordering::Relaxed) >= LOG_BYTES
    }

    /// Writes what the log holds to its place, once it is much. Nothing depends on it: what is in the log is on the disk.
    pub(super) fn tidy(&self) -> Result<(), ReleasesError> {
        if !self.is_log_long() {
            return Ok(());
        }
        let connection = self.connection()?;
        self.in_log.store(0, Ordering::Relaxed);
        Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }

    /// The one connection. A panic while it was held may have left a transaction open, which rolls back; refusing is
    /// the safe reading all the same.
    pub(super) fn connection(&self) -> Result<MutexGuard<'_, Connection>, ReleasesError> {
        self.connection.lock().map_err(|_| ReleasesError::Interrupted)
    }
}

/// Opens the file to read from it alone, also while a node writes to it.
pub(super) fn read_only(path: &Path) -> Result<Connection, ReleasesError> {
    let unusable = |cause| ReleasesError::Unusable { path: path.to_owned(), cause };
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(unusable)?;
    connection.busy_timeout(READING_WAITS).map_err(unusable)?;
    let found = version(&connection).map_err(unusable)?;
    if found > VERSION {
        return Err(ReleasesError::Version { path: path.to_owned(), found });
    }
    Ok(connection)
}

fn lock(path: &Path) -> Result<File, ReleasesError> {
    let file = path.with_extension("lock");
    let failed = |cause| ReleasesError::Lock { path: file.clone(), cause };
    let lock = File::options().create(true).append(true).open(&file).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(ReleasesError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(failed(cause)),
    }
}

/// Makes the tables where there are none, adds what an earlier version lacks, and says which version they are of.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found >= VERSION {
        return Ok(found);
    }
    if found == 0 {
        transaction.execute_batch(TABLES)?;
    }
    if found < 2 {
        transaction.execute_batch(NOISE)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(VERSION)
}

/// The version of the tables; 0 where there are none.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
