//! The two files of a journal: set aside once, and written from their beginning in turn.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Left;
use crate::AuditError;
use crate::chain::{Head, follow, line};
use crate::log::{lock, sync_folder};

/// Bytes of a header: what a disk writes at once.
const HEADER_BYTES: usize = 4096;

/// The first line of a file, filled up with spaces.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    /// How often the journal began anew. The file with the higher number counts.
    turn: u64,
    /// Each log with its head when this turn began. All before it is on the disk in the log itself.
    logs: Vec<(String, String)>,
}

/// The files of a journal, and where the next line goes.
#[derive(Debug)]
pub(crate) struct Space {
    path: String,
    /// Each with the bytes that are set aside in it.
    files: [(File, u64); 2],
    most: u64,
    names: Vec<&'static str>,
    /// What stands in front of each log's lines: whose they are, and of which turn.
    marks: Vec<String>,
    turn: u64,
    /// Where the next line goes in the file whose turn it is.
    at: u64,
}

impl Space {
    /// Opens or creates the files, which grow from `least` to `most` bytes, and reads what they hold of each log.
    pub(super) fn open(
        path: &Path,
        (least, most): (u64, u64),
    ) -> Result<(Self, BTreeMap<String, Left>), AuditError> {
        let open = |number: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(number);
            let path = PathBuf::from(name);
            let mut options = OpenOptions::new();
            options.create(true).read(true).write(true).truncate(false);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = lock(&options, &path)?;
            let disk = |cause| AuditError::Disk { path: path.display().to_string(), cause };
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(disk)?;
            let held = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            set_aside(&file, held, least).map_err(disk)?;
            sync_folder(&path)?;
            Ok(((file, held.max(least)), bytes))
        };
        let (first, second) = (open(".0")?, open(".1")?);
        let (files, read) = ([first.0, second.0], [first.1, second.1]);
        let mut space = Self {
            path: path.display().to_string(),
            files,
            most,
            names: Vec::new(),
            marks: Vec::new(),
            turn: 0,
            at: 0,
        };
        let [even, odd] = &read;
        let last =
            [even, odd].into_iter().filter_map(|bytes| header(bytes)).max_by_key(|(header, _)| header.turn);
        let left = match last {
            Some((Header { turn, logs }, lines)) => {
                space.turn = turn;
                // A header that a crash cut short is of a turn in which nothing was written yet: the turn before still holds.
                let next = if turn.is_multiple_of(2) { odd } else { even };
                let begun = next
                    .get(HEADER_BYTES..)
                    .is_some_and(|lines| lines.starts_with(turn_mark(turn + 1).as_bytes()));
                let left = left(turn, logs, lines).filter(|_| !begun);
                left.ok_or_else(|| space.damaged("a header can't be read"))?
            }
            // The first turn is that of the second file.
            None if odd.iter().all(|&byte| byte == 0) => {
                space.write_header(0, &[])?;
                BTreeMap::new()
            }
            None => return Err(space.damaged("neither of its files has a header that can be read")),
        };
        Ok((space, left))
    }

    /// Adds a log: the next one by its place.
    pub(super) fn add(&mut self, name: &'static str) {
        self.names.push(name);
    }

    /// What stands in front of a line of a log.
    pub(crate) fn mark(&self, place: usize) -> &str {
        self.marks.get(place).map_or("", String::as_str)
    }

    /// Begins anew with the other file, when the logs are on the disk up to these heads.
    pub(crate) fn begin(&mut self, heads: &[Head]) -> Result<(), AuditError> {
        self.write_header(self.turn + 1, heads)
    }

    fn write_header(&mut self, turn: u64, heads: &[Head]) -> Result<(), AuditError> {
        let logs = self.names.iter().zip(heads).map(|(name, head)| ((*name).to_owned(), head.to_string()));
        let header = Header { turn, logs: logs.collect() };
        let text = serde_json::to_string(&header).map_err(|error| self.disk(error.into()))?;
        let (line, _) = line(Head::EMPTY, &text);
        let line = format!("{:<1$}\n", line.trim_end(), HEADER_BYTES - 1);
        if line.len() > HEADER_BYTES {
            return Err(self.damaged("it has more logs than its header can name"));
        }
        self.turn = turn;
        self.grow()?;
        self.marks = self.names.iter().map(|name| mark(turn, name)).collect();
        self.file().0.write_all_at(line.as_bytes(), 0).map_err(|cause| self.disk(cause))?;
        self.at = u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.sync()
    }

    /// Whether lines fit into what is left of the file.
    pub(crate) fn has_room_for(&self, lines: &str) -> bool {
        let bytes = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        self.at.saturating_add(bytes) <= self.file().1
    }

    /// Writes lines, which fit.
    pub(crate) fn write(&mut self, lines: &str) -> Result<(), AuditError> {
        self.file().0.write_all_at(lines.as_bytes(), self.at).map_err(|cause| self.disk(cause))?;
        self.at = self.at.saturating_add(u64::try_from(lines.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&self) -> Result<(), AuditError> {
        self.file().0.sync_data().map_err(|cause| self.disk(cause))
    }

    /// That it can't be used.
    pub(super) fn damaged(&self, why: &'static str) -> AuditError {
        AuditError::Journal { path: self.path.clone(), why }
    }

    /// A file that was filled is set aside larger for its next turn, up to its most.
    fn grow(&mut self) -> Result<(), AuditError> {
        let bytes = self.file().1.max(self.at.saturating_mul(2)).min(self.most).max(self.file().1);
        set_aside(&self.file().0, self.file().1, bytes).map_err(|cause| self.disk(cause))?;
        let [even, odd] = &mut self.files;
        let file = if self.turn.is_multiple_of(2) { even } else { odd };
        file.1 = bytes;
        Ok(())
    }

    fn file(&self) -> &(File, u64) {
        let [even, odd] = &self.files;
        if self.turn.is_multiple_of(2) { even } else { odd }
    }

    fn disk(&self, cause: std::io::Error) -> AuditError {
        AuditError::Disk { path: self.path.clone(), cause }
    }
}

/// Writes zeros behind the first `held` bytes of a file, up to so many `bytes`. Where they are written and not only promised, later
/// writes change no more than their own bytes, and are soon on the disk.
fn set_aside(file: &File, held: u64, bytes: u64) -> std::io::Result<()> {
    let Some(more) = bytes.checked_sub(held).filter(|more| *more > 0) else { return Ok(()) };
    file.write_all_at(&vec![0; usize::try_from(more).unwrap_or_default()], held)?;
    file.sync_all()
}

/// What every line of a turn begins with.
fn turn_mark(turn: u64) -> String {
    format!("{turn} ")
}

fn mark(turn: u64, name: &str) -> String {
    format!("{}{name} ", turn_mark(turn))
}

/// The header of a file, and what follows it.
fn header(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let (header, lines) = bytes.split_at_checked(HEADER_BYTES)?;
    let (header, _) = follow(Head::EMPTY, std::str::from_utf8(header).ok()?.trim_end()).ok()?;
    Some((header, lines))
}

/// The lines of each log, up to the first that does not follow.
fn left(turn: u64, logs: Vec<(String, String)>, bytes: &[u8]) -> Option<BTreeMap<String, Left>> {
    let behind = |(name, head): (String, String)| Some((name, Left::behind(Head::parse(&head)?)));
    let mut left: BTreeMap<String, Left> = logs.into_iter().map(behind).collect::<Option<_>>()?;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let text = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
        let whose = |text: &str| text.split(' ').nth(1).map(str::to_owned);
        let follows = text.is_some_and(|text| {
            whose(text).is_some_and(|name| {
                let line = text.strip_prefix(&mark(turn, &name));
                left.get_mut(&name).zip(line).is_some_and(|(left, line)| left.add(line))
            })
        });
        if !follows {
            break;
        }
    }
    Some(left)
}
