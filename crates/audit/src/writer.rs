//! The thread that owns the files of one or several logs: whatever waits is written and made durable together.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::AuditError;
use crate::chain::Head;
use crate::files::Files;
use crate::journal::Space;
use crate::log::Open;

/// How many appends may wait for the disk before callers wait too.
const QUEUE: usize = 1024;

/// Where logs hand in what is to be written. Ends its thread when dropped, after everything accepted is on disk.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Pending>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The files, for errors.
    paths: Mutex<Vec<String>>,
}

/// Entries of one log, as JSON.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) log: usize,
    pub(crate) texts: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) texts: Texts,
    /// Who waits for it to be on the disk, where anybody does.
    done: Option<oneshot::Sender<Result<Head, AuditError>>>,
}

/// What waits for a writer that is not started yet.
pub(crate) type Queue = mpsc::Receiver<Pending>;

impl Writer {
    /// A writer whose thread is yet to be started.
    pub(crate) fn idle() -> (Arc<Self>, Queue) {
        let (queue, pending) = mpsc::channel(QUEUE);
        let writer = Self { queue: Some(queue), thread: Mutex::default(), paths: Mutex::default() };
        (Arc::new(writer), pending)
    }

    /// Starts a writer of `logs`, which are durable by themselves where there is no `journal`.
    pub(crate) fn start(logs: Vec<Open>, journal: Option<Space>) -> Result<Arc<Self>, AuditError> {
        let (writer, pending) = Self::idle();
        writer.run(logs, journal, pending)?;
        Ok(writer)
    }

    /// Starts its thread.
    pub(crate) fn run(
        &self,
        logs: Vec<Open>,
        journal: Option<Space>,
        pending: Queue,
    ) -> Result<(), AuditError> {
        let paths: Vec<String> = logs.iter().map(|log| log.path.clone()).collect();
        let path = paths.first().cloned().unwrap_or_default();
        if let Ok(mut held) = self.paths.lock() {
            *held = paths;
        }
        let files = Files::of(logs, journal);
        let started = std::thread::Builder::new().name("audit".to_owned()).spawn(move || run(files, pending));
        let thread = started.map_err(|cause| AuditError::Disk { path, cause })?;
        if let Ok(mut held) = self.thread.lock() {
            *held = Some(thread);
        }
        Ok(())
    }

    pub(crate) async fn append(&self, texts: Texts) -> Result<Head, AuditError> {
        let (done, answer) = oneshot::channel();
        self.send(Pending { texts, done: Some(done) }).await?;
        answer.await.map_err(|_| AuditError::Stopped)?
    }

    pub(crate) async fn note(&self, texts: Texts) -> Result<(), AuditError> {
        self.send(Pending { texts, done: None }).await
    }

    async fn send(&self, pending: Pending) -> Result<(), AuditError> {
        let queue = self.queue.as_ref().ok_or(AuditError::Stopped)?;
        queue.send(pending).await.map_err(|_| AuditError::Stopped)
    }

    /// That a log could not be written.
    pub(crate) fn failed(&self, log: usize, cause: std::io::Error) -> AuditError {
        let path = self.paths.lock().ok().and_then(|paths| paths.get(log).cloned()).unwrap_or_default();
        AuditError::Disk { path, cause }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.take();
        if let Some(thread) = self.thread.get_mut().ok().and_then(Option::take) {
            // A writer that panicked has already failed every append that waited for it.
            let _ = thread.join();
        }
    }
}

/// Writes what waits until the queue closes. After a failed write nothing more is accepted: a log with a hole would
/// still look whole.
fn run(mut files: Files, mut pending: Queue) {
    let mut batch = Vec::new();
    while pending.blocking_recv_many(&mut batch, QUEUE) > 0 {
        let is_waited_for = batch.iter().any(|pending| pending.done.is_some());
        let written = files.write(&batch).and_then(|()| if is_waited_for { files.sync() } else { Ok(()) });
        let mut error = written.err();
        let failed = error.is_some();
        for Pending { texts, done } in batch.drain(..) {
            let Some(done) = done else { continue };
            let head = files.head(texts.log).filter(|_| !failed);
            // A caller that went away still has its entry on disk.
            let _ = done.send(head.ok_or_else(|| error.take().unwrap_or(AuditError::Stopped)));
        }
        if failed {
            return;
        }
    }
    // Should it fail, the journal still holds what the logs may lack.
    let _ = files.end();
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{Texts, Writer};
    use crate::AuditError;
    use crate::chain::Head;
    use crate::log::Open;

    #[tokio::test]
    async fn after_a_failed_write_nothing_more_is_accepted() {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        let unwritable =
            Open { path: "audit.log".into(), file: File::open(&path).unwrap(), head: Head::EMPTY };
        let writer = Writer::start(vec![unwritable], None).unwrap();
        let texts = || Texts { log: 0, texts: vec!["{}".to_owned()] };
        assert!(matches!(writer.append(texts()).await, Err(AuditError::Disk { .. })));
        assert!(matches!(writer.append(texts()).await, Err(AuditError::Stopped)));
    }
}
