//! Why a measurement could not be made: which file, which line, and how to mend it.
//! Speaks of files, lines and columns, never of what a row holds.

use std::path::PathBuf;

/// Why a measurement could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A file or folder can't be read.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        cause: String,
    },
    /// A line of a CSV file can't be understood.
    #[error("{} line {line}: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// No folder holds persons.
    #[error(
        "{}: holds no folder with a person.parquet: give the folder that `bluelamp synth --out` wrote, with a folder per force",
        path.display()
    )]
    NoForces {
        /// The folder.
        path: PathBuf,
    },
    /// A column is missing or of another type than the shared schema's.
    #[error("{}: column {column}: {why}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file of probes has none.
    #[error("{}: holds no probes: write at least one line below the header", path.display())]
    NoProbes {
        /// The file.
        path: PathBuf,
    },
}
