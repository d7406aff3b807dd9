//! What a draft of a policy would have done with the questions of a period: the audit log is decided again, question by
//! question, and what was counted is held against the draft's limits. No record is read, and nothing is asked of a node.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use audit::{AuditError, Decision, Entry, Event};
use jiff::Timestamp;
use model::question::Operation;
use model::vocabulary::Urgency;
use model::{Granularity, LabelTable, Name, Purpose, QuestionId, Refusal, Standing};
use policy::replay::{About, NotReplayed, Outcome, Particulars, Recorded, Urgent};
use policy::usage::{self, Limits, Usage};
use policy::{Bundle, Policy};
use serde::Serialize;

use crate::{custody, usage as counter};

/// A period, from its first moment up to and without its last.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The moment after the last.
    pub to: Timestamp,
}

impl Period {
    fn holds(&self, at: Timestamp) -> bool {
        (self.from..self.to).contains(&at)
    }
}

/// What a draft would do with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It was refused, and would be answered.
    NewlyPermitted,
    /// It would be answered on a higher rung.
    HigherRung,
    /// Records would add more to the answer.
    TellsMore,
    /// Records would add something else.
    TellsOther,
    /// Records would add less.
    TellsLess,
    /// It would be answered on a lower rung.
    LowerRung,
    /// It was answered, and would be refused.
    NewlyRefused,
    /// It was answered, and would be beyond a limit.
    NewlyLimited,
    /// Nothing would change.
    Unchanged,
}

/// One question of the period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// The question.
    pub question: QuestionId,
    /// When it was decided.
    pub at: Timestamp,
    /// Who asked.
    pub asker: Name,
    /// Why.
    pub purpose: Purpose,
    /// A table or a search, and of what.
    pub about: String,
    /// What would change.
    pub effect: Effect,
    /// What came of it.
    pub before: String,
    /// What would come of it.
    pub after: String,
    /// Labels of which records would add more than under the policy of then; none where that is not known.
    pub labels_wider: Option<usize>,
    /// Labels of which they would add less.
    pub labels_narrower: Option<usize>,
}

/// What a draft would have done in a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Simulation {
    /// Every question that could be decided again.
    pub cases: Vec<Case>,
    /// Questions that were refused before a policy was asked, by code.
    pub not_by_policy: BTreeMap<String, usize>,
    /// Questions that can't be decided again, by why.
    pub not_replayed: BTreeMap<String, Vec<QuestionId>>,
    /// Questions whose bundle of then is not at hand: what their records would add can't be compared.
    pub without_bundle: usize,
}

/// The policies of then, by their hash; those that a node keeps.
pub struct Kept<'a> {
    data: Option<&'a Path>,
    zone: jiff::tz::TimeZone,
    known: BTreeMap<String, Option<Arc<Policy>>>,
}

impl<'a> Kept<'a> {
    /// Those that the node with this data folder keeps, or none. Their hours are those of `zone`.
    pub fn of(data: Option<&'a Path>, zone: jiff::tz::TimeZone) -> Self {
        Self { data, zone, known: BTreeMap::new() }
    }

    fn find(&mut self, hash: &str) -> Option<Arc<Policy>> {
        if let Some(known) = self.known.get(hash) {
            return known.clone();
        }
        let found = self.data.and_then(|data| {
            let served = custody::served(data).ok()?;
            let adopted = served.iter().find(|adopted| adopted.bundle == hash)?;
            let files = custody::kept(data, adopted).ok()?;
            let policy = Policy::new(Bundle::compile(&files).ok()?, String::new());
            Some(Arc::new(policy.in_zone(self.zone.clone())))
        });
        self.known.insert(hash.to_owned(), found.clone());
        found
    }
}

/// Decides the questions of a period again under `draft`. `labels` are those whose records are compared.
pub fn simulate(
    log: &Path,
    draft: &Policy,
    kept: &mut Kept<'_>,
    labels: &LabelTable,
    period: Period,
) -> Result<Simulation, AuditError> {
    let mut simulation = Simulation::default();
    let mut seen = HashSet::new();
    audit::read(log, |entry: Entry| {
        let (Some(question), true) = (entry.question, period.holds(entry.at)) else { return };
        // Of a batch the first entry speaks of the whole; a replay is no question of its own.
        if matches!(entry.event, Event::Decided { .. }) && seen.insert(question) {
            simulation.enter(question, entry, draft, kept, labels);
        }
    })?;
    Ok(simulation)
}

impl Simulation {
    fn enter(
        &mut self,
        question: QuestionId,
        entry: Entry,
        draft: &Policy,
        kept: &mut Kept<'_>,
        labels: &LabelTable,
    ) {
        let Event::Decided { bundle, decision, .. } = &entry.event else { return };
        let before = match decision {
            Decision::Permitted(rung) => Outcome::Answered(*rung),
            Decision::Refused { code: code @ (Refusal::NotPermitted | Refusal::NotApproved), .. } => {
                Outcome::Refused(*code)
            }
            Decision::Refused { code, .. } => {
                *self.not_by_policy.entry(code.as_str().to_owned()).or_default() += 1;
                return;
            }
        };
        let old = kept.find(bundle);
        self.without_bundle += usize::from(old.is_none());
        match case(question, &entry, before, draft, old.as_deref(), labels) {
            Ok(case) => self.cases.push(case),
            Err(why) => self.not_replayed.entry(why.to_string()).or_default().push(question),
        }
    }

    /// Marks the questions that would be beyond a limit of the draft.
    pub fn limit(&mut self, limited: &BTreeMap<QuestionId, String>) {
        for case in &mut self.cases {
            if let Some(reason) = limited.get(&case.question).filter(|_| case.effect != Effect::NewlyRefused)
            {
                case.effect = Effect::NewlyLimited;
                case.after = format!("limited: {reason}");
            }
        }
    }

    /// How many questions of each effect.
    pub fn counted(&self) -> BTreeMap<Effect, usize> {
        let mut counted = BTreeMap::new();
        self.cases.iter().for_each(|case| *counted.entry(case.effect).or_default() += 1);
        counted
    }
}

fn case(
    question: QuestionId,
    entry: &Entry,
    before: Outcome,
    draft: &Policy,
    old: Option<&Policy>,
    labels: &LabelTable,
) -> Result<Case, NotReplayed> {
    let parts = recorded(entry).map_err(|why| NotReplayed::NotUnderstood(why.to_owned()))?;
    let mut after: Option<Outcome> = None;
    let (mut wider, mut narrower, mut other) = (0, 0, 0);
    for part in &parts.recorded {
        let outcome = match old {
            Some(old) => {
                let replayed = old.replay(draft, part, labels)?;
                wider = wider.max(replayed.labels_wider);
                narrower = narrower.max(replayed.labels_narrower);
                other = other.max(replayed.labels_other);
                replayed.after
            }
            None => draft.decide_again(part, labels)?,
        };
        // A batch is answered as far as the best of its subjects, a table only where none of its datasets is denied.
        let further = |best: &Outcome| match part.about {
            About::Search(..) => outcome.height() > best.height(),
            About::Table(_) => outcome.height() < best.height(),
        };
        if after.as_ref().is_none_or(further) {
            after = Some(outcome);
        }
    }
    let after = after.ok_or_else(|| NotReplayed::NotUnderstood("asks about nothing".to_owned()))?;
    let compared = old.filter(|_| !labels.is_empty());
    let effect = match (&before, &after) {
        (Outcome::Refused(_), Outcome::Answered(_)) => Effect::NewlyPermitted,
        (Outcome::Answered(_), Outcome::Refused(_)) => Effect::NewlyRefused,
        (Outcome::Refused(_), Outcome::Refused(_)) => Effect::Unchanged,
        _ if after.height() > before.height() => Effect::HigherRung,
        _ if after.height() < before.height() => Effect::LowerRung,
        _ if other > 0 || (wider > 0 && narrower > 0) => Effect::TellsOther,
        _ if wider > 0 => Effect::TellsMore,
        _ if narrower > 0 => Effect::TellsLess,
        _ => Effect::Unchanged,
    };
    Ok(Case {
        question,
        at: entry.at,
        asker: parts.asker,
        purpose: parts.purpose,
        about: parts.about,
        effect,
        before: before.to_string(),
        after: after.to_string(),
        labels_wider: compared.map(|_| wider),
        labels_narrower: compared.map(|_| narrower),
    })
}

/// A recorded question, by the kinds of subjects that it asks about.
struct Parts {
    asker: Name,
    purpose: Purpose,
    about: String,
    recorded: Vec<Recorded>,
}

/// What an entry holds of its question.
fn recorded(entry: &Entry) -> Result<Parts, &'static str> {
    let Event::Decided { asker, purpose, operation, mode, about, particulars, .. } = &entry.event else {
        return Err("is no decision");
    };
    let (Some(asker), Some(purpose), Some(operation), Some(mode), Some(about)) =
        (asker, purpose, operation, mode, about)
    else {
        return Err("was not understood when it was asked");
    };
    let operation: Operation = operation.parse().map_err(|_| "names an operation that is none")?;
    let audit::Particulars {
        unit,
        rank,
        vetting,
        legal_basis,
        urgency,
        requested,
        known,
        approved_by,
        delegated,
        ..
    } = &**particulars;
    // Entries of before particulars were recorded hold none of these; since then a search always says which rung it asked
    // for, and since `known` is recorded a table says that too.
    let recorded = known.is_some() || requested.is_some();
    let urgent = match urgency {
        Some(Urgency::ThreatToLife) => Urgent::ThreatToLife(approved_by.clone()),
        Some(Urgency::Priority) => Urgent::Priority,
        Some(Urgency::Routine) | None => Urgent::Routine,
    };
    let standing = Standing { unit: unit.clone(), rank: *rank, vetting: *vetting };
    let door = delegated.as_ref().map(|delegated| delegated.door.clone());
    let particulars =
        recorded.then_some(Particulars { standing, legal_basis: *legal_basis, urgency: urgent, door });
    // Without the rung asked for, whatever is permitted would have been asked for.
    let rung = requested.unwrap_or(Granularity::Referral);
    let abouts: Vec<About> = match mode.as_str() {
        "search" => vec![About::Search(about.clone(), rung)],
        "batch" => about
            .split(", ")
            .filter_map(|kind| kind.split_once(' '))
            .map(|(_, kind)| About::Search(kind.to_owned(), rung))
            .collect(),
        // Of each dataset on a table's path it was decided by itself.
        "tabulate" => about
            .split(", ")
            .map(|dataset| dataset.parse().map(About::Table).map_err(|_| "is about a dataset that is none"))
            .collect::<Result<_, _>>()?,
        _ => return Err("was asked in a way that is not known"),
    };
    let of = |about| Recorded {
        asker: asker.clone(),
        purpose: *purpose,
        operation: operation.clone(),
        about,
        particulars: particulars.clone(),
        known: *known,
        at: entry.at,
    };
    Ok(Parts {
        asker: asker.clone(),
        purpose: *purpose,
        about: format!("{mode} {about}"),
        recorded: abouts.into_iter().map(of).collect(),
    })
}

/// What a draft's limits would have done in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitedQuestions {
    /// The questions that would be beyond a limit, each with which.
    pub questions: BTreeMap<QuestionId, String>,
    /// From when on the log holds all that was asked; none where it does from its beginning. Earlier questions are not compared.
    pub complete_from: Option<Timestamp>,
}

/// The questions of a period that would be beyond `limits`, had these held from the beginning of the log.
pub fn limited(log: &Path, limits: &Limits, period: Period) -> Result<LimitedQuestions, AuditError> {
    let mut usage = Usage::default();
    let mut limited = LimitedQuestions::default();
    audit::read(log, |line: counter::Line| {
        limited.complete_from = limited.complete_from.max(line.complete_from);
        let compared = period.holds(line.at) && limited.complete_from.is_none_or(|from| from <= line.at);
        match line.entry {
            Some(usage::Entry::Asked(asked)) if compared => {
                let (question, asker) = (asked.question, asked.asker.clone());
                let locked = usage.check_lockout(limits, &asker, line.at);
                if let Err(excess) = locked.and_then(|()| usage.admit(limits, asked, line.at).map(drop)) {
                    limited.questions.insert(question, excess.reason);
                }
            }
            // What locked somebody out under the limits of then need not under the draft's.
            Some(usage::Entry::LockedOut { .. }) | None => {}
            Some(entry) => usage.recall(entry, line.at),
        }
    })?;
    Ok(limited)
}
