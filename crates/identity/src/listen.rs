//! A bound TCP listener as a stream of authenticated connections. A failed handshake is logged and ends
//! nothing but itself.

mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::{Acceptor, HandshakeError};
pub use connection::{Caller, Connection};

/// How much a listener takes on at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Authenticated connections open at once.
    pub connections: usize,
    /// Handshakes under way at once. Counted apart, so that strangers can't use up the connections.
    pub handshakes: usize,
    /// How long a handshake may take.
    pub handshake_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 1024, handshakes: 128, handshake_time: Duration::from_secs(10) }
    }
}

/// Pause after the system could not hand over a connection, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections and authenticates them, many at a time. Dropping it ends the handshakes under way.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    acceptor: Arc<Acceptor>,
    limits: Limits,
    room: Arc<Semaphore>,
    handshakes: JoinSet<Option<Connection>>,
}

impl Listener {
    /// Listens on a bound `listener`. The caller owns the address and the stop.
    pub fn new(listener: TcpListener, acceptor: Acceptor) -> Self {
        Self::with_limits(listener, acceptor, Limits::default())
    }

    /// Listens within `limits`.
    pub fn with_limits(listener: TcpListener, acceptor: Acceptor, limits: Limits) -> Self {
        let limits = Limits { handshakes: limits.handshakes.max(1), ..limits };
        Self {
            listener,
            acceptor: Arc::new(acceptor),
            room: Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS))),
            limits,
            handshakes: JoinSet::new(),
        }
    }

    /// The address that is listened on.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The next authenticated connection. Dropping the future loses none.
    pub async fn accept(&mut self) -> Connection {
        loop {
            let more = self.handshakes.len() < self.limits.handshakes;
            tokio::select! {
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
                accepted = self.listener.accept(), if more => match accepted {
                    Ok((stream, address)) => self.begin(stream, address),
                    Err(error) => {
                        tracing::warn!(%error, "could not accept a connection");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        }
    }

    /// The connections as a stream, for `serve_with_incoming_shutdown`. It never ends and never fails.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Connection>> + Send {
        futures::stream::unfold(self, |mut listener| async {
            let connection = listener.accept().await;
            Some((Ok(connection), listener))
        })
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        let (acceptor, room, limit) = (self.acceptor.clone(), self.room.clone(), self.limits.handshake_time);
        self.handshakes.spawn(async move {
            // Answers are small and awaited: none should wait to be joined by the next.
            let _best_effort = stream.set_nodelay(true);
            let met = match tokio::time::timeout(limit, acceptor.accept(stream)).await {
                Ok(met) => met,
                Err(_) => Err(HandshakeError::Late(limit)),
            };
            let (stream, peer) = match met {
                Ok(met) => met,
                Err(reason) => {
                    tracing::warn!(%address, %reason, "handshake failed");
                    return None;
                }
            };
            let Ok(permit) = room.try_acquire_owned() else {
                tracing::warn!(%address, name = %peer.name(), "connection refused: as many as allowed are open");
                return None;
            };
            tracing::debug!(%address, name = %peer.name(), serial = %peer.serial(), "connection open");
            Some(Connection::new(stream, Caller::new(peer, address), permit))
        });
    }
}
