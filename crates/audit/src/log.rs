//! A log as its users see it: entries go in, and are on the disk when they are told so.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::chain::{Head, follow};
use crate::journal::Left;
use crate::read::{read, read_on};
use crate::replace::Replacement;
use crate::writer::{Texts, Work, Writer};
use crate::{AuditError, Entry, Record, Verified};

/// An open log. What was accepted is on the disk when the last log of its writer has been dropped.
#[derive(Debug)]
pub struct Log<E = Entry> {
    writer: Arc<Writer>,
    place: usize,
    entries: PhantomData<fn(E)>,
}

impl<E: Record> Log<E> {
    /// Opens or creates the log at `path`, verifies its whole chain, hands every entry to `visit`, and cuts an entry
    /// that a crash left unfinished. Fails when the chain is broken or another process writes it.
    pub fn open(path: &Path, now: Timestamp, visit: impl FnMut(E)) -> Result<Self, AuditError> {
        let open = Open::at(path, now, &Left::default(), visit)?;
        Ok(Self::of(Writer::start(vec![open], None)?, 0))
    }

    pub(crate) fn of(writer: Arc<Writer>, place: usize) -> Self {
        Self { writer, place, entries: PhantomData }
    }

    /// Appends entries, in order and together. When this returns a head, they are on disk.
    pub async fn append(&self, entries: Vec<E>) -> Result<Head, AuditError> {
        self.append_lines(self.lines(&entries)?, None).await
    }

    /// Entries as they will be written.
    pub fn lines(&self, entries: &[E]) -> Result<Lines, AuditError> {
        Ok(Lines(vec![self.texts(entries)?]))
    }

    /// Appends lines of this log, and those of other logs of its journal that stand with them: in order and together. Nothing of
    /// them is written before the moment, where one is given. When this returns a head, that of the last line's log, they are on
    /// disk.
    pub async fn append_lines(&self, lines: Lines, moment: Option<Instant>) -> Result<Head, AuditError> {
        self.writer.wait_for(Work::Append(lines.0), moment).await
    }

    /// Appends entries without waiting until they are on the disk: they are once anything that is appended after them is.
    pub async fn write(&self, entries: Vec<E>) -> Result<(), AuditError> {
        self.writer.write(self.texts(&entries)?).await
    }

    /// The same for entries of which something will surely be appended soon, to this log or to another of its journal: they are
    /// held until then.
    pub async fn note(&self, entries: Vec<E>) -> Result<(), AuditError> {
        self.writer.note(self.texts(&entries)?).await
    }

    /// Reads the entries so far, oldest first, while more may be appended. Blocks.
    pub fn so_far(&self, visit: impl FnMut(E)) -> Result<Verified, AuditError> {
        read(&self.writer.path(self.place), visit)
    }

    /// Prepares for `entries` to take the place of those that were read `so_far`. Blocks.
    pub fn prepare(&self, so_far: Verified, entries: &[E]) -> Result<Replacement, AuditError> {
        Replacement::write((self.place, &self.writer.path(self.place)), so_far, entries)
    }

    /// Puts what was prepared in its place, with everything behind it that was appended since; the chain begins anew with it.
    /// Until this returns a head, a crash may leave the log as it was. It never leaves part of either.
    pub async fn replace(&self, prepared: Replacement) -> Result<Head, AuditError> {
        self.writer.wait_for(Work::Replace(prepared), None).await
    }

    fn texts(&self, entries: &[E]) -> Result<Texts, AuditError> {
        let texts: Result<_, _> = entries.iter().map(serde_json::to_string).collect();
        let unwritten = |error: serde_json::Error| self.writer.failed(self.place, error.into());
        Ok(Texts { log: self.place, texts: texts.map_err(unwritten)? })
    }
}

/// Entries of one log, or of several of one journal, as they will be written.
#[derive(Debug)]
pub struct Lines(Vec<Texts>);

impl Lines {
    /// These lines and `others` behind them.
    pub fn then(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

/// A log's file, ready to be written on.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) head: Head,
}

impl Open {
    /// As [`Log::open`]; lines that a crash `left` in the journal alone are written and visited too.
    pub(crate) fn at<E: Record>(
        path: &Path,
        now: Timestamp,
        left: &Left,
        mut visit: impl FnMut(E),
    ) -> Result<Self, AuditError> {
        let disk = |cause| AuditError::Disk { path: path.display().to_string(), cause };
        let mut options = OpenOptions::new();
        let mut file = lock(options.create(true).read(true).append(true), path)?;
        let mut catching_up = left.catching_up();
        let found = read_on(path, |entry, head| {
            catching_up.pass(head);
            visit(entry);
        })?;
        if found.torn_bytes > 0 {
            file.set_len(found.sound_bytes).map_err(disk)?;
        }
        let broken =
            |why| AuditError::Broken { path: path.display().to_string(), line: found.entries + 1, why };
        let missing = catching_up.missing(found.head).map_err(broken)?;
        let (mut head, mut text) = (found.head, String::new());
        for line in missing {
            let (entry, next) = follow(head, line).map_err(broken)?;
            visit(entry);
            text.extend([line, "\n"]);
            head = next;
        }
        if found.torn_bytes > 0 && text.is_empty() {
            let entry = E::recovered(now, found.torn_bytes);
            (text, head) =
                crate::chain::line(head, &serde_json::to_string(&entry).map_err(|e| disk(e.into()))?);
        }
        if !text.is_empty() {
            file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(disk)?;
        }
        // The file's name must survive a power cut as surely as its entries.
        sync_folder(path)?;
        Ok(Self { path: path.to_owned(), file, head })
    }
}

/// Opens a file for this process alone.
pub(crate) fn lock(options: &OpenOptions, path: &Path) -> Result<File, AuditError> {
    let disk = |cause| AuditError::Disk { path: path.display().to_string(), cause };
    let file = options.open(path).map_err(disk)?;
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => AuditError::InUse { path: path.display().to_string() },
        TryLockError::Error(cause) => disk(cause),
    })?;
    Ok(file)
}

/// Makes the name of the file at `path` durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), AuditError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| AuditError::Disk { path: path.display().to_string(), cause })
}
