//! One decision at a time: may this be asked on this rung, may this label add to it.
//!
//! Cedar decides. It is asked about policies in groups that mention the same attributes of a record, once for each
//! distinct combination of those attributes, and the verdicts of the groups are put together as Cedar puts policies
//! together: a forbid that holds denies, else a permit that holds allows, else nothing does. The tests hold this against
//! Cedar's own verdict over all policies at once.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request,
    RestrictedExpression,
};
use model::Label;

use crate::bundle::rules::{Action, Group, Rules};
use crate::codes::{Codes, attributes, seen_through};
use crate::facts::{Attributes, Fact, Facts};
use crate::marks::Marks;

/// What one decision came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) allowed: bool,
    /// The policies that decided. After an error: those that could not be evaluated.
    pub(crate) policies: Marks,
    /// Whether a policy could not be evaluated. Then nothing is allowed (invariant 3).
    pub(crate) faulty: bool,
}

/// Decides about one question, and remembers what it decided until it is done with it.
pub(crate) struct Decider<'a> {
    rules: &'a Rules,
    facts: &'a Facts,
    authorizer: Authorizer,
    asker: Option<Entity>,
    contexts: Vec<(&'static str, Option<Context>)>,
    known: HashMap<Key, Part>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    action: Action,
    group: usize,
    granularity: Option<&'static str>,
    seen: Codes,
}

/// The verdict of one group.
enum Part {
    Nothing,
    Permits(Marks),
    Forbids(Marks),
    Faults(Marks),
}

/// What a decision is about.
#[derive(Clone, Copy)]
enum Thing<'l> {
    Dataset,
    Label(&'l Label, &'l Codes),
}

impl<'a> Decider<'a> {
    pub(crate) fn new(rules: &'a Rules, facts: &'a Facts) -> Self {
        let asker = uid("Asker", &facts.asker_id())
            .and_then(|name| Entity::new(name, expressions(facts.about_asker()), HashSet::new()).ok());
        let (contexts, known) = (Vec::new(), HashMap::new());
        Self { rules, facts, authorizer: Authorizer::new(), asker, contexts, known }
    }

    /// What the question is.
    pub(crate) fn facts(&self) -> &'a Facts {
        self.facts
    }

    /// May the question be asked on this rung?
    pub(crate) fn ask(&mut self, granularity: &'static str) -> Verdict {
        self.decide(Action::Ask, Thing::Dataset, granularity)
    }

    /// May records with this label add to the part of a search answer on this rung, or be counted in a table?
    pub(crate) fn about(
        &mut self,
        action: Action,
        label: &Label,
        codes: &Codes,
        granularity: &'static str,
    ) -> Verdict {
        self.decide(action, Thing::Label(label, codes), granularity)
    }

    fn decide(&mut self, action: Action, thing: Thing<'_>, granularity: &'static str) -> Verdict {
        let (mut permits, mut forbids, mut faults) = (None::<Marks>, None::<Marks>, None::<Marks>);
        for (at, group) in self.rules.groups(action).iter().enumerate() {
            let seen = match thing {
                Thing::Dataset => Codes::default(),
                Thing::Label(_, codes) => seen_through(&group.mask, codes),
            };
            let granularity_seen = group.rung.then_some(granularity);
            let key = Key { action, group: at, granularity: granularity_seen, seen };
            if !self.known.contains_key(&key) {
                let part = self.evaluate(action, group, thing, granularity);
                self.known.insert(key, part);
                // Looked up again below: a key is as cheap to make as to hand round.
            }
            let key = Key { action, group: at, granularity: granularity_seen, seen };
            let (side, marks) = match self.known.get(&key) {
                Some(Part::Nothing) => continue,
                Some(Part::Permits(marks)) => (&mut permits, Some(marks)),
                Some(Part::Forbids(marks)) => (&mut forbids, Some(marks)),
                Some(Part::Faults(marks)) => (&mut faults, Some(marks)),
                None => (&mut faults, None),
            };
            let side = side.get_or_insert_default();
            if let Some(marks) = marks {
                side.add(marks);
            }
        }
        match (faults, forbids, permits) {
            (Some(policies), ..) => Verdict { allowed: false, policies, faulty: true },
            (None, Some(policies), _) => Verdict { allowed: false, policies, faulty: false },
            (None, None, Some(policies)) => Verdict { allowed: true, policies, faulty: false },
            (None, None, None) => Verdict::default(),
        }
    }

    fn evaluate(
        &mut self,
        action: Action,
        group: &Group,
        thing: Thing<'_>,
        granularity: &'static str,
    ) -> Part {
        let Some((request, entities)) = self.scene(action, group, thing, granularity) else {
            // Nothing in a scene can fail for values that the vocabulary built; without one everything is denied.
            return Part::Faults(Marks::default());
        };
        let response = self.authorizer.is_authorized(&request, &group.policies, &entities);
        let mut errors = response
            .diagnostics()
            .errors()
            .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| error.policy_id())
            .peekable();
        if errors.peek().is_some() {
            // Invariant 3: Cedar skips a policy that errors, even a forbid, so any error denies.
            return Part::Faults(self.rules.marks(errors));
        }
        let decided = self.rules.marks(response.diagnostics().reason());
        match response.decision() {
            Decision::Allow => Part::Permits(decided),
            Decision::Deny if decided.is_empty() => Part::Nothing,
            Decision::Deny => Part::Forbids(decided),
        }
    }

    fn scene(
        &mut self,
        action: Action,
        group: &Group,
        thing: Thing<'_>,
        granularity: &'static str,
    ) -> Option<(Request, Entities)> {
        let context = self.context(granularity)?;
        let asker = self.asker.clone()?;
        let (target, attributes) = match thing {
            Thing::Dataset => {
                let name = self.facts.dataset().to_string();
                (uid("Dataset", &name)?, vec![("name", Fact::Text(name))])
            }
            Thing::Label(label, _) => (uid("Label", "label")?, attributes(&group.mask, label)),
        };
        let entity = Entity::new(target.clone(), expressions(attributes), HashSet::new()).ok()?;
        let principal = asker.uid();
        let entities = Entities::from_entities([asker, entity], None).ok()?;
        let action = uid("Action", action.as_str())?;
        // The values come from closed lists and the policies were validated against the schema: looking again at each
        // request would cost more than deciding. The tests validate scenes.
        let request = Request::new(principal, action, target, context, None).ok()?;
        Some((request, entities))
    }

    fn context(&mut self, granularity: &'static str) -> Option<Context> {
        if let Some((_, known)) = self.contexts.iter().find(|(of, _)| *of == granularity) {
            return known.clone();
        }
        let mut facts = self.facts.about_question();
        facts.push(("granularity", Fact::Text(granularity.to_owned())));
        let context = Context::from_pairs(expressions(facts)).ok();
        self.contexts.push((granularity, context.clone()));
        context
    }
}

pub(crate) fn expressions(attributes: Attributes) -> HashMap<String, RestrictedExpression> {
    let expression = |fact| match fact {
        Fact::Text(text) => RestrictedExpression::new_string(text),
        Fact::Number(number) => RestrictedExpression::new_long(number),
        Fact::Flag(flag) => RestrictedExpression::new_bool(flag),
    };
    attributes.into_iter().map(|(key, fact)| (key.to_owned(), expression(fact))).collect()
}

pub(crate) fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind: EntityTypeName = kind.parse().ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

#[cfg(test)]
mod tests;
