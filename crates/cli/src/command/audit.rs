//! The commands `bluelamp audit verify` and `show`.

mod line;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use ::audit::Entry;
use uuid::Uuid;

use crate::exit::{Exit, Failure, note};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp audit verify audit.log
  bluelamp audit show audit.log --last 20
  bluelamp audit show audit.log --question 0197c0de-0000-7000-8000-000000000000

The head that verify prints pins everything before it: keep it elsewhere, and a later change shows.";

/// Options of `bluelamp audit`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
enum Action {
    /// Follow the chain from the first entry to the last
    Verify {
        /// The audit log
        file: PathBuf,
    },
    /// Print entries, one a line, after verifying the chain up to them
    Show {
        /// The audit log
        file: PathBuf,
        /// Only the entries of this question
        #[arg(long, value_name = "ID")]
        question: Option<Uuid>,
        /// Only the last entries
        #[arg(long, value_name = "N")]
        last: Option<usize>,
    },
}

/// Verifies or prints a log.
pub(crate) fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Verify { file } => verify(&file),
        Action::Show { file, question, last } => show(&file, question, last),
    }
}

fn verify(file: &Path) -> Result<Exit, Failure> {
    let found = ::audit::verify(file)?;
    stdout(format!("{} entries, the chain holds\nhead {}\n", found.entries, found.head).as_bytes())?;
    if found.torn_bytes > 0 {
        note(&format!(
            "{} bytes at the end are an entry that is being written or that a crash cut short; it was never relied on",
            found.torn_bytes
        ));
    }
    Ok(Exit::Ok)
}

fn show(file: &Path, question: Option<Uuid>, last: Option<usize>) -> Result<Exit, Failure> {
    let mut lines = VecDeque::new();
    let read = ::audit::read(file, |entry: Entry| {
        if question.is_none_or(|wanted| entry.question.is_some_and(|id| id.0 == wanted)) {
            lines.push_back(line::of(&entry));
        }
        if last.is_some_and(|last| lines.len() > last) {
            lines.pop_front();
        }
    });
    // What stands before a break is still worth reading; the break itself ends the run as an error.
    stdout(lines.into_iter().collect::<String>().as_bytes())?;
    read?;
    Ok(Exit::Ok)
}
