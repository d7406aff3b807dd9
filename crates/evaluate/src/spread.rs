//! Work spread over threads, its results in the order of the work.
//! The order makes every sum come out the same, however many threads there are.

use std::panic::resume_unwind;
use std::thread;

/// `work` done on each piece of `items`, in pieces of about equal size, one thread each.
pub(crate) fn spread<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(usize, &[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let size = items.len().div_ceil(threads.max(1)).max(1);
    thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> = items
            .chunks(size)
            .enumerate()
            .map(|(place, piece)| scope.spawn(move || work(place * size, piece)))
            .collect();
        started
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|cause| resume_unwind(cause)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn results_come_in_the_order_of_the_work() {
        let items: Vec<u32> = (0..1000).collect();
        for threads in [0, 1, 3, 2000] {
            let doubled = spread(&items, threads, |from, piece| {
                assert_eq!(piece[0] as usize, from);
                piece.iter().map(|n| n * 2).collect()
            });
            assert!(doubled.into_iter().eq((0..1000).map(|n| n * 2)), "{threads}");
        }
    }
}
