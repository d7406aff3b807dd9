//! The situations that two policies are compared over: whatever either of them mentions is varied, as far as they can tell
//! it apart, and one word stands for all that neither names.

use std::collections::BTreeSet;

use model::probe::Known;
use model::question::Operation;
use model::vocabulary::{LegalBasis, Rank, Urgency, Vetting, Weekday};
use model::{Ask, Dataset, ForceId, Granularity, IdentifierKind, Name, Purpose, Role, Standing, Unit};
use serde_json::Value;

use super::boxes::Place;
use crate::bundle::rules::Rules;
use crate::situation::{self, Asked, Situation};

/// Most combinations of circumstances, and of what is vouched for; beyond it each is varied by itself.
const COMBINATIONS_MAX: usize = 64;

/// What is asked.
pub(super) struct Question {
    name: String,
    ask: Ask,
    pub(super) dataset: Dataset,
    pub(super) searched: bool,
}

/// One situation, ready to be decided.
pub(super) struct Tried {
    pub(super) asker: model::Principal,
    pub(super) question: model::Question,
    pub(super) at: jiff::Timestamp,
    pub(super) place: Place,
}

/// Everything to be tried.
pub(super) struct Situations {
    askers: Vec<(String, ForceId, Option<Name>)>,
    standings: Vec<([String; 3], Standing)>,
    circumstances: Vec<(String, Circumstances)>,
    questions: Vec<(String, Ask, Dataset, bool)>,
    whole: bool,
}

#[derive(Debug, Clone, Default)]
struct Circumstances {
    urgency: Option<Urgency>,
    delegated: bool,
    legal_basis: Option<LegalBasis>,
    operation: Option<Operation>,
    hour: Option<i8>,
    weekday: Option<Weekday>,
}

impl Situations {
    pub(super) fn of(rules: &[&Rules]) -> Self {
        let (standings, all) = standings(rules);
        let (circumstances, every) = circumstances(rules);
        Self {
            askers: askers(rules),
            standings,
            circumstances,
            questions: questions(rules),
            whole: all && every,
        }
    }

    /// Whether every combination is tried.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    pub(super) fn questions(&self) -> impl Iterator<Item = Question> {
        self.questions.iter().map(|(name, ask, dataset, searched)| Question {
            name: name.clone(),
            ask: ask.clone(),
            dataset: *dataset,
            searched: *searched,
        })
    }

    /// Every situation in which this is asked of `home`.
    pub(super) fn all(&self, question: &Question, home: &ForceId) -> impl Iterator<Item = Tried> {
        let purposes = || Purpose::ALL.iter().copied();
        self.askers.iter().flat_map(move |asker| {
            self.standings.iter().flat_map(move |standing| {
                purposes().flat_map(move |purpose| {
                    self.circumstances.iter().filter_map(move |circumstances| {
                        let [unit, rank, vetting] = &standing.0;
                        let whom = [asker.0.as_str(), unit, rank, vetting];
                        let [force, unit, rank, vetting] = whom.map(str::to_owned);
                        let what = [purpose.as_str(), &circumstances.0, &question.name];
                        let [purpose_word, circumstances_word, question_word] = what.map(str::to_owned);
                        let place =
                            [force, unit, rank, vetting, purpose_word, circumstances_word, question_word];
                        tried(asker, &standing.1, purpose, &circumstances.1, question, home, place)
                    })
                })
            })
        })
    }
}

fn tried(
    (_, force, id): &(String, ForceId, Option<Name>),
    standing: &Standing,
    purpose: Purpose,
    circumstances: &Circumstances,
    question: &Question,
    home: &ForceId,
    place: Place,
) -> Option<Tried> {
    let Circumstances { urgency, delegated, legal_basis, operation, hour, weekday } = circumstances.clone();
    // A door asks routine tables alone.
    if delegated && (question.searched || urgency.is_some()) {
        return None;
    }
    let situation = Situation {
        force: force.clone(),
        role: Role::Analyst,
        standing: standing.clone(),
        purpose,
        operation,
        legal_basis,
        urgency,
        delegated,
        hour,
        weekday,
        ask: question.ask.clone(),
    };
    let Asked { mut asker, mut question, at } = situation.asked(home.clone()).ok()?;
    if let Some(name) = id {
        asker.name = name.clone();
        question.asker = name.clone();
    }
    Some(Tried { asker, question, at, place })
}

/// The texts that any of the rules compares an attribute with.
fn named<'r>(rules: &[&'r Rules], attribute: &str) -> BTreeSet<&'r str> {
    rules
        .iter()
        .flat_map(|rules| rules.comparisons())
        .flat_map(|comparisons| comparisons.with(attribute))
        .collect()
}

fn asker_mentioned(rules: &[&Rules], name: &str) -> bool {
    rules.iter().any(|rules| rules.mentions().asker(name))
}

fn question_mentioned(rules: &[&Rules], name: &str) -> bool {
    rules.iter().any(|rules| rules.mentions().question(name))
}

/// The forces and persons that are named, and one of whom nothing is said.
fn askers(rules: &[&Rules]) -> Vec<(String, ForceId, Option<Name>)> {
    let mut found: Vec<(String, ForceId, Option<Name>)> = Vec::new();
    for force in named(rules, "principal.force") {
        found.extend(force.parse().ok().map(|id| (force.to_owned(), id, None)));
    }
    found.extend("elsewhere".parse().ok().map(|id| ("any other force".to_owned(), id, None)));
    if asker_mentioned(rules, "id") {
        let names = rules.iter().flat_map(|rules| rules.policies().policies()).flat_map(ids);
        for name in names
            .filter_map(|id| id.parse::<Name>().ok())
            .filter(|name| name.role() == Role::Analyst)
            .collect::<BTreeSet<_>>()
        {
            found.push((name.to_string(), name.force().clone(), Some(name)));
        }
    }
    found
}

/// Every asker whom a policy writes out by name.
fn ids(policy: &cedar_policy::Policy) -> Vec<String> {
    fn walk(json: &Value, found: &mut Vec<String>) {
        match json {
            Value::Array(parts) => parts.iter().for_each(|part| walk(part, found)),
            Value::Object(object) => object.values().for_each(|part| walk(part, found)),
            Value::String(text) if text.starts_with("spiffe://") => found.push(text.clone()),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&policy.to_json().unwrap_or_default(), &mut found);
    found
}

/// Words worth trying of an attribute: none, those that are named, and one for all others; none alone where nothing
/// mentions it.
fn words<T: Copy + PartialEq>(
    mentioned: bool,
    named: &BTreeSet<&str>,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Vec<Option<(String, T)>> {
    let mut found = vec![None];
    if mentioned {
        let is_named = |value: &&T| named.contains(word(**value));
        found.extend(all.iter().filter(is_named).map(|&value| Some((word(value).to_owned(), value))));
        let other = all.iter().find(|value| !is_named(value));
        found.extend(other.map(|&value| Some(("another".to_owned(), value))));
    }
    found
}

/// What is vouched for of an asker; whether all combinations are in it.
fn standings(rules: &[&Rules]) -> (Vec<([String; 3], Standing)>, bool) {
    let vetting = words(
        asker_mentioned(rules, "vetting"),
        &named(rules, "principal.vetting"),
        Vetting::ALL,
        Vetting::as_str,
    );
    let rank =
        words(asker_mentioned(rules, "rank"), &named(rules, "principal.rank"), Rank::ALL, Rank::as_str);
    let units = named(rules, "principal.unit");
    let mut unit: Vec<Option<(String, Unit)>> = vec![None];
    if asker_mentioned(rules, "unit") {
        unit.extend(units.iter().filter_map(|word| Some(Some(((*word).to_owned(), word.parse().ok()?)))));
        unit.extend("some-other-unit".parse().ok().map(|other| Some(("another".to_owned(), other))));
    }
    let whole = vetting.len() * rank.len() * unit.len() <= COMBINATIONS_MAX;
    let mut found = Vec::new();
    for vetting in &vetting {
        for rank in &rank {
            for unit in &unit {
                let said = [
                    unit.as_ref().map(|unit| &unit.0),
                    rank.as_ref().map(|rank| &rank.0),
                    vetting.as_ref().map(|vetting| &vetting.0),
                ];
                if !whole && said.iter().flatten().count() > 1 {
                    continue;
                }
                let words = said.map(|word| word.cloned().unwrap_or_else(|| "none".to_owned()));
                let standing = Standing {
                    vetting: vetting.as_ref().map(|v| v.1),
                    rank: rank.as_ref().map(|r| r.1),
                    unit: unit.as_ref().map(|u| u.1.clone()),
                };
                found.push((words, standing));
            }
        }
    }
    (found, whole)
}

fn name(said: Vec<String>, plain: &str) -> String {
    if said.is_empty() { plain.to_owned() } else { said.join(", ") }
}

/// Urgency, who asks, legal basis, operation, hour and day; whether all combinations are in it.
fn circumstances(rules: &[&Rules]) -> (Vec<(String, Circumstances)>, bool) {
    let mut parts: Vec<Vec<(Option<String>, Circumstances)>> = Vec::new();
    let plain = || (None, Circumstances::default());
    let mut urgency = vec![plain()];
    if question_mentioned(rules, "urgency") {
        let priority = Circumstances { urgency: Some(Urgency::Priority), ..Circumstances::default() };
        urgency.push((Some("priority".to_owned()), priority));
    }
    if question_mentioned(rules, "urgency") || question_mentioned(rules, "break_glass") {
        let broken = Circumstances { urgency: Some(Urgency::ThreatToLife), ..Circumstances::default() };
        urgency.push((Some("threat to life".to_owned()), broken));
    }
    parts.push(urgency);
    let mut delegated = vec![plain()];
    if question_mentioned(rules, "delegated") {
        let by_a_door = Circumstances { delegated: true, ..Circumstances::default() };
        delegated.push((Some("asked by a door".to_owned()), by_a_door));
    }
    parts.push(delegated);
    let bases = words(
        question_mentioned(rules, "legal_basis"),
        &named(rules, "context.legal_basis"),
        LegalBasis::ALL,
        LegalBasis::as_str,
    );
    parts.push(
        bases
            .into_iter()
            .map(|basis| match basis {
                None => plain(),
                Some((word, basis)) => (
                    Some(format!("legal basis {word}")),
                    Circumstances { legal_basis: Some(basis), ..Circumstances::default() },
                ),
            })
            .collect(),
    );
    let operation = |word: &str| {
        Some((
            Some(word.to_owned()),
            Circumstances { operation: Some(word.parse().ok()?), ..Circumstances::default() },
        ))
    };
    parts.push(
        [plain()]
            .into_iter()
            .chain(named(rules, "context.operation").into_iter().filter_map(operation))
            .collect(),
    );
    parts.push(hours(rules));
    parts.push(weekdays(rules));
    let whole = parts.iter().map(Vec::len).product::<usize>() <= COMBINATIONS_MAX;
    let mut found = vec![(Vec::new(), Circumstances::default())];
    for part in parts {
        found = found
            .iter()
            .flat_map(|(said, so_far)| part.iter().map(move |(word, with)| (said, so_far, word, with)))
            .filter(|(said, _, word, _)| whole || said.is_empty() || word.is_none())
            .map(|(said, so_far, word, with)| {
                (said.iter().cloned().chain(word.clone()).collect(), merged(so_far, with))
            })
            .collect();
    }
    (found.into_iter().map(|(said, circumstances)| (name(said, "ordinary"), circumstances)).collect(), whole)
}

fn merged(one: &Circumstances, other: &Circumstances) -> Circumstances {
    Circumstances {
        urgency: one.urgency.or(other.urgency),
        delegated: one.delegated || other.delegated,
        legal_basis: one.legal_basis.or(other.legal_basis),
        operation: one.operation.clone().or_else(|| other.operation.clone()),
        hour: one.hour.or(other.hour),
        weekday: one.weekday.or(other.weekday),
    }
}

/// Spans of hours that policies can't tell apart, cut wherever a number stands in one that looks at the hour.
fn hours(rules: &[&Rules]) -> Vec<(Option<String>, Circumstances)> {
    if !question_mentioned(rules, "hour") {
        return vec![(None, Circumstances::default())];
    }
    let mut cuts: BTreeSet<i64> = [0].into();
    for policy in rules.iter().flat_map(|rules| rules.policies().policies()) {
        let json = policy.to_json().unwrap_or_default();
        let arithmetic =
            ["\"+\":", "\"-\":", "\"*\":", "\"neg\":"].iter().any(|sign| json.to_string().contains(sign));
        if arithmetic {
            cuts.extend(0..24);
        }
        numbers(&json, &mut cuts);
    }
    let starts: Vec<i64> = cuts.into_iter().filter(|hour| (0..24).contains(hour)).collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([23]);
    let span = |(&from, to): (&i64, i64)| {
        let word = if from == to { format!("{from} h") } else { format!("{from}–{to} h") };
        (Some(word), Circumstances { hour: i8::try_from(from).ok(), ..Circumstances::default() })
    };
    starts.iter().zip(ends).map(span).collect()
}

/// Each number begins a span, and so does the hour after it.
fn numbers(json: &Value, found: &mut BTreeSet<i64>) {
    match json {
        Value::Array(parts) => parts.iter().for_each(|part| numbers(part, found)),
        Value::Object(object) => object.values().for_each(|part| numbers(part, found)),
        Value::Number(number) => {
            found.extend(number.as_i64().into_iter().flat_map(|number| [number, number.saturating_add(1)]));
        }
        _ => {}
    }
}

fn weekdays(rules: &[&Rules]) -> Vec<(Option<String>, Circumstances)> {
    if !question_mentioned(rules, "weekday") {
        return vec![(None, Circumstances::default())];
    }
    let named = named(rules, "context.weekday");
    let (those, others): (Vec<Weekday>, Vec<Weekday>) =
        Weekday::ALL.iter().partition(|day| named.contains(day.as_str()));
    let on = |word: String, day: Weekday| {
        (Some(word), Circumstances { weekday: Some(day), ..Circumstances::default() })
    };
    let mut found: Vec<_> = those.into_iter().map(|day| on(day.to_string(), day)).collect();
    found.extend(others.first().map(|&day| on("another day".to_owned(), day)));
    found
}

/// Searches by each kind of probe that policies tell apart, and a table of each dataset.
fn questions(rules: &[&Rules]) -> Vec<(String, Ask, Dataset, bool)> {
    let rungs =
        if question_mentioned(rules, "requested") { Granularity::ALL } else { &[Granularity::Referral] };
    let mut probes = vec!["person", "organisation", "address"];
    let entities: &[IdentifierKind] =
        if question_mentioned(rules, "entity") { IdentifierKind::ALL } else { &[IdentifierKind::Vrm] };
    let mut seen = BTreeSet::new();
    probes.extend(entities.iter().filter(|kind| seen.insert(kind.entity())).map(|kind| kind.as_str()));
    let mut found = Vec::new();
    for &probe in &probes {
        for known in [Known::Whole, Known::Part] {
            if known == Known::Part && !question_mentioned(rules, "known") {
                continue;
            }
            for &rung in rungs {
                let Ok((ask, dataset)) = situation::search(probe, known, rung) else { continue };
                let entity = probe.parse::<IdentifierKind>().ok().map(IdentifierKind::entity);
                let mut name = match entity {
                    None => format!("search {probe}"),
                    Some(_) if entities.len() == 1 => "search identifier".to_owned(),
                    Some(entity) => format!("search {entity} identifier"),
                };
                if known == Known::Part {
                    name.push_str(" known in part");
                }
                if rungs.len() > 1 {
                    name.push_str(&format!(" for {rung}"));
                }
                found.push((name, ask, dataset, true));
            }
        }
    }
    for &dataset in Dataset::ALL {
        found.extend(
            situation::table(dataset).ok().map(|ask| (format!("table {dataset}"), ask, dataset, false)),
        );
    }
    found
}
