//! Columns of numbers in files that are read in place: opening costs nothing, and the kernel keeps in memory what is used.
//!
//! A column file is a header of 32 bytes and then the items in the machine's own byte order. It is
//! written once with [`ColumnWriter`], made durable with its folder by [`sync_folder`], and never changed: a new state is a new file. [`Column::open`] checks the
//! header and the length; [`Column::verify`] reads everything and compares its checksum.

mod column;
mod folder;
mod header;
mod writer;

pub use column::{Column, FileId};
pub use folder::sync_folder;
pub use header::Item;
pub use writer::ColumnWriter;

use std::path::{Path, PathBuf};

/// Why a column can't be used. Speaks of files, never of what they hold.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// The disk said no.
    #[error("{}: {source}", file.display())]
    Disk {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not what it should be; build it anew.
    #[error("{}: {what}", file.display())]
    Unfit {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
}

impl ColumnError {
    fn disk(file: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| Self::Disk { file: file.to_owned(), source }
    }

    fn unfit(file: &Path, what: &'static str) -> Self {
        Self::Unfit { file: file.to_owned(), what }
    }
}

#[cfg(test)]
mod tests;
