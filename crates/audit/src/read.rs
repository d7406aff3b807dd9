//! Reading and verifying a log, line by line, in bounded memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::chain::{Head, follow};
use crate::{AuditError, Entry, Record};

/// Longest line accepted, in bytes.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries the log holds.
    pub entries: u64,
    /// The head of the chain.
    pub head: Head,
    /// Bytes of sound lines.
    pub sound_bytes: u64,
    /// Bytes after the last newline: an entry that a crash cut short, never acknowledged.
    pub torn_bytes: u64,
}

/// Reads every entry, oldest first, handing each to `visit`, and verifies the chain on the way.
pub fn read<E: Record>(path: &Path, mut visit: impl FnMut(E)) -> Result<Verified, AuditError> {
    read_on(path, |entry, _| visit(entry))
}

/// As [`read`], with the head after each entry.
pub(crate) fn read_on<E: Record>(
    path: &Path,
    mut visit: impl FnMut(E, Head),
) -> Result<Verified, AuditError> {
    let disk = |cause| AuditError::Disk { path: path.display().to_string(), cause };
    let mut reader = BufReader::new(File::open(path).map_err(disk)?);
    let mut state = Verified { entries: 0, head: Head::EMPTY, sound_bytes: 0, torn_bytes: 0 };
    let mut line = Vec::new();
    loop {
        line.clear();
        let read =
            std::io::Read::take(&mut reader, LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(disk)?;
        if read == 0 {
            return Ok(state);
        }
        let broken =
            |why| AuditError::Broken { path: path.display().to_string(), line: state.entries + 1, why };
        let Some(text) = line.strip_suffix(b"\n") else {
            if line.len() as u64 == LINE_BYTES_MAX {
                return Err(broken("the line is too long"));
            }
            state.torn_bytes = line.len() as u64;
            return Ok(state);
        };
        let text = std::str::from_utf8(text).map_err(|_| broken("the line is not UTF-8"))?;
        let (entry, head) = follow(state.head, text).map_err(broken)?;
        visit(entry, head);
        state.head = head;
        state.entries += 1;
        state.sound_bytes += line.len() as u64;
    }
}

/// Verifies the chain of a log.
pub fn verify(path: &Path) -> Result<Verified, AuditError> {
    read(path, |_: Entry| {})
}
