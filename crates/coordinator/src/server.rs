//! A coordinator's life: listen, serve, drain. The caller owns the bound listener and the stop.

use std::path::PathBuf;
use std::sync::Arc;

use api::v1::coordinator_server::CoordinatorServer;
use audit::{Entry, Event, Journal};
use identity::listen::Limits;
use identity::{Acceptor, CredentialStore, Listener, Trust, serve};
use model::{ForceId, Name, Role};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::CoordinatorConfig;
use crate::directory::Directory;
use crate::service::{Clock, Service};

/// What stops a coordinator.
#[derive(Debug, thiserror::Error)]
pub enum CoordinatorError {
    /// A certificate, key or bundle file can't be used.
    #[error(transparent)]
    Identity(#[from] identity::files::FileError),
    /// The certificate is not this coordinator's.
    #[error(
        "the certificate is of {name}; a coordinator of {force} needs one of spiffe://bluelamp/force/{force}/coordinator/…"
    )]
    OtherName {
        /// The name in the certificate.
        name: Name,
        /// The configured force.
        force: ForceId,
    },
    /// A folder can't be made.
    #[error("{}: {cause}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The audit log can't be used.
    #[error(transparent)]
    Audit(#[from] audit::AuditError),
    /// The server failed.
    #[error("the server failed")]
    Serve(#[from] tonic::transport::Error),
}

/// What a coordinator is started with.
pub struct Start {
    /// The configuration, paths resolved.
    pub config: CoordinatorConfig,
    /// Who is trusted.
    pub trust: Trust,
    /// The coordinator's certificate and key.
    pub credentials: CredentialStore,
    /// The clock.
    pub clock: Clock,
}

impl Start {
    /// Reads everything that `coordinator.toml` names.
    pub fn read(config: CoordinatorConfig, clock: Clock) -> Result<Self, CoordinatorError> {
        let trust = Trust::new(identity::files::read_bundle(&config.bundle)?);
        let credentials = config.credentials.read()?;
        let name = credentials.name();
        if *name.force() != config.force || name.role() != Role::Coordinator {
            return Err(CoordinatorError::OtherName { name: name.clone(), force: config.force.clone() });
        }
        Ok(Self { config, trust, credentials: CredentialStore::new(credentials), clock })
    }
}

/// A coordinator that can be served, by its own door and by others that share what it holds.
pub struct Coordinator {
    service: Arc<Service>,
    credentials: CredentialStore,
}

/// Serves until `stop` is cancelled, then lets questions in flight finish within the grace time.
pub async fn run(
    start: Start,
    listener: TcpListener,
    stop: CancellationToken,
) -> Result<(), CoordinatorError> {
    open(start).await?.serve(listener, stop).await
}

/// Opens the audit log and everything else that a coordinator holds.
pub async fn open(start: Start) -> Result<Coordinator, CoordinatorError> {
    let Start { config, trust, credentials, clock } = start;
    if let Some(folder) = config.audit.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|cause| CoordinatorError::Folder { path: folder.to_owned(), cause })?;
    }
    let mut journal = Journal::open(&config.audit.with_extension("journal"))?;
    let audit = journal.log("audit", &config.audit, clock(), |_: Entry| {})?;
    journal.start()?;
    let started = Event::Started { version: env!("CARGO_PKG_VERSION").to_owned() };
    audit.append(vec![Entry { at: clock(), question: None, event: started }]).await?;
    let limits = config.limits;
    let service = Service {
        directory: Directory::new(trust, credentials.clone()),
        audit,
        clock,
        limits,
        room: Semaphore::new(limits.questions_in_flight),
    };
    Ok(Coordinator { service: Arc::new(service), credentials })
}

impl Coordinator {
    /// What questions are put through.
    pub fn service(&self) -> Arc<Service> {
        self.service.clone()
    }

    /// Serves analysts' desks until `stop` is cancelled, then lets questions in flight finish within the grace time.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> Result<(), CoordinatorError> {
        let Self { service, credentials } = self;
        let limits = service.limits;
        let acceptor = Acceptor::new(service.directory.trust().clone(), credentials, &[Role::Analyst]);
        let acceptor_limits = Limits { connections: limits.connections, ..Limits::default() };
        let listener = Listener::with_limits(listener, acceptor, acceptor_limits);
        let service = CoordinatorServer::from_arc(service)
            .max_decoding_message_size(api::REQUEST_BYTES_MAX)
            .max_encoding_message_size(api::batch::ANSWER_BYTES_MAX);
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_serving::<CoordinatorServer<Service>>().await;
        let router = serve::server().add_service(health_service).add_service(service);
        Ok(serve::serve(router, listener, stop, limits.stop_grace()).await?)
    }
}
