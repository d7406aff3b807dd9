//! Where an answer goes: stdout, or a file that only its owner can read and that appears whole or not at all.
//! Opened before the question is asked: a question is answered once, and its answer must have a place to go.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use model::Coverage;

use super::Format;
use crate::exit::{self, Failure};

/// The forms that a command writes answers in; `table` is among them.
pub(crate) trait Form: clap::ValueEnum + Copy + Send + Sync + 'static {
    /// Whether a person reads it as it stands, its coverage included.
    fn is_for_reading(self) -> bool;
    /// Whether it is not for a terminal.
    fn is_binary(self) -> bool;
}

/// How an answer is written, and where.
#[derive(clap::Args)]
pub(crate) struct OutputArguments<F: Form = Format> {
    /// How the answer is written; a form that is not for a terminal needs --output or a pipe
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT", help_heading = "Answer")]
    format: F,
    /// Write to this file, readable by you alone, in place of stdout
    #[arg(short, long, alias = "out", value_name = "FILE", help_heading = "Answer")]
    output: Option<PathBuf>,
}

impl<F: Form> OutputArguments<F> {
    /// The format.
    pub(crate) fn format(&self) -> F {
        self.format
    }

    /// Whether the answer goes to a file.
    pub(crate) fn is_file(&self) -> bool {
        self.output.is_some()
    }

    /// Makes sure that the answer has a place to go.
    pub(crate) fn open(&self) -> Result<Target, Failure> {
        let place = match &self.output {
            Some(path) => Place::File(Draft::new(path)?),
            None => {
                if self.format.is_binary() && io::stdout().is_terminal() {
                    return Err(Failure::usage("this format is not for a terminal")
                        .help("name a file with --output, or pipe the answer on"));
                }
                Place::Stdout
            }
        };
        Ok(Target { is_for_reading: self.format.is_for_reading(), place })
    }
}

/// A place that an answer can go to.
pub(crate) struct Target {
    is_for_reading: bool,
    place: Place,
}

enum Place {
    Stdout,
    File(Draft),
}

impl Target {
    /// Writes the answer. The coverage is said on stderr too, unless the reader has it before their eyes.
    pub(crate) fn deliver(self, bytes: &[u8], coverage: &Coverage) -> Result<(), Failure> {
        self.deliver_with(bytes, &coverage.sentence())
    }

    /// Writes what several answers say, and their coverage in this sentence like that of one.
    pub(crate) fn deliver_with(self, bytes: &[u8], coverage: &str) -> Result<(), Failure> {
        let seen = self.is_for_reading && matches!(self.place, Place::Stdout);
        self.write(bytes)?;
        if !seen {
            exit::note(coverage);
        }
        Ok(())
    }

    /// Writes the bytes.
    pub(crate) fn write(self, bytes: &[u8]) -> Result<(), Failure> {
        match self.place {
            Place::Stdout => stdout(bytes),
            Place::File(draft) => draft.finish(bytes),
        }
    }
}

/// Writes bytes to stdout.
pub(crate) fn stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

/// A file that is being written beside its final name.
struct Draft {
    file: File,
    beside: PathBuf,
    path: PathBuf,
}

impl Draft {
    fn new(path: &Path) -> Result<Self, Failure> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.new", std::process::id()));
        let beside = PathBuf::from(beside);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
        let file = made.map_err(|error| cannot(path, &error))?;
        Ok(Self { file, beside, path: path.to_owned() })
    }

    fn finish(mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_all());
        written
            .and_then(|()| fs::rename(&self.beside, &self.path))
            .map_err(|error| cannot(&self.path, &error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a finish there is nothing left to remove.
        let _ = fs::remove_file(&self.beside);
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::error(format!("{}: can't be written: {error}", path.display()))
        .help("name a file in a folder that exists and that you may write to")
}
