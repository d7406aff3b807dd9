//! A coordinator's end of a connection to a node that keeps every byte the node sends, after decryption.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use api::v1::node_client::NodeClient;
use identity::{Connector, CredentialStore, Credentials, Dialler, Trust};
use model::Role;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

/// Bytes kept so far.
#[derive(Clone, Default)]
pub struct Tape(Arc<Mutex<Vec<u8>>>);

impl Tape {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

/// A client of `force`'s node at `address`, and the tape of what the node sends.
pub async fn client(
    trust: &Trust,
    coordinator: Credentials,
    force: &str,
    address: &str,
) -> (NodeClient<Channel>, Tape) {
    let dialler =
        Dialler::new(trust.clone(), CredentialStore::new(coordinator), force.parse().unwrap(), Role::Node);
    let connector = Connector::new(dialler);
    let tape = Tape::default();
    let kept = tape.clone();
    let service = service_fn(move |uri: Uri| {
        let (connector, tape) = (connector.clone(), kept.clone());
        async move {
            let stream = connector.connect(uri).await?;
            Ok::<_, identity::ConnectError>(hyper_util::rt::TokioIo::new(Tapped { stream, tape }))
        }
    });
    let endpoint = Endpoint::from_shared(address.to_owned()).unwrap();
    let channel = endpoint.connect_with_connector(service).await.unwrap();
    (NodeClient::new(channel), tape)
}

struct Tapped<S> {
    stream: S,
    tape: Tape,
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.tape.0.lock().unwrap().extend_from_slice(buffer.filled().get(before..).unwrap());
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
