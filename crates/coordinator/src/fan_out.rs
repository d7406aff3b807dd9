//! Fan-out: the same question to every force at once, one deadline, one outcome for each, always.
//!
//! A question is sent a second time only when the connection broke before an answer came: a node answers each
//! question once, so the second sending can't be executed twice. If the first had arrived, the node says `replayed`
//! and the force counts as unreachable, for its answer was lost.

use std::collections::BTreeSet;
use std::time::Duration;

use api::question::Misunderstood;
use api::status;
use api::v1::node_client::NodeClient;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use identity::ConnectError;
use jiff::Timestamp;
use model::{ForceId, Outcome, Refusal};
use tokio::time::{Instant, timeout_at};
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::directory::Directory;
use crate::merge::Outcomes;

/// Why one call brought no reply.
#[derive(Debug)]
pub enum CallError {
    /// The node or the connection to it said so.
    Status(Box<Status>),
    /// The node released what this coordinator does not understand.
    Misunderstood(Misunderstood),
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

impl From<Misunderstood> for CallError {
    fn from(misunderstood: Misunderstood) -> Self {
        Self::Misunderstood(misunderstood)
    }
}

/// Asks every force of `forces` through `call` and returns one outcome for each, at the deadline at the latest.
pub async fn fan_out<R, F>(
    directory: &Directory,
    forces: &BTreeSet<ForceId>,
    deadline: Instant,
    now: Timestamp,
    call: impl Fn(NodeClient<Channel>) -> F,
) -> Outcomes<R>
where
    F: Future<Output = Result<(Timestamp, R), CallError>>,
{
    let call = &call;
    let asks = forces.iter().map(|force| async move { (force, ask(directory, force, now, call).await) });
    let mut asks: FuturesUnordered<_> = asks.collect();
    let mut outcomes: Outcomes<R> = forces.iter().map(|force| (force.clone(), Outcome::Late)).collect();
    let all = async {
        while let Some((force, outcome)) = asks.next().await {
            outcomes.insert(force.clone(), outcome);
        }
    };
    let _who_is_late_stays_late = timeout_at(deadline, all).await;
    outcomes
}

async fn ask<R, F>(
    directory: &Directory,
    force: &ForceId,
    now: Timestamp,
    call: impl Fn(NodeClient<Channel>) -> F,
) -> Outcome<R>
where
    F: Future<Output = Result<(Timestamp, R), CallError>>,
{
    let mut again = false;
    loop {
        let Some(client) = directory.client(force, now) else { return Outcome::Unreachable };
        let outcome = match call(client).await {
            Ok((as_of, reply)) => return Outcome::Answered { as_of, reply },
            Err(CallError::Misunderstood(error)) => {
                tracing::warn!(%force, %error, "a release could not be understood");
                return Outcome::Incompatible;
            }
            Err(CallError::Status(status)) => {
                if let Some(reason) = ConnectError::within(status.as_ref()) {
                    tracing::warn!(%force, %reason, "could not connect");
                }
                status::outcome(&status)
            }
        };
        match outcome {
            Outcome::Unreachable if !again => again = true,
            Outcome::Refused(Refusal::Replayed) if again => return Outcome::Unreachable,
            outcome => return outcome,
        }
    }
}

/// A request that tells the node how long its answer is of use, in whole milliseconds: the same words from one question to
/// the next, which HTTP/2 sends as one byte, where each microsecond would be a header never sent before.
pub fn request<T>(message: T, deadline: Instant) -> Request<T> {
    let left = deadline.saturating_duration_since(Instant::now()).as_micros().div_ceil(1_000).max(1);
    let mut request = Request::new(message);
    request.set_timeout(Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX)));
    request
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::request;

    #[test]
    fn a_node_hears_whole_milliseconds_and_at_least_one() {
        for (left, least, most) in [(0, 1, 1), (300, 1, 1), (10_000_000, 9_000, 10_000)] {
            let asked = request((), Instant::now() + Duration::from_micros(left));
            let text = asked.metadata().get("grpc-timeout").unwrap().to_str().unwrap();
            let micros: u64 = text.trim_end_matches(['n', 'u']).parse().unwrap();
            let micros = if text.ends_with('n') { micros / 1_000 } else { micros };
            assert_eq!(micros % 1_000, 0, "{text}");
            assert!((least..=most).contains(&(micros / 1_000)), "{text}");
        }
    }
}
