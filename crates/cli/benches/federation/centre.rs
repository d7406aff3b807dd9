//! A bare coordinator, the baseline of fan-outs: asks every force at once on the same stack and writes one line durably. No
//! signature, no audience, no deadline, no look at what is released.

use api::v1;
use api::v1::coordinator_server::{Coordinator, CoordinatorServer};
use api::v1::node_client::NodeClient;
use audit::{Log, Record};
use futures::future::join_all;
use identity::{Acceptor, Connector, CredentialStore, Dialler, Listener, Trust};
use jiff::Timestamp;
use model::Role;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

/// One line, about as long as what a server writes of a question.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Written {
    at: Timestamp,
    text: String,
}

impl Record for Written {
    fn recovered(at: Timestamp, _bytes: u64) -> Self {
        Self { at, text: String::new() }
    }
}

/// Writes such a line and waits until it is on the disk.
pub(crate) async fn write(log: &Log<Written>) -> Result<(), Status> {
    let line = Written { at: Timestamp::now(), text: "x".repeat(1_000) };
    log.append(vec![line]).await.map(|_| ()).map_err(|error| Status::internal(error.to_string()))
}

struct Bare {
    nodes: Vec<(String, NodeClient<Channel>)>,
    log: Log<Written>,
}

#[tonic::async_trait]
impl Coordinator for Bare {
    async fn federation(
        &self,
        _: Request<v1::FederationRequest>,
    ) -> Result<Response<v1::FederationState>, Status> {
        Ok(Response::new(v1::FederationState::default()))
    }

    async fn search(
        &self,
        request: Request<v1::SearchRequest>,
    ) -> Result<Response<v1::SearchAnswer>, Status> {
        let question = request.into_inner().question.unwrap_or_default();
        let asks = self.nodes.iter().map(|(force, client)| {
            let (mut client, question) = (client.clone(), question.clone());
            async move { (force, client.search(question).await) }
        });
        let mut answers = Vec::new();
        for (force, answer) in join_all(asks).await {
            let release = Some(answer?.into_inner());
            answers.push(v1::ForceSearch { force: force.clone(), release });
        }
        write(&self.log).await?;
        Ok(Response::new(v1::SearchAnswer { answers, ..Default::default() }))
    }

    async fn search_batch(
        &self,
        _: Request<v1::SearchBatchRequest>,
    ) -> Result<Response<v1::SearchBatchAnswer>, Status> {
        Ok(Response::new(v1::SearchBatchAnswer::default()))
    }

    async fn tabulate(&self, _: Request<v1::TabulateRequest>) -> Result<Response<v1::TableAnswer>, Status> {
        Ok(Response::new(v1::TableAnswer::default()))
    }
}

/// Serves until its runtime ends. `nodes` are addresses by force.
pub(crate) async fn serve(
    listener: TcpListener,
    trust: Trust,
    credentials: CredentialStore,
    nodes: impl IntoIterator<Item = (String, String)>,
    log: Log<Written>,
) {
    let client = |(force, address): (String, String)| {
        let dialler = Dialler::new(trust.clone(), credentials.clone(), force.parse().unwrap(), Role::Node);
        let endpoint = Endpoint::from_shared(address).unwrap();
        (force, NodeClient::new(endpoint.connect_with_connector_lazy(Connector::new(dialler))))
    };
    let nodes = nodes.into_iter().map(client).collect();
    let acceptor = Acceptor::new(trust.clone(), credentials.clone(), &[Role::Analyst]);
    let incoming = Listener::new(listener, acceptor).into_stream();
    let service = CoordinatorServer::new(Bare { nodes, log });
    Server::builder().add_service(service).serve_with_incoming(incoming).await.unwrap();
}
