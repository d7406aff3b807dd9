//! What stands otherwise in `disclosure.toml` and `limits.toml`: every line by its path, whatever lines there are.

use serde::Serialize;
use serde_json::Value;

use super::{Direction, Flat, stricter};
use crate::Policy;
use crate::bundle::{DISCLOSURE_FILE, LIMITS_FILE};

/// A line of the configuration that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The file.
    pub file: &'static str,
    /// Its path in the file, such as `profiles.standard.minimum_cell`.
    pub path: String,
    /// Its value in the old bundle; none where it has no such line.
    pub before: Option<String>,
    /// Its value in the new one.
    pub after: Option<String>,
    /// What it does: of profiles as a whole, and of limits. None where nothing can be said.
    pub direction: Option<Direction>,
}

/// Every setting that differs.
pub(super) fn compare(old: &Policy, new: &Policy) -> Vec<Setting> {
    let mut found = Vec::new();
    let profile = |policy: &Policy, name: &str| {
        policy.disclosure().profiles().find(|(known, _)| *known == name).map(|(_, p)| *p)
    };
    differing(&flat(old.disclosure()), &flat(new.disclosure()), |path, before, after| {
        let mut parts = path.split('.');
        let name = parts.next().filter(|part| *part == "profiles").and_then(|_| parts.next());
        let profiles = name.and_then(|name| Some((profile(old, name)?, profile(new, name)?)));
        let direction = profiles.map(|(old, new)| stricter(&old, &new));
        found.push(Setting { file: DISCLOSURE_FILE, path, before, after, direction });
    });
    differing(&flat(old.limits()), &flat(new.limits()), |path, before, after| {
        let number = |value: &Option<String>| value.as_deref().and_then(|text| text.parse::<u64>().ok());
        let direction = number(&before).zip(number(&after)).map(|(before, after)| {
            // A longer lockout is the one limit that tells less the higher it is.
            if (after > before) != (path == "lockout.minutes") {
                Direction::Wider
            } else {
                Direction::Narrower
            }
        });
        found.push(Setting { file: LIMITS_FILE, path, before, after, direction });
    });
    found
}

fn differing(old: &Flat, new: &Flat, mut differs: impl FnMut(String, Option<String>, Option<String>)) {
    let paths: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for path in paths {
        let (before, after) = (old.get(path).cloned(), new.get(path).cloned());
        if before != after {
            differs(path.clone(), before, after);
        }
    }
}

/// Every value by its path.
fn flat(settings: &impl Serialize) -> Flat {
    let mut found = Flat::new();
    // What was read from TOML can be written as JSON.
    walk(&serde_json::to_value(settings).unwrap_or_default(), "", &mut found);
    found
}

fn walk(value: &Value, path: &str, found: &mut Flat) {
    match value {
        Value::Object(parts) => {
            for (name, part) in parts {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(part, &path, found);
            }
        }
        Value::String(text) => drop(found.insert(path.to_owned(), text.clone())),
        other => drop(found.insert(path.to_owned(), other.to_string())),
    }
}
