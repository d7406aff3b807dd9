//! A worker's life: listen, take plans from the node of its own force, run them over the snapshot that they are for. It decides
//! nothing, releases nothing and talks to nobody outside its force.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::execution::SessionState;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion_distributed::{DistributedExt, Worker, WorkerQueryContext, WorkerSessionBuilder};
use identity::listen::Limits;
use identity::{Acceptor, Caller, CredentialStore, Listener, Trust, serve};
use model::Role;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use super::codec::{Codec, harmless};
use super::config::WorkerConfig;
use super::epochs::Epochs;
use super::links::Links;
use super::pools::Pools;
use super::{QUESTION, SNAPSHOT};
use crate::answer::Clock;
use crate::engine::functions;
use crate::error::NodeError;

/// What a worker is started with. The shell reads files, binds the listener and holds the clock.
pub struct Start {
    /// The configuration, paths resolved.
    pub config: WorkerConfig,
    /// Who is trusted.
    pub trust: Trust,
    /// The worker's certificate and key.
    pub credentials: CredentialStore,
    /// The clock.
    pub clock: Clock,
}

impl Start {
    /// Reads everything that `worker.toml` names.
    pub fn read(config: WorkerConfig, clock: Clock) -> Result<Self, NodeError> {
        let trust = Trust::new(identity::files::read_bundle(&config.bundle)?);
        let credentials = config.credentials.read()?;
        let name = credentials.name();
        if *name.force() != config.force || name.role() != Role::Node {
            return Err(NodeError::OtherName { name: name.clone(), force: config.force.clone() });
        }
        if let Err(cause) = std::fs::read_dir(snapshots(&config.data)) {
            return Err(NodeError::folder(&snapshots(&config.data), cause));
        }
        Ok(Self { config, trust, credentials: CredentialStore::new(credentials), clock })
    }
}

/// Where snapshots lie in a node's data folder.
fn snapshots(data: &Path) -> std::path::PathBuf {
    data.join("snapshots")
}

/// Serves until `stop` is cancelled, then lets questions in flight finish within the grace time.
pub async fn run(start: Start, listener: TcpListener, stop: CancellationToken) -> Result<(), NodeError> {
    let Start { config, trust, credentials, clock } = start;
    let limits = config.limits;
    let epochs = Epochs::new(snapshots(&config.data));
    let patience = Duration::from_millis(limits.patience_ms);
    let sessions = Sessions {
        epochs: epochs.clone(),
        links: Links::new(trust.clone(), credentials.clone(), clock.clone(), patience),
        pools: Arc::new(Pools::new(limits.question_memory_mib.saturating_mul(1024 * 1024))),
        runtime: Arc::default(),
    };
    let worker = Worker::from_session_builder(sessions).with_version(env!("CARGO_PKG_VERSION"));
    // Whoever may send plans may read every record: nobody but the node of this force, and its other workers.
    let acceptor = Acceptor::new(trust.clone(), credentials, &[Role::Node]).within(config.force);
    let listener = Listener::with_limits(
        listener,
        acceptor,
        Limits { connections: limits.connections, ..Limits::default() },
    );
    let stands = standing(trust, clock);
    let router = serve::server()
        .add_service(InterceptedService::new(HealthServer::new(Holding(epochs)), stands.clone()))
        .add_service(InterceptedService::new(worker.into_worker_server(), stands));
    let grace = Duration::from_secs(limits.stop_grace_seconds);
    Ok(serve::serve(router, listener, stop, grace).await?)
}

/// Asks on each call whether its caller still counts: a connection may outlive a revocation.
fn standing(trust: Trust, clock: Clock) -> impl Fn(Request<()>) -> Result<Request<()>, Status> + Clone {
    move |request| {
        let caller = request.extensions().get::<Caller>();
        match caller.map(|caller| trust.standing(caller.peer(), clock())) {
            Some(Ok(())) => Ok(request),
            Some(Err(reason)) => {
                tracing::warn!(%reason, "refused: the peer has lost its standing");
                Err(Status::permission_denied("not now"))
            }
            None => Err(Status::permission_denied("nobody called")),
        }
    }
}

/// Says which snapshots are held: each is a service by its seal.
struct Holding(Epochs);

#[async_trait]
impl Health for Holding {
    type WatchStream = futures::stream::Empty<Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let seal = request.into_inner().service;
        match seal.is_empty() || self.0.find(&seal).await.is_some() {
            true => Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() })),
            false => Err(Status::not_found("no such snapshot here")),
        }
    }

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("ask again"))
    }
}

/// Makes the session of each plan.
struct Sessions {
    epochs: Epochs,
    links: Links,
    pools: Arc<Pools>,
    runtime: Arc<RuntimeEnv>,
}

#[async_trait]
impl WorkerSessionBuilder for Sessions {
    async fn build_session_state(&self, asked: WorkerQueryContext) -> Result<SessionState, DataFusionError> {
        let header = |name| asked.headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(seal), Some(question)) = (header(SNAPSHOT), header(QUESTION)) else {
            return exec_err!("a plan comes with its snapshot and its question");
        };
        let Some(records) = self.epochs.find(seal).await else {
            return exec_err!("this worker does not hold that snapshot");
        };
        let runtime = RuntimeEnvBuilder::from_runtime_env(&self.runtime)
            .with_memory_pool(self.pools.of(question))
            .build_arc()?;
        let mut builder = asked
            .builder
            .with_runtime_env(runtime)
            .with_distributed_user_codec(Codec::over(records))
            .with_distributed_channel_resolver(self.links.clone())
            .with_distributed_worker_plan_rewrite_handler(harmless);
        builder.scalar_functions().get_or_insert_default().extend(functions::of_values());
        builder.aggregate_functions().get_or_insert_default().extend(functions::of_groups());
        Ok(builder.build())
    }
}
