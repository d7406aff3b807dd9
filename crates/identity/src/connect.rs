//! The other half of the seam: a connector for tonic's `Endpoint::connect_with_connector_lazy` that opens TCP
//! and accepts only the expected force in the expected role.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::Uri;
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tower::Service;

use crate::{Dialler, HandshakeError, Peer};

/// Why a member could not be reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is no address.
    #[error("{address} is not an address such as https://node.mps.example:7443")]
    Address {
        /// As it was given.
        address: Uri,
    },
    /// Nothing answers there.
    #[error("{address} can't be reached: {why}")]
    Unreachable {
        /// Where.
        address: Uri,
        /// The system's reason.
        why: io::Error,
    },
    /// Whoever answers there is not who was expected, or does not accept us.
    #[error("{address}: {why}")]
    Handshake {
        /// Where.
        address: Uri,
        /// Why the handshake failed.
        why: HandshakeError,
    },
    /// It took too long.
    #[error("{address} did not answer within {} s", .after.as_secs())]
    Late {
        /// Where.
        address: Uri,
        /// How long we waited.
        after: Duration,
    },
}

impl ConnectError {
    /// The connect error inside a transport error or a gRPC status, for a readable message.
    pub fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut layer = Some(error);
        while let Some(error) = layer {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            layer = error.source();
        }
        None
    }
}

/// Longest wait for a connection: name resolution, TCP, TLS and the server's first byte.
pub const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Opens authenticated connections. Clones share what they know of the last peer.
#[derive(Debug, Clone)]
pub struct Connector {
    dialler: Arc<Dialler>,
    patience: Duration,
    peer: Arc<ArcSwapOption<Peer>>,
}

impl Connector {
    /// Connects as `dialler` does.
    pub fn new(dialler: Dialler) -> Self {
        Self { dialler: Arc::new(dialler), patience: CONNECT_TIME, peer: Arc::default() }
    }

    /// Waits at most `patience` for a connection.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The peer of the latest connection. A caller asks for its standing before each call and opens a new
    /// channel when it is lost.
    pub fn peer(&self) -> Option<Arc<Peer>> {
        self.peer.load_full()
    }

    /// Connects to `address`.
    pub async fn connect(&self, address: Uri) -> Result<TlsStream<TcpStream>, ConnectError> {
        match tokio::time::timeout(self.patience, self.open(&address)).await {
            Ok(opened) => opened,
            Err(_) => Err(ConnectError::Late { address, after: self.patience }),
        }
    }

    async fn open(&self, address: &Uri) -> Result<TlsStream<TcpStream>, ConnectError> {
        let (host, port, name) =
            target(address).ok_or_else(|| ConnectError::Address { address: address.clone() })?;
        let unreachable = |why| ConnectError::Unreachable { address: address.clone(), why };
        let stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let (stream, peer) = self
            .dialler
            .connect(name, stream)
            .await
            .map_err(|why| ConnectError::Handshake { address: address.clone(), why })?;
        self.peer.store(Some(Arc::new(peer)));
        Ok(stream)
    }
}

/// Host, port and the name for SNI, which proxies may route by and nobody trusts.
fn target(address: &Uri) -> Option<(&str, u16, ServerName<'static>)> {
    let host = address.host()?;
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let name = ServerName::try_from(bare.to_owned()).ok()?;
    Some((bare, address.port_u16()?, name))
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TlsStream<TcpStream>>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(address).await.map(TokioIo::new) })
    }
}
