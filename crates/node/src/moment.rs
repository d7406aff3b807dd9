//! Waits until a moment, to within microseconds and without holding a thread. The runtime's own timer counts in whole
//! milliseconds, which is longer than most time buckets.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

/// Returns at `moment` or just after it, never before.
pub(crate) async fn wait_until(moment: Instant) {
    loop {
        let rest = moment.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return;
        }
        if let Err(error) = rung_after(rest).await {
            tracing::debug!(%error, "no timer of the system's: answers leave up to a millisecond late");
            return tokio::time::sleep_until(moment).await;
        }
    }
}

/// Lets the kernel's high-resolution timer ring.
#[cfg(target_os = "linux")]
async fn rung_after(rest: Duration) -> io::Result<()> {
    use std::os::fd::OwnedFd;

    use nix::sys::time::TimeSpec;
    use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC)?;
    timer.set(Expiration::OneShot(TimeSpec::from_duration(rest)), TimerSetTimeFlags::empty())?;
    #[expect(deprecated, reason = "an owned descriptor keeps its number, and what follows it is unsafe code")]
    let timer = AsyncFd::with_interest(OwnedFd::from(timer), Interest::READABLE)?;
    let _rung = timer.readable().await?;
    Ok(())
}

/// Other systems have no such timer that the runtime can wait for.
#[cfg(not(target_os = "linux"))]
async fn rung_after(_rest: Duration) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::wait_until;

    #[tokio::test]
    async fn nobody_leaves_before_the_moment() {
        for micros in [0, 1, 50, 700, 4_000] {
            let moment = Instant::now() + Duration::from_micros(micros);
            wait_until(moment).await;
            assert!(Instant::now() >= moment, "{micros} µs");
        }
    }
}
