//! What changes between two policies: which askers, purposes and questions are answered otherwise, of which records more
//! or less is told, who at home hears of it, and which figures of the configuration differ. Decided as a node decides.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use model::{ForceId, Granularity, LabelId, LabelTable};
use serde::Serialize;

use crate::Policy;
use crate::bundle::profile::Profile;
use crate::explain::{Explanation, LabelClass};
use crate::variety::{Variety, varieties};

mod alike;
mod boxes;
mod settings;
mod situations;

use alike::Alike;
use boxes::Boxes;
pub use settings::Setting;
use situations::Situations;

/// What a change of policy does to the askers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is told.
    Wider,
    /// Neither more nor less in every respect.
    Other,
    /// Less is told.
    Narrower,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Whether a question may be asked, and up to which rung it is answered.
    Question,
    /// What records add to the answer.
    Records,
    /// Who at home is told that it was asked.
    Notice,
}

/// One change, with all situations in which it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about.
    pub subject: Subject,
    /// What it does.
    pub direction: Direction,
    /// The asker's force.
    pub force: String,
    /// The unit that their force vouches for.
    pub unit: String,
    /// The rank that it vouches for.
    pub rank: String,
    /// The vetting that it vouches for.
    pub vetting: String,
    /// Why they ask.
    pub purpose: String,
    /// Urgency, legal basis, time and operation.
    pub circumstances: String,
    /// What is asked: a search by a kind of probe, or a table of a dataset.
    pub question: String,
    /// The records, by what sets them apart from ordinary ones; nothing where the question itself changes.
    pub records: String,
    /// What came of it under the old policy.
    pub before: String,
    /// What comes of it under the new one.
    pub after: String,
    /// In how many of the situations tried.
    pub situations: usize,
}

/// All that changes between two policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The hash of the old bundle.
    pub old: String,
    /// The hash of the new one.
    pub new: String,
    /// What is decided otherwise, what tells more first.
    pub changes: Vec<Change>,
    /// What stands otherwise in the configuration of tables and limits.
    pub settings: Vec<Setting>,
    /// How many situations were decided under both.
    pub situations: usize,
    /// Whether every combination of what the policies mention was tried. Else circumstances were varied one at a time.
    pub every_combination: bool,
}

impl Difference {
    /// Whether nothing is decided otherwise and nothing is configured otherwise.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.settings.is_empty()
    }
}

/// What a kind of record adds.
#[derive(Clone, PartialEq)]
pub(crate) enum Added {
    Nothing,
    Rungs(Vec<Granularity>),
    Counted(Profile, String),
}

impl Policy {
    /// What changes for askers if this policy is followed by `new`.
    pub fn difference(&self, new: &Self) -> Difference {
        let home: Option<ForceId> = "home".parse().ok();
        let both = [self.rules(), new.rules()];
        let situations = Situations::of(&both);
        let mut boxes = Boxes::default();
        let mut decided = 0;
        for (home, question) in home.iter().flat_map(|home| situations.questions().map(move |q| (home, q))) {
            let alike = Alike::of(&both, &question);
            let kinds = varieties(&both, question.dataset, home, question.searched);
            let labels: LabelTable = kinds.iter().map(|kind| kind.label.clone()).collect::<Vec<_>>().into();
            let varied = kinds.iter().any(|kind| kind.name.starts_with("dataset "));
            let mut known: HashMap<String, Vec<Found>> = HashMap::new();
            for situation in situations.all(&question, home) {
                decided += 1;
                let found = known.entry(alike.key(&situation)).or_insert_with(|| {
                    let decide = |policy: &Self| {
                        policy.explain(&situation.asker, &situation.question, &labels, situation.at).ok()
                    };
                    let explained = decide(self).zip(decide(new));
                    explained.map_or_else(Vec::new, |both| compared((self, new), &both, &labels, &kinds))
                });
                for kind in kinds.iter().filter(|kind| kind.is_told_of()) {
                    boxes.meet(&situation.place, &kind.name);
                }
                // What is ordinary in this question is a record of its dataset beside those of others.
                let plain =
                    kinds.first().filter(|_| varied).map(|kind| (kind.name.as_str(), question.dataset));
                if let Some((_, dataset)) = plain {
                    boxes.meet(&situation.place, &format!("dataset {dataset}"));
                }
                for Found { subject, direction, records, before, after } in found.iter() {
                    let records = records.as_deref();
                    if let Some((_, dataset)) = plain.filter(|(name, _)| records == Some(*name)) {
                        let records = format!("dataset {dataset}");
                        let (before, after) = (before.clone(), after.clone());
                        boxes.add(*subject, *direction, &situation.place, Some(&records), before, after);
                    }
                    boxes.add(*subject, *direction, &situation.place, records, before.clone(), after.clone());
                }
            }
        }
        let mut changes = boxes.rows();
        changes.sort_by(|a, b| {
            (a.subject, a.direction, b.situations, &a.question, &a.records).cmp(&(
                b.subject,
                b.direction,
                a.situations,
                &b.question,
                &b.records,
            ))
        });
        Difference {
            old: self.bundle_hash().to_owned(),
            new: new.bundle_hash().to_owned(),
            changes,
            settings: settings::compare(self, new),
            situations: decided,
            every_combination: situations.is_whole(),
        }
    }

    /// What records of a label add, as was explained under this policy.
    pub(crate) fn added_by(&self, explanation: &Explanation, label: LabelId) -> Added {
        let class = explanation.labels.iter().find(|class| class.labels.contains(&label));
        class.map_or(Added::Nothing, |class| self.added(class))
    }

    fn added(&self, class: &LabelClass) -> Added {
        let told: Vec<Granularity> =
            Granularity::ALL.iter().copied().filter(|&rung| class.rungs.contains(rung)).collect();
        match (class.counted, told.is_empty()) {
            (true, _) => {
                let permits = class
                    .steps
                    .last()
                    .into_iter()
                    .flat_map(|step| &step.policies)
                    .filter(|policy| policy.permits);
                let names: Vec<&str> = permits.map(|policy| policy.profile.as_str()).collect();
                let profile = self.disclosure().strictest(names.iter().copied());
                let name = self.disclosure().name_of(profile, names.first().copied().unwrap_or_default());
                Added::Counted(profile, name)
            }
            (false, true) => Added::Nothing,
            (false, false) => Added::Rungs(told),
        }
    }
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Rungs(rungs) => {
                f.write_str(&rungs.iter().map(|rung| rung.as_str()).collect::<Vec<_>>().join(", "))
            }
            Self::Counted(_, name) => write!(f, "counted, {name}"),
        }
    }
}

pub(crate) fn direction(before: &Added, after: &Added) -> Direction {
    match (before, after) {
        (Added::Nothing, _) => Direction::Wider,
        (_, Added::Nothing) => Direction::Narrower,
        (Added::Rungs(old), Added::Rungs(new)) => {
            let (lost, won) =
                (old.iter().any(|rung| !new.contains(rung)), new.iter().any(|rung| !old.contains(rung)));
            if lost && won {
                Direction::Other
            } else if won {
                Direction::Wider
            } else {
                Direction::Narrower
            }
        }
        (Added::Counted(old, _), Added::Counted(new, _)) => stricter(old, new),
        (Added::Rungs(_), Added::Counted(..)) | (Added::Counted(..), Added::Rungs(_)) => Direction::Other,
    }
}

/// A profile is stricter than another when it is at least as strict in every part.
fn stricter(old: &Profile, new: &Profile) -> Direction {
    let strictest = old.strictest(*new);
    if strictest == *new {
        Direction::Narrower
    } else if strictest == *old {
        Direction::Wider
    } else {
        Direction::Other
    }
}

/// One change in one situation.
struct Found {
    subject: Subject,
    direction: Direction,
    records: Option<String>,
    before: String,
    after: String,
}

/// What changes in one situation.
fn compared(
    (old, new): (&Policy, &Policy),
    (before, after): &(Explanation, Explanation),
    labels: &LabelTable,
    kinds: &[Variety],
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |subject, records: Option<&str>, (direction, before, after)| {
        found.push(Found { subject, direction, records: records.map(str::to_owned), before, after });
    };
    if let Some(change) = asked(before, after) {
        add(Subject::Question, None, change);
    }
    if let Some(change) = heard(before, after) {
        add(Subject::Notice, None, change);
    }
    for ((id, _), kind) in labels.iter().zip(kinds) {
        let (one, other) = (old.added_by(before, id), new.added_by(after, id));
        if one != other {
            let change = (direction(&one, &other), one.to_string(), other.to_string());
            add(Subject::Records, Some(&kind.name), change);
        }
    }
    found
}

/// How the answer as a whole changes.
fn asked(before: &Explanation, after: &Explanation) -> Option<(Direction, String, String)> {
    let height = |explanation: &Explanation| match &explanation.outcome {
        Err(_) => 0,
        Ok(None) => 1,
        Ok(Some(rung)) => *rung as usize + 1,
    };
    let said = |explanation: &Explanation| match &explanation.outcome {
        Err(denial) => format!("refused: {}", denial.code.as_str()),
        Ok(None) => "permitted".to_owned(),
        Ok(Some(rung)) => format!("up to {rung}"),
    };
    let (old, new) = (said(before), said(after));
    let direction = if height(after) > height(before) { Direction::Wider } else { Direction::Narrower };
    (old != new).then_some((direction, old, new))
}

/// Who at home hears of it.
fn heard(before: &Explanation, after: &Explanation) -> Option<(Direction, String, String)> {
    let told = |explanation: &Explanation| {
        let mut units: Vec<&str> = explanation.alerts.iter().map(|alert| alert.unit.as_str()).collect();
        units.sort_unstable();
        units.dedup();
        if units.is_empty() { "nobody".to_owned() } else { units.join(", ") }
    };
    let (old, new) = (told(before), told(after));
    (old != new).then_some((Direction::Other, old, new))
}

/// A setting by its path, and its value as JSON writes it.
type Flat = BTreeMap<String, String>;
