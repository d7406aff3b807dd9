//! One Cedar decision at a time: may this be asked on this rung, may this label add to it.
//! Each decision depends on the question, one label and one rung alone, so a cache can stand in front of `about`.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId, Request,
    RestrictedExpression,
};
use model::vocabulary::EntityKind;
use model::{Dataset, Label, Principal, Probe, Question};

use crate::bundle::rules::Rules;
use crate::part::Part;

/// The granularity under which a tabulation is decided.
pub(crate) const TABLE: &str = "table";

/// What one decision came to.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) allowed: bool,
    /// The policies that decided. After an error: those that could not be evaluated.
    pub(crate) policies: Vec<PolicyId>,
    /// Whether a policy could not be evaluated. Then nothing is allowed (invariant 3).
    pub(crate) faulty: bool,
}

/// A question put to the rules: the part of every request that stays the same.
pub(crate) struct Asked<'a> {
    rules: &'a Rules,
    authorizer: Authorizer,
    asker: Attributes,
    facts: Attributes,
    dataset: Dataset,
}

type Attributes = Vec<(&'static str, String)>;

impl<'a> Asked<'a> {
    pub(crate) fn new(rules: &'a Rules, principal: &Principal, question: &Question, part: Part<'_>) -> Self {
        let dataset = dataset(part);
        let asker = vec![
            ("force", principal.force().to_string()),
            ("role", principal.name.role().to_string()),
            ("id", principal.name.to_string()),
        ];
        let facts = vec![
            ("purpose", question.purpose.to_string()),
            ("operation", question.operation.to_string()),
            ("mode", part.mode().to_owned()),
            ("dataset", dataset.to_string()),
            ("entity", entity(part)),
            ("known", part.known().to_string()),
        ];
        Self { rules, authorizer: Authorizer::new(), asker, facts, dataset }
    }

    /// What the question is about.
    pub(crate) fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// May the question be asked on this rung?
    pub(crate) fn ask(&self, granularity: &str) -> Verdict {
        let name = self.dataset.to_string();
        let scene = self.scene("Dataset", &name, &vec![("name", name.clone())]);
        self.decide(scene.as_ref(), "ask", granularity)
    }

    /// The scene for all decisions about one label.
    pub(crate) fn about<'s>(&'s self, label: &Label) -> AboutLabel<'s, 'a> {
        AboutLabel { asked: self, scene: self.scene("Label", "label", &attributes(label)) }
    }

    /// Nothing in here can fail for values that the vocabulary built; what fails all the same is no scene, and
    /// without a scene everything is denied.
    fn scene(&self, kind: &str, id: &str, resource: &Attributes) -> Option<Scene> {
        let asker_id = self.asker.iter().find(|(key, _)| *key == "id").map(|(_, id)| id.as_str())?;
        let principal = uid("Asker", asker_id)?;
        let target = uid(kind, id)?;
        let people = Entity::new(principal.clone(), expressions(&self.asker), HashSet::new()).ok()?;
        let things = Entity::new(target.clone(), expressions(resource), HashSet::new()).ok()?;
        let entities = Entities::from_entities([people, things], Some(&self.rules.schema)).ok()?;
        Some(Scene { principal, target, entities })
    }

    fn decide(&self, scene: Option<&Scene>, action: &str, granularity: &str) -> Verdict {
        let unreadable = Verdict { faulty: true, ..Verdict::default() };
        let Some(scene) = scene else { return unreadable };
        let Some(request) = self.request(scene, action, granularity) else { return unreadable };
        let response = self.authorizer.is_authorized(&request, &self.rules.policies, &scene.entities);
        let errors: Vec<PolicyId> = response
            .diagnostics()
            .errors()
            .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| error.policy_id().clone())
            .collect();
        if errors.is_empty() {
            let mut policies: Vec<PolicyId> = response.diagnostics().reason().cloned().collect();
            policies.sort();
            Verdict { allowed: response.decision() == Decision::Allow, policies, faulty: false }
        } else {
            // Invariant 3: Cedar skips a policy that errors, even a forbid, so any error denies.
            Verdict { allowed: false, policies: errors, faulty: true }
        }
    }

    fn request(&self, scene: &Scene, action: &str, granularity: &str) -> Option<Request> {
        let mut facts = expressions(&self.facts);
        facts.insert("granularity".to_owned(), RestrictedExpression::new_string(granularity.to_owned()));
        let context = Context::from_pairs(facts).ok()?;
        let action = uid("Action", action)?;
        let schema = Some(&self.rules.schema);
        Request::new(scene.principal.clone(), action, scene.target.clone(), context, schema).ok()
    }
}

/// Decisions about one label.
pub(crate) struct AboutLabel<'s, 'a> {
    asked: &'s Asked<'a>,
    scene: Option<Scene>,
}

impl AboutLabel<'_, '_> {
    /// May records with this label add to the part of a search answer on this rung?
    pub(crate) fn search(&self, granularity: &str) -> Verdict {
        self.asked.decide(self.scene.as_ref(), "search", granularity)
    }

    /// May records with this label be counted in a table?
    pub(crate) fn tabulate(&self) -> Verdict {
        self.asked.decide(self.scene.as_ref(), "tabulate", TABLE)
    }
}

struct Scene {
    principal: EntityUid,
    target: EntityUid,
    entities: Entities,
}

/// What a question is about. A search by identifier, whole or in part, is about identifiers, whoever or whatever carries
/// them.
fn dataset(part: Part<'_>) -> Dataset {
    match part {
        Part::Search(search) => match &search.probe {
            Probe::Person(_) => Dataset::Person,
            Probe::Identifier(_) | Probe::Partial(_) => Dataset::Identifier,
            Probe::Organisation(_) => Dataset::Organisation,
            Probe::Address(_) => Dataset::Location,
        },
        Part::Table(tabulation) => tabulation.dataset(),
    }
}

fn entity(part: Part<'_>) -> String {
    match part {
        Part::Search(search) => match &search.probe {
            Probe::Identifier(identifier) => identifier.kind.entity().to_string(),
            Probe::Partial(partial) => partial.kind.entity().to_string(),
            Probe::Address(_) => EntityKind::Location.to_string(),
            whole @ (Probe::Person(_) | Probe::Organisation(_)) => whole.kind().to_owned(),
        },
        Part::Table(_) => "none".to_owned(),
    }
}

/// Every field of a label, by the schema's names. Taken apart in full, so that a new field can't be forgotten.
fn attributes(label: &Label) -> Attributes {
    let Label {
        dataset,
        controller,
        handling_code,
        handling_conditions,
        classification,
        provenance,
        disclosure_mark,
        subject_category,
        threat_category,
        retention,
        source_evaluation,
        assessment,
    } = label;
    let mut attributes = vec![
        ("dataset", dataset.to_string()),
        ("controller", controller.to_string()),
        ("handling_code", handling_code.to_string()),
        ("handling_conditions", handling_conditions.to_string()),
        ("classification", classification.to_string()),
        ("provenance", provenance.to_string()),
        ("disclosure_mark", disclosure_mark.to_string()),
        ("subject_category", subject_category.to_string()),
        ("threat_category", threat_category.to_string()),
        ("retention", retention.to_string()),
    ];
    attributes.extend(source_evaluation.map(|word| ("source_evaluation", word.to_string())));
    attributes.extend(assessment.map(|word| ("assessment", word.to_string())));
    attributes
}

fn expressions(attributes: &Attributes) -> HashMap<String, RestrictedExpression> {
    attributes
        .iter()
        .map(|(key, value)| ((*key).to_owned(), RestrictedExpression::new_string(value.clone())))
        .collect()
}

fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind: EntityTypeName = kind.parse().ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}
