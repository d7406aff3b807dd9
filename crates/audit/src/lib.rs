//! The append-only log of what was asked, decided and released.
//!
//! Each entry is one line: the hash of the chain so far with this entry, a space, the entry as JSON. An entry is on
//! disk before [`Log::append`] returns; a node answers only after that (invariant 2: no audit, no answer). Probe
//! values and record values have no field to stand in. The chain is tamper-evident, not tamper-proof: who holds a
//! head from earlier sees any change before it.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub mod entry;

mod chain;
mod files;
mod journal;
mod log;
mod read;
mod replace;
mod writer;

pub use chain::Head;
pub use entry::{Consultation, Decision, Delegated, Entry, Event, Particulars, Told};
pub use journal::Journal;
pub use log::{Lines, Log};
pub use read::{Verified, read, verify};
pub use replace::Replacement;

/// What a log can hold. [`Entry`] is the audit's own; a node keeps its ledger of answered questions in the same form.
pub trait Record: Serialize + DeserializeOwned + Send + std::fmt::Debug + 'static {
    /// The entry that records a cut of `bytes` never acknowledged bytes after a crash.
    fn recovered(at: Timestamp, bytes: u64) -> Self;
}

/// Why the log can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The operating system refused.
    #[error("audit log {path}: {cause}")]
    Disk {
        /// The file.
        path: String,
        /// The cause.
        cause: std::io::Error,
    },
    /// Another process writes this log.
    #[error(
        "audit log {path} is in use by another process; each node and coordinator needs a log of its own"
    )]
    InUse {
        /// The file.
        path: String,
    },
    /// A line does not fit the chain.
    #[error(
        "audit log {path}, line {line}: {why}; the log was altered or damaged here: keep the file as it is, tell the auditor, and start a new log beside it"
    )]
    Broken {
        /// The file.
        path: String,
        /// Line, from 1.
        line: u64,
        /// What does not fit.
        why: &'static str,
    },
    /// The journal of several logs can't be used.
    #[error(
        "journal {path}: {why}; keep its files and the logs as they are and tell the auditor. Once the journal is moved away, the logs go on from what they hold themselves"
    )]
    Journal {
        /// The journal.
        path: String,
        /// What is wrong.
        why: &'static str,
    },
    /// An earlier write failed, so nothing more is accepted.
    #[error("the audit log stopped after a failed write; mend the disk and restart")]
    Stopped,
}
