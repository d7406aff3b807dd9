//! The gRPC door of a coordinator: a signed question in, a merged answer with its coverage out.

use std::sync::Arc;
use std::time::Duration;

use api::v1::coordinator_server::Coordinator;
use api::v1::node_client::NodeClient;
use api::{answer, batch, question, reply, status, v1};
use audit::{AuditError, Entry, Event, Log};
use identity::Caller;
use jiff::Timestamp;
use model::{Ask, Complaint, Coverage, ForceId, Outcome, Question, Refusal, Role, TableAnswer, Tabulation};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use crate::config::LimitsConfig;
use crate::directory::Directory;
use crate::fan_out::{CallError, fan_out, request};
use crate::merge::{self, Outcomes};

/// How long a description may take.
const DESCRIBE_TIME: Duration = Duration::from_secs(3);

/// Tells the time. Only the shell's own clock asks the system.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The coordinator's service.
pub struct Service {
    /// Who is in the federation.
    pub directory: Directory,
    /// What was asked and how it was covered.
    pub audit: Log,
    /// The clock.
    pub clock: Clock,
    /// What one question may use.
    pub limits: LimitsConfig,
    /// Room for questions in flight.
    pub room: Semaphore,
}

impl Service {
    /// The peer of this call, if it is an analyst of good standing now.
    fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Status> {
        let refused = || status::refuse(Refusal::NotAuthentic, None);
        let caller = request.extensions().get::<Caller>().cloned().ok_or_else(refused)?;
        match self.directory.trust().standing(caller.peer(), (self.clock)()) {
            Ok(()) if caller.peer().name().role() == Role::Analyst => Ok(caller),
            Ok(()) => Err(refused()),
            Err(reason) => {
                tracing::warn!(peer = %caller.peer().name(), %reason, "refused: the peer has lost its standing");
                Err(refused())
            }
        }
    }

    /// Reads the question as far as fan-out needs it. Who asked is for the nodes to prove; that the caller hands over
    /// their own question is checked here, so that nobody uses this door to replay another's.
    fn understand(&self, caller: &Caller, signed: &v1::SignedQuestion) -> Result<Question, Status> {
        let question = question::decode(&signed.question)
            .map_err(|complaint| explain(complaint.refusal(), &complaint.to_string()))?;
        if question.asker != *caller.peer().name() {
            return Err(explain(
                Refusal::NotAuthentic,
                "the question was signed by somebody else than its sender",
            ));
        }
        let bundle = self.directory.trust().bundle();
        let runs_node = |force: &ForceId| bundle.find(force).is_some_and(|member| member.node().is_some());
        if let Some(stranger) = question.audience.iter().find(|force| !runs_node(force)) {
            let known = self.directory.nodes();
            let names: Vec<&str> = known.iter().map(|(force, _)| force.as_str()).collect();
            let why = format!("{stranger} runs no node in this federation; known are {}", names.join(", "));
            return Err(explain(Refusal::Malformed, &Complaint::new("audience", why).to_string()));
        }
        Ok(question)
    }

    /// Invariant 2 at the coordinator: that a question was put, and to whom, is on the disk before an answer is handed on. It is
    /// written while the forces answer.
    async fn put<R>(
        &self,
        question: &Question,
        bytes: &[u8],
        outcomes: impl Future<Output = Outcomes<R>>,
    ) -> Result<Outcomes<R>, Status> {
        let event = Event::Put {
            asker: question.asker.clone(),
            digest: hex::encode(Sha256::digest(bytes)),
            forces: question.audience.iter().cloned().collect(),
        };
        let written = self.audit.append(vec![self.entry(question, event)]);
        let (outcomes, written) = tokio::join!(outcomes, written);
        written.map(|_| outcomes).map_err(|error| unaudited(question, &error))
    }

    /// Invariant 2 again: how the answer is covered. An answer of all forces has its entry on the disk; where one is missing, that
    /// is there before the answer is handed on.
    async fn record(&self, question: &Question, bytes: &[u8], coverage: &Coverage) -> Result<(), Status> {
        let event = Event::Merged {
            asker: question.asker.clone(),
            digest: hex::encode(Sha256::digest(bytes)),
            coverage: coverage.sentence(),
        };
        let entries = vec![self.entry(question, event)];
        let written = match coverage.is_complete() {
            true => self.audit.write(entries).await,
            false => self.audit.append(entries).await.map(|_| ()),
        };
        written.map_err(|error| unaudited(question, &error))
    }

    fn entry(&self, question: &Question, event: Event) -> Entry {
        Entry { at: (self.clock)(), question: Some(question.id), event }
    }

    /// Puts a question about a table to its forces and merges what they release: for the gRPC door, and for a door that signed
    /// the question itself. A deadline of 0 means the coordinator's own.
    pub async fn table(
        &self,
        question: &Question,
        signed: v1::SignedQuestion,
        by_force: bool,
        deadline_ms: u32,
    ) -> Result<TableAnswer, Status> {
        let _room = self.room.try_acquire().map_err(|_| status::refuse(Refusal::Busy, None))?;
        let Ask::Tabulate(asked) = &question.ask else { return Err(wrong_method(question.ask.mode())) };
        tracing::debug!(question = %question.id, forces = question.audience.len(), "tabulate");
        let (id, deadline) = (question.id, self.deadline(deadline_ms));
        let dimensions = Tabulation::by(asked).len();
        let call = |mut client: NodeClient<Channel>| {
            let signed = request(signed.clone(), deadline);
            async move {
                let release = client.tabulate(signed).await?.into_inner();
                Ok::<_, CallError>(reply::table_from_wire(id, dimensions, release)?)
            }
        };
        let now = (self.clock)();
        let asks = fan_out(&self.directory, &question.audience, deadline, now, call);
        let outcomes = self.put(question, &signed.question, asks).await?;
        let merged = merge::table(id, asked, by_force, outcomes);
        self.record(question, &signed.question, &merged.coverage).await?;
        tracing::info!(question = %id, mode = question.ask.mode(), coverage = merged.coverage.sentence(), "answered");
        Ok(merged)
    }

    fn deadline(&self, asked_ms: u32) -> Instant {
        Instant::now() + self.limits.deadline(asked_ms)
    }
}

/// No audit, no answer.
fn unaudited(question: &Question, error: &AuditError) -> Status {
    tracing::error!(question = %question.id, %error, "no audit, no answer");
    status::refuse(Refusal::Failed, Some(question.id))
}

fn explain(code: Refusal, why: &str) -> Status {
    status::explain(code, why)
}

fn missing() -> Status {
    explain(Refusal::Malformed, "question: must be given")
}

fn wrong_method(asked: &str) -> Status {
    explain(Refusal::Malformed, &format!("ask: a {asked} came to another method"))
}

#[tonic::async_trait]
impl Coordinator for Service {
    async fn federation(
        &self,
        request: Request<v1::FederationRequest>,
    ) -> Result<Response<v1::FederationState>, Status> {
        self.caller(&request)?;
        let nodes = self.directory.nodes();
        let forces = nodes.iter().map(|(force, _)| force.clone()).collect();
        let describe = |mut client: NodeClient<Channel>| async move {
            let described = client.describe(v1::DescribeRequest {}).await?.into_inner();
            Ok::<_, CallError>((Timestamp::UNIX_EPOCH, described))
        };
        let deadline = Instant::now() + DESCRIBE_TIME;
        let mut outcomes = fan_out(&self.directory, &forces, deadline, (self.clock)(), describe).await;
        let members = nodes.into_iter().map(|(force, title)| {
            let outcome = outcomes.remove(&force).unwrap_or(Outcome::Unreachable);
            let kind = answer::outcome_kind(&outcome).into();
            let description = match outcome {
                Outcome::Answered { reply, .. } => Some(reply),
                _ => None,
            };
            v1::MemberState { force: force.to_string(), title, outcome: kind, description }
        });
        Ok(Response::new(v1::FederationState { members: members.collect() }))
    }

    async fn search(
        &self,
        request_: Request<v1::SearchRequest>,
    ) -> Result<Response<v1::SearchAnswer>, Status> {
        let caller = self.caller(&request_)?;
        let _room = self.room.try_acquire().map_err(|_| status::refuse(Refusal::Busy, None))?;
        let v1::SearchRequest { question, deadline_ms } = request_.into_inner();
        let signed = question.ok_or_else(missing)?;
        let question = self.understand(&caller, &signed)?;
        let Ask::Search(_) = question.ask else { return Err(wrong_method(question.ask.mode())) };
        tracing::debug!(question = %question.id, forces = question.audience.len(), "search");
        let (id, deadline) = (question.id, self.deadline(deadline_ms));
        let call = |mut client: NodeClient<Channel>| {
            let signed = request(signed.clone(), deadline);
            async move {
                let release = client.search(signed).await?.into_inner();
                Ok::<_, CallError>(reply::search_from_wire(id, release)?)
            }
        };
        let now = (self.clock)();
        let asks = fan_out(&self.directory, &question.audience, deadline, now, call);
        let outcomes = self.put(&question, &signed.question, asks).await?;
        let merged = merge::search(id, outcomes);
        self.record(&question, &signed.question, &merged.coverage).await?;
        tracing::info!(question = %id, mode = question.ask.mode(), coverage = merged.coverage.sentence(), "answered");
        Ok(Response::new(answer::search_answer_to_wire(&merged)))
    }

    async fn search_batch(
        &self,
        request_: Request<v1::SearchBatchRequest>,
    ) -> Result<Response<v1::SearchBatchAnswer>, Status> {
        let caller = self.caller(&request_)?;
        let _room = self.room.try_acquire().map_err(|_| status::refuse(Refusal::Busy, None))?;
        let v1::SearchBatchRequest { question, deadline_ms } = request_.into_inner();
        let signed = question.ok_or_else(missing)?;
        let question = self.understand(&caller, &signed)?;
        let Ask::Batch(searches) = &question.ask else { return Err(wrong_method(question.ask.mode())) };
        let (id, subjects, deadline) = (question.id, searches.len(), self.deadline(deadline_ms));
        tracing::debug!(question = %id, forces = question.audience.len(), subjects, "batch");
        let call = |client: NodeClient<Channel>| {
            let signed = request(signed.clone(), deadline);
            let mut client = client.max_decoding_message_size(batch::release_bytes_max(subjects));
            async move {
                let release = client.search_batch(signed).await?.into_inner();
                Ok::<_, CallError>(batch::release_from_wire(id, subjects, release)?)
            }
        };
        let now = (self.clock)();
        let asks = fan_out(&self.directory, &question.audience, deadline, now, call);
        let outcomes = self.put(&question, &signed.question, asks).await?;
        let merged = merge::batch(id, subjects, outcomes);
        let answer = batch::answer_to_wire(&merged);
        self.record(&question, &signed.question, &merged.coverage).await?;
        tracing::info!(question = %id, mode = question.ask.mode(), coverage = merged.coverage.sentence(), "answered");
        if !batch::fits(&answer) {
            let why = "subjects: so many forces answer about so many subjects at more length than a message holds; ask about fewer at once";
            return Err(explain(Refusal::TooLarge, why));
        }
        Ok(Response::new(answer))
    }

    async fn tabulate(
        &self,
        request_: Request<v1::TabulateRequest>,
    ) -> Result<Response<v1::TableAnswer>, Status> {
        let caller = self.caller(&request_)?;
        let v1::TabulateRequest { question, deadline_ms, by_force } = request_.into_inner();
        let signed = question.ok_or_else(missing)?;
        let question = self.understand(&caller, &signed)?;
        let merged = self.table(&question, signed, by_force, deadline_ms).await?;
        Ok(Response::new(answer::table_answer_to_wire(merged)))
    }
}
