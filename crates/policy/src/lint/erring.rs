//! What can fail while a policy is weighed, read from its parsed form. Cedar's validator has made sure of types and of
//! facts that may be missing; what is left is arithmetic, and looking into somebody who is written out.

use cedar_policy::Policy;
use serde_json::Value;

pub(super) const MEND: &str =
    "an error denies whatever the policy stands beside: write the condition so that it can't fail";

/// The lowest and the highest whole number that something can be.
type Range = (i128, i128);

const LONG: Range = (i64::MIN as i128, i64::MAX as i128);
/// The hours of a day: the only number among the facts.
const HOURS: Range = (0, 23);

/// Functions that can fail although their arguments have the right types.
const FAILING: &[&str] = &["offset", "durationSince"];

/// What in `policy` can fail, one line for each.
pub(super) fn perils(policy: &Policy) -> Vec<String> {
    let mut perils = Vec::new();
    if let Ok(json) = policy.to_json() {
        for condition in json.get("conditions").and_then(Value::as_array).into_iter().flatten() {
            range(condition.get("body").unwrap_or(&Value::Null), &mut perils);
        }
    }
    perils.sort_unstable();
    perils.dedup();
    perils
}

/// Walks an expression, and bounds it as far as it is a number.
fn range(json: &Value, perils: &mut Vec<String>) -> Range {
    let Value::Object(object) = json else {
        if let Value::Array(parts) = json {
            for part in parts {
                range(part, perils);
            }
        }
        return LONG;
    };
    let Some((operator, operand)) = object.iter().next() else { return LONG };
    let mut side = |name: &str| range(operand.get(name).unwrap_or(&Value::Null), perils);
    let (sign, found) = match operator.as_str() {
        "Value" => return operand.as_i64().map_or(LONG, |number| (number.into(), number.into())),
        "+" => {
            let (one, other) = (side("left"), side("right"));
            ("+", (one.0 + other.0, one.1 + other.1))
        }
        "-" => {
            let (one, other) = (side("left"), side("right"));
            ("-", (one.0 - other.1, one.1 - other.0))
        }
        "*" => {
            let (one, other) = (side("left"), side("right"));
            let products = [one.0 * other.0, one.0 * other.1, one.1 * other.0, one.1 * other.1];
            let fold = |pick: fn(i128, i128) -> i128| products.into_iter().reduce(pick).unwrap_or_default();
            ("*", (fold(i128::min), fold(i128::max)))
        }
        "neg" => {
            let one = side("arg");
            ("-", (-one.1, -one.0))
        }
        "if-then-else" => {
            side("if");
            let (one, other) = (side("then"), side("else"));
            return (one.0.min(other.0), one.1.max(other.1));
        }
        "." => return looked_into(operand, perils),
        other => {
            if FAILING.contains(&other) {
                perils.push(format!("{other}(…) can fail: the result may be beyond what a date can be"));
            }
            match operand {
                Value::Object(parts) => parts.values().for_each(|part| {
                    range(part, perils);
                }),
                rest => {
                    range(rest, perils);
                }
            }
            return LONG;
        }
    };
    if found.0 < LONG.0 || found.1 > LONG.1 {
        perils.push(format!("arithmetic can overflow: {sign} may come to more than a whole number can hold"));
    }
    (found.0.max(LONG.0), found.1.min(LONG.1))
}

/// An attribute. Of the three who take part all is known; of anybody else who is written out, nothing.
fn looked_into(access: &Value, perils: &mut Vec<String>) -> Range {
    let left = access.get("left").unwrap_or(&Value::Null);
    if left.pointer("/Value/__entity").is_some() {
        let attribute = access.get("attr").and_then(Value::as_str).unwrap_or_default();
        perils.push(format!(
            "looks for {attribute} of somebody or something written out, of whom a question tells nothing"
        ));
    }
    range(left, perils);
    let hour = access.get("attr").is_some_and(|attr| attr == "hour");
    if hour && left.get("Var").is_some_and(|var| var == "context") { HOURS } else { LONG }
}

#[cfg(test)]
mod tests {
    use super::perils;

    fn check(condition: &str, expected: &[&str]) {
        let policy = format!("permit (principal, action, resource) when {{ {condition} }};");
        let found = perils(&policy.parse().unwrap());
        assert_eq!(found.len(), expected.len(), "{condition}: {found:?}");
        for (found, part) in found.iter().zip(expected) {
            assert!(found.contains(part), "{condition}: {part:?} is not in {found:?}");
        }
    }

    #[test]
    fn what_can_fail_is_told_from_what_only_looks_so() {
        for (condition, expected) in [
            ("context.hour + 1 < 20", &[][..]),
            ("context.hour * 60 - 30 > -(context.hour)", &[]),
            ("9223372036854775807 + context.hour > 0", &["overflow: +"]),
            ("context.hour * 9223372036854775807 > 0", &["overflow: *"]),
            ("-9223372036854775807 - context.hour < 0", &["overflow: -"]),
            ("(if context.hour > 8 then 9223372036854775807 else 1) + 1 > 0", &["overflow: +"]),
            ("Asker::\"x\".force == \"mps\"", &["looks for force"]),
            ("principal.force == \"mps\" && resource.provenance like \"s*\"", &[]),
            ("datetime(\"2024-01-01\").offset(duration(\"1d\")) > datetime(\"2024-01-01\")", &["offset"]),
        ] {
            check(condition, expected);
        }
    }
}
