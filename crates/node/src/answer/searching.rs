//! Runs permitted searches over the index: one as soon as it comes, the subjects of a batch a few at a time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use linkage::subject::Subject;
use model::{Ask, Probe, Refusal, Search};
use policy::{Findings, Permit};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Denied, denied};
use crate::epoch::Epoch;

/// Subjects that one thread takes at a time: few, so that batches take turns and a late one loses little.
const CHUNK: usize = 8;

/// The threads that all batches of a node share. A single search asks for none of them, so that no batch, nor any number
/// of batches, stands in its way.
#[derive(Debug)]
pub struct BatchRoom {
    threads: usize,
    free: Arc<Semaphore>,
}

impl BatchRoom {
    /// Room for this many threads, at least one.
    pub fn new(threads: usize) -> Self {
        let threads = threads.clamp(1, Semaphore::MAX_PERMITS);
        Self { threads, free: Arc::new(Semaphore::new(threads)) }
    }
}

/// Runs one search. A look-up takes microseconds and is done where it stands; what has to compare records goes to a thread
/// that may be busy for longer. Which of both it is depends on the question alone.
pub(super) async fn one(
    epoch: &Arc<Epoch>,
    subject: Subject,
    permit: Permit,
) -> Result<(Permit, Findings), Denied> {
    if is_lookup(permit.ask()) {
        let here = AssertUnwindSafe(async { search(epoch, &subject, permit) });
        return here.catch_unwind().await.map_err(|_| failed());
    }
    let epoch = epoch.clone();
    spawn_blocking(move || search(&epoch, &subject, permit)).await.map_err(|_| failed())
}

/// Runs the searches of a batch in parallel and gives what was found in their order.
pub(super) async fn all(
    epoch: &Arc<Epoch>,
    mut subjects: Vec<Result<(Subject, Permit), Denied>>,
    room: &BatchRoom,
) -> Result<Vec<Result<(Permit, Findings), Denied>>, Denied> {
    let mut chunks = Vec::with_capacity(subjects.len().div_ceil(CHUNK));
    while !subjects.is_empty() {
        let rest = subjects.split_off(CHUNK.min(subjects.len()));
        chunks.push(std::mem::replace(&mut subjects, rest));
    }
    let run = |chunk: Vec<Result<(Subject, Permit), Denied>>| async move {
        // Chunks of several batches stand in one queue. A batch that is given up leaves its own in the queue, unasked.
        let turn = room.free.clone().acquire_owned().await.map_err(|_| failed())?;
        let epoch = epoch.clone();
        let searching = spawn_blocking(move || {
            let _turn = turn;
            let found =
                chunk.into_iter().map(|part| part.map(|(subject, permit)| search(&epoch, &subject, permit)));
            found.collect::<Vec<_>>()
        });
        searching.await.map_err(|_| failed())
    };
    let found: Vec<_> = stream::iter(chunks).map(run).buffered(room.threads).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// Whether a search finds its records by one key, without comparing any.
fn is_lookup(ask: &Ask) -> bool {
    matches!(ask, Ask::Search(Search { probe: Probe::Identifier(_), .. }))
}

fn search(epoch: &Epoch, subject: &Subject, permit: Permit) -> (Permit, Findings) {
    let mut findings = Findings::for_search(&permit);
    epoch.index().search(subject, &permit, &mut findings);
    (permit, findings)
}

fn failed() -> Denied {
    denied(Refusal::Failed, "the search failed")
}
