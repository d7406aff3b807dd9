//! Where a run over a list keeps the answers so far, so that it can be taken up again after an interruption: a file
//! that only its owner can read, with a heading that says what was asked and a line for each answered question, each
//! on disk before the next question is asked. It names no subject.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use api::v1;
use model::question::Operation;
use model::vocabulary::{LegalBasis, Urgency};
use model::{BatchAnswer, ForceId, Granularity, Purpose, QuestionId};
use prost::Message;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// The form of the file.
const VERSION: u32 = 1;

/// What a run asks. A run is taken up again only with the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// Digest of the list.
    pub(crate) list: String,
    /// Why.
    pub(crate) purpose: Purpose,
    /// For which operation or case.
    pub(crate) operation: Operation,
    /// The legal basis stated; none also in files of before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) legal_basis: Option<LegalBasis>,
    /// How urgent it was said to be, where it was not routine; the same holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) urgency: Option<Urgency>,
    /// The rung asked for.
    pub(crate) granularity: Granularity,
    /// The forces asked.
    pub(crate) forces: BTreeSet<ForceId>,
}

/// The first line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    bluelamp_batch: u32,
    /// Most subjects in one question.
    chunk: usize,
    run: Run,
}

/// Each further line: an answered question.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Which of the run's questions, from 0.
    place: usize,
    /// How many subjects it is about.
    subjects: usize,
    question: QuestionId,
    /// The answer as it came, in hexadecimal.
    answer: String,
}

/// An answer that was kept.
pub(crate) struct Kept {
    /// Which of the run's questions it answers, from 0.
    pub(crate) place: usize,
    /// The answer.
    pub(crate) answer: BatchAnswer,
}

/// The open file of a run.
pub(crate) struct State {
    file: File,
    path: PathBuf,
    /// Whether it was begun here and has kept nothing yet.
    unused: bool,
}

impl State {
    /// Begins a run in a file that does not exist yet.
    pub(crate) fn begin(path: &Path, run: &Run, chunk: usize) -> Result<Self, Failure> {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = made.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::usage(format!("{}: holds the answers of a run that did not end", path.display()))
                    .help("go on with it: --resume; or remove the file to ask about the whole list again")
            }
            _ => cannot(path, &error),
        })?;
        let mut state = Self { file, path: path.to_owned(), unused: true };
        state.lock()?;
        state.write(&Heading { bluelamp_batch: VERSION, chunk, run: run.clone() })?;
        Ok(state)
    }

    /// Takes a run up again: the open file, how many subjects its questions hold, and the answers so far.
    pub(crate) fn resume(path: &Path, run: &Run) -> Result<(Self, usize, Vec<Kept>), Failure> {
        let opened = OpenOptions::new().read(true).write(true).open(path);
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::usage(format!("{}: there is nothing to resume", path.display()))
                    .help("begin without --resume, or name the run's file with --state")
            }
            _ => cannot(path, &error),
        })?;
        let mut state = Self { file, path: path.to_owned(), unused: false };
        state.lock()?;
        let mut text = String::new();
        state.file.read_to_string(&mut text).map_err(|error| cannot(path, &error))?;
        // A line without its end was being written when the run was interrupted: its question is asked again.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = (1..).zip(text.get(..whole).unwrap_or_default().lines());
        let heading = lines.next().and_then(|(_, line)| serde_json::from_str::<Heading>(line).ok());
        let heading = heading.filter(|heading| heading.bluelamp_batch == VERSION);
        let Heading { chunk, run: begun, .. } = heading.ok_or_else(|| state.damaged(1))?;
        same(path, &begun, run)?;
        let mut answers = Vec::new();
        for (number, line) in lines {
            answers.push(kept(line).ok_or_else(|| state.damaged(number))?);
        }
        let end = u64::try_from(whole).unwrap_or(u64::MAX);
        let cut = state.file.set_len(end).and_then(|()| state.file.seek(SeekFrom::Start(end)));
        cut.map_err(|error| cannot(path, &error))?;
        Ok((state, chunk, answers))
    }

    /// Keeps an answer. When this returns, it is on disk.
    pub(crate) fn keep(&mut self, place: usize, answer: &BatchAnswer) -> Result<(), Failure> {
        let answer_text = hex::encode(api::batch::answer_to_wire(answer).encode_to_vec());
        let subjects = answer.subjects.len();
        self.write(&Line { place, subjects, question: answer.question, answer: answer_text })?;
        self.unused = false;
        Ok(())
    }

    /// The file, for a reader who wants to go on with it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file of a run that has come to its end.
    pub(crate) fn end(self) -> Result<(), Failure> {
        fs::remove_file(&self.path).map_err(|error| cannot(&self.path, &error))
    }

    fn lock(&self) -> Result<(), Failure> {
        self.file.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => {
                Failure::error(format!("{}: another run is using it", self.path.display()))
                    .help("wait until that run ends, or name another file with --state")
            }
            fs::TryLockError::Error(error) => cannot(&self.path, &error),
        })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let written = self.file.write_all(&text).and_then(|()| self.file.sync_data());
        written.map_err(|error| cannot(&self.path, &error))
    }

    fn damaged(&self, line: usize) -> Failure {
        Failure::error(format!("{}, line {line}: is damaged, or of another version", self.path.display()))
            .help("remove the file to ask about the whole list again")
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.unused {
            // A run that brought no answer leaves nothing to go on with; a file that stays is told at the next run.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn kept(line: &str) -> Option<Kept> {
    let Line { place, subjects, question, answer } = serde_json::from_str(line).ok()?;
    let message = v1::SearchBatchAnswer::decode(hex::decode(answer).ok()?.as_slice()).ok()?;
    let answer = api::batch::answer_from_wire(question, subjects, message).ok()?;
    Some(Kept { place, answer })
}

fn same(path: &Path, begun: &Run, now: &Run) -> Result<(), Failure> {
    let differs = [
        ("list", begun.list != now.list),
        ("--purpose", begun.purpose != now.purpose),
        ("--operation", begun.operation != now.operation),
        ("--legal-basis", begun.legal_basis != now.legal_basis),
        ("--urgency", begun.urgency != now.urgency),
        ("--granularity", begun.granularity != now.granularity),
        ("--forces", begun.forces != now.forces),
    ];
    let other: Vec<&str> =
        differs.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect();
    if other.is_empty() {
        return Ok(());
    }
    let what = format!("{}: belongs to a run with another {}", path.display(), crate::output::list(other));
    Err(Failure::usage(what)
        .help("resume with what that run was begun with, or name another file with --state"))
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::error(format!("{}: the answers so far can't be kept: {error}", path.display()))
        .help("name a file that you may write to with --state")
}

#[cfg(test)]
mod tests;
