//! The Cedar part of a bundle: parses the policies, names them by their `@id`, and validates them strictly.
//! Errors name the file, the line where Cedar knows it, and the policy.

use std::collections::HashMap;

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;
use model::Label;
use model::nearest::suggestion;

use super::profile::{Disclosure, STANDARD};
use super::{BundleError, Fault, words};

/// Annotations that policies may carry.
const ANNOTATIONS: &[&str] = &["id", "profile", "note"];

/// A validated set of policies.
pub(crate) struct Rules {
    pub(crate) schema: Schema,
    pub(crate) policies: PolicySet,
    profiles: HashMap<PolicyId, String>,
    text: String,
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
        let mut reading = Reading { disclosure, policies: PolicySet::new(), homes: HashMap::new() };
        let mut profiles = HashMap::new();
        let mut faults = Vec::new();
        let mut all = String::new();
        for (path, text) in files {
            reading.file(path, text, &mut profiles, &mut faults);
            all.push_str(text);
        }
        if reading.policies.is_empty() && faults.is_empty() {
            faults.push(Fault::of("policies/", "holds no policy; everything would be denied"));
        }
        if faults.is_empty() {
            reading.validate(&schema, &mut faults);
        }
        let policies = reading.policies;
        if faults.is_empty() {
            Ok(Self { schema, policies, profiles, text: all })
        } else {
            Err(faults.into())
        }
    }

    /// The disclosure profile that a permit names.
    pub(crate) fn profile(&self, permit: &PolicyId) -> &str {
        self.profiles.get(permit).map_or(STANDARD, String::as_str)
    }
}

impl Rules {
    /// Whether a policy can depend on the attribute called `name`. Errs on the side of yes: the word anywhere in the
    /// text counts, comments included, and so does any attribute reached by brackets, where it could be spelt with
    /// escapes.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.text.contains(name) || self.text.contains("resource[") || self.text.contains("context[")
    }

    /// The label with everything that no policy mentions made alike, so that equal results are decided equally.
    /// Dataset, disclosure mark and retention always count: Bluelamp itself looks at them.
    pub(crate) fn as_seen(&self, label: &Label) -> Label {
        let plain = Label::strictest(label.dataset, label.controller.clone());
        let mut seen = label.clone();
        if !self.mentions("handling_code") {
            seen.handling_code = plain.handling_code;
        }
        if !self.mentions("handling_conditions") {
            seen.handling_conditions = plain.handling_conditions;
        }
        if !self.mentions("classification") {
            seen.classification = plain.classification;
        }
        if !self.mentions("provenance") {
            seen.provenance = plain.provenance;
        }
        if !self.mentions("subject_category") {
            seen.subject_category = plain.subject_category;
        }
        if !self.mentions("threat_category") {
            seen.threat_category = plain.threat_category;
        }
        if !self.mentions("source_evaluation") {
            seen.source_evaluation = None;
        }
        if !self.mentions("assessment") {
            seen.assessment = None;
        }
        seen
    }
}

/// The policies read so far, and where each stands.
struct Reading<'a> {
    disclosure: &'a Disclosure,
    policies: PolicySet,
    homes: HashMap<PolicyId, (&'a str, &'a str)>,
}

impl<'a> Reading<'a> {
    fn file(
        &mut self,
        path: &'a str,
        text: &'a str,
        profiles: &mut HashMap<PolicyId, String>,
        faults: &mut Vec<Fault>,
    ) {
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
            let found = self.annotations(policy).into_iter().chain(words::unknown(policy));
            faults.extend(found.map(|why| Fault::of(path, why).at(at).policy(name)));
            if let Some(profile) = policy.annotation("profile") {
                profiles.insert(id.clone(), profile.to_owned());
            }
            if let Some((elsewhere, _)) = self.homes.insert(id.clone(), (path, text)) {
                let why = format!("the @id is taken by another policy in {elsewhere}");
                faults.push(Fault::of(path, why).at(at).policy(name));
            } else if let Err(error) = self.policies.add(policy.new_id(id.clone())) {
                faults.push(Fault::of(path, story(&error)).at(at).policy(name));
            }
        }
    }

    /// A misspelt annotation would silently mean the default, and a profile on a forbid means nothing.
    fn annotations(&self, policy: &Policy) -> Vec<String> {
        let mut faults: Vec<String> = policy
            .annotations()
            .filter(|(key, _)| !ANNOTATIONS.contains(key))
            .map(|(key, _)| {
                format!("@{key} is not an annotation; {}", suggestion(key, ANNOTATIONS.iter().copied()))
            })
            .collect();
        match (policy.annotation("profile"), policy.effect()) {
            (Some(_), Effect::Forbid) => {
                faults.push("a forbid releases nothing and takes no @profile".into())
            }
            (Some(profile), Effect::Permit) if !self.disclosure.names().any(|known| known == profile) => {
                let known = suggestion(profile, self.disclosure.names());
                faults.push(format!("{profile:?} is not a profile of disclosure.toml; {known}"));
            }
            _ => {}
        }
        faults
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
