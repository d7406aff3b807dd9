//! The texts that a policy compares attributes with, read from its parsed form: the values worth trying where an
//! attribute has no closed list, and the combinations that a policy was written for.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::Policy;
use serde_json::Value;

/// What one policy compares with: texts by the attribute that they are compared with, such as `principal.force`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Literals(BTreeMap<String, BTreeSet<String>>);

impl Literals {
    /// What `policy` compares with; nothing where it can't be read back.
    pub(crate) fn of(policy: &Policy) -> Self {
        let mut literals = Self::default();
        if let Ok(json) = policy.to_json() {
            literals.walk(json.get("conditions").unwrap_or(&Value::Null));
        }
        literals
    }

    /// The texts that this attribute is compared with.
    pub(crate) fn with(&self, attribute: &str) -> impl Iterator<Item = &str> {
        self.0.get(attribute).into_iter().flatten().map(String::as_str)
    }

    /// Attributes of a record with the texts that they are compared with.
    pub(crate) fn of_label(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.0.iter().filter_map(|(name, texts)| Some((name.strip_prefix("resource.")?, texts)))
    }

    fn walk(&mut self, json: &Value) {
        match json {
            Value::Array(parts) => parts.iter().for_each(|part| self.walk(part)),
            Value::Object(object) => {
                for operator in ["==", "!=", "contains"] {
                    if let Some(sides) = object.get(operator) {
                        self.compare(&sides["left"], &sides["right"]);
                        self.compare(&sides["right"], &sides["left"]);
                    }
                }
                object.values().for_each(|part| self.walk(part));
            }
            _ => {}
        }
    }

    fn compare(&mut self, attribute: &Value, literals: &Value) {
        let word = |at: &str| attribute.pointer(at).and_then(Value::as_str);
        let (Some(of), Some(name)) = (word("/./left/Var"), word("/./attr")) else { return };
        let texts = self.0.entry(format!("{of}.{name}")).or_default();
        let members = literals["Set"].as_array().into_iter().flatten();
        texts.extend(
            members.chain([literals]).filter_map(|literal| literal["Value"].as_str().map(str::to_owned)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Literals;

    /// The comparisons as `attribute=a,b`.
    fn check(condition: &str, expected: &str) {
        let policy = format!("permit (principal, action, resource) when {{ {condition} }};");
        let Literals(found) = Literals::of(&policy.parse().unwrap());
        let parts = found
            .into_iter()
            .map(|(name, texts)| format!("{name}={}", texts.into_iter().collect::<Vec<_>>().join(",")));
        assert_eq!(parts.collect::<Vec<_>>().join(" "), expected, "{condition}");
    }

    #[test]
    fn what_a_policy_compares_with_is_read_from_its_parsed_form() {
        for (condition, expected) in [
            ("true", ""),
            ("principal.force == \"mps\"", "principal.force=mps"),
            ("\"mps\" != principal.force", "principal.force=mps"),
            ("[\"rocta\", \"mps\"].contains(principal.force)", "principal.force=mps,rocta"),
            (
                "!(resource.provenance == \"open\" || resource[\"provenance\"] == \"partner\")",
                "resource.provenance=open,partner",
            ),
            ("if context.hour < 8 then context.mode == \"search\" else false", "context.mode=search"),
            ("\"principal.force\" == \"mps\"", ""),
        ] {
            check(condition, expected);
        }
    }
}
