//! What a policy can depend on, read exactly from its parsed form: attributes of the asker, of the question, of a record.
//! What no policy mentions need not be told apart.

use std::collections::BTreeSet;

use cedar_policy::Policy;
use serde_json::Value;

use crate::codes::{ATTRIBUTES, Mask};

/// Attributes that are mentioned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    asker: Attributes,
    question: Attributes,
    label: Attributes,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Attributes {
    names: BTreeSet<String>,
    /// Whether the thing is mentioned as a whole, in which case everything in it counts.
    whole: bool,
}

impl Attributes {
    fn include(&self, name: &str) -> bool {
        self.whole || self.names.contains(name)
    }

    fn merge(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.whole |= other.whole;
    }
}

impl Mentions {
    /// What `policy` mentions. A policy that can't be read back is taken to mention everything.
    pub(crate) fn of(policy: &Policy) -> Self {
        let mut mentions = Self::default();
        match policy.to_json() {
            Ok(json) => {
                // A comparison with a named asker is one with their name; a record's own name says nothing.
                let named = |part| json.get("principal").is_some_and(|head| head.get(part).is_some());
                if named("entity") || named("in") {
                    mentions.asker.names.insert("id".to_owned());
                }
                mentions.walk(json.get("conditions").unwrap_or(&Value::Null));
            }
            Err(_) => {
                for attributes in [&mut mentions.asker, &mut mentions.question, &mut mentions.label] {
                    attributes.whole = true;
                }
            }
        }
        mentions
    }

    /// Adds what another policy mentions.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.asker.merge(&other.asker);
        self.question.merge(&other.question);
        self.label.merge(&other.label);
    }

    /// Whether the attribute `name` of the asker is mentioned.
    pub(crate) fn asker(&self, name: &str) -> bool {
        self.asker.include(name)
    }

    /// Whether the attribute `name` of the question is mentioned.
    pub(crate) fn question(&self, name: &str) -> bool {
        self.question.include(name)
    }

    /// The attributes of a label that are mentioned.
    pub(crate) fn label_mask(&self) -> Mask {
        ATTRIBUTES.map(|name| self.label.include(name))
    }

    /// The same, with what Bluelamp itself looks at.
    pub(crate) fn label_mask_with_our_own(&self) -> Mask {
        let ours = ["dataset", "disclosure_mark", "subject_category", "retention"];
        ATTRIBUTES.map(|name| self.label.include(name) || ours.contains(&name))
    }

    fn walk(&mut self, json: &Value) {
        match json {
            Value::Array(parts) => parts.iter().for_each(|part| self.walk(part)),
            Value::Object(object) => {
                for (operator, operand) in object {
                    match (operator.as_str(), operand) {
                        ("." | "has" | "like", Value::Object(access)) if access.contains_key("attr") => {
                            self.access(access);
                        }
                        ("Var", Value::String(variable)) => self.bare(variable),
                        _ => self.walk(operand),
                    }
                }
            }
            _ => {}
        }
    }

    fn access(&mut self, access: &serde_json::Map<String, Value>) {
        let attribute = access.get("attr").and_then(Value::as_str).unwrap_or_default();
        let left = access.get("left").unwrap_or(&Value::Null);
        match left.get("Var").and_then(Value::as_str) {
            Some("principal") => drop(self.asker.names.insert(attribute.to_owned())),
            Some("context") => drop(self.question.names.insert(attribute.to_owned())),
            Some("resource") => drop(self.label.names.insert(attribute.to_owned())),
            // Of something that comes out of an expression: it could be any of the three.
            _ => {
                for attributes in [&mut self.asker, &mut self.question, &mut self.label] {
                    attributes.names.insert(attribute.to_owned());
                }
                self.walk(left);
            }
        }
    }

    /// A variable by itself: an asker is known by their id, every label has the same, a context is what is in it.
    fn bare(&mut self, variable: &str) {
        match variable {
            "principal" => drop(self.asker.names.insert("id".to_owned())),
            "context" => self.question.whole = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mentions;
    use crate::codes::ATTRIBUTES;

    /// The mentioned attributes as `asker.x question.y label.z`.
    fn check(policy: &str, expected: &str) {
        let mentions = Mentions::of(&policy.parse().unwrap());
        let asker = ["force", "role", "id", "unit", "rank", "vetting"];
        let question = ["purpose", "operation", "granularity", "hour", "legal_basis"];
        let mut found: Vec<String> = Vec::new();
        found.extend(asker.iter().filter(|name| mentions.asker(name)).map(|name| format!("asker.{name}")));
        found.extend(question.iter().filter(|n| mentions.question(n)).map(|name| format!("question.{name}")));
        let labels = ATTRIBUTES.iter().zip(mentions.label_mask()).filter(|(_, mentioned)| *mentioned);
        found.extend(labels.map(|(name, _)| format!("label.{name}")));
        assert_eq!(found.join(" "), expected, "{policy}");
    }

    #[test]
    fn what_a_policy_depends_on_is_read_from_its_parsed_form() {
        for (policy, expected) in [
            ("permit (principal, action, resource);", ""),
            (
                "permit (principal, action, resource) when { true } unless { context.hour < 8 };",
                "question.hour",
            ),
            ("// operation\npermit (principal, action, resource) when { \"operation\" == \"rank\" };", ""),
            (
                "permit (principal, action, resource) when { resource[\"threat_category\"] == \"fraud\" };",
                "label.threat_category",
            ),
            (
                "permit (principal, action, resource) when { resource[\"\\u{74}hreat_category\"] == \"fraud\" };",
                "label.threat_category",
            ),
            (
                "permit (principal, action, resource) when { principal has unit && [\"a\", \"b\"].contains(principal.unit) };",
                "asker.unit",
            ),
            ("permit (principal == Asker::\"x\", action, resource);", "asker.id"),
            ("permit (principal is Asker, action, resource is Label);", ""),
            ("permit (principal, action, resource) when { principal == Asker::\"x\" };", "asker.id"),
            ("permit (principal, action, resource == Dataset::\"event\");", ""),
            (
                "permit (principal, action, resource) when { (if context.hour > 1 then principal else principal).rank == \"x\" };",
                "asker.id asker.rank question.hour",
            ),
            (
                "permit (principal, action, resource) when { {a: context}.a.purpose == \"x\" };",
                "question.purpose question.operation question.granularity question.hour question.legal_basis",
            ),
            (
                "forbid (principal, action, resource) when { resource.provenance like \"s*\" && !(context has legal_basis) };",
                "question.legal_basis label.provenance",
            ),
        ] {
            check(policy, expected);
        }
    }
}
