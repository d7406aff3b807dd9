//! Finds words in policies that are outside their closed list. Cedar compares texts without knowing the lists, so a
//! forbid on "investigaton" would be valid and never apply.

use cedar_policy::Policy;
use model::nearest::suggestion;
use model::probe::Known;
use model::vocabulary::{
    Assessment, Classification, DisclosureMark, EntityKind, HandlingCode, HandlingConditions, LegalBasis,
    Provenance, Rank, Retention, SourceEvaluation, SubjectCategory, ThreatCategory, Urgency, Vetting,
    Weekday,
};
use model::{Dataset, Granularity, Purpose, Role};
use serde_json::Value;

/// What is wrong with the words that `policy` compares with, one line for each.
pub(super) fn unknown(policy: &Policy) -> Vec<String> {
    let mut faults = Vec::new();
    match policy.to_json() {
        Ok(json) => walk(&json, &mut faults),
        Err(_) => faults.push("can't be read back; write it more simply".to_owned()),
    }
    faults
}

fn walk(json: &Value, faults: &mut Vec<String>) {
    match json {
        Value::Array(parts) => parts.iter().for_each(|part| walk(part, faults)),
        Value::Object(object) => {
            for operator in ["==", "!="] {
                if let Some(sides) = object.get(operator) {
                    compare(&sides["left"], &sides["right"], faults);
                    compare(&sides["right"], &sides["left"], faults);
                }
            }
            if let Some(contains) = object.get("contains") {
                compare(&contains["right"], &contains["left"], faults);
            }
            if object.get("type").and_then(Value::as_str) == Some("Dataset")
                && let Some(id) = object.get("id").and_then(Value::as_str)
            {
                check("Dataset", id, &[Dataset::WORDS], faults);
            }
            object.values().for_each(|part| walk(part, faults));
        }
        _ => {}
    }
}

/// Checks the literals on one side of a comparison against the list of the attribute on the other.
fn compare(attribute: &Value, literals: &Value, faults: &mut Vec<String>) {
    let Some(attribute) = attribute.get(".").and_then(|access| access["attr"].as_str()) else { return };
    let Some(lists) = lists(attribute) else { return };
    let members = literals["Set"].as_array().into_iter().flatten();
    for literal in members.chain([literals]) {
        if let Some(word) = literal["Value"].as_str() {
            check(attribute, word, lists, faults);
        }
    }
}

fn check(attribute: &str, word: &str, lists: &[&[&str]], faults: &mut Vec<String>) {
    let known = lists.iter().flat_map(|list| list.iter().copied());
    if !known.clone().any(|k| k == word) {
        faults.push(format!("{word:?} is not a word for {attribute}; {}", suggestion(word, known)));
    }
}

/// The closed lists of an attribute; none where any text will do.
pub(crate) fn lists(attribute: &str) -> Option<&'static [&'static [&'static str]]> {
    Some(match attribute {
        "role" => &[Role::WORDS],
        "name" | "dataset" => &[Dataset::WORDS],
        "rank" => &[Rank::WORDS],
        "vetting" => &[Vetting::WORDS],
        "purpose" => &[Purpose::WORDS],
        "legal_basis" => &[LegalBasis::WORDS],
        "urgency" => &[Urgency::WORDS],
        "weekday" => &[Weekday::WORDS],
        "mode" => &[&["search", "tabulate"]],
        "granularity" | "requested" => &[Granularity::WORDS, &["table"]],
        "entity" => &[EntityKind::WORDS, &["none"]],
        "known" => &[Known::WORDS],
        "handling_code" => &[HandlingCode::WORDS],
        "handling_conditions" => &[HandlingConditions::WORDS],
        "classification" => &[Classification::WORDS],
        "provenance" => &[Provenance::WORDS],
        "subject_category" => &[SubjectCategory::WORDS],
        "disclosure_mark" => &[DisclosureMark::WORDS],
        "threat_category" => &[ThreatCategory::WORDS],
        "retention" => &[Retention::WORDS],
        "source_evaluation" => &[SourceEvaluation::WORDS],
        "assessment" => &[Assessment::WORDS],
        _ => return None,
    })
}
