//! Writing the log: one thread owns the file, and whatever waits is written and synced together.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::chain::{Head, line};
use crate::{AuditError, Entry, Record, read};

/// How many appends may wait for the disk before callers wait too.
const QUEUE: usize = 1024;

/// An open log. Ends its thread when dropped, after everything accepted is on disk.
#[derive(Debug)]
pub struct Log<E = Entry> {
    queue: Option<mpsc::Sender<Pending<E>>>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Pending<E> {
    entries: Vec<E>,
    done: oneshot::Sender<Result<Head, AuditError>>,
}

impl<E: Record> Log<E> {
    /// Opens or creates the log at `path`, verifies its whole chain, hands every entry to `visit`, and cuts an entry
    /// that a crash left unfinished. Fails when the chain is broken or another process writes it.
    pub fn open(path: &Path, now: Timestamp, visit: impl FnMut(E)) -> Result<Self, AuditError> {
        let disk = |cause| AuditError::Disk { path: path.display().to_string(), cause };
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path).map_err(disk)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => AuditError::InUse { path: path.display().to_string() },
            TryLockError::Error(cause) => disk(cause),
        })?;
        let found = read(path, visit)?;
        let mut head = found.head;
        if found.torn_bytes > 0 {
            file.set_len(found.sound_bytes).map_err(disk)?;
            file.seek(SeekFrom::End(0)).map_err(disk)?;
            head = write(&mut file, head, &[E::recovered(now, found.torn_bytes)]).map_err(disk)?;
        }
        // The file's name must survive a power cut as surely as its entries.
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(disk)?;
        }
        Self::start(file, head, path.display().to_string()).map_err(disk)
    }

    fn start(file: File, head: Head, path: String) -> std::io::Result<Self> {
        let (queue, pending) = mpsc::channel(QUEUE);
        let writer = std::thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || run(file, head, pending, &path))?;
        Ok(Self { queue: Some(queue), writer: Some(writer) })
    }

    /// Appends entries, in order and together. When this returns a head, they are on disk.
    pub async fn append(&self, entries: Vec<E>) -> Result<Head, AuditError> {
        let (done, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(AuditError::Stopped)?;
        queue.send(Pending { entries, done }).await.map_err(|_| AuditError::Stopped)?;
        answer.await.map_err(|_| AuditError::Stopped)?
    }
}

impl<E> Drop for Log<E> {
    fn drop(&mut self) {
        self.queue.take();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already failed every append that waited for it.
            let _ = writer.join();
        }
    }
}

/// Writes what waits until the queue closes. After a failed write nothing more is accepted: a log with a hole would
/// still look whole.
fn run<E: Record>(mut file: File, mut head: Head, mut pending: mpsc::Receiver<Pending<E>>, path: &str) {
    let mut batch = Vec::new();
    while pending.blocking_recv_many(&mut batch, QUEUE) > 0 {
        let entries: Vec<E> = batch.iter_mut().flat_map(|p| std::mem::take(&mut p.entries)).collect();
        match write(&mut file, head, &entries) {
            Ok(next) => {
                head = next;
                for waiting in batch.drain(..) {
                    // A caller that went away still has its entry on disk.
                    let _ = waiting.done.send(Ok(head));
                }
            }
            Err(cause) => {
                let mut cause = Some(cause);
                for waiting in batch.drain(..) {
                    let error = match cause.take() {
                        Some(cause) => AuditError::Disk { path: path.to_owned(), cause },
                        None => AuditError::Stopped,
                    };
                    let _ = waiting.done.send(Err(error));
                }
                return;
            }
        }
    }
}

fn write<E: Record>(file: &mut File, head: Head, entries: &[E]) -> std::io::Result<Head> {
    let mut text = String::new();
    let mut head = head;
    for entry in entries {
        let (next_line, next) = line(head, entry)?;
        text.push_str(&next_line);
        head = next;
    }
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::{File, Head, Log};
    use crate::{AuditError, Entry, Event};
    use jiff::Timestamp;

    #[tokio::test]
    async fn after_a_failed_write_nothing_more_is_accepted() {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        let unwritable = File::open(&path).unwrap();
        let log: Log = Log::start(unwritable, Head::EMPTY, "audit.log".to_owned()).unwrap();
        let entry = || {
            vec![Entry { at: Timestamp::UNIX_EPOCH, question: None, event: Event::Noticed { records: 1 } }]
        };
        assert!(matches!(log.append(entry()).await, Err(AuditError::Disk { .. })));
        assert!(matches!(log.append(entry()).await, Err(AuditError::Stopped)));
    }
}
