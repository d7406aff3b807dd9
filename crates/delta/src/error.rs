//! Why a Delta table could not be read: which folder or file, and how to mend it. A log holds least and greatest values of
//! records, so nothing that it says is repeated but names.

use std::io;
use std::path::{Path, PathBuf};

use delta_kernel::KernelError;

/// Why a table could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeltaError {
    /// The folder is no Delta table.
    #[error("{}: not a Delta table, since there is no folder _delta_log in it; name the table's own folder", .0.display())]
    NoTable(PathBuf),
    /// A file of the table can't be used.
    #[error("{}: {why}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it and how to mend it.
        why: String,
    },
    /// A version is missing from the log.
    #[error(
        "{}: version {version} is missing from the log, so that it can't be told which rows the table has; restore the file {version:020}.json, or copy the whole table again", folder.display()
    )]
    Missing {
        /// The table's folder.
        folder: PathBuf,
        /// The first version that is missing.
        version: u64,
    },
    /// The table asks for what is not understood here.
    #[error(
        "{}: the table needs readers that understand {feature}; drop the feature where the table is written (ALTER TABLE … DROP FEATURE), or write the table out as Parquet and name those files", folder.display()
    )]
    Feature {
        /// The table's folder.
        folder: PathBuf,
        /// What is not understood.
        feature: String,
    },
    /// The log does not make sense.
    #[error("{}: the table's log can't be followed: {why}; copy the whole table again", folder.display())]
    Log {
        /// The table's folder.
        folder: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl DeltaError {
    pub(crate) fn file(file: &Path, why: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), why: why.into() }
    }

    /// What the kernel said about the table in `folder`, or what our own engine said through it.
    pub(crate) fn of(folder: &Path, error: KernelError) -> Self {
        let folder = folder.to_owned();
        match error {
            KernelError::Backtraced { source, .. } => Self::of(&folder, *source),
            KernelError::IOError(cause) => {
                match cause.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
                    Some(ours) => ours.clone(),
                    None => Self::Log { folder, why: cause.to_string() },
                }
            }
            KernelError::MissingVersion(version) => Self::Missing { folder, version },
            KernelError::EmptyLog => Self::Log { folder, why: "there is no version in it".to_owned() },
            KernelError::Unsupported(what) => Self::Feature { folder, feature: named(&what) },
            KernelError::MissingMetadata
            | KernelError::MissingProtocol
            | KernelError::MissingMetadataAndProtocol => Self::Log {
                folder,
                why: "no version says which columns and readers the table has".to_owned(),
            },
            KernelError::DeletionVector(why)
            | KernelError::InvalidCheckpoint(why)
            | KernelError::InvalidLogSegment(why)
            | KernelError::InvalidProtocol(why)
            | KernelError::InternalError(why)
            | KernelError::Schema(why) => Self::Log { folder, why },
            KernelError::FileNotFound(path) => Self::File {
                file: path.into(),
                why: "the log names this file, and it is gone; copy the whole table again".to_owned(),
            },
            // What else it says can quote what the log holds.
            _ => Self::Log { folder, why: "a file of it is damaged".to_owned() },
        }
    }
}

/// What the kernel does not support, without its sentence around the name.
fn named(what: &str) -> String {
    let version = what.strip_prefix("Unsupported minimum ");
    let feature = || what.split('\'').nth(1);
    version.or_else(feature).unwrap_or(what).to_owned()
}

/// An error on its way through the kernel.
impl From<DeltaError> for KernelError {
    fn from(error: DeltaError) -> Self {
        Self::IOError(io::Error::other(error))
    }
}
