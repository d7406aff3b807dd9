//! A journal makes several logs durable with one write: what goes into any of them stands in it first. The logs
//! themselves follow at their own pace; after a crash each is brought up to what the journal holds.
//!
//! Two files, set aside beforehand and written in turn, so that nothing but the lines' own bytes has to reach the disk:
//! a file begins with a header that names the logs with their heads, and lines of all logs follow, each behind the number of the
//! turn and its log's name. A line counts where its hash follows from those before it; what an earlier turn left behind does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::files::Files;
use crate::log::{Log, Open};
use crate::writer::{Queue, Writer};
use crate::{AuditError, Record};

mod left;
mod space;

pub(crate) use left::Left;
pub(crate) use space::Space;

/// Bytes of each of the two files, at first and at most.
const FILE_BYTES: (u64, u64) = (128 << 10, 4 << 20);

/// A journal whose logs are being opened.
#[derive(Debug)]
pub struct Journal {
    space: Space,
    /// What a crash left of each log.
    left: BTreeMap<String, Left>,
    logs: Vec<Open>,
    writer: Arc<Writer>,
    pending: Queue,
}

impl Journal {
    /// Opens or creates the journal at `path`, whose two files have that name with `.0` and `.1` behind it. Fails when it is
    /// damaged or another process writes it.
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        Self::with_room(path, FILE_BYTES)
    }

    fn with_room(path: &Path, file_bytes: (u64, u64)) -> Result<Self, AuditError> {
        let (space, left) = Space::open(path, file_bytes)?;
        let (writer, pending) = Writer::idle();
        Ok(Self { space, left, logs: Vec::new(), writer, pending })
    }

    /// Opens the log at `path` as [`Log::open`] does, brings it up to what the journal holds of the log called `name`, and
    /// hands every entry to `visit`. It can be written on once the journal is started.
    pub fn log<E: Record>(
        &mut self,
        name: &'static str,
        path: &Path,
        now: Timestamp,
        visit: impl FnMut(E),
    ) -> Result<Log<E>, AuditError> {
        let left = self.left.remove(name).unwrap_or_default();
        let open = Open::at(path, now, &left, visit)?;
        self.space.add(name);
        self.logs.push(open);
        Ok(Log::of(self.writer.clone(), self.logs.len() - 1))
    }

    /// Starts to write, once all logs are open.
    pub fn start(self) -> Result<(), AuditError> {
        let (files, writer, pending) = self.begin()?;
        writer.run(files, pending)
    }

    /// All that a writer's thread needs.
    fn begin(self) -> Result<(Files, Arc<Writer>, Queue), AuditError> {
        let Self { mut space, left, logs, writer, pending } = self;
        if left.values().any(|left| !left.is_empty()) {
            return Err(space.damaged("it holds entries of a log that was not opened"));
        }
        let heads: Vec<_> = logs.iter().map(|log| log.head).collect();
        space.begin(&heads)?;
        Ok((Files::of(logs, Some(space)), writer, pending))
    }
}

#[cfg(test)]
mod tests;
