//! Panics where plans run. The library that carries parts of a count between processes takes a stream whose task has panicked for
//! one that has come to its end, so that a part would be missing and nobody be told. So a worker ends with its first panic, which
//! breaks its connections; and a node takes nothing that was counted while anything in it panicked.

use std::panic::{set_hook, take_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

static PANICS: AtomicU64 = AtomicU64::new(0);
static COUNTING: Once = Once::new();

/// Counts the panics of this process from now on.
pub(super) fn count() {
    COUNTING.call_once(|| {
        let before = take_hook();
        // A hook runs before anything is unwound, so before a stream can end by it.
        set_hook(Box::new(move |about| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            before(about);
        }));
    });
}

/// How many there were.
pub(super) fn seen() -> u64 {
    PANICS.load(Ordering::SeqCst)
}

/// Ends this process at once with its first panic, before anything is unwound. The log says where, and not what the panic says: a
/// library's words can quote a value.
pub fn end_with_a_panic() {
    set_hook(Box::new(move |about| {
        let place = about.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%place, "a panic: this worker ends");
        std::process::abort();
    }));
}
