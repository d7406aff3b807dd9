//! What takes a log's place: the entries that its owner keeps of those so far, in a file beside it, and behind them
//! whatever was appended since. It is renamed over the log in one step, so that a crash leaves the one or the other, whole.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::chain::{Head, line};
use crate::log::{Open, lock};
use crate::{AuditError, Record, Verified};

/// A file that can take a log's place.
#[derive(Debug)]
pub struct Replacement {
    /// The place of the log among those of its writer.
    pub(crate) log: usize,
    /// Where it lies until then.
    beside: PathBuf,
    file: File,
    head: Head,
    /// How far the log was read.
    so_far: Verified,
}

impl Replacement {
    /// Writes `entries` beside the log at `path`, which was read `so_far`.
    pub(crate) fn write<E: Record>(
        (log, path): (usize, &Path),
        so_far: Verified,
        entries: &[E],
    ) -> Result<Self, AuditError> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let disk = |cause| AuditError::Disk { path: beside.display().to_string(), cause };
        // What a crash left of an earlier one is written over.
        let file = lock(OpenOptions::new().create(true).append(true), &beside)?;
        let allowed = path.metadata().and_then(|log| file.set_permissions(log.permissions()));
        allowed.and_then(|()| file.set_len(0)).map_err(disk)?;
        let mut head = Head::EMPTY;
        let mut writer = BufWriter::new(&file);
        for entry in entries {
            let (text, next) = line(head, &serde_json::to_string(entry).map_err(|e| disk(e.into()))?);
            writer.write_all(text.as_bytes()).map_err(disk)?;
            head = next;
        }
        writer.flush().and_then(|()| file.sync_all()).map_err(disk)?;
        drop(writer);
        Ok(Self { log, beside, file, head, so_far })
    }

    /// Adds what was appended to `log` since it was read, and makes the whole durable.
    pub(crate) fn catch_up(&mut self, log: &Open) -> Result<(), AuditError> {
        let disk = |cause| AuditError::Disk { path: self.beside.display().to_string(), cause };
        let path = || log.path.display().to_string();
        let mut since = String::new();
        File::open(&log.path)
            .and_then(|mut file| {
                file.seek(SeekFrom::Start(self.so_far.sound_bytes))?;
                file.read_to_string(&mut since)
            })
            .map_err(|cause| AuditError::Disk { path: path(), cause })?;
        let (mut passed, mut head, mut text) = (self.so_far.head, self.head, String::new());
        for (old, at) in since.lines().zip(self.so_far.entries..) {
            let broken = AuditError::Broken {
                path: path(),
                line: at + 1,
                why: "the line does not follow from what was read of the log before",
            };
            let (Some(next), Some((_, entry))) = (passed.before(old), old.split_once(' ')) else {
                return Err(broken);
            };
            passed = next;
            let (new, next) = line(head, entry);
            head = next;
            text.push_str(&new);
        }
        if passed != log.head {
            return Err(AuditError::Broken {
                path: path(),
                line: self.so_far.entries,
                why: "what was read of the log is not what it holds now",
            });
        }
        self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all()).map_err(disk)?;
        self.head = head;
        Ok(())
    }

    /// Takes the place of `log`, in name and as what is written on.
    pub(crate) fn take_place(self, log: &mut Open) -> Result<(), AuditError> {
        std::fs::rename(&self.beside, &log.path)
            .map_err(|cause| AuditError::Disk { path: log.path.display().to_string(), cause })?;
        (log.file, log.head) = (self.file, self.head);
        Ok(())
    }
}
