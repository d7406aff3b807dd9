//! The thread that owns the files of one or several logs: whatever waits is written and made durable together.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use crate::AuditError;
use crate::chain::Head;
use crate::files::Files;
use crate::journal::Space;
use crate::log::Open;
use crate::replace::Replacement;

mod inbox;

use inbox::Inbox;

/// How many appends may wait for the disk before callers wait too, and how many notes for an append.
const QUEUE: usize = 1024;

/// Where logs hand in what is to be written. Ends its thread when dropped, after everything accepted is on disk.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Pending>>,
    noted: Noted,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The files.
    paths: Mutex<Vec<PathBuf>>,
}

/// Entries of one log, as JSON.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) log: usize,
    pub(crate) texts: Vec<String>,
}

/// What a log has its writer do.
#[derive(Debug)]
pub(crate) enum Work {
    /// Texts of one log or several, which are written together and in this order.
    Append(Vec<Texts>),
    Replace(Replacement),
}

#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) work: Work,
    /// Nothing of it is written before.
    pub(crate) moment: Option<Instant>,
    /// Who waits for it to be on the disk, where anybody does.
    pub(crate) done: Option<oneshot::Sender<Result<Head, AuditError>>>,
}

/// What goes to the disk in front of the next that somebody waits for: the thread is not woken for it alone.
type Noted = Arc<Mutex<Vec<Pending>>>;

/// What waits for a writer that is not started yet.
pub(crate) type Queue = mpsc::Receiver<Pending>;

impl Writer {
    /// A writer whose thread is yet to be started.
    pub(crate) fn idle() -> (Arc<Self>, Queue) {
        let (queue, pending) = mpsc::channel(QUEUE);
        let (noted, thread, paths) = Default::default();
        let writer = Self { queue: Some(queue), noted, thread, paths };
        (Arc::new(writer), pending)
    }

    /// Starts a writer of `logs`, which are durable by themselves where there is no `journal`.
    pub(crate) fn start(logs: Vec<Open>, journal: Option<Space>) -> Result<Arc<Self>, AuditError> {
        let (writer, pending) = Self::idle();
        writer.run(Files::of(logs, journal), pending)?;
        Ok(writer)
    }

    /// Starts its thread.
    pub(crate) fn run(&self, files: Files, pending: Queue) -> Result<(), AuditError> {
        let paths: Vec<PathBuf> = files.paths().map(Path::to_owned).collect();
        let path = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
        if let Ok(mut held) = self.paths.lock() {
            *held = paths;
        }
        let noted = self.noted.clone();
        let started =
            std::thread::Builder::new().name("audit".to_owned()).spawn(move || run(files, pending, &noted));
        let thread = started.map_err(|cause| AuditError::Disk { path, cause })?;
        if let Ok(mut held) = self.thread.lock() {
            *held = Some(thread);
        }
        Ok(())
    }

    /// Has it done, not before the moment if there is one, and waits until it is on the disk.
    pub(crate) async fn wait_for(&self, work: Work, moment: Option<Instant>) -> Result<Head, AuditError> {
        let (done, answer) = oneshot::channel();
        self.hand_in(Pending { work, moment, done: Some(done) }).await?;
        answer.await.map_err(|_| AuditError::Stopped)?
    }

    /// Has texts written at once. They are on the disk with the next that somebody waits for.
    pub(crate) async fn write(&self, texts: Texts) -> Result<(), AuditError> {
        self.hand_in(Pending { work: Work::Append(vec![texts]), moment: None, done: None }).await
    }

    async fn hand_in(&self, pending: Pending) -> Result<(), AuditError> {
        self.queue()?.send(pending).await.map_err(|_| AuditError::Stopped)
    }

    /// Has texts written in front of whatever is handed in after them.
    pub(crate) async fn note(&self, texts: Texts) -> Result<(), AuditError> {
        let log = texts.log;
        if self.queue()?.is_closed() {
            return Err(AuditError::Stopped);
        }
        let waiting = {
            let mut noted = self.noted.lock().map_err(|_| AuditError::Stopped)?;
            noted.push(Pending { work: Work::Append(vec![texts]), moment: None, done: None });
            noted.len()
        };
        if waiting >= QUEUE {
            self.wait_for(Work::Append(vec![Texts { log, texts: Vec::new() }]), None).await?;
        }
        Ok(())
    }

    fn queue(&self) -> Result<&mpsc::Sender<Pending>, AuditError> {
        self.queue.as_ref().ok_or(AuditError::Stopped)
    }

    /// The file of a log.
    pub(crate) fn path(&self, log: usize) -> PathBuf {
        self.paths.lock().ok().and_then(|paths| paths.get(log).cloned()).unwrap_or_default()
    }

    /// That a log could not be written.
    pub(crate) fn failed(&self, log: usize, cause: std::io::Error) -> AuditError {
        AuditError::Disk { path: self.path(log).display().to_string(), cause }
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
fn run(mut files: Files, pending: Queue, noted: &Noted) {
    let mut inbox = Inbox::of_this_thread(pending);
    let mut batch = Vec::new();
    loop {
        let is_open = inbox.take_due(&mut batch);
        // What was noted before something was handed in is seen here once that is received, and goes in front of it.
        if let Ok(mut noted) = noted.lock() {
            batch.splice(..0, noted.drain(..));
        }
        if write(&mut files, &mut batch).is_err() {
            return;
        }
        if !is_open {
            break;
        }
    }
    // Should it fail, the journal still holds what the logs may lack.
    let _ = files.end();
}

/// Nothing more can be written.
struct Failed;

fn write(files: &mut Files, batch: &mut Vec<Pending>) -> Result<(), Failed> {
    let is_waited_for = batch.iter().any(|pending| pending.done.is_some());
    let written = files.write(batch).and_then(|()| if is_waited_for { files.sync() } else { Ok(()) });
    let mut error = written.err();
    let mut failed = error.is_some();
    for Pending { work, done, .. } in batch.drain(..) {
        let head = match work {
            _ if failed => Err(error.take().unwrap_or(AuditError::Stopped)),
            Work::Append(texts) => files.head(texts.last().map_or(0, |last| last.log)),
            Work::Replace(replacement) => files.replace(replacement, |_| ()).unwrap_or_else(|error| {
                failed = true;
                Err(error)
            }),
        };
        // A caller that went away still has its entry on disk.
        let _ = done.map(|done| done.send(head));
    }
    if failed { Err(Failed) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{Texts, Work, Writer};
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
        let append = || writer.wait_for(Work::Append(vec![texts()]), None);
        assert!(matches!(append().await, Err(AuditError::Disk { .. })));
        assert!(matches!(append().await, Err(AuditError::Stopped)));
        assert!(matches!(writer.note(texts()).await, Err(AuditError::Stopped)));
        assert!(writer.noted.lock().unwrap().is_empty(), "what can't be written does not gather");
    }
}
