//! The analyst's side: reads `analyst.toml`, signs questions, and puts them to a coordinator over mutual TLS.

mod config;
mod delegation;
mod reading;
pub(crate) mod request;

use std::collections::BTreeSet;
use std::time::Duration;

use api::v1::coordinator_client::CoordinatorClient;
use api::{answer, batch, question, status, v1};
use identity::{ConnectError, Connector, CredentialStore, Dialler, Trust};
use jiff::{SignedDuration, Timestamp};
use model::nearest::suggestion;
use model::question::Operation;
use model::{
    Ask, BatchAnswer, Circumstances, ForceId, Purpose, Question, QuestionId, Refusal, Role, Search,
    SearchAnswer, TableAnswer, Tabulation,
};
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

use crate::clock;
use crate::exit::{Exit, Failure};

pub(crate) use config::{AnalystConfig, find};
pub(crate) use reading::{MemberState, NodeState};

/// How long a question may be answered after it was signed.
const QUESTION_LIFETIME: SignedDuration = SignedDuration::from_mins(2);
/// The longest deadline that an analyst may name: no question lives longer.
pub(crate) const DEADLINE_MAX: SignedDuration = QUESTION_LIFETIME;
/// How much longer than its deadline we wait for the coordinator, which keeps it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why and for which operation something is asked.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    /// The purpose.
    pub(crate) purpose: Purpose,
    /// The operation or case.
    pub(crate) operation: Operation,
    /// What else is stated: legal basis and urgency.
    pub(crate) circumstances: Circumstances,
}

/// An analyst's desk, ready to ask.
pub(crate) struct Desk {
    trust: Trust,
    credentials: CredentialStore,
    coordinator: ForceId,
}

impl Desk {
    /// Reads everything that the configuration names and checks that questions can be signed with it at `now`.
    pub(crate) fn open(config: &AnalystConfig, now: Timestamp) -> Result<Self, Failure> {
        let bundle = identity::files::read_bundle(&config.bundle)?;
        let credentials = config.credentials.read()?;
        let name = credentials.name();
        if name.role() != Role::Analyst {
            return Err(Failure::error(format!(
                "the certificate is of {name}, and only analysts ask questions"
            ))
            .help("name an analyst's certificate in analyst.toml"));
        }
        if credentials.not_after() < now {
            return Err(Failure::error(format!("your certificate expired on {}", credentials.not_after()))
                .help("have your force issue a new one: bluelamp pki issue"));
        }
        bundle.member(name.force())?;
        let member = bundle.member(&config.coordinator)?;
        if member.coordinator().is_none() {
            return Err(Failure::error(format!(
                "{} runs no coordinator in this federation",
                config.coordinator
            ))
            .help("set `coordinator` in analyst.toml to a member whose entry in the bundle has one"));
        }
        Ok(Self {
            trust: Trust::new(bundle),
            credentials: CredentialStore::new(credentials),
            coordinator: config.coordinator.clone(),
        })
    }

    /// The name of the analyst whose desk it is.
    pub(crate) fn asker(&self) -> model::Name {
        self.credentials.current().name().clone()
    }

    /// The forces to ask: those named, or every force that runs a node.
    pub(crate) fn audience(&self, named: &[ForceId]) -> Result<BTreeSet<ForceId>, Failure> {
        let bundle = self.trust.bundle();
        let nodes: Vec<&ForceId> =
            bundle.members().iter().filter(|m| m.node().is_some()).map(identity::Member::force).collect();
        for force in named {
            if !nodes.contains(&force) {
                let near = suggestion(force.as_str(), nodes.iter().map(|force| force.as_str()));
                return Err(Failure::usage(format!(
                    "--forces: {force} runs no node in this federation; {near}"
                )));
            }
        }
        let audience: BTreeSet<ForceId> = if named.is_empty() {
            nodes.into_iter().cloned().collect()
        } else {
            named.iter().cloned().collect()
        };
        if audience.is_empty() {
            return Err(Failure::error("no member of the federation bundle runs a node")
                .help("add one: bluelamp pki bundle --force … --node https://…"));
        }
        Ok(audience)
    }

    /// Do they hold anything on this?
    pub(crate) async fn search(
        &self,
        ground: &Ground,
        audience: &BTreeSet<ForceId>,
        search: Search,
        deadline: Option<Duration>,
    ) -> Result<SearchAnswer, Failure> {
        let (id, signed) = self.sign(ground, audience, Ask::Search(search))?;
        let message = v1::SearchRequest { question: Some(signed), deadline_ms: milliseconds(deadline) };
        let mut client = self.connect().await?;
        let answered = within(deadline, client.search(request(message, deadline))).await;
        let answer = answer::search_answer_from_wire(id, self.accept(answered)?)?;
        reading::covers(&answer.coverage, audience)?;
        Ok(answer)
    }

    /// Do they hold anything on each of these?
    pub(crate) async fn search_batch(
        &self,
        ground: &Ground,
        audience: &BTreeSet<ForceId>,
        subjects: Vec<Search>,
        deadline: Option<Duration>,
    ) -> Result<BatchAnswer, Failure> {
        let count = subjects.len();
        let (id, signed) = self.sign(ground, audience, Ask::Batch(subjects))?;
        let message = v1::SearchBatchRequest { question: Some(signed), deadline_ms: milliseconds(deadline) };
        let mut client = self.connect().await?.max_decoding_message_size(batch::ANSWER_BYTES_MAX);
        let answered = within(deadline, client.search_batch(request(message, deadline))).await;
        let answer = batch::answer_from_wire(id, count, self.accept(answered)?)?;
        reading::covers(&answer.coverage, audience)?;
        Ok(answer)
    }

    /// How much of this do they see?
    pub(crate) async fn tabulate(
        &self,
        ground: &Ground,
        audience: &BTreeSet<ForceId>,
        table: &Tabulation,
        by_force: bool,
        deadline: Option<Duration>,
    ) -> Result<TableAnswer, Failure> {
        let (id, signed) = self.sign(ground, audience, Ask::Tabulate(table.clone()))?;
        let message =
            v1::TabulateRequest { question: Some(signed), deadline_ms: milliseconds(deadline), by_force };
        let mut client = self.connect().await?;
        let answered = within(deadline, client.tabulate(request(message, deadline))).await;
        let answer = answer::table_answer_from_wire(id, self.accept(answered)?)?;
        reading::covers(&answer.coverage, audience)?;
        reading::has_shape(&answer, table, by_force)?;
        Ok(answer)
    }

    /// The forces that run a node, and how each node is.
    pub(crate) async fn federation(&self) -> Result<Vec<MemberState>, Failure> {
        let mut client = self.connect().await?;
        let answered = within(None, client.federation(v1::FederationRequest {})).await;
        reading::federation(self.accept(answered)?)
    }

    /// Most subjects that every force of `audience` takes in one question.
    pub(crate) async fn subjects_max(&self, audience: &BTreeSet<ForceId>) -> Result<usize, Failure> {
        Ok(reading::subjects_max(&self.federation().await?, audience))
    }

    /// A question with its signature. The bytes that are signed are the bytes that travel (invariant 7).
    fn sign(
        &self,
        ground: &Ground,
        audience: &BTreeSet<ForceId>,
        ask: Ask,
    ) -> Result<(QuestionId, v1::SignedQuestion), Failure> {
        let (question, signed) = self.sign_for(ground, audience, ask, QUESTION_LIFETIME)?;
        tracing::info!(question = %question.id, mode = question.ask.mode(), "asking");
        Ok((question.id, to_wire(signed)))
    }

    fn sign_for(
        &self,
        ground: &Ground,
        audience: &BTreeSet<ForceId>,
        ask: Ask,
        lifetime: SignedDuration,
    ) -> Result<(Question, identity::SignedBytes), Failure> {
        let now = clock::now();
        let credentials = self.credentials.current();
        let id = QuestionId(question::new_id(now));
        let question = Question {
            id,
            asker: credentials.name().clone(),
            purpose: ground.purpose,
            operation: ground.operation.clone(),
            circumstances: ground.circumstances.clone(),
            audience: audience.clone(),
            issued_at: now,
            expires_at: now.checked_add(lifetime)?,
            ask,
        };
        let signed = identity::sign_question(&question::encode(&question), &credentials)?;
        Ok((question, signed))
    }

    /// Opens an authenticated connection to the coordinator.
    async fn connect(&self) -> Result<CoordinatorClient<Channel>, Failure> {
        let (channel, _) = self.open_channel().await?;
        Ok(CoordinatorClient::new(channel)
            .max_decoding_message_size(api::MESSAGE_BYTES_MAX)
            .max_encoding_message_size(api::REQUEST_BYTES_MAX))
    }

    /// The connection, with what knows who is at its other end.
    async fn open_channel(&self) -> Result<(Channel, Connector), Failure> {
        let bundle = self.trust.bundle();
        let member = bundle.member(&self.coordinator)?;
        let address = member
            .coordinator()
            .cloned()
            .ok_or_else(|| Failure::error(format!("{} runs no coordinator", self.coordinator)))?;
        let dialler = Dialler::new(
            self.trust.clone(),
            self.credentials.clone(),
            self.coordinator.clone(),
            Role::Coordinator,
        );
        let connector = Connector::new(dialler);
        let channel = Endpoint::from(address)
            .connect_with_connector(connector.clone())
            .await
            .map_err(|error| self.unreached(&error))?;
        Ok((channel, connector))
    }

    fn unreached(&self, error: &(dyn std::error::Error + 'static)) -> Failure {
        let reason = ConnectError::within(error)
            .map_or_else(|| "the connection broke".to_owned(), ToString::to_string);
        Failure::error(format!("the coordinator of {} can't be reached: {reason}", self.coordinator))
            .help("bluelamp doctor checks the connection step by step")
    }

    /// The coordinator's answer, or its refusal in words.
    fn accept<T>(
        &self,
        answered: Result<Result<tonic::Response<T>, tonic::Status>, tokio::time::error::Elapsed>,
    ) -> Result<T, Failure> {
        let coordinator = &self.coordinator;
        let refused = match answered {
            Ok(Ok(response)) => return Ok(response.into_inner()),
            Ok(Err(refused)) => refused,
            Err(_) => {
                let what = format!("the coordinator of {coordinator} did not answer in time");
                return Err(Failure::error(what).help("ask again, or name a longer --deadline"));
            }
        };
        let Some(code) = status::refusal(&refused) else { return Err(self.unreached(&refused)) };
        let exit = match code {
            Refusal::Malformed | Refusal::NotAddressed => Exit::Usage,
            Refusal::NotPermitted => Exit::Denied,
            _ => Exit::Error,
        };
        let what = format!("the coordinator of {coordinator} refused the question: {}", refused.message());
        Err(Failure::new(exit, what).help(code.mend()))
    }
}

/// A signed question as it travels.
fn to_wire(signed: identity::SignedBytes) -> v1::SignedQuestion {
    let identity::SignedBytes { bytes, signature, chain, approval, .. } = signed;
    let approval = approval.map(|a| v1::Approval { signature: a.signature, chain: a.chain });
    // An analyst's desk signs its own questions, and delegates none of them.
    v1::SignedQuestion { question: bytes, signature, chain, approval, delegation: None }
}

/// The text of a configuration file, or a failure that names it.
pub(crate) fn config_text(file: &std::path::Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!("{}: can't be read: {error}", file.display()))
            .help("name an existing file with --config")
    })
}

/// 0 leaves the deadline to the coordinator.
fn milliseconds(deadline: Option<Duration>) -> u32 {
    deadline.map_or(0, |deadline| u32::try_from(deadline.as_millis()).unwrap_or(u32::MAX).max(1))
}

fn request<T>(message: T, deadline: Option<Duration>) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(deadline) = deadline {
        request.set_timeout(deadline + PATIENCE);
    }
    request
}

async fn within<F: Future>(
    deadline: Option<Duration>,
    asked: F,
) -> Result<F::Output, tokio::time::error::Elapsed> {
    let longest = Duration::try_from(QUESTION_LIFETIME).unwrap_or(PATIENCE);
    tokio::time::timeout(deadline.map_or(longest, |deadline| deadline + PATIENCE), asked).await
}
