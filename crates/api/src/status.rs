//! Refusal ↔ gRPC status: the one place where errors become statuses, and statuses outcomes.
//! A status carries a fixed code and the question's id, nothing else (invariant 5).

use model::{Outcome, QuestionId, Refusal};
use tonic::{Code, Status};

/// The metadata key that carries the refusal's word.
const REFUSAL: &str = "bluelamp-refusal";

/// What a peer is told of a refusal.
pub fn refuse(code: Refusal, question: Option<QuestionId>) -> Status {
    match question {
        Some(question) => explain(code, &format!("{code} (question {question})")),
        None => explain(code, code.as_str()),
    }
}

/// A refusal that says why. For what the peer itself wrote, never for what a node holds: only a coordinator, which
/// holds nothing, explains.
pub fn explain(code: Refusal, message: &str) -> Status {
    let mut status = Status::new(grpc_code(code), message);
    if let Ok(word) = code.as_str().parse() {
        status.metadata_mut().insert(REFUSAL, word);
    }
    status
}

/// What became of a question that a force did not answer.
pub fn outcome<R>(status: &Status) -> Outcome<R> {
    match refusal(status) {
        Some(Refusal::Incompatible) => Outcome::Incompatible,
        Some(code) => Outcome::Refused(code),
        None => match status.code() {
            Code::DeadlineExceeded => Outcome::Late,
            Code::Unimplemented => Outcome::Incompatible,
            // No refusal and no lateness: the connection, not the force, spoke.
            _ => Outcome::Unreachable,
        },
    }
}

/// The refusal that a status carries, where it carries one.
pub fn refusal(status: &Status) -> Option<Refusal> {
    status.metadata().get(REFUSAL)?.to_str().ok()?.parse().ok()
}

fn grpc_code(code: Refusal) -> Code {
    match code {
        Refusal::Malformed => Code::InvalidArgument,
        Refusal::Incompatible | Refusal::NotInTime | Refusal::NotAddressed => Code::FailedPrecondition,
        Refusal::NotAuthentic => Code::Unauthenticated,
        Refusal::Replayed => Code::AlreadyExists,
        Refusal::NotPermitted | Refusal::NotApproved | Refusal::NotDelegated => Code::PermissionDenied,
        Refusal::TooLarge | Refusal::Busy | Refusal::Limited | Refusal::Exhausted => Code::ResourceExhausted,
        Refusal::Failed => Code::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::{outcome, refuse};
    use model::{Outcome, Refusal};
    use tonic::{Code, Status};

    #[test]
    fn every_refusal_survives_the_wire_as_its_outcome() {
        for &code in Refusal::ALL {
            let expected = match code {
                Refusal::Incompatible => Outcome::<()>::Incompatible,
                code => Outcome::Refused(code),
            };
            assert_eq!(outcome(&refuse(code, None)), expected);
        }
    }

    #[test]
    fn a_status_that_no_node_wrote_tells_of_the_connection() {
        for (code, expected) in [
            (Code::Unavailable, Outcome::<()>::Unreachable),
            (Code::Unknown, Outcome::Unreachable),
            (Code::Cancelled, Outcome::Unreachable),
            (Code::DeadlineExceeded, Outcome::Late),
            (Code::Unimplemented, Outcome::Incompatible),
        ] {
            assert_eq!(outcome(&Status::new(code, "")), expected);
        }
    }
}
