//! What was handed in and waits for its moment. The thread that writes sleeps here until something is due: it holds nobody's
//! answer back longer than that, and wakes within microseconds of it.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use super::{Pending, QUEUE, Queue};

/// What the thread that made it takes and writes.
pub(super) struct Inbox {
    queue: Queue,
    /// What was handed in and is not due yet.
    early: Vec<Pending>,
    waker: Waker,
}

impl Inbox {
    pub(super) fn of_this_thread(queue: Queue) -> Self {
        wake_on_time();
        Self { queue, early: Vec::new(), waker: Waker::from(Arc::new(Unpark(thread::current()))) }
    }

    /// Waits until something is due, and moves all that is into `due`, in the order in which it was handed in. False once
    /// nothing more can come and nobody is left who waits: then it gives what it has.
    pub(super) fn take_due(&mut self, due: &mut Vec<Pending>) -> bool {
        let mut context = Context::from_waker(&self.waker);
        loop {
            let received = self.queue.poll_recv_many(&mut context, &mut self.early, QUEUE);
            if received == Poll::Ready(0) {
                due.append(&mut self.early);
                return false;
            }
            let now = Instant::now();
            due.extend(
                self.early.extract_if(.., |pending| pending.moment.is_none_or(|moment| moment <= now)),
            );
            if !due.is_empty() {
                return true;
            }
            if received.is_pending() {
                match self.early.iter().filter_map(|pending| pending.moment).min() {
                    Some(moment) => thread::park_timeout(moment.saturating_duration_since(now)),
                    None => thread::park(),
                }
            }
        }
    }
}

/// Wakes a thread that has parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Linux lets a thread's timers ring up to 50 µs late, to ring several at once: half a time bucket. Other systems keep theirs.
fn wake_on_time() {
    #[cfg(target_os = "linux")]
    let _as_late_as_ever = nix::sys::prctl::set_timerslack(1);
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use jiff::Timestamp;

    use crate::{Entry, Event, Log, read};

    fn entry(number: u64) -> Entry {
        Entry { at: Timestamp::UNIX_EPOCH, question: None, event: Event::Noticed { records: number } }
    }

    #[tokio::test]
    async fn nothing_is_written_before_its_moment_and_nobody_else_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.log");
        let log = Log::open(&path, Timestamp::UNIX_EPOCH, |_: Entry| {}).unwrap();
        let holds = |number| {
            let mut holds = false;
            read(&path, |read: Entry| holds |= read == entry(number)).unwrap();
            holds
        };
        for (early, late, micros) in
            [(1, 2, 0), (3, 4, 1), (5, 6, 50), (7, 8, 700), (9, 10, 4_000), (11, 12, 90_000)]
        {
            let moment = Instant::now() + Duration::from_micros(micros);
            let held = log.append_lines(log.lines(&[entry(late)]).unwrap(), Some(moment));
            let others = async {
                log.append(vec![entry(early)]).await.unwrap();
                let is_written = holds(late);
                assert!(holds(early) && (!is_written || Instant::now() >= moment), "{micros} µs");
            };
            let (held, ()) = tokio::join!(held, others);
            assert!(held.is_ok() && holds(late) && Instant::now() >= moment, "{micros} µs");
        }
    }
}
