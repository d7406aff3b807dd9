//! The process's clock. The one place that asks the system for the time; everything else is told.

use std::sync::Arc;

use jiff::Timestamp;

/// The time now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the shell's clock: the one place that asks the system"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The clock that a server is started with.
pub(crate) fn clock() -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
    Arc::new(now)
}
