//! What a policy says of itself in annotations: its name, its profile, its reason, whom it tells, whom it names.
//! A misspelt annotation would silently mean nothing, so every one is checked.

use cedar_policy::{Effect, Policy};
use model::nearest::suggestion;
use model::vocabulary::{DisclosureMark, SubjectCategory};
use serde_json::Value;

use super::mentions::Mentions;
use super::profile::{Disclosure, STANDARD};

/// Annotations that policies may carry.
const ANNOTATIONS: &[&str] = &["id", "profile", "reason", "note", "notify", "allows", "withholds", "purpose"];

/// What a permit to search may withhold of the records that it lets in: that another force holds the same person.
const WITHHELD: &[&str] = &["same_person"];

/// What `@purpose` says: any purpose will do.
const ANY: &str = "any";

/// Records that Bluelamp itself keeps back, and the words by which a permit names them to lift that: victims, witnesses,
/// and what is marked *refer* beyond a hit and the desk.
pub(crate) const KEPT_BACK: &[(&str, &str)] = &[
    ("subject_category", SubjectCategory::Victim.as_str()),
    ("subject_category", SubjectCategory::Witness.as_str()),
    ("disclosure_mark", DisclosureMark::Refer.as_str()),
];

/// A policy as its author described it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) id: String,
    pub(crate) file: String,
    /// The line on which it begins, from 1, where that is known.
    pub(crate) line: Option<usize>,
    pub(crate) permits: bool,
    /// The disclosure profile of what it permits in tables.
    pub(crate) profile: String,
    /// Whether its author says that any purpose will do.
    pub(crate) any_purpose: bool,
    /// Why it decides as it does. For the home force: what a peer is told of a refusal is a fixed code (invariant 5).
    pub(crate) reason: Option<String>,
    /// The home unit that is told when it decides.
    pub(crate) notify: Option<String>,
    /// The words of [`KEPT_BACK`] that it names.
    pub(crate) allows: Vec<&'static str>,
    /// Whether it withholds that another force holds the same person.
    pub(crate) withholds_same_person: bool,
}

impl Described {
    pub(crate) fn read(policy: &Policy, id: &str, file: &str, line: Option<usize>) -> Self {
        let text = |key: &str| policy.annotation(key).map(str::to_owned);
        Self {
            id: id.to_owned(),
            file: file.to_owned(),
            line,
            permits: policy.effect() == Effect::Permit,
            profile: text("profile").unwrap_or_else(|| STANDARD.to_owned()),
            any_purpose: policy.annotation("purpose") == Some(ANY),
            reason: text("reason"),
            notify: text("notify"),
            allows: allowed(policy).filter_map(Result::ok).collect(),
            withholds_same_person: policy.annotation("withholds").is_some(),
        }
    }
}

/// The words of `@allows`, or those that are none.
fn allowed(policy: &Policy) -> impl Iterator<Item = Result<&'static str, &str>> {
    let words = policy.annotation("allows").unwrap_or_default();
    words
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .map(|word| KEPT_BACK.iter().map(|(_, known)| *known).find(|known| *known == word).ok_or(word))
}

/// What is wrong with the annotations of `policy`, one line for each fault.
pub(super) fn faults(policy: &Policy, disclosure: &Disclosure) -> Vec<String> {
    let mut faults: Vec<String> = policy
        .annotations()
        .filter(|(key, _)| !ANNOTATIONS.contains(key))
        .map(|(key, _)| {
            format!("@{key} is not an annotation; {}", suggestion(key, ANNOTATIONS.iter().copied()))
        })
        .collect();
    for key in ["reason", "notify"] {
        if policy.annotation(key).is_some_and(|text| text.trim().is_empty()) {
            faults.push(format!("@{key} says nothing; write it out or leave it away"));
        }
    }
    match (policy.annotation("purpose"), policy.effect()) {
        (Some(_), Effect::Forbid) => faults.push("a forbid opens nothing and takes no @purpose".into()),
        (Some(word), Effect::Permit) if word != ANY => {
            faults.push(format!(
                "@purpose({word:?}) is not understood; @purpose(\"{ANY}\") says that any will do, and what narrows it is a condition on context.purpose"
            ));
        }
        (Some(_), Effect::Permit) if Mentions::of(policy).question("purpose") => {
            faults.push(format!(
                "says @purpose(\"{ANY}\") and has a condition on the purpose; leave one of them away"
            ));
        }
        _ => {}
    }
    match (policy.annotation("profile"), policy.effect()) {
        (Some(_), Effect::Forbid) => faults.push("a forbid releases nothing and takes no @profile".into()),
        (Some(profile), Effect::Permit) if !disclosure.names().any(|known| known == profile) => {
            let known = suggestion(profile, disclosure.names());
            faults.push(format!("{profile:?} is not a profile of disclosure.toml; {known}"));
        }
        _ => {}
    }
    faults.extend(kept_back_faults(policy));
    faults.extend(withheld_fault(policy));
    faults
}

fn withheld_fault(policy: &Policy) -> Option<String> {
    let words = policy.annotation("withholds")?;
    if policy.effect() == Effect::Forbid {
        return Some("a forbid lets nothing in and takes no @withholds".to_owned());
    }
    let known = WITHHELD.iter().copied();
    (!WITHHELD.contains(&words)).then(|| {
        format!("@withholds: {words:?} is nothing that can be withheld; {}", suggestion(words, known))
    })
}

/// A permit that names victims or witnesses without `@allows` would never let them through, and one that allows them
/// without naming them would let through more than its reader sees.
fn kept_back_faults(policy: &Policy) -> Vec<String> {
    let mut faults = Vec::new();
    if policy.effect() == Effect::Forbid {
        if policy.annotation("allows").is_some() {
            faults.push("a forbid allows nothing and takes no @allows".to_owned());
        }
        return faults;
    }
    let named = named(policy);
    for word in allowed(policy) {
        match word {
            Err(unknown) => {
                let known = suggestion(unknown, KEPT_BACK.iter().map(|(_, word)| *word));
                faults.push(format!("@allows: {unknown:?} is nothing that is kept back; {known}"));
            }
            Ok(word) if !named.contains(&word) => faults.push(format!(
                "@allows(\"{word}\") needs a condition that names {word:?}, so that a reader sees whom it lets through"
            )),
            Ok(_) => {}
        }
    }
    let allows: Vec<&str> = allowed(policy).filter_map(Result::ok).collect();
    // A permit may speak of what is marked refer without lifting anything: a hit and the desk are open to it.
    for word in named.iter().filter(|word| **word != DisclosureMark::Refer.as_str()) {
        if !allows.contains(word) {
            faults.push(format!(
                "names {word:?}, which Bluelamp keeps back unless the permit also says @allows(\"{word}\")"
            ));
        }
    }
    faults
}

/// The kept-back words that a policy asks for: compared for equality, outside `unless` and outside a negation.
fn named(policy: &Policy) -> Vec<&'static str> {
    let mut found = Vec::new();
    let Ok(json) = policy.to_json() else { return found };
    for condition in json.get("conditions").and_then(Value::as_array).into_iter().flatten() {
        if condition["kind"] == "when" {
            asked_for(&condition["body"], &mut found);
        }
    }
    found
}

fn asked_for(json: &Value, found: &mut Vec<&'static str>) {
    match json {
        Value::Array(parts) => parts.iter().for_each(|part| asked_for(part, found)),
        Value::Object(object) => {
            for (operator, operand) in object {
                match operator.as_str() {
                    "!" | "!=" => {}
                    "==" | "contains" => {
                        let sides =
                            [(&operand["left"], &operand["right"]), (&operand["right"], &operand["left"])];
                        sides.iter().for_each(|(one, other)| compared(one, other, found));
                    }
                    _ => asked_for(operand, found),
                }
            }
        }
        _ => {}
    }
}

fn compared(attribute: &Value, literals: &Value, found: &mut Vec<&'static str>) {
    let Some(attribute) = attribute.get(".").and_then(|access| access.get("attr")).and_then(Value::as_str)
    else {
        return;
    };
    let members = literals["Set"].as_array().into_iter().flatten();
    for literal in members.chain([literals]).filter_map(|literal| literal["Value"].as_str()) {
        let known = KEPT_BACK.iter().find(|(of, word)| *of == attribute && *word == literal);
        if let Some((_, word)) = known.filter(|(_, word)| !found.contains(word)) {
            found.push(word);
        }
    }
}
