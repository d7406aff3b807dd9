//! The kinds of records that a policy may tell apart, as labels: an ordinary one, each mentioned attribute varied by
//! itself, the combinations that a policy was written for, and the strictest.

use std::collections::{BTreeMap, BTreeSet};

use model::vocabulary::{DisclosureMark, Retention};
use model::{Dataset, ForceId, Label};

use crate::bundle::rules::Rules;
use crate::bundle::words;

/// Most combinations that are tried of one policy: more than a person writes, fewer than a list of codes would make.
const COMBINATIONS_MAX: usize = 64;

/// What Bluelamp itself looks at, whatever the policies mention.
const OURS: [&str; 3] = ["disclosure_mark", "subject_category", "retention"];

/// A kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variety {
    /// What sets it apart from an ordinary record, such as `provenance sensitive`.
    pub(crate) name: String,
    /// In how many attributes it differs from an ordinary record.
    pub(crate) changes: usize,
    pub(crate) label: Label,
}

impl Variety {
    /// Whether such records are put to policies at all: silent ones are set aside, and disposed ones do not exist.
    pub(crate) fn is_told_of(&self) -> bool {
        self.label.disclosure_mark != DisclosureMark::Silent && self.label.retention != Retention::Disposed
    }
}

/// The kinds of records of `dataset` that any of these rules may tell apart, each once, the ordinary one first.
///
/// In a search a record of another dataset can be met; `searched` says so.
pub(crate) fn varieties(rules: &[&Rules], dataset: Dataset, home: &ForceId, searched: bool) -> Vec<Variety> {
    let plain = Label::ordinary(dataset, home.clone());
    let mut found = vec![Variety { name: "an ordinary record".to_owned(), changes: 0, label: plain.clone() }];
    let mut add = |name: String, changes: usize, label: Label| {
        if !found.iter().any(|known| known.label == label) {
            found.push(Variety { name, changes, label });
        }
    };
    let choices = choices(rules, searched);
    for (attribute, words) in &choices {
        for word in words {
            if let Some(label) = with(&plain, attribute, word) {
                add(format!("{attribute} {word}"), 1, label);
            }
        }
    }
    for comparisons in rules.iter().flat_map(|rules| rules.comparisons()) {
        let mut combined = vec![(Vec::<String>::new(), plain.clone())];
        for (attribute, words) in comparisons.of_label().filter(|(name, _)| choices.contains_key(name)) {
            let words = &words;
            let longer = combined.iter().flat_map(|(names, label)| {
                words.iter().filter_map(move |word| {
                    let changed = with(label, attribute, word).filter(|changed| changed != label)?;
                    let named = names.iter().cloned().chain([format!("{attribute} {word}")]);
                    Some((named.collect(), changed))
                })
            });
            let longer: Vec<_> = longer.collect();
            combined.extend(longer);
            combined.truncate(COMBINATIONS_MAX);
        }
        for (names, label) in combined.into_iter().filter(|(names, _)| names.len() > 1) {
            add(names.join(", "), names.len(), label);
        }
    }
    let strictest = Label::strictest(dataset, home.clone());
    add("a record about whose handling nothing is known".to_owned(), 0, strictest);
    found
}

/// The words to try for each attribute that is looked at.
fn choices<'r>(rules: &[&'r Rules], searched: bool) -> BTreeMap<&'static str, BTreeSet<&'r str>> {
    let mut choices: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for rules in rules {
        let mask = rules.mentions().label_mask();
        for (&attribute, _) in crate::codes::ATTRIBUTES
            .iter()
            .zip(mask)
            .filter(|(name, mentioned)| *mentioned || OURS.contains(*name))
            .filter(|(name, _)| searched || **name != "dataset")
        {
            let words = choices.entry(attribute).or_default();
            match words::lists(attribute) {
                Some(lists) => words.extend(lists.iter().flat_map(|list| list.iter().copied())),
                None => {
                    let named = format!("resource.{attribute}");
                    words.extend(rules.comparisons().iter().flat_map(|comparisons| comparisons.with(&named)));
                }
            }
        }
    }
    choices
}

/// The label with another word for one attribute; none where it can't be said.
fn with(label: &Label, attribute: &str, word: &str) -> Option<Label> {
    let mut label = label.clone();
    match attribute {
        "dataset" => label.dataset = word.parse().ok()?,
        "controller" => label.controller = word.parse().ok()?,
        "handling_code" => label.handling_code = word.parse().ok()?,
        "handling_conditions" => label.handling_conditions = word.parse().ok()?,
        "classification" => label.classification = word.parse().ok()?,
        "provenance" => label.provenance = word.parse().ok()?,
        "disclosure_mark" => label.disclosure_mark = word.parse().ok()?,
        "subject_category" => label.subject_category = word.parse().ok()?,
        "threat_category" => label.threat_category = word.parse().ok()?,
        "retention" => label.retention = word.parse().ok()?,
        "source_evaluation" => label.source_evaluation = Some(word.parse().ok()?),
        "assessment" => label.assessment = Some(word.parse().ok()?),
        _ => return None,
    }
    Some(label)
}
