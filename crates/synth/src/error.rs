//! What can go wrong while records are made up and written: a specification that makes no sense, or the disk.
//! Messages name the file and how to mend it, never a value.

use std::path::PathBuf;

use model::Dataset;

/// Why no complete set of records was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// The specification can't be met.
    #[error("{field}: {why}")]
    Spec {
        /// The field of [`crate::Spec`] to change.
        field: &'static str,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// A folder or file can't be made.
    #[error("can't write {}; check that the folder exists, is writable and has room", path.display())]
    Disk {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A Parquet file can't be written.
    #[error("can't write {}; check that the disk has room", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: parquet::errors::ParquetError,
    },
    /// A CSV file can't be written.
    #[error("can't write {}; check that the disk has room", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: csv::Error,
    },
    /// This crate and the shared schema disagree about a dataset: they come from different versions.
    #[error(
        "the rows made for {dataset} do not fit its columns at {column:?}; build synth and model from one version"
    )]
    Drift {
        /// The dataset.
        dataset: Dataset,
        /// The first column that does not fit.
        column: &'static str,
    },
}
