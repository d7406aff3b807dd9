//! Whether a policy can ever hold: looked for among all that a question and a record can be, as far as the policy can tell
//! it apart. Words that a policy does not name are alike to it, so one of them stands for all.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Authorizer, Context, Entities, Entity, Policy, PolicySet, Request};
use model::{Dataset, Granularity, Name};

use super::bearing::Bearing;
use crate::bundle::comparisons::Comparisons;
use crate::bundle::rules::{Action, decides_on};
use crate::bundle::words;
use crate::codes::ATTRIBUTES;
use crate::decide::{expressions, uid};
use crate::facts::Fact;

/// Scenes tried of one policy and action before giving up without a verdict.
const SCENES_MAX: usize = 20_000;
/// Combinations looked at, possible or not.
const COMBINATIONS_MAX: usize = 1_000_000;

const ASKER: &[&str] = &["force", "role", "id", "unit", "rank", "vetting"];
const QUESTION: &[&str] = &[
    "purpose",
    "legal_basis",
    "urgency",
    "break_glass",
    "delegated",
    "operation",
    "mode",
    "granularity",
    "requested",
    "dataset",
    "entity",
    "known",
    "hour",
    "weekday",
];
/// Facts that may be missing.
const OPTIONAL: &[&str] = &[
    "principal.unit",
    "principal.rank",
    "principal.vetting",
    "context.legal_basis",
    "resource.source_evaluation",
    "resource.assessment",
];

/// What looking for a scene came to, action by action.
pub(super) struct Search {
    found: Vec<(Action, Found)>,
    datasets: BTreeSet<Dataset>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    Holds,
    Never,
    /// Too many scenes to try.
    Unknown,
    /// Here it can't be evaluated.
    Fails(String),
}

impl Search {
    pub(super) fn of(policy: &Policy) -> Self {
        let look = Look::new(policy);
        let on = |action: &Action| decides_on(policy, *action);
        let found: Vec<_> =
            Action::ALL.into_iter().filter(on).map(|action| (action, look.search(action, &[]))).collect();
        let counts =
            found.iter().any(|(action, found)| *action == Action::Tabulate && *found != Found::Never);
        let counted = |dataset: &Dataset| counts && look.bears(Bearing::Tabulated(*dataset));
        Self { datasets: Dataset::ALL.iter().copied().filter(counted).collect(), found }
    }

    /// Whether it holds in no scene at all.
    pub(super) fn never_holds(&self) -> bool {
        self.found.iter().all(|(_, found)| *found == Found::Never)
    }

    /// A scene in which it can't be evaluated.
    pub(super) fn failing(&self) -> Option<&str> {
        self.found.iter().find_map(|(_, found)| match found {
            Found::Fails(scene) => Some(scene.as_str()),
            _ => None,
        })
    }

    /// The datasets whose records it may bear on in tables.
    pub(super) fn counts(&self) -> &BTreeSet<Dataset> {
        &self.datasets
    }
}

/// Whether a policy can hold where something narrower is decided; yes, where that can't be told.
pub(super) fn bears(policy: &Policy, bearings: &[Bearing]) -> bool {
    let look = Look::new(policy);
    bearings.iter().any(|bearing| decides_on(policy, bearing.action()) && look.bears(*bearing))
}

/// The facts that a policy mentions, each with the values worth trying; none for a fact that is missing.
type Choices = BTreeMap<String, Vec<Option<Fact>>>;

struct Look {
    /// The policy by itself.
    alone: PolicySet,
    named: Comparisons,
    /// A data set or an asker that its head names.
    heads: Vec<(String, String)>,
}

impl Look {
    fn new(policy: &Policy) -> Self {
        let json = policy.to_json().unwrap_or_default();
        let named = Comparisons::of(policy);
        let mut heads = Vec::new();
        for part in ["principal", "resource"] {
            let entity = json
                .pointer(&format!("/{part}/entity"))
                .or_else(|| json.pointer(&format!("/{part}/in/entity")));
            if let Some(id) = entity.and_then(|entity| entity["id"].as_str()) {
                heads.push((part.to_owned(), id.to_owned()));
            }
        }
        // A set of one policy can't have two of one name.
        let alone = PolicySet::from_policies([policy.clone()]).unwrap_or_default();
        Self { alone, named, heads }
    }

    fn bears(&self, bearing: Bearing) -> bool {
        self.search(bearing.action(), &bearing.facts()) != Found::Never
    }

    /// Looks for a scene in which these facts are fixed.
    fn search(&self, action: Action, fixed: &[(&str, String)]) -> Found {
        if self.named.is_opaque() {
            return Found::Unknown;
        }
        let mut choices = self.choices(action);
        for (name, value) in fixed {
            choices.insert((*name).to_owned(), vec![Some(Fact::Text(value.clone()))]);
        }
        let (names, values): (Vec<&String>, Vec<&Vec<Option<Fact>>>) = choices.iter().unzip();
        let mut places = vec![0_usize; names.len()];
        let (mut tried, mut fails) = (0, None);
        for _ in 0..COMBINATIONS_MAX {
            let picked = names.iter().zip(&values).zip(&places);
            let scene: BTreeMap<&str, &Fact> = picked
                .filter_map(|((name, values), at)| Some((name.as_str(), values.get(*at)?.as_ref()?)))
                .collect();
            if is_possible(action, &scene) {
                match self.holds(action, &scene) {
                    Some(true) => return fails.map_or(Found::Holds, Found::Fails),
                    Some(false) => {}
                    None => fails = fails.or_else(|| Some(told(&scene))),
                }
                tried += 1;
                if tried >= SCENES_MAX {
                    return fails.map_or(Found::Unknown, Found::Fails);
                }
            }
            if !step(&mut places, &values) {
                // Of a text that is looked at more closely than by comparing, not all that matters was tried.
                let never =
                    if names.iter().any(|name| self.is_open(name)) { Found::Unknown } else { Found::Never };
                return fails.map_or(never, Found::Fails);
            }
        }
        fails.map_or(Found::Unknown, Found::Fails)
    }

    /// Whether any text will do for this fact, and the policy looks into it.
    fn is_open(&self, name: &str) -> bool {
        let attribute = name.split_once('.').map_or(name, |(_, attribute)| attribute);
        let closed =
            words::lists(attribute).is_some() || ["hour", "break_glass", "delegated"].contains(&attribute);
        !closed && self.named.is_used_otherwise(name)
    }

    /// The values worth trying of each fact that is mentioned, the named ones first: they are what the policy waits for.
    fn choices(&self, action: Action) -> Choices {
        let mut choices = Choices::new();
        let mentioned = self.named.facts();
        let known = |name: &&str| match name.split_once('.') {
            Some(("principal", name)) => ASKER.contains(&name),
            Some(("context", name)) => QUESTION.contains(&name),
            Some(("resource", "name")) => action == Action::Ask,
            Some(("resource", name)) => action != Action::Ask && ATTRIBUTES.contains(&name),
            _ => false,
        };
        for name in mentioned.filter(known) {
            choices.insert(name.to_owned(), self.values(name));
        }
        for (part, id) in &self.heads {
            let name = if part == "principal" { "principal.id" } else { "resource.name" };
            let values = choices.entry(name.to_owned()).or_default();
            values.insert(0, Some(Fact::Text(id.clone())));
        }
        choices
    }

    fn values(&self, name: &str) -> Vec<Option<Fact>> {
        let attribute = name.split_once('.').map_or(name, |(_, attribute)| attribute);
        let text = |word: &str| Some(Fact::Text(word.to_owned()));
        let mut values: Vec<Option<Fact>> = match attribute {
            "hour" => (0..24).map(|hour| Some(Fact::Number(hour))).collect(),
            "break_glass" | "delegated" => vec![Some(Fact::Flag(true)), Some(Fact::Flag(false))],
            _ => {
                let all = self.named.is_used_otherwise(name);
                let wanted: BTreeSet<&str> =
                    if all { self.named.texts().collect() } else { self.named.with(name).collect() };
                match words::lists(attribute) {
                    Some(lists) => {
                        let list = lists.iter().flat_map(|list| list.iter().copied());
                        let (first, mut rest): (Vec<&str>, Vec<&str>) =
                            list.partition(|word| wanted.contains(word));
                        // Facts that hang together (mode and rung, say) need words that fit each other.
                        let bound = [
                            "mode",
                            "granularity",
                            "requested",
                            "dataset",
                            "entity",
                            "name",
                            "urgency",
                            "known",
                        ];
                        if !all && !bound.contains(&attribute) {
                            rest.truncate(1);
                        }
                        first.into_iter().chain(rest).map(text).collect()
                    }
                    None => wanted.into_iter().map(text).chain([text("elsewhere")]).collect(),
                }
            }
        };
        if OPTIONAL.contains(&name) {
            values.push(None);
        }
        values
    }

    /// Whether the policy holds in a scene; none where it can't be evaluated.
    fn holds(&self, action: Action, scene: &BTreeMap<&str, &Fact>) -> Option<bool> {
        let of = |part: &str, names: &[&'static str]| -> Vec<(&'static str, Fact)> {
            let value =
                |name: &&'static str| Some((*name, (*scene.get(format!("{part}.{name}").as_str())?).clone()));
            names.iter().filter_map(value).collect()
        };
        let text = |name: &str| match scene.get(name) {
            Some(Fact::Text(text)) => text.clone(),
            _ => "elsewhere".to_owned(),
        };
        let asker = uid("Asker", &text("principal.id"))?;
        let target = match action {
            Action::Ask => uid("Dataset", &text("resource.name"))?,
            Action::Search | Action::Tabulate => uid("Label", "label")?,
        };
        let attributes = match action {
            Action::Ask => of("resource", &["name"]),
            Action::Search | Action::Tabulate => of("resource", &ATTRIBUTES),
        };
        let entity = |uid: &cedar_policy::EntityUid, facts| {
            Entity::new(uid.clone(), expressions(facts), Default::default()).ok()
        };
        let entities = Entities::from_entities(
            [entity(&asker, of("principal", ASKER))?, entity(&target, attributes)?],
            None,
        )
        .ok()?;
        let context = Context::from_pairs(expressions(of("context", QUESTION))).ok()?;
        let request = Request::new(asker, uid("Action", action.as_str())?, target, context, None).ok()?;
        let response = Authorizer::new().is_authorized(&request, &self.alone, &entities);
        let diagnostics = response.diagnostics();
        diagnostics.errors().next().is_none().then(|| diagnostics.reason().next().is_some())
    }
}

/// The next combination; false after the last.
fn step(places: &mut [usize], values: &[&Vec<Option<Fact>>]) -> bool {
    for (place, values) in places.iter_mut().zip(values).rev() {
        *place += 1;
        if *place < values.len() {
            return true;
        }
        *place = 0;
    }
    false
}

fn told(scene: &BTreeMap<&str, &Fact>) -> String {
    let facts: Vec<String> = scene.iter().map(|(name, fact)| format!("{name} is {fact}")).collect();
    if facts.is_empty() { "anything is asked".to_owned() } else { facts.join(", ") }
}

/// Whether facts can meet: what Bluelamp never puts to a policy is not a scene. A fact that the policy does not mention
/// can be whatever fits.
fn is_possible(action: Action, scene: &BTreeMap<&str, &Fact>) -> bool {
    let text = |name: &str| match scene.get(name) {
        Some(Fact::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let table = match action {
        Action::Ask => None,
        Action::Search => Some(false),
        Action::Tabulate => Some(true),
    };
    let says = [
        table,
        text("context.mode").map(|mode| mode == "tabulate"),
        text("context.granularity").map(|rung| rung == "table"),
        text("context.requested").map(|rung| rung == "table"),
        text("context.entity").map(|entity| entity == "none"),
    ];
    let mut says = says.into_iter().flatten();
    let table = says.next();
    if says.any(|other| Some(other) != table) {
        return false;
    }
    let searched = ["person", "identifier", "organisation", "location"];
    let about = [text("context.dataset"), text("resource.name")];
    let [dataset, name] = about;
    if let (Some(dataset), Some(name)) = (dataset, name)
        && dataset != name
    {
        return false;
    }
    let dataset = dataset.or(name);
    if table == Some(false) && dataset.is_some_and(|dataset| !searched.contains(&dataset)) {
        return false;
    }
    let fits = match (dataset, text("context.entity")) {
        (Some(dataset @ ("person" | "organisation" | "location")), Some(entity)) => {
            entity == "none" || entity == dataset
        }
        _ => true,
    };
    let part = text("context.known") == Some("part");
    let known = !part || (table != Some(true) && dataset.is_none_or(|dataset| dataset == "identifier"));
    let rung = |name: &str| text(name).and_then(|word| word.parse::<Granularity>().ok());
    let climbs = match (rung("context.granularity"), rung("context.requested")) {
        (Some(decided), Some(wanted)) => decided <= wanted,
        _ => true,
    };
    let broken = match (scene.get("context.break_glass"), text("context.urgency")) {
        (Some(Fact::Flag(broken)), Some(urgency)) => *broken == (urgency == "threat_to_life"),
        _ => true,
    };
    let flag = |name: &str| matches!(scene.get(name), Some(Fact::Flag(true)));
    // A door asks routine tables alone.
    let delegable = !flag("context.delegated")
        || (table != Some(false)
            && !flag("context.break_glass")
            && text("context.urgency").is_none_or(|urgency| urgency == "routine"));
    let of_record = match action {
        Action::Ask => true,
        Action::Search => rung("context.granularity") != Some(Granularity::Acknowledged),
        Action::Tabulate => match (text("context.dataset"), text("resource.dataset")) {
            (Some(asked), Some(record)) => asked == record,
            _ => true,
        },
    };
    // Before policies are asked, silent records are set aside and disposed ones do not exist.
    let handled =
        text("resource.disclosure_mark") != Some("silent") && text("resource.retention") != Some("disposed");
    fits && known
        && climbs
        && broken
        && delegable
        && of_record
        && handled
        && is_asker(text("principal.id"), text("principal.force"), text("principal.role"))
}

/// Only analysts ask, and a name says its force.
fn is_asker(id: Option<&str>, force: Option<&str>, role: Option<&str>) -> bool {
    if role.is_some_and(|role| role != "analyst") {
        return false;
    }
    match id {
        None | Some("elsewhere") => true,
        Some(id) => id.parse::<Name>().is_ok_and(|name| {
            name.role() == model::Role::Analyst && force.is_none_or(|force| name.force().as_str() == force)
        }),
    }
}
