//! A door's life: opened on a bound listener beside its coordinator, serving until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use arrow_flight::error::FlightError;
use arrow_flight::flight_service_server::FlightServiceServer;
use coordinator::{Service, config::DoorConfig};
use identity::listen::Limits;
use identity::{Acceptor, CredentialStore, HostStore, Listener, serve};
use model::Role;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Status};

use crate::door::Door;
use crate::service::FlightSql;
use crate::statements::Statements;
use crate::{catalogue, info};

/// Largest request, in bytes: a statement is small, and so is what goes with it.
const REQUEST_BYTES_MAX: usize = 256 * 1024;

/// What stops a door.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// What the door tells of itself can't be written down.
    #[error("the door can't be opened")]
    Opening(#[from] FlightError),
    /// The server failed.
    #[error("the door failed")]
    Serve(#[from] tonic::transport::Error),
}

/// A door that can be served.
pub struct Opened {
    door: Arc<Door>,
    host: HostStore,
    grace: Duration,
}

/// Opens the door of a coordinator. `credentials` are the coordinator's own, which sign each question; `host` is what tools are
/// shown, a certificate for the host's name.
pub fn open(
    config: &DoorConfig,
    coordinator: Arc<Service>,
    credentials: CredentialStore,
    host: HostStore,
) -> Result<Opened, DoorError> {
    let limits = config.limits;
    let grace = coordinator.limits.stop_grace();
    let door = Door {
        credentials,
        statements: Arc::new(Statements::new(limits)),
        turns: Semaphore::new(limits.statements_at_once.clamp(1, Semaphore::MAX_PERMITS)),
        info: info::info(&limits)?,
        types: catalogue::types()?,
        limits,
        coordinator,
    };
    Ok(Opened { door: Arc::new(door), host, grace })
}

impl Opened {
    /// Serves until `stop` is cancelled, then lets statements in flight finish within the coordinator's grace time.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> Result<(), DoorError> {
        let Self { door, host, grace } = self;
        let trust = door.coordinator.directory.trust().clone();
        let acceptor = Acceptor::new(trust, door.credentials.clone(), &[Role::Analyst]).showing(host);
        let limits = Limits { connections: door.limits.connections, ..Limits::default() };
        let listener = Listener::with_limits(listener, acceptor, limits);
        let service = FlightServiceServer::new(FlightSql(door.clone()))
            .max_decoding_message_size(REQUEST_BYTES_MAX)
            .max_encoding_message_size(crate::MESSAGE_BYTES_MAX);
        // No call of any kind is answered but to somebody of good standing.
        let turned_away = move |request: Request<()>| -> Result<Request<()>, Status> {
            door.caller(request.extensions())?;
            Ok(request)
        };
        let service = InterceptedService::new(service, turned_away);
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_serving::<FlightServiceServer<FlightSql>>().await;
        let router = serve::server().add_service(health_service).add_service(service);
        Ok(serve::serve(router, listener, stop, grace).await?)
    }
}
