//! The gRPC door: bytes in, release out, no decisions. The one place where a release becomes a message.

use std::sync::Arc;

use api::v1::node_server::Node;
use api::{PROTOCOL_REVISION, status, v1};
use arc_swap::ArcSwapOption;
use identity::{Approval, Caller, SignedBytes, SignedDelegation};
use model::schema::SCHEMA_VERSION;
use model::{Refusal, Reply, Role};
use prost::Message;
use tonic::{Request, Response, Status};

use crate::answer::{Answered, Desk, Mode, Parts, Refused};
use crate::epoch::Epoch;

/// The node's service.
#[derive(Clone)]
pub struct Service {
    desk: Arc<Desk>,
    epoch: Arc<ArcSwapOption<Epoch>>,
}

impl Service {
    /// Serves what `desk` answers over the epoch of the moment; none yet means that the node is still starting.
    pub fn new(desk: Arc<Desk>, epoch: Arc<ArcSwapOption<Epoch>>) -> Self {
        Self { desk, epoch }
    }

    /// The peer of this call, if it is a coordinator of good standing *now*: a connection may outlive a revocation.
    fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Status> {
        let refused = || status::refuse(Refusal::NotAuthentic, None);
        let caller = request.extensions().get::<Caller>().cloned().ok_or_else(refused)?;
        let standing = self.desk.trust.standing(caller.peer(), (self.desk.clock)());
        match standing {
            Ok(()) if caller.peer().name().role() == Role::Coordinator => Ok(caller),
            Ok(()) => {
                tracing::warn!(peer = %caller.peer().name(), "refused: only coordinators may call a node");
                Err(refused())
            }
            Err(reason) => {
                tracing::warn!(peer = %caller.peer().name(), %reason, "refused: the peer has lost its standing");
                Err(refused())
            }
        }
    }

    async fn answer(&self, request: Request<v1::SignedQuestion>, mode: Mode) -> Result<Outgoing, Status> {
        let caller = self.caller(&request)?;
        let epoch = self.epoch.load_full().ok_or_else(|| Status::unavailable("the node is starting"))?;
        let v1::SignedQuestion { question, signature, chain, approval, delegation } = request.into_inner();
        let approval = approval.map(|a| Approval { signature: a.signature, chain: a.chain });
        let delegation = delegation.map(|d| SignedDelegation {
            bytes: d.delegation,
            signature: d.signature,
            chain: d.chain,
        });
        let signed = SignedBytes { bytes: question, signature, chain, approval, delegation };
        let encode = |answered: &Answered| {
            let message = message(answered);
            let bytes = match &message {
                Outgoing::Search(message) => message.encode_to_vec(),
                Outgoing::Batch(message) => message.encode_to_vec(),
                Outgoing::Table(message) => message.encode_to_vec(),
            };
            (message, bytes)
        };
        let answered = self.desk.answer(&epoch, caller.peer(), signed, mode, encode).await;
        answered.map_err(|Refused { code, question }| status::refuse(code, question))
    }
}

/// A release of another sort than the method's, which the pipeline does not make.
fn mistaken() -> Status {
    status::refuse(Refusal::Failed, None)
}

/// A release as the message that leaves.
enum Outgoing {
    Search(v1::SearchRelease),
    Batch(v1::SearchBatchRelease),
    Table(v1::TableRelease),
}

/// Invariant 2: nothing leaves but a `Release`, and it leaves here.
fn message(answered: &Answered) -> Outgoing {
    let Answered { question, as_of, released } = answered;
    match released {
        Parts::Whole(release) => match release.reply() {
            Reply::Search(reply) => Outgoing::Search(api::reply::search_to_wire(*question, *as_of, reply)),
            Reply::Table(reply) => Outgoing::Table(api::reply::table_to_wire(*question, *as_of, reply)),
        },
        Parts::Subjects(subjects) => Outgoing::Batch(api::batch::release_to_wire(
            *question,
            *as_of,
            subjects.iter().map(|subject| match subject {
                Ok(release) => match release.reply() {
                    Reply::Search(reply) => Ok(reply),
                    Reply::Table(_) => Err(Refusal::Failed),
                },
                Err(denied) => Err(denied.code),
            }),
        )),
    }
}

#[tonic::async_trait]
impl Node for Service {
    async fn describe(
        &self,
        request: Request<v1::DescribeRequest>,
    ) -> Result<Response<v1::Description>, Status> {
        self.caller(&request)?;
        let epoch = self.epoch.load_full().ok_or_else(|| Status::unavailable("the node is starting"))?;
        Ok(Response::new(v1::Description {
            force: self.desk.force.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: PROTOCOL_REVISION,
            schema_version: SCHEMA_VERSION,
            as_of_ms: epoch.as_of().as_millisecond(),
            datasets: epoch.datasets().into_iter().map(api::dataset_number).collect(),
            subjects_max: u32::try_from(self.desk.policy.load().subjects_max()).unwrap_or(u32::MAX),
        }))
    }

    async fn search(
        &self,
        request: Request<v1::SignedQuestion>,
    ) -> Result<Response<v1::SearchRelease>, Status> {
        match self.answer(request, Mode::Search).await? {
            Outgoing::Search(message) => Ok(Response::new(message)),
            Outgoing::Batch(_) | Outgoing::Table(_) => Err(mistaken()),
        }
    }

    async fn search_batch(
        &self,
        request: Request<v1::SignedQuestion>,
    ) -> Result<Response<v1::SearchBatchRelease>, Status> {
        match self.answer(request, Mode::Batch).await? {
            Outgoing::Batch(message) => Ok(Response::new(message)),
            Outgoing::Search(_) | Outgoing::Table(_) => Err(mistaken()),
        }
    }

    async fn tabulate(
        &self,
        request: Request<v1::SignedQuestion>,
    ) -> Result<Response<v1::TableRelease>, Status> {
        match self.answer(request, Mode::Tabulate).await? {
            Outgoing::Table(message) => Ok(Response::new(message)),
            Outgoing::Search(_) | Outgoing::Batch(_) => Err(mistaken()),
        }
    }
}
