//! Nodes that misbehave, with a force's real certificate: too slow, dying in the middle, of an older protocol, or
//! releasing what nobody asked for; and one that behaves, and holds nothing.

use std::sync::Arc;

use api::v1::node_server::{Node, NodeServer};
use api::{status, v1};
use identity::{Acceptor, CredentialStore, Listener, Trust};
use model::{Refusal, Role};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// What a stub does with a question.
#[derive(Debug, Clone)]
pub enum Conduct {
    /// Releases of a search that nothing is held.
    Nothing,
    /// Never answers.
    Hang,
    /// Says when a question has come, and never answers: the scenario ends the stub.
    HangAndTell(Arc<Notify>),
    /// Says when a question has come, never answers, and says when nobody waits for it any more.
    HangAndTellEnd(Arc<Notify>, Arc<Notify>),
    /// Answers as a node that does not know what the question holds.
    Older,
    /// Refuses with a code.
    Refuse(Refusal),
    /// Releases a search reply with thousands of tags.
    Tags,
    /// Releases a search reply that answers another question.
    WrongQuestion,
}

struct Stub(Conduct);

/// Says when it is dropped.
struct TellsEnd(Arc<Notify>);

impl Drop for TellsEnd {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

impl Stub {
    async fn respond<T>(&self, wrong: T) -> Result<Response<T>, Status> {
        match &self.0 {
            Conduct::Hang => std::future::pending().await,
            Conduct::HangAndTell(come) => {
                come.notify_one();
                std::future::pending().await
            }
            Conduct::HangAndTellEnd(come, gone) => {
                let _told = TellsEnd(gone.clone());
                come.notify_one();
                std::future::pending().await
            }
            Conduct::Older => Err(status::refuse(Refusal::Incompatible, None)),
            Conduct::Refuse(code) => Err(status::refuse(*code, None)),
            Conduct::WrongQuestion | Conduct::Tags | Conduct::Nothing => Ok(Response::new(wrong)),
        }
    }
}

#[tonic::async_trait]
impl Node for Stub {
    async fn describe(&self, _: Request<v1::DescribeRequest>) -> Result<Response<v1::Description>, Status> {
        self.respond(v1::Description::default()).await
    }

    async fn search(
        &self,
        request: Request<v1::SignedQuestion>,
    ) -> Result<Response<v1::SearchRelease>, Status> {
        let tags = match self.0 {
            Conduct::Tags => Some(v1::PersonTags { name: (0..5_000).collect(), sound: vec![] }),
            Conduct::Nothing => None,
            _ => {
                let wrong = v1::SearchRelease { question_id: vec![0; 16], ..Default::default() };
                return self.respond(wrong).await;
            }
        };
        let question = api::question::decode(&request.into_inner().question).unwrap();
        Ok(Response::new(v1::SearchRelease {
            question_id: question.id.0.as_bytes().to_vec(),
            granularity: v1::Granularity::Count.into(),
            hit: Some(tags.is_some()),
            tags,
            ..Default::default()
        }))
    }

    async fn search_batch(
        &self,
        _: Request<v1::SignedQuestion>,
    ) -> Result<Response<v1::SearchBatchRelease>, Status> {
        self.respond(v1::SearchBatchRelease { question_id: vec![0; 16], ..Default::default() }).await
    }

    async fn tabulate(&self, _: Request<v1::SignedQuestion>) -> Result<Response<v1::TableRelease>, Status> {
        self.respond(v1::TableRelease { question_id: vec![0; 16], ..Default::default() }).await
    }
}

/// Serves until its runtime ends.
pub async fn serve(listener: TcpListener, trust: Trust, credentials: CredentialStore, conduct: Conduct) {
    let acceptor = Acceptor::new(trust, credentials, &[Role::Coordinator]);
    let incoming = Listener::new(listener, acceptor).into_stream();
    Server::builder()
        .add_service(NodeServer::new(Stub(conduct)))
        .serve_with_incoming(incoming)
        .await
        .unwrap();
}
