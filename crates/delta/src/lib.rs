//! Delta Lake tables on the local disk: a table's log is replayed to the files that make up its newest version, with the values of
//! partitions and the rows that are deleted. Reading those files is left to whoever asks.
//!
//! In reading order: what a table tells ([`Table`]), its columns as Arrow has them, the features that are understood, and the
//! engine that Delta's own kernel replays logs with: local files, commits in JSON, checkpoints in Parquet, and rows of both.

mod columns;
mod error;
mod features;
mod table;

mod checkpoint;
mod commit;
mod engine;
mod rows;
mod storage;

pub use columns::{PARTITION, PHYSICAL_NAME};
pub use error::DeltaError;
pub use table::{DataFile, Table};
