//! The decider against Cedar itself: over all policies at once, with every value checked against the schema.

use std::collections::{BTreeSet, HashSet};

use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, Request};
use jiff::Timestamp;
use model::probe::{IdentifierProbe, PersonProbe};
use model::vocabulary::{
    Assessment, Classification, DisclosureMark, HandlingCode, HandlingConditions, LegalBasis, Provenance,
    Rank, Retention, SourceEvaluation, SubjectCategory, ThreatCategory, Vetting,
};
use model::{
    Ask, Circumstances, Dataset, Granularity, IdentifierKind, Label, Pressing, Principal, Probe, Purpose,
    Question, QuestionId, Search,
};
use proptest::prelude::*;

use super::{Decider, expressions, uid};
use crate::bundle::SCHEMA;
use crate::bundle::profile::Disclosure;
use crate::bundle::rules::{Action, Rules};
use crate::codes::{Coder, attributes};
use crate::facts::{Facts, LocalTime};
use crate::part::Part;

const DISCLOSURE: &str = "[profiles.standard]\nminimum_cell = 10\nrounding_base = 5\nsum_base = 100\n[limits]\ncells_max = 10000\n";

/// Policies of every shape: some on everything, some on a rung, some on facts that may be missing, some that can't be
/// evaluated for large hours.
const PIECES: &[&str] = &[
    "permit (principal, action, resource);",
    "permit (principal, action == Action::\"search\", resource) when { context.granularity == \"hit\" };",
    "permit (principal, action == Action::\"ask\", resource) when { [\"hit\", \"count\"].contains(context.granularity) };",
    "forbid (principal, action == Action::\"search\", resource) when { resource.provenance == \"sensitive\" && context.granularity == \"picture\" };",
    "permit (principal, action in [Action::\"search\", Action::\"tabulate\"], resource) when { resource.threat_category == \"fraud\" };",
    "forbid (principal, action, resource) when { context.purpose == \"penalties\" };",
    "forbid (principal, action, resource) unless { principal has vetting && [\"sc\", \"dv\"].contains(principal.vetting) };",
    "permit (principal, action, resource) when { principal has rank && principal.rank == \"inspector\" };",
    "forbid (principal, action, resource) unless { context has legal_basis };",
    "forbid (principal, action == Action::\"search\", resource) when { resource has assessment && resource.assessment == \"E\" };",
    "forbid (principal, action == Action::\"search\", resource) when { resource.handling_code == \"C\" && resource.handling_conditions == \"consult_originator\" && context.granularity == \"count\" };",
    "permit (principal, action == Action::\"search\", resource) when { context.hour * 1000000000000000000 > 5 };",
    "forbid (principal, action == Action::\"search\", resource) when { resource.disclosure_mark == \"refer\" && context.hour * 1000000000000000000 > 5 };",
    "permit (principal is Asker, action, resource is Label) when { resource.controller == \"mps\" && context.break_glass };",
];

fn rules(picked: &[usize]) -> Rules {
    let text: String =
        picked.iter().map(|&at| format!("@id(\"p{at:02}\") {}\n", PIECES[at % PIECES.len()])).collect();
    let disclosure = Disclosure::read(DISCLOSURE, "disclosure.toml").unwrap();
    let path = "policies/all.cedar".to_owned();
    Rules::compile(SCHEMA, [(&path, &text)].into_iter(), &disclosure).unwrap()
}

/// What Cedar says of all policies at once.
fn cedar(
    rules: &Rules,
    facts: &Facts,
    action: Action,
    label: Option<&Label>,
    granularity: &str,
) -> (bool, bool, BTreeSet<String>) {
    let schema = Some(&rules.schema);
    let asker = uid("Asker", &facts.asker_id()).unwrap();
    let person = Entity::new(asker.clone(), expressions(facts.about_asker()), HashSet::new()).unwrap();
    let (target, seen) = match label {
        Some(label) => (uid("Label", "label").unwrap(), attributes(&[true; 12], label)),
        None => {
            let name = facts.dataset().to_string();
            (uid("Dataset", &name).unwrap(), vec![("name", super::Fact::Text(name))])
        }
    };
    let thing = Entity::new(target.clone(), expressions(seen), HashSet::new()).unwrap();
    let entities = Entities::from_entities([person, thing], schema).unwrap();
    let mut asked = facts.about_question();
    asked.push(("granularity", super::Fact::Text(granularity.to_owned())));
    let context = Context::from_pairs(expressions(asked)).unwrap();
    let request =
        Request::new(asker, uid("Action", action.as_str()).unwrap(), target, context, schema).unwrap();
    let response = Authorizer::new().is_authorized(&request, rules.policies(), &entities);
    let faulty = response.diagnostics().errors().next().is_some();
    let ids = if faulty {
        let id = |cedar_policy::AuthorizationError::PolicyEvaluationError(e): &cedar_policy::AuthorizationError| {
            e.policy_id().to_string()
        };
        response.diagnostics().errors().map(id).collect()
    } else {
        response.diagnostics().reason().map(ToString::to_string).collect()
    };
    (response.decision() == Decision::Allow && !faulty, faulty, ids)
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

prop_compose! {
    fn any_label()(
        (dataset, mark, provenance, code) in
            (any_of(Dataset::ALL), any_of(DisclosureMark::ALL), any_of(Provenance::ALL), any_of(HandlingCode::ALL)),
        (conditions, subject_category, threat_category) in
            (any_of(HandlingConditions::ALL), any_of(SubjectCategory::ALL), any_of(ThreatCategory::ALL)),
        assessment in prop::option::of(any_of(Assessment::ALL)),
        source_evaluation in prop::option::of(any_of(SourceEvaluation::ALL)),
        controller in prop::sample::select(vec!["mps", "btp"]),
    ) -> Label {
        Label {
            dataset,
            controller: controller.parse().unwrap(),
            handling_code: code,
            handling_conditions: conditions,
            classification: Classification::Official,
            provenance,
            disclosure_mark: mark,
            subject_category,
            threat_category,
            retention: Retention::Live,
            source_evaluation,
            assessment,
        }
    }
}

prop_compose! {
    fn any_facts()(
        purpose in any_of(Purpose::ALL),
        rank in prop::option::of(any_of(Rank::ALL)),
        vetting in prop::option::of(any_of(Vetting::ALL)),
        legal_basis in prop::option::of(any_of(LegalBasis::ALL)),
        hours in 0_i64..24,
        broken in any::<bool>(),
        phone in any::<bool>(),
    ) -> Facts {
        let name: model::Name = "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap();
        let urgency = match broken {
            true => Pressing::ThreatToLife("somebody is in danger".parse().unwrap()),
            false => Pressing::Routine,
        };
        let mut principal = Principal::named(name.clone());
        (principal.standing.rank, principal.standing.vetting) = (rank, vetting);
        principal.approved_by = broken.then(|| name.clone());
        let probe = match phone {
            true => Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Phone, value: "x".to_owned() }),
            false => Probe::Person(PersonProbe::default()),
        };
        let search = Search { probe, granularity: Granularity::Referral };
        let now = Timestamp::from_second(hours * 3600).unwrap();
        let question = Question {
            id: QuestionId(uuid::Uuid::nil()),
            asker: name,
            purpose,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances { legal_basis, urgency, delegation: None },
            audience: ["mps".parse().unwrap()].into(),
            issued_at: now,
            expires_at: now,
            ask: Ask::Search(search.clone()),
        };
        Facts::new(&principal, &question, Part::Search(&search), LocalTime::of(now, &jiff::tz::TimeZone::UTC))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_decider_decides_as_cedar_does_over_all_policies_at_once(
        picked in prop::collection::btree_set(0..PIECES.len(), 1..8),
        facts in any_facts(),
        labels in prop::collection::vec(any_label(), 1..6),
    ) {
        let rules = rules(&picked.into_iter().collect::<Vec<_>>());
        let mut decider = Decider::new(&rules, &facts);
        let mut coder = Coder::default();
        let coded: Vec<_> = labels.iter().map(|label| (label, coder.codes(label))).collect();
        for rung in Granularity::ALL.iter().map(|rung| rung.as_str()) {
            let found = decider.ask(rung);
            let found = (found.allowed, found.faulty, rules.names(&found.policies).into_iter().collect());
            prop_assert_eq!(found, cedar(&rules, &facts, Action::Ask, None, rung));
            for (label, codes) in &coded {
                for action in [Action::Search, Action::Tabulate] {
                    let found = decider.about(action, label, codes, rung);
                    let found = (found.allowed, found.faulty, rules.names(&found.policies).into_iter().collect());
                    prop_assert_eq!(found, cedar(&rules, &facts, action, Some(label), rung));
                }
            }
        }
    }
}
