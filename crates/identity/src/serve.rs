//! Serves gRPC on a listener until told to stop, then lets calls in flight finish. The limits that every server of ours
//! keeps, and tonic leaves open, stand here.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::Router;

use crate::Listener;

/// Calls that one connection may have under way.
const STREAMS_MAX: u32 = 256;
/// How often an idle connection is asked whether it still lives.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// How long it has to say so.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// A server to add services to, with its limits set.
pub fn server() -> Server {
    Server::builder()
        .max_concurrent_streams(STREAMS_MAX)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
}

/// Serves until `stop` is cancelled; then takes no more calls and ends when those in flight have, or when `grace` has
/// passed.
pub async fn serve(
    router: Router,
    listener: Listener,
    stop: CancellationToken,
    grace: Duration,
) -> Result<(), tonic::transport::Error> {
    let draining = stop.clone();
    let serving = router
        .serve_with_incoming_shutdown(listener.into_stream(), async move { draining.cancelled().await });
    let out_of_time = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        served = serving => served,
        () = out_of_time => {
            tracing::warn!("calls were still in flight when the grace time ended");
            Ok(())
        }
    }
}
