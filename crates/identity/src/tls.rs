//! TLS between members: version 1.3 only, both ends authenticated, hybrid post-quantum key exchange, no
//! resumption. rustls resumes without asking the verifier again, so that a revoked peer would pass.
//!
//! A configuration is built for each handshake: it takes the present credentials and keeps the verdict on the
//! peer. Both ends work over any byte stream; `listen` and `connect` give them TCP.

use std::sync::Arc;

use model::{ForceId, Role};
use rustls::client::Resumption;
use rustls::server::NoServerSessionStorage;
use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use rustls::{ClientConfig, ServerConfig};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite};
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

use crate::handshake::WITHOUT_A_WORD;
use crate::verifier::{Verifier, Wanted};
use crate::{CredentialStore, HandshakeError, HostStore, IdentityError, Peer, Trust, crypto};

const VERSIONS: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS13];
const ALPN: &[u8] = b"h2";

/// The end that accepts connections.
#[derive(Debug, Clone)]
pub struct Acceptor {
    trust: Trust,
    credentials: CredentialStore,
    shown: Option<HostStore>,
    admits: Vec<Role>,
    force: Option<ForceId>,
    clock: Arc<dyn TimeProvider>,
}

impl Acceptor {
    /// Accepts trusted callers in the roles of `admits`: a node admits coordinators, a coordinator analysts.
    pub fn new(trust: Trust, credentials: CredentialStore, admits: &[Role]) -> Self {
        Self {
            trust,
            credentials,
            shown: None,
            admits: admits.to_vec(),
            force: None,
            clock: Arc::new(DefaultTimeProvider),
        }
    }

    /// Tells time by `clock` instead of the system's.
    pub fn with_clock(mut self, clock: Arc<dyn TimeProvider>) -> Self {
        self.clock = clock;
        self
    }

    /// Accepts callers of this force alone.
    pub fn within(mut self, force: ForceId) -> Self {
        self.force = Some(force);
        self
    }

    /// Shows callers a certificate for the host's name, for tools that check that and know nothing of our names.
    pub fn showing(mut self, host: HostStore) -> Self {
        self.shown = Some(host);
        self
    }

    /// Authenticates the caller at the other end of `stream`.
    pub async fn accept<S>(&self, stream: S) -> Result<(server::TlsStream<S>, Peer), HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let wanted = Wanted::Caller(self.admits.clone(), self.force.clone());
        let verifier = Arc::new(Verifier::new(self.trust.clone(), wanted));
        let config =
            self.config(verifier.clone()).map_err(|error| HandshakeError::Protocol(error.to_string()))?;
        let met = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
        let stream = met.map_err(|error| HandshakeError::from_io(error, refusal(&verifier)))?;
        speaks_h2(stream.get_ref().1.alpn_protocol())?;
        Ok((stream, peer(&verifier)?))
    }

    fn config(&self, verifier: Arc<Verifier>) -> Result<ServerConfig, rustls::Error> {
        let mut config = ServerConfig::builder_with_details(crypto::provider(), self.clock.clone())
            .with_protocol_versions(VERSIONS)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(match &self.shown {
                Some(host) => Arc::new(host.clone()),
                None => Arc::new(self.credentials.clone()),
            });
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(config)
    }
}

/// The end that opens connections, to one force in one role.
#[derive(Debug, Clone)]
pub struct Dialler {
    trust: Trust,
    credentials: CredentialStore,
    force: ForceId,
    role: Role,
    clock: Arc<dyn TimeProvider>,
}

impl Dialler {
    /// Talks to `force` in `role` and to nobody else, whatever the address leads to.
    pub fn new(trust: Trust, credentials: CredentialStore, force: ForceId, role: Role) -> Self {
        Self { trust, credentials, force, role, clock: Arc::new(DefaultTimeProvider) }
    }

    /// Tells time by `clock` instead of the system's.
    pub fn with_clock(mut self, clock: Arc<dyn TimeProvider>) -> Self {
        self.clock = clock;
        self
    }

    /// Authenticates the server at the other end of `stream`; `host` is where the stream leads.
    ///
    /// In TLS 1.3 the calling end finishes first and would learn only later that it was not accepted. An
    /// HTTP/2 server speaks first, so we wait for its first byte or its alert.
    pub async fn connect<S>(
        &self,
        host: ServerName<'static>,
        stream: S,
    ) -> Result<(client::TlsStream<S>, Peer), HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let wanted = Wanted::Server(self.force.clone(), self.role);
        let verifier = Arc::new(Verifier::new(self.trust.clone(), wanted));
        let config =
            self.config(verifier.clone()).map_err(|error| HandshakeError::Protocol(error.to_string()))?;
        let met = TlsConnector::from(Arc::new(config)).connect(host, stream).await;
        let mut stream = met.map_err(|error| HandshakeError::from_io(error, refusal(&verifier)))?;
        speaks_h2(stream.get_ref().1.alpn_protocol())?;
        let greeting = stream.fill_buf().await.map_err(|error| HandshakeError::from_io(error, None))?;
        if greeting.is_empty() {
            return Err(HandshakeError::Rejected(WITHOUT_A_WORD));
        }
        Ok((stream, peer(&verifier)?))
    }

    fn config(&self, verifier: Arc<Verifier>) -> Result<ClientConfig, rustls::Error> {
        let mut config = ClientConfig::builder_with_details(crypto::provider(), self.clock.clone())
            .with_protocol_versions(VERSIONS)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(self.credentials.clone()));
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.resumption = Resumption::disabled();
        Ok(config)
    }
}

fn refusal(verifier: &Verifier) -> Option<IdentityError> {
    verifier.verdict().and_then(Result::err)
}

/// A handshake that ends well without a verdict would be one in which nobody was verified.
fn peer(verifier: &Verifier) -> Result<Peer, HandshakeError> {
    Ok(verifier.verdict().unwrap_or(Err(IdentityError::NoCertificate))?)
}

fn speaks_h2(agreed: Option<&[u8]>) -> Result<(), HandshakeError> {
    if agreed == Some(ALPN) {
        Ok(())
    } else {
        Err(HandshakeError::Protocol("the peer does not speak HTTP/2 (ALPN h2)".to_owned()))
    }
}
