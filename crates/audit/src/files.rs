//! The files of logs, and the journal in which they are durable first: what the writer's thread owns.

use std::io::Write;

use crate::AuditError;
use crate::chain::{Head, line};
use crate::journal::Space;
use crate::log::Open;
use crate::writer::{Pending, Texts};

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

    /// The head of a log.
    pub(crate) fn head(&self, log: usize) -> Option<Head> {
        self.logs.get(log).map(|log| log.head)
    }

    /// Writes what waits into the logs and the journal.
    pub(crate) fn write(&mut self, batch: &[Pending]) -> Result<(), AuditError> {
        let mut texts = vec![String::new(); self.logs.len()];
        let mut together = String::new();
        for Texts { log: place, texts: entries } in batch.iter().map(|pending| &pending.texts) {
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
            written.map_err(|cause| AuditError::Disk { path: log.path.clone(), cause })?;
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
        let sync = |log: &Open| {
            log.file.sync_data().map_err(|cause| AuditError::Disk { path: log.path.clone(), cause })
        };
        self.logs.iter().try_for_each(sync)
    }
}
