//! A force's records, as JSON lines in the shared schema.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Rows by dataset.
#[derive(Debug, Clone, Default)]
pub struct Records(BTreeMap<&'static str, Vec<Value>>);

/// Handling that every sample policy lets count.
fn handled(mut row: Value) -> Value {
    let defaults = json!({
        "handling_code": "P", "handling_conditions": "none", "classification": "official", "provenance": "police",
        "disclosure_mark": "disclose", "subject_category": "suspect", "threat_category": "other", "retention": "live",
        "recorded_on": "2023-05-06", "updated_on": "2023-05-06",
    });
    let (Value::Object(row_map), Value::Object(defaults)) = (&mut row, defaults) else {
        panic!("not objects")
    };
    for (key, value) in defaults {
        row_map.entry(key).or_insert(value);
    }
    row
}

impl Records {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row; handling columns that it lacks are filled with the most open ones of a police record.
    #[must_use]
    pub fn with(mut self, dataset: &'static str, row: Value) -> Self {
        self.0.entry(dataset).or_default().push(handled(row));
        self
    }

    #[must_use]
    pub fn person(self, id: &str, given: &str, family: &str, dob: &str, more: Value) -> Self {
        let mut row = json!({ "person_id": id, "given_names": given, "family_name": family, "dob": dob, "dob_precision": "day" });
        merge(&mut row, more);
        self.with("person", row)
    }

    #[must_use]
    pub fn identifier(self, holder: (&str, &str), kind: &str, value: &str, more: Value) -> Self {
        let mut row =
            json!({ "holder_dataset": holder.0, "holder_id": holder.1, "kind": kind, "value": value });
        merge(&mut row, more);
        self.with("identifier", row)
    }

    /// `count` published crimes of one category in one month.
    #[must_use]
    pub fn crimes(mut self, category: &str, month: &str, count: usize) -> Self {
        for _ in 0..count {
            let at = self.0.get("event").map_or(0, Vec::len);
            self = self.with(
                "event",
                json!({ "event_id": format!("E{at}"), "kind": "crime", "category": category, "occurred_on": month,
                        "provenance": "open", "subject_category": "other" }),
            );
        }
        self
    }

    /// Writes the rows into `folder` and returns the `[source]` and `[[view]]` parts of a configuration.
    pub fn write(&self, folder: &Path) -> String {
        let mut config = String::new();
        for (dataset, rows) in &self.0 {
            let columns: Map<String, Value> =
                rows.iter().flat_map(|row| row.as_object().unwrap().clone()).collect();
            let names: Vec<&str> = columns.keys().map(String::as_str).collect();
            let lines: Vec<String> = rows.iter().map(|row| fill(row, &names).to_string()).collect();
            std::fs::write(folder.join(format!("{dataset}.jsonl")), lines.join("\n") + "\n").unwrap();
            let _ = write!(
                config,
                "\n[source.{dataset}s]\nformat = \"json\"\npaths = [\"{dataset}.jsonl\"]\n\n[[view]]\ndataset = \"{dataset}\"\nsql = \"select {} from {dataset}s\"\n",
                names.join(", ")
            );
        }
        config
    }
}

fn merge(row: &mut Value, more: Value) {
    if let (Value::Object(row), Value::Object(more)) = (row, more) {
        row.extend(more);
    }
}

/// The row with every column of its dataset, so that all lines of a file have one shape.
fn fill(row: &Value, names: &[&str]) -> Value {
    let row = row.as_object().unwrap();
    names.iter().map(|&name| (name.to_owned(), row.get(name).cloned().unwrap_or(Value::Null))).collect()
}
