//! Puts the typed questions of a statement to the forces: in the asker's name, under their delegation, signed by the door.

use std::collections::BTreeSet;

use api::v1;
use async_trait::async_trait;
use coordinator::Service;
use identity::{CredentialStore, SignedBytes, sign_delegated_question};
use jiff::SignedDuration;
use model::nearest::suggestion;
use model::{Ask, Circumstances, ForceId, Pressing, Question, QuestionId, TableAnswer};
use sql::TypedQuestion;
use tonic::Status;

use crate::headers::Ground;

/// How long a question may be answered after it was signed.
const QUESTION_LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// A ground under which a door asks.
pub(crate) struct Asking<'a> {
    pub(crate) coordinator: &'a Service,
    pub(crate) credentials: &'a CredentialStore,
    pub(crate) ground: &'a Ground,
}

impl Asking<'_> {
    /// The forces that a question goes to: those that the statement names, within those that are asked at all.
    fn audience(&self, question: &TypedQuestion) -> Result<BTreeSet<ForceId>, Status> {
        let asked = &self.ground.forces;
        let Some(named) = &question.forces else { return Ok(asked.clone()) };
        if let Some(stranger) = named.iter().find(|force| !self.ground.delegation.audience.contains(*force)) {
            let known = self.ground.delegation.audience.iter().map(ForceId::as_str);
            let near = suggestion(stranger.as_str(), known);
            return Err(Status::invalid_argument(format!("the delegation does not name {stranger}; {near}")));
        }
        let forces: BTreeSet<ForceId> = named.intersection(asked).cloned().collect();
        if forces.is_empty() {
            let why = "the statement names none of the forces in the call header bluelamp-forces";
            return Err(Status::invalid_argument(why));
        }
        Ok(forces)
    }
}

#[async_trait]
impl sql::Ask for Asking<'_> {
    type Error = Status;

    async fn ask(&self, question: &TypedQuestion) -> Result<TableAnswer, Status> {
        let delegation = &self.ground.delegation;
        let now = (self.coordinator.clock)();
        let asked = Question {
            id: QuestionId(api::question::new_id(now)),
            asker: delegation.asker.clone(),
            purpose: delegation.purpose,
            operation: delegation.operation.clone(),
            circumstances: Circumstances {
                legal_basis: delegation.legal_basis,
                urgency: Pressing::Routine,
                delegation: Some(delegation.id),
            },
            audience: self.audience(question)?,
            issued_at: now,
            expires_at: now.saturating_add(QUESTION_LIFETIME).unwrap_or(now),
            ask: Ask::Tabulate(question.table.clone()),
        };
        let bytes = api::question::encode(&asked);
        let signed = sign_delegated_question(&bytes, &self.ground.signed, &self.credentials.current())
            .map_err(|error| {
                tracing::error!(%error, "the door can't sign");
                Status::internal("the door can't sign questions; its operators see why in its log")
            })?;
        self.coordinator.table(&asked, to_wire(signed), question.by_force, 0).await
    }
}

fn to_wire(signed: SignedBytes) -> v1::SignedQuestion {
    let SignedBytes { bytes, signature, chain, delegation, .. } = signed;
    let delegation = delegation.map(|d| v1::SignedDelegation {
        delegation: d.bytes,
        signature: d.signature,
        chain: d.chain,
    });
    v1::SignedQuestion { question: bytes, signature, chain, approval: None, delegation }
}
