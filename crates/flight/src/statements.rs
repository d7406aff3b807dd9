//! Statements that a client holds a handle of: prepared ones, and those whose answer it has still to fetch. Few for each person,
//! small, and for a while only. A handle is of use to nobody but whom it was given to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use coordinator::config::DoorLimits;
use model::Name;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What a client names a statement by.
pub(crate) type Handle = Uuid;

/// A statement, as it was taken.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Its text, which is in no log and in no error.
    pub(crate) text: Arc<str>,
    /// The columns of its answer.
    pub(crate) schema: SchemaRef,
}

/// What a handle stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To be asked again and again, until it is closed.
    Prepared,
    /// To be fetched once.
    Answer,
}

#[derive(Debug)]
struct Held {
    owner: Name,
    kind: Kind,
    statement: Statement,
    until: Instant,
    /// Set once its answer is being fetched.
    running: bool,
    stop: CancellationToken,
}

/// Why no handle is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{held} statements are open in your name, as many as may be; close some, or fetch what you asked for"
)]
pub(crate) struct TooMany {
    held: usize,
}

/// The handles given out.
#[derive(Debug)]
pub(crate) struct Statements {
    held: Mutex<HashMap<Handle, Held>>,
    limits: DoorLimits,
}

/// A statement whose answer is being fetched. When it is dropped the handle is gone.
#[derive(Debug)]
pub(crate) struct Running {
    statements: Arc<Statements>,
    handle: Handle,
    pub(crate) statement: Statement,
    /// Cancelled when the client asks to stop it.
    pub(crate) stop: CancellationToken,
}

impl Statements {
    pub(crate) fn new(limits: DoorLimits) -> Self {
        Self { held: Mutex::new(HashMap::new()), limits }
    }

    /// Gives out `handle`, which nobody can guess, for a statement.
    pub(crate) fn open(
        &self,
        handle: Handle,
        owner: &Name,
        kind: Kind,
        statement: Statement,
        now: Instant,
    ) -> Result<(), TooMany> {
        let mut held = self.held();
        // What runs ends with its stream.
        held.retain(|_, known| known.running || now < known.until);
        let own = held.values().filter(|known| known.owner == *owner && known.kind == kind).count();
        if own >= self.limits.statements_per_person {
            return Err(TooMany { held: own });
        }
        let (owner, until) = (owner.clone(), now + self.lifetime(kind));
        let stop = CancellationToken::new();
        held.insert(handle, Held { owner, kind, statement, until, running: false, stop });
        Ok(())
    }

    /// The prepared statement behind a handle, which is used again from now on.
    pub(crate) fn prepared(&self, handle: Handle, owner: &Name, now: Instant) -> Option<Statement> {
        let mut held = self.held();
        let known = held.get_mut(&handle)?;
        let usable = known.owner == *owner && known.kind == Kind::Prepared && now < known.until;
        usable.then(|| {
            known.until = now + self.lifetime(Kind::Prepared);
            known.statement.clone()
        })
    }

    /// Begins to fetch an answer, once.
    pub(crate) fn begin(self: &Arc<Self>, handle: Handle, owner: &Name, now: Instant) -> Option<Running> {
        let mut held = self.held();
        let known = held.get_mut(&handle)?;
        let usable =
            known.owner == *owner && known.kind == Kind::Answer && !known.running && now < known.until;
        usable.then(|| {
            known.running = true;
            let (statement, stop) = (known.statement.clone(), known.stop.clone());
            Running { statements: self.clone(), handle, statement, stop }
        })
    }

    /// Closes a handle: a statement that runs is stopped. Says whether there was one; closing twice is no error.
    pub(crate) fn close(&self, handle: Handle, owner: &Name) -> bool {
        let mut held = self.held();
        let own = held.get(&handle).is_some_and(|known| known.owner == *owner);
        own.then(|| held.remove(&handle)).flatten().map(|known| known.stop.cancel()).is_some()
    }

    fn lifetime(&self, kind: Kind) -> Duration {
        match kind {
            Kind::Prepared => Duration::from_secs(self.limits.prepared_seconds),
            Kind::Answer => Duration::from_secs(self.limits.fetch_seconds),
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<Handle, Held>> {
        // Every change is one insertion or removal: a panic leaves none half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.statements.held().remove(&self.handle);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use arrow::datatypes::Schema;
    use coordinator::config::DoorLimits;
    use model::Name;
    use tokio::time::Instant;
    use uuid::Uuid;

    use super::{Kind, Statement, Statements};

    fn person(id: u8) -> Name {
        format!("spiffe://bluelamp/force/rocta/analyst/{id}").parse().unwrap()
    }

    fn some() -> Statement {
        Statement { text: "select 1".into(), schema: Arc::new(Schema::empty()) }
    }

    fn three_each() -> Arc<Statements> {
        let limits = DoorLimits {
            statements_per_person: 3,
            prepared_seconds: 60,
            fetch_seconds: 10,
            ..DoorLimits::default()
        };
        Arc::new(Statements::new(limits))
    }

    #[test]
    fn a_handle_is_its_owners_and_closing_it_twice_is_no_error() {
        let (statements, now, handle) = (three_each(), Instant::now(), Uuid::from_u128(1));
        statements.open(handle, &person(7), Kind::Prepared, some(), now).unwrap();
        assert!(statements.prepared(handle, &person(8), now).is_none(), "another's");
        assert!(!statements.close(handle, &person(8)), "another closes nothing");
        assert!(statements.prepared(handle, &person(7), now).is_some());
        assert!(statements.close(handle, &person(7)));
        assert!(!statements.close(handle, &person(7)));
        assert!(statements.prepared(handle, &person(7), now).is_none());
    }

    #[test]
    fn a_person_holds_so_many_and_for_so_long() {
        let (statements, now) = (three_each(), Instant::now());
        let open = |number: u128, who: u8, at| {
            statements.open(Uuid::from_u128(number), &person(who), Kind::Prepared, some(), at).is_ok()
        };
        assert!(open(1, 7, now) && open(2, 7, now) && open(3, 7, now));
        assert!(!open(4, 7, now), "a fourth");
        assert!(open(5, 8, now), "somebody else's");
        let used = now + Duration::from_secs(59);
        assert!(statements.prepared(Uuid::from_u128(1), &person(7), used).is_some());
        let later = now + Duration::from_secs(60);
        assert!(
            statements.prepared(Uuid::from_u128(2), &person(7), later).is_none(),
            "not used for a minute"
        );
        assert!(statements.prepared(Uuid::from_u128(1), &person(7), later).is_some(), "used since");
        assert!(open(6, 7, later) && open(7, 7, later), "what has ended makes room");
    }

    #[test]
    fn an_answer_is_fetched_once_and_stopped_at_will() {
        let (statements, now, owner) = (three_each(), Instant::now(), person(7));
        let open = |number: u128| {
            let handle = Uuid::from_u128(number);
            statements.open(handle, &owner, Kind::Answer, some(), now).unwrap();
            handle
        };
        let first = open(1);
        assert!(statements.prepared(first, &owner, now).is_none(), "it is not prepared");
        let running = statements.begin(first, &owner, now).unwrap();
        assert!(statements.begin(first, &owner, now).is_none(), "it is being fetched");
        let much_later = now + Duration::from_secs(1_000);
        statements.open(Uuid::from_u128(9), &owner, Kind::Answer, some(), much_later).unwrap();
        assert!(!running.stop.is_cancelled(), "what runs does not run out");
        assert!(statements.close(first, &owner));
        assert!(running.stop.is_cancelled());
        drop(running);
        let second = open(2);
        drop(statements.begin(second, &owner, now).unwrap());
        assert!(statements.begin(second, &owner, now).is_none(), "it was fetched");
        let third = open(3);
        assert!(statements.begin(third, &owner, now + Duration::from_secs(10)).is_none(), "nobody came");
    }
}
