//! Work for several threads of which the results are taken in order: what a thread is early with waits for the others, so that
//! the same work gives the same bytes whichever thread does which part.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use super::IndexError;

/// Does each of `jobs` by any of `threads`; `take` is handed what comes of them, in their order. Ends with the first error in that
/// order.
pub(super) fn in_order<J: Sync, O: Send>(
    jobs: &[J],
    threads: usize,
    work: impl Fn(&J) -> Result<O, IndexError> + Sync,
    mut take: impl FnMut(O) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    if threads.min(jobs.len()) < 2 {
        return jobs.iter().try_for_each(|job| take(work(job)?));
    }
    let next = AtomicUsize::new(0);
    // Bounded, so that workers do not run far ahead of the one who takes.
    let (done, taking) = sync_channel::<(usize, Result<O, IndexError>)>(1);
    std::thread::scope(|scope| {
        let working: Vec<_> = (0..threads.min(jobs.len()))
            .map(|_| {
                let (done, next, work) = (done.clone(), &next, &work);
                scope.spawn(move || {
                    while let Some((at, job)) = claimed(jobs, next) {
                        if done.send((at, work(job))).is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        drop(done);
        let (mut early, mut wanted) = (BTreeMap::new(), 0);
        // Leaving this loop early drops the receiver, which stops the workers.
        for (at, result) in taking {
            early.insert(at, result);
            while let Some(result) = early.remove(&wanted) {
                take(result?)?;
                wanted += 1;
            }
        }
        // A worker that panicked left its job undone.
        working.into_iter().for_each(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        Ok(())
    })
}

/// The next job that nobody does yet, and its place.
fn claimed<'j, J>(jobs: &'j [J], next: &AtomicUsize) -> Option<(usize, &'j J)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(at).map(|job| (at, job))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::file_error;

    fn failed() -> IndexError {
        file_error(std::path::Path::new("jobs"), "failed")
    }

    #[test]
    fn results_come_in_the_order_of_their_jobs() {
        for threads in [0, 1, 2, 7, 100] {
            let jobs: Vec<usize> = (0..50).collect();
            let mut taken = Vec::new();
            let work = |&job: &usize| Ok(job * 3);
            in_order(&jobs, threads, work, |result| {
                taken.push(result);
                Ok(())
            })
            .unwrap();
            assert_eq!(taken, jobs.iter().map(|job| job * 3).collect::<Vec<_>>(), "{threads} threads");
        }
        in_order(&[], 2, |_: &u8| Ok(()), |()| Err(failed())).unwrap();
    }

    #[test]
    fn the_first_failure_ends_it() {
        let jobs: Vec<usize> = (0..50).collect();
        let mut taken = 0;
        let work = |&job: &usize| if job % 10 == 7 { Err(failed()) } else { Ok(job) };
        let ended = in_order(&jobs, 2, work, |_| {
            taken += 1;
            Ok(())
        });
        assert!(ended.is_err());
        assert_eq!(taken, 7);
        let ended = in_order(&jobs, 2, |&job| Ok(job), |job| if job == 20 { Err(failed()) } else { Ok(()) });
        assert!(ended.is_err());
    }
}
