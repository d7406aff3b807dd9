//! How much was asked: by each asker, for each operation. Decides whether one more question is within the limits.
//!
//! Pure: the node hands in the time and keeps the entries. What is counted stays counted: a question is entered before it
//! is executed, nothing takes an entry back, and time only runs forward here, so that a clock set back lets nothing
//! expire twice. A verdict depends on the question and on what was asked before, never on records (invariant 4).

mod counting;
mod subject;
mod window;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use model::question::Operation;
use model::{DelegationId, ForceId, Name, QuestionId};
use serde::{Deserialize, Serialize};

pub use crate::bundle::limits::Limits;
pub use counting::Counting;
pub use subject::{SECRET_BYTES, SubjectKey, SubjectSecret};
use window::Window;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// One thing that counts, to be kept by the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// A question is about to be executed.
    Asked(Asked),
    /// Policy refused a question.
    Refused {
        /// Who asked.
        asker: Name,
        /// The question; a replay of it does not count again.
        question: QuestionId,
    },
    /// An asker asked about one subject once too often.
    LockedOut {
        /// Who asked.
        asker: Name,
        /// Until when nothing more is answered.
        until: Timestamp,
    },
}

/// A question as the limits see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The question.
    pub question: QuestionId,
    /// Who asks.
    pub asker: Name,
    /// For which operation.
    pub operation: Operation,
    /// The subjects of a search, each once; none of a table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<SubjectKey>,
    /// Whether it is asked under a threat to life.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub break_glass: bool,
    /// The delegation under which a door asks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<Under>,
}

/// A delegation as the limits see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// Which.
    pub delegation: DelegationId,
    /// How many questions its asker allowed.
    pub questions_max: u32,
    /// Its end: from then on it is refused, and need not be counted.
    pub expires_at: Timestamp,
}

/// One more question would be too much. The reason is for the home log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Limited {
    /// Which limit, by its line in `limits.toml`.
    pub reason: String,
    /// What counts from now on because of it.
    pub entry: Option<Box<Entry>>,
}

/// All that was asked within a day.
#[derive(Debug, Default)]
pub struct Usage {
    latest: Timestamp,
    askers: HashMap<Name, Asker>,
    operations: HashMap<(ForceId, Operation), OperationUse>,
    /// Questions by delegation, until it ends.
    delegations: HashMap<DelegationId, (u64, Timestamp)>,
}

#[derive(Debug)]
struct Asker {
    hour: Window,
    day: Window,
    refusals: Vec<(Timestamp, QuestionId)>,
    locked_until: Timestamp,
}

#[derive(Debug)]
struct OperationUse {
    day: Window,
    /// When the glass was broken, each time within a day.
    broken: Vec<Timestamp>,
}

impl Usage {
    /// Whether `asker` is locked out now. Asked before policy is, so that who probes it for what it refuses soon hears
    /// nothing more.
    pub fn check_lockout(&mut self, limits: &Limits, asker: &Name, now: Timestamp) -> Result<(), Limited> {
        let now = self.forward(now);
        let Some(known) = self.askers.get_mut(asker) else { return Ok(()) };
        known.refusals.retain(|(at, _)| now.duration_since(*at) < HOUR.max(minutes(limits.lockout.minutes)));
        let recent = known.refusals.len();
        if now < known.locked_until {
            return Err(limited(format!("locked out until {}", known.locked_until), None));
        }
        let enough = usize::try_from(limits.lockout.refusals_per_hour).unwrap_or(usize::MAX);
        // The refusals of an hour lock out from the last of them on.
        let last = recent.checked_sub(1).and_then(|at| known.refusals.get(at)).map(|(at, _)| *at);
        let first = recent.checked_sub(enough).and_then(|at| known.refusals.get(at)).map(|(at, _)| *at);
        if let (Some(first), Some(last)) = (first, last)
            && last.duration_since(first) < HOUR
            && now.duration_since(last) < minutes(limits.lockout.minutes)
        {
            let reason =
                format!("[lockout] refusals_per_hour = {} are reached", limits.lockout.refusals_per_hour);
            return Err(limited(reason, None));
        }
        Ok(())
    }

    /// Enters one more question, or says which limit it would exceed. The entry must be durable before anything is
    /// released.
    pub fn admit(&mut self, limits: &Limits, mut asked: Asked, now: Timestamp) -> Result<Entry, Limited> {
        let now = self.forward(now);
        asked.subjects.sort_unstable();
        asked.subjects.dedup();
        let by = (asked.asker.force().clone(), asked.operation.clone());
        let asker = self.askers.entry(asked.asker.clone()).or_insert_with(Asker::new);
        let operation = self.operations.entry(by).or_insert_with(OperationUse::new);
        for window in [&mut asker.hour, &mut asker.day, &mut operation.day] {
            window.forget_before(now);
        }
        operation.broken.retain(|at| now.duration_since(*at) < DAY);
        let repeats = limits.lockout.repeats_per_day;
        if asked.subjects.iter().any(|subject| asker.day.times(subject) >= repeats) {
            asker.locked_until = now.checked_add(minutes(limits.lockout.minutes)).unwrap_or(Timestamp::MAX);
            let entry = Entry::LockedOut { asker: asked.asker.clone(), until: asker.locked_until };
            return Err(limited(format!("[lockout] repeats_per_day = {repeats} is reached"), Some(entry)));
        }
        let within = |what: &str, used: u64, more: u64, limit: u64| {
            if used.saturating_add(more) > limit {
                return Err(limited(format!("{what} = {limit} is reached"), None));
            }
            Ok(())
        };
        let new = |window: &Window| window.new_among(&asked.subjects);
        let (of_asker, of_operation) = (&limits.asker, &limits.operation);
        within("[asker] questions_per_hour", asker.hour.questions(), 1, of_asker.questions_per_hour)?;
        within("[asker] questions_per_day", asker.day.questions(), 1, of_asker.questions_per_day)?;
        within(
            "[asker] subjects_per_hour",
            asker.hour.subjects(),
            new(&asker.hour),
            of_asker.subjects_per_hour,
        )?;
        within("[asker] subjects_per_day", asker.day.subjects(), new(&asker.day), of_asker.subjects_per_day)?;
        let day = &operation.day;
        within("[operation] questions_per_day", day.questions(), 1, of_operation.questions_per_day)?;
        within("[operation] subjects_per_day", day.subjects(), new(day), of_operation.subjects_per_day)?;
        if asked.break_glass {
            let broken = u64::try_from(operation.broken.len()).unwrap_or(u64::MAX);
            let more = u64::try_from(glasses(&asked)).unwrap_or(u64::MAX);
            within("[break_glass] questions_per_day", broken, more, limits.break_glass.questions_per_day)?;
            let open = minutes(limits.break_glass.minutes);
            if operation.broken.first().is_some_and(|first| now.duration_since(*first) >= open) {
                let reason = format!("[break_glass] minutes = {} are over", limits.break_glass.minutes);
                return Err(limited(reason, None));
            }
        }
        self.delegations.retain(|_, (_, expires_at)| now < *expires_at);
        if let Some(under) = &asked.under {
            let used = self.delegations.get(&under.delegation).map_or(0, |(used, _)| *used);
            within("the delegation's number of questions", used, 1, under.questions_max.into())?;
        }
        enter(asker, operation, &asked, now);
        self.enter_delegated(&asked);
        Ok(Entry::Asked(asked))
    }

    /// Counts a refusal by policy. None where the question was counted before.
    pub fn refused(&mut self, asker: &Name, question: QuestionId, now: Timestamp) -> Option<Entry> {
        let now = self.forward(now);
        let known = self.askers.entry(asker.clone()).or_insert_with(Asker::new);
        if known.refusals.iter().any(|(_, refused)| *refused == question) {
            return None;
        }
        known.refusals.push((now, question));
        Some(Entry::Refused { asker: asker.clone(), question })
    }

    /// Takes up an entry that was kept, in the order in which entries were made.
    pub fn recall(&mut self, entry: Entry, at: Timestamp) {
        let at = self.forward(at);
        match entry {
            Entry::Asked(asked) => {
                let by = (asked.asker.force().clone(), asked.operation.clone());
                let asker = self.askers.entry(asked.asker.clone()).or_insert_with(Asker::new);
                let operation = self.operations.entry(by).or_insert_with(OperationUse::new);
                for window in [&mut asker.hour, &mut asker.day, &mut operation.day] {
                    window.forget_before(at);
                }
                enter(asker, operation, &asked, at);
                self.enter_delegated(&asked);
            }
            // That it counted was decided when it was made.
            Entry::Refused { asker, question } => {
                self.askers.entry(asker).or_insert_with(Asker::new).refusals.push((at, question));
            }
            Entry::LockedOut { asker, until } => {
                let known = self.askers.entry(asker).or_insert_with(Asker::new);
                known.locked_until = known.locked_until.max(until);
            }
        }
    }

    fn enter_delegated(&mut self, asked: &Asked) {
        if let Some(Under { delegation, expires_at, .. }) = asked.under {
            self.delegations.entry(delegation).or_insert((0, expires_at)).0 += 1;
        }
    }

    /// The moment that counts: never before one that counted already.
    fn forward(&mut self, now: Timestamp) -> Timestamp {
        self.latest = self.latest.max(now);
        self.latest
    }
}

fn enter(asker: &mut Asker, operation: &mut OperationUse, asked: &Asked, now: Timestamp) {
    for window in [&mut asker.hour, &mut asker.day, &mut operation.day] {
        window.enter(now, &asked.subjects);
    }
    if asked.break_glass {
        operation.broken.extend(std::iter::repeat_n(now, glasses(asked)));
    }
}

/// How often a question breaks the glass: a list, once for each of its subjects, since each is told of by itself.
fn glasses(asked: &Asked) -> usize {
    asked.subjects.len().max(1)
}

impl Asker {
    fn new() -> Self {
        Self {
            hour: Window::of(HOUR),
            day: Window::of(DAY),
            refusals: Vec::new(),
            locked_until: Timestamp::MIN,
        }
    }
}

impl OperationUse {
    fn new() -> Self {
        Self { day: Window::of(DAY), broken: Vec::new() }
    }
}

fn limited(reason: String, entry: Option<Entry>) -> Limited {
    Limited { reason, entry: entry.map(Box::new) }
}

fn minutes(count: u64) -> SignedDuration {
    i64::try_from(count).map_or(SignedDuration::MAX, SignedDuration::from_mins)
}
