//! The Cedar part of a bundle: parses the policies, names them by their `@id`, validates them strictly, and sorts them
//! into groups that one decision can be shared among. Errors name the file, the line where Cedar knows it, and the policy.

use std::collections::HashMap;

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use super::annotations::{self, Described};
use super::comparisons::Comparisons;
use super::mentions::Mentions;
use super::profile::Disclosure;
use super::{BundleError, Fault, words};
use crate::Alert;
use crate::codes::Mask;
use crate::explain::PolicyNote;
use crate::marks::Marks;

/// A validated set of policies.
pub(crate) struct Rules {
    groups: [Vec<Group>; 3],
    /// In the order of their ids.
    described: Vec<Described>,
    places: HashMap<PolicyId, usize>,
    mentions: Mentions,
    label_mask: Mask,
    /// What each policy compares with.
    comparisons: Vec<Comparisons>,
    policies: PolicySet,
    #[cfg(test)]
    pub(crate) schema: Schema,
}

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// May this be asked?
    Ask,
    /// May this label add to a search answer?
    Search,
    /// May this label be counted?
    Tabulate,
}

impl Action {
    pub(crate) const ALL: [Self; 3] = [Self::Ask, Self::Search, Self::Tabulate];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Search => "search",
            Self::Tabulate => "tabulate",
        }
    }
}

/// Policies on one action that mention the same attributes of a label, and the rung or not.
pub(crate) struct Group {
    pub(crate) policies: PolicySet,
    /// The attributes that they mention.
    pub(crate) mask: Mask,
    /// Whether they mention the rung that is decided.
    pub(crate) rung: bool,
}

impl Rules {
    /// Compiles policy files, given as path and text.
    pub(crate) fn compile<'a>(
        schema: &str,
        files: impl Iterator<Item = (&'a String, &'a String)>,
        disclosure: &Disclosure,
    ) -> Result<Self, BundleError> {
        let schema = Schema::from_cedarschema_str(schema)
            .map(|(schema, _)| schema)
            .map_err(|error| Fault::of("schema.cedarschema", story(&error)))?;
        let mut reading =
            Reading { disclosure, policies: PolicySet::new(), homes: HashMap::new(), described: Vec::new() };
        let mut faults = Vec::new();
        for (path, text) in files {
            reading.file(path, text, &mut faults);
        }
        if reading.policies.is_empty() && faults.is_empty() {
            faults.push(Fault::of("policies/", "holds no policy; everything would be denied"));
        }
        if faults.is_empty() {
            reading.validate(&schema, &mut faults);
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let Reading { policies, mut described, .. } = reading;
        described.sort_by(|one, other| one.id.cmp(&other.id));
        let places = described.iter().enumerate().map(|(at, d)| (PolicyId::new(&d.id), at)).collect();
        let groups = group(&policies).map_err(|error| Fault::of("policies/", story(error.as_ref())))?;
        let mut mentions = Mentions::default();
        policies.policies().for_each(|policy| mentions.merge(&Mentions::of(policy)));
        let comparisons = policies.policies().map(Comparisons::of).collect();
        Ok(Self {
            groups,
            described,
            places,
            label_mask: mentions.label_mask_with_our_own(),
            mentions,
            comparisons,
            policies,
            #[cfg(test)]
            schema,
        })
    }

    /// The policies that can decide on `action`.
    pub(crate) fn groups(&self, action: Action) -> &[Group] {
        let [ask, search, tabulate] = &self.groups;
        match action {
            Action::Ask => ask,
            Action::Search => search,
            Action::Tabulate => tabulate,
        }
    }

    /// What any policy mentions.
    pub(crate) fn mentions(&self) -> &Mentions {
        &self.mentions
    }

    /// The attributes by which labels are told apart: those that policies mention, and those that Bluelamp itself looks
    /// at.
    pub(crate) fn label_mask(&self) -> &Mask {
        &self.label_mask
    }

    /// What each policy compares with.
    pub(crate) fn comparisons(&self) -> &[Comparisons] {
        &self.comparisons
    }

    /// All policies as Cedar holds them, by their ids.
    pub(crate) fn policies(&self) -> &PolicySet {
        &self.policies
    }

    /// The policies as their authors described them, in the order of their ids.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Described> {
        self.described.iter()
    }

    /// The policy at a place.
    pub(crate) fn described(&self, at: usize) -> Option<&Described> {
        self.described.get(at)
    }

    /// These policies as a set.
    pub(crate) fn marks<'p>(&self, policies: impl Iterator<Item = &'p PolicyId>) -> Marks {
        let mut marks = Marks::default();
        policies.filter_map(|id| self.places.get(id)).for_each(|&at| marks.mark(at));
        marks
    }

    /// The ids of a set, in their order.
    pub(crate) fn names(&self, marks: &Marks) -> Vec<String> {
        self.each(marks).map(|policy| policy.id.clone()).collect()
    }

    /// Whom the policies of a set tell at home, and for which policy.
    pub(crate) fn alerts(&self, marks: &Marks) -> Vec<Alert> {
        self.each(marks)
            .filter_map(|policy| Some(Alert { unit: policy.notify.clone()?, policy: policy.id.clone() }))
            .collect()
    }

    /// The policies of a set as their authors described them.
    pub(crate) fn notes(&self, marks: &Marks) -> Vec<PolicyNote> {
        let note = |policy: &Described| PolicyNote {
            id: policy.id.clone(),
            file: policy.file.clone(),
            permits: policy.permits,
            reason: policy.reason.clone(),
            profile: policy.profile.clone(),
            notify: policy.notify.clone(),
        };
        self.each(marks).map(note).collect()
    }

    fn each(&self, marks: &Marks) -> impl Iterator<Item = &Described> {
        marks.places().filter_map(|at| self.described.get(at))
    }
}

/// Sorts policies by the actions that they can decide on and by what they mention.
fn group(policies: &PolicySet) -> Result<[Vec<Group>; 3], Box<cedar_policy::PolicySetError>> {
    let mut groups = [Vec::new(), Vec::new(), Vec::new()];
    for (action, groups) in Action::ALL.into_iter().zip(&mut groups) {
        let mut sorted: Vec<((Mask, bool), PolicySet)> = Vec::new();
        for policy in policies.policies().filter(|policy| decides_on(policy, action)) {
            let mentions = Mentions::of(policy);
            // A data set that is asked about has no attributes of a label.
            let mask = if action == Action::Ask { Mask::default() } else { mentions.label_mask() };
            let by = (mask, mentions.question("granularity"));
            let at = sorted.iter().position(|(known, _)| *known == by).unwrap_or_else(|| {
                sorted.push((by, PolicySet::new()));
                sorted.len() - 1
            });
            if let Some((_, set)) = sorted.get_mut(at) {
                set.add(policy.clone()).map_err(Box::new)?;
            }
        }
        groups.extend(sorted.into_iter().map(|((mask, rung), policies)| Group { policies, mask, rung }));
    }
    Ok(groups)
}

/// Whether the head of a policy lets it decide on `action`. Where its form is not known it may.
pub(crate) fn decides_on(policy: &Policy, action: Action) -> bool {
    use cedar_policy::ActionConstraint;
    let is = |uid: &cedar_policy::EntityUid| uid.id().unescaped() == action.as_str();
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(uid) => is(&uid),
        ActionConstraint::In(uids) => uids.iter().any(is),
    }
}

/// The policies read so far, and where each stands.
struct Reading<'a> {
    disclosure: &'a Disclosure,
    policies: PolicySet,
    homes: HashMap<PolicyId, (&'a str, &'a str)>,
    described: Vec<Described>,
}

impl<'a> Reading<'a> {
    fn file(&mut self, path: &'a str, text: &'a str, faults: &mut Vec<Fault>) {
        let parsed: PolicySet = match text.parse() {
            Ok(parsed) => parsed,
            Err(errors) => {
                let errors: &cedar_policy::ParseErrors = &errors;
                faults.extend(errors.iter().map(|e| Fault::of(path, story(e)).at(line(e, text))));
                return;
            }
        };
        if parsed.num_of_templates() > 0 {
            faults.push(Fault::of(path, "holds a template (?principal or ?resource); write policies out"));
        }
        let mut in_order: Vec<&Policy> = parsed.policies().collect();
        in_order.sort_by_key(|policy| place(policy.id()));
        for policy in in_order {
            let at = starts_at(policy, text);
            let id = match (policy.annotation("id"), policy.effect()) {
                (Some(id), _) if !id.is_empty() => PolicyId::new(id),
                (_, Effect::Forbid) => PolicyId::new(format!("{path}#{}", place(policy.id()) + 1)),
                (_, Effect::Permit) => {
                    let why = "a permit needs an @id(\"…\") that names it in the audit log";
                    faults.push(Fault::of(path, why).at(at));
                    continue;
                }
            };
            let name: &str = id.as_ref();
            let found =
                annotations::faults(policy, self.disclosure).into_iter().chain(words::unknown(policy));
            faults.extend(found.map(|why| Fault::of(path, why).at(at).policy(name)));
            self.described.push(Described::read(policy, name, path, at));
            if let Some((elsewhere, _)) = self.homes.insert(id.clone(), (path, text)) {
                let why = format!("the @id is taken by another policy in {elsewhere}");
                faults.push(Fault::of(path, why).at(at).policy(name));
            } else if let Err(error) = self.policies.add(policy.new_id(id.clone())) {
                faults.push(Fault::of(path, story(&error)).at(at).policy(name));
            }
        }
    }

    /// Warnings count as errors: a policy that can never apply, or letters that look like others, was not meant.
    fn validate(&self, schema: &Schema, faults: &mut Vec<Fault>) {
        let result = Validator::new(schema.clone()).validate(&self.policies, ValidationMode::Strict);
        let errors = result.validation_errors().map(|e| (e.policy_id(), story(e), e as &dyn Diagnostic));
        let warnings = result.validation_warnings().map(|w| (w.policy_id(), story(w), w as &dyn Diagnostic));
        for (id, why, diagnostic) in errors.chain(warnings) {
            let (path, text) = self.homes.get(id).copied().unwrap_or(("policies/", ""));
            faults.push(Fault::of(path, why).at(line(diagnostic, text)).policy(id.as_ref()));
        }
        faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    }
}

/// Cedar numbers the policies of a file `policy0`, `policy1`, … in their order.
fn place(id: &PolicyId) -> usize {
    let id: &str = id.as_ref();
    id.strip_prefix("policy").and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn starts_at(policy: &Policy, text: &str) -> Option<usize> {
    let source = policy.to_cedar()?;
    let start = text.find(source.trim())?;
    Some(line_of(text, start))
}

fn line(diagnostic: &dyn Diagnostic, text: &str) -> Option<usize> {
    let first = diagnostic.labels()?.next()?;
    Some(line_of(text, first.offset()))
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&b| b == b'\n').count() + 1
}

/// A Cedar error with its help and its label: they often hold the one word that mends it.
fn story(error: &dyn Diagnostic) -> String {
    let mut story = error.to_string();
    if let Some(label) =
        error.labels().and_then(|mut labels| labels.find_map(|l| l.label().map(str::to_owned)))
    {
        story = format!("{story} ({label})");
    }
    match error.help() {
        Some(help) => format!("{story}; {help}"),
        None => story,
    }
}
