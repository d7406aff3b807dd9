//! The texts that a policy compares facts with, read from its parsed form: the values worth trying where a fact has no
//! closed list, the combinations that a policy was written for, and which words are alike to it.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::Policy;
use serde_json::Value;

/// What one policy compares with. Facts are named as in `principal.force`, `context.purpose`, `resource.provenance`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Comparisons {
    /// For each fact the sets of texts that it is compared with, one for each comparison; none where a policy only asks
    /// whether it is there.
    sets: BTreeMap<String, Vec<BTreeSet<String>>>,
    /// Facts that are used in another way, so that every word may make a difference.
    otherwise: BTreeSet<String>,
    /// Every text in the policy.
    texts: BTreeSet<String>,
    /// Whether it looks at somebody or something whole, so that what it depends on is not known.
    opaque: bool,
}

impl Comparisons {
    /// What `policy` compares with; opaque where it can't be read back.
    pub(crate) fn of(policy: &Policy) -> Self {
        let mut found = Self::default();
        match policy.to_json() {
            Ok(json) => found.walk(json.get("conditions").unwrap_or(&Value::Null)),
            Err(_) => found.opaque = true,
        }
        found
    }

    /// The texts that this fact is compared with.
    pub(crate) fn with(&self, fact: &str) -> impl Iterator<Item = &str> {
        self.sets.get(fact).into_iter().flatten().flatten().map(String::as_str)
    }

    /// Attributes of a record with the texts that they are compared with.
    pub(crate) fn of_label(&self) -> impl Iterator<Item = (&str, BTreeSet<&str>)> {
        let texts = |name: &str| self.with(name).collect();
        self.sets.keys().filter_map(move |name| Some((name.strip_prefix("resource.")?, texts(name))))
    }

    /// The facts that are mentioned, each at least once.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().chain(&self.otherwise).map(String::as_str)
    }

    /// Whether the words of this fact may matter beyond those that it is compared with.
    pub(crate) fn is_used_otherwise(&self, fact: &str) -> bool {
        self.opaque || self.otherwise.contains(fact)
    }

    /// Whether it is not known what the policy depends on.
    pub(crate) fn is_opaque(&self) -> bool {
        self.opaque
    }

    /// Every text in the policy.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// For each comparison of this fact whether `word` is in it. Words that give the same are alike to the policy.
    pub(crate) fn pattern(&self, fact: &str, word: &str) -> Vec<bool> {
        self.sets.get(fact).into_iter().flatten().map(|set| set.contains(word)).collect()
    }

    fn walk(&mut self, json: &Value) {
        match json {
            Value::Array(parts) => parts.iter().for_each(|part| self.walk(part)),
            Value::Object(object) => {
                for (operator, operand) in object {
                    match operator.as_str() {
                        "==" | "!=" | "contains" => self.compared(operand),
                        "." => self.used(operand),
                        "has" => self.asked_for(operand),
                        "Value" => self.texts.extend(operand.as_str().map(str::to_owned)),
                        "Var" => self.opaque = true,
                        // What kind of thing it is, the action says.
                        "is" if operand["left"].get("Var").is_some() && operand.get("in").is_none() => {}
                        _ => self.walk(operand),
                    }
                }
            }
            _ => {}
        }
    }

    /// A comparison of a fact with texts that are written out names them; anything else may look at every word.
    fn compared(&mut self, sides: &Value) {
        let (left, right) = (&sides["left"], &sides["right"]);
        for (one, other) in [(left, right), (right, left)] {
            let (name, texts) = match (fact(&one["."]), texts(other), named_whole(one), entity(other)) {
                (Some(name), Some(texts), ..) => (name, texts),
                (_, _, Some(name), Some(id)) => (name.to_owned(), [id].into()),
                _ => continue,
            };
            self.texts.extend(texts.iter().cloned());
            self.sets.entry(name).or_default().push(texts);
            return;
        }
        self.walk(left);
        self.walk(right);
    }

    fn used(&mut self, access: &Value) {
        match fact(access) {
            Some(name) => drop(self.otherwise.insert(name)),
            None => self.walk(&access["left"]),
        }
    }

    /// Whether a fact is there: two cases, the words alike.
    fn asked_for(&mut self, access: &Value) {
        match fact(access) {
            Some(name) => drop(self.sets.entry(name).or_default()),
            None => self.walk(&access["left"]),
        }
    }
}

/// The fact that an access names, such as `context.purpose`.
fn fact(access: &Value) -> Option<String> {
    let of = access.pointer("/left/Var").and_then(Value::as_str)?;
    Some(format!("{of}.{}", access["attr"].as_str()?))
}

/// The fact by which somebody or something is known when it is named whole.
fn named_whole(json: &Value) -> Option<&'static str> {
    match json["Var"].as_str()? {
        "principal" => Some("principal.id"),
        "resource" => Some("resource.name"),
        _ => None,
    }
}

/// The name of somebody or something that is written out here.
fn entity(json: &Value) -> Option<String> {
    json.pointer("/Value/__entity/id").and_then(Value::as_str).map(str::to_owned)
}

/// The texts that are written out here.
fn texts(json: &Value) -> Option<BTreeSet<String>> {
    let one = |json: &Value| json["Value"].as_str().map(str::to_owned);
    match json["Set"].as_array() {
        Some(members) => members.iter().map(one).collect(),
        None => one(json).map(|text| [text].into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Comparisons;

    /// The comparisons as `fact=a,b`, facts used otherwise as `fact*`, and `?` where it is opaque.
    fn check(condition: &str, expected: &str) {
        let policy = format!("permit (principal, action, resource) when {{ {condition} }};");
        let found = Comparisons::of(&policy.parse().unwrap());
        let mut parts: Vec<String> = found
            .sets
            .keys()
            .map(|name| format!("{name}={}", found.with(name).collect::<Vec<_>>().join(",")))
            .collect();
        parts.extend(found.otherwise.iter().map(|name| format!("{name}*")));
        parts.extend(found.is_opaque().then(|| "?".to_owned()));
        assert_eq!(parts.join(" "), expected, "{condition}");
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
            (
                "if context.hour < 8 then context.mode == \"search\" else false",
                "context.mode=search context.hour*",
            ),
            ("\"principal.force\" == \"mps\"", ""),
            ("principal has rank", "principal.rank="),
            ("principal.force == resource.controller", "principal.force* resource.controller*"),
            ("principal.force like \"m*\"", "principal.force*"),
            ("principal == Asker::\"x\" && principal is Asker", "principal.id=x"),
            ("{a: context}.a.purpose == \"x\"", "?"),
        ] {
            check(condition, expected);
        }
    }

    #[test]
    fn words_are_alike_that_no_comparison_tells_apart() {
        let policy = "permit (principal, action, resource) when { [\"a\", \"b\"].contains(context.operation) || context.operation == \"b\" };";
        let found = Comparisons::of(&policy.parse().unwrap());
        let pattern = |word: &str| found.pattern("context.operation", word);
        assert_ne!(pattern("a"), pattern("b"));
        assert_ne!(pattern("a"), pattern("c"));
        assert_eq!(pattern("c"), pattern("d"));
    }
}
