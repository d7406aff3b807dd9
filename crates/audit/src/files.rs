//! The files of logs, and the journal in which they are durable first: what the writer's thread owns.

use std::io::Write;
use std::path::Path;

use crate::AuditError;
use crate::chain::{Head, line};
use crate::journal::Space;
use crate::log::{Open, sync_folder};
use crate::replace::Replacement;
use crate::writer::{Pending, Texts, Work};

/// The files of the logs, and the journal in which they are durable first, where there is one.
pub(crate) struct Files {
    logs: Vec<Open>,
    journal: Option<Space>,
    /// Whether all that was written is on the disk.
    is_durable: bool,
}

impl Files {
    /// Files of which all is on the disk.
    pub(crate) fn of(logs: Vec<Open>, journal: Option<Space>) -> Self {
        Self { logs, journal, is_durable: true }
    }

    /// The logs' files, by their place.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.logs.iter().map(|log| log.path.as_path())
    }

    /// The head of a log.
    pub(crate) fn head(&self, log: usize) -> Result<Head, AuditError> {
        self.logs.get(log).map(|log| log.head).ok_or(AuditError::Stopped)
    }

    /// Writes what waits into the logs and the journal.
    pub(crate) fn write(&mut self, batch: &[Pending]) -> Result<(), AuditError> {
        let mut texts = vec![String::new(); self.logs.len()];
        let mut together = String::new();
        let appended = batch.iter().filter_map(|pending| match &pending.work {
            Work::Append(texts) => Some(texts),
            Work::Replace(_) => None,
        });
        for Texts { log: place, texts: entries } in appended.flatten() {
            let (Some(log), Some(text)) = (self.logs.get_mut(*place), texts.get_mut(*place)) else {
                continue;
            };
            for entry in entries {
                let (line, head) = line(log.head, entry);
                log.head = head;
                if let Some(journal) = &self.journal {
                    together.extend([journal.mark(*place), &line]);
                }
                text.push_str(&line);
            }
        }
        self.is_durable = false;
        for (log, text) in self.logs.iter_mut().zip(&texts).filter(|(_, text)| !text.is_empty()) {
            let written = log.file.write_all(text.as_bytes());
            written.map_err(|cause| disk(log, cause))?;
        }
        match &mut self.journal {
            Some(journal) if journal.has_room_for(&together) => journal.write(&together),
            Some(_) => self.begin_anew(),
            None => Ok(()),
        }
    }

    /// Makes everything durable that was written.
    pub(crate) fn sync(&mut self) -> Result<(), AuditError> {
        if !self.is_durable {
            match &self.journal {
                Some(journal) => journal.sync()?,
                None => self.sync_logs()?,
            }
            self.is_durable = true;
        }
        Ok(())
    }

    /// Puts a replacement in its log's place. Fails where nothing more can be written; within that, where the log stays as it
    /// was. `done` hears of each step, between which the process may die.
    ///
    /// The journal knows a log by its head. So it begins anew twice: first without a line of the log as it was, so that it
    /// fits either file, and then with the head of the new one, which later lines follow.
    pub(crate) fn replace(
        &mut self,
        mut replacement: Replacement,
        mut done: impl FnMut(&'static str),
    ) -> Result<Result<Head, AuditError>, AuditError> {
        let place = replacement.log;
        let Some(log) = self.logs.get(place) else { return Ok(Err(AuditError::Stopped)) };
        if let Err(error) = replacement.catch_up(log) {
            return Ok(Err(error));
        }
        done("caught up");
        self.begin_anew()?;
        done("journal emptied");
        let Some(log) = self.logs.get_mut(place) else { return Ok(Err(AuditError::Stopped)) };
        replacement.take_place(log)?;
        done("renamed");
        sync_folder(&log.path)?;
        done("name durable");
        self.begin_anew()?;
        done("journal begun");
        Ok(self.head(place))
    }

    /// Leaves the logs so that they stand by themselves.
    pub(crate) fn end(&mut self) -> Result<(), AuditError> {
        if self.journal.is_some() { self.begin_anew() } else { self.sync() }
    }

    /// Makes the logs durable by themselves, so that the journal may begin anew.
    fn begin_anew(&mut self) -> Result<(), AuditError> {
        self.sync_logs()?;
        let heads: Vec<Head> = self.logs.iter().map(|log| log.head).collect();
        self.journal.as_mut().map_or(Ok(()), |journal| journal.begin(&heads))?;
        self.is_durable = true;
        Ok(())
    }

    fn sync_logs(&self) -> Result<(), AuditError> {
        let sync = |log: &Open| log.file.sync_data().map_err(|cause| disk(log, cause));
        self.logs.iter().try_for_each(sync)
    }
}

fn disk(log: &Open, cause: std::io::Error) -> AuditError {
    AuditError::Disk { path: log.path.display().to_string(), cause }
}
