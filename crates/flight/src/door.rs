//! What all calls share: who calls, what they may ask, the statements that they hold, and how one is answered.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow_flight::FlightInfo;
use arrow_flight::sql::metadata::{SqlInfoData, XdbcTypeInfoData};
use arrow_flight::sql::{Any, TicketStatementQuery};
use coordinator::Service;
use coordinator::config::DoorLimits;
use identity::{Caller, CredentialStore};
use model::{Name, Role};
use prost::Message;
use sql::{Prepared, Refused, RunError};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tonic::{Extensions, Request, Status};
use uuid::Uuid;

use crate::asking::Asking;
use crate::headers::{self, Ground};
use crate::outcome;
use crate::statements::{Handle, Kind, Running, Statement, Statements, TooMany};

/// What a door needs. One is shared by all calls.
pub(crate) struct Door {
    pub(crate) coordinator: Arc<Service>,
    /// The coordinator's own, which sign each question.
    pub(crate) credentials: CredentialStore,
    pub(crate) limits: DoorLimits,
    pub(crate) statements: Arc<Statements>,
    /// Turns at asking.
    pub(crate) turns: Semaphore,
    pub(crate) info: SqlInfoData,
    pub(crate) types: XdbcTypeInfoData,
}

impl Door {
    /// Who calls, if it is an analyst of good standing now: a connection may outlive a revocation.
    pub(crate) fn caller(&self, extensions: &Extensions) -> Result<Name, Status> {
        let refused = |why: &str| Status::unauthenticated(why.to_owned());
        let caller =
            extensions.get::<Caller>().ok_or_else(|| refused("the connection has no certificate"))?;
        let (peer, now) = (caller.peer(), (self.coordinator.clock)());
        if let Err(reason) = self.coordinator.directory.trust().standing(peer, now) {
            tracing::warn!(peer = %peer.name(), %reason, "refused: the peer has lost its standing");
            return Err(refused("your certificate is accepted no longer; have your force issue a new one"));
        }
        if peer.name().role() != Role::Analyst {
            return Err(refused("only analysts ask questions"));
        }
        Ok(peer.name().clone())
    }

    /// What the caller states and may ask, its signature verified.
    pub(crate) fn ground<T>(&self, caller: &Name, request: &Request<T>) -> Result<Ground, Status> {
        let now = (self.coordinator.clock)();
        let credentials = self.credentials.current();
        let ground = headers::ground(request.metadata(), caller, credentials.name(), now)?;
        let signer = self.coordinator.directory.trust().check_delegation(&ground.signed, now);
        match signer {
            Ok(signer) if signer.name() == caller => Ok(ground),
            Ok(_) => {
                Err(Status::permission_denied("call header bluelamp-delegation: somebody else signed it"))
            }
            Err(reason) => {
                let why = format!("call header bluelamp-delegation: {reason}");
                Err(Status::permission_denied(why))
            }
        }
    }

    /// Takes a statement: what it asks, and the columns of its answer. Nothing is sent.
    pub(crate) async fn take(&self, text: String) -> Result<Statement, Status> {
        let text: Arc<str> = text.into();
        let prepared = prepare(text.clone()).await?;
        Ok(Statement { schema: outcome::schema(prepared.columns()), text })
    }

    /// Gives out a handle of a statement.
    pub(crate) fn open(&self, owner: &Name, kind: Kind, statement: Statement) -> Result<Handle, Status> {
        let handle = Uuid::new_v4();
        let full = |error: TooMany| Status::resource_exhausted(error.to_string());
        self.statements.open(handle, owner, kind, statement, Instant::now()).map_err(full)?;
        Ok(handle)
    }

    pub(crate) fn prepared(&self, handle: &[u8], owner: &Name) -> Result<Statement, Status> {
        let known = Uuid::from_slice(handle).ok();
        known.and_then(|handle| self.statements.prepared(handle, owner, Instant::now())).ok_or_else(|| {
            let minutes = self.limits.prepared_seconds / 60;
            Status::not_found(format!(
                "there is no such prepared statement: it was closed, or not used for {minutes} minutes; prepare it again"
            ))
        })
    }

    /// Asks the forces and puts their releases together.
    pub(crate) async fn answer(&self, running: &Running, ground: &Ground) -> Result<RecordBatch, Status> {
        let asked = async {
            let _turn = self.turns.acquire().await.map_err(|_| Status::unavailable("the door is closing"))?;
            let prepared = prepare(running.statement.text.clone()).await?;
            let asking = Asking { coordinator: &self.coordinator, credentials: &self.credentials, ground };
            prepared.run(&asking).await.map_err(|error| match error {
                RunError::Asking(status) => status,
                RunError::Unanswered(coverage) => {
                    let why = format!("no force answered, which is no zero: {}", coverage.sentence());
                    if coverage.is_denied() {
                        Status::permission_denied(why)
                    } else {
                        Status::unavailable(why)
                    }
                }
                RunError::Finishing(why) => {
                    Status::failed_precondition(format!("the releases can't be put together: {why}"))
                }
            })
        };
        let longest = Duration::from_secs(self.limits.statement_seconds);
        let answer = tokio::select! {
            biased;
            () = running.stop.cancelled() => return Err(Status::cancelled("the statement was cancelled")),
            answered = tokio::time::timeout(longest, asked) => answered.map_err(|_| {
                Status::deadline_exceeded(format!("the statement took longer than {} s", longest.as_secs()))
            })??,
        };
        if !answer.coverage.is_complete() && !ground.partial {
            // A tool shows rows, and nobody would see which force is missing in them.
            return Err(Status::unavailable(format!(
                "{}; to take what there is, set the call header bluelamp-coverage to partial",
                answer.coverage.sentence()
            )));
        }
        outcome::batch(&answer, &running.statement.schema, ground.partial).map_err(|error| {
            tracing::error!(%error, "an answer does not have the columns of its statement");
            Status::internal("the answer can't be written down; the door's log says why")
        })
    }

    /// Stops what a flight was given out for.
    pub(crate) fn cancel(&self, info: &FlightInfo, owner: &Name) -> Result<bool, Status> {
        let unknown = || Status::invalid_argument("that is not a flight that this door gave out");
        let ticket =
            info.endpoint.first().and_then(|endpoint| endpoint.ticket.as_ref()).ok_or_else(unknown)?;
        let any = Any::decode(ticket.ticket.as_ref()).map_err(|_| unknown())?;
        let ticket: TicketStatementQuery = any.unpack().ok().flatten().ok_or_else(unknown)?;
        let handle = Uuid::from_slice(&ticket.statement_handle).map_err(|_| unknown())?;
        Ok(self.statements.close(handle, owner))
    }
}

async fn prepare(text: Arc<str>) -> Result<Prepared, Status> {
    let prepared = tokio::task::spawn_blocking(move || sql::prepare(&text)).await;
    let prepared = prepared.map_err(|_| Status::internal("the statement can't be planned"))?;
    prepared.map_err(|refused: Refused| Status::invalid_argument(refused.to_string()))
}
