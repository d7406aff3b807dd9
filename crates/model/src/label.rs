//! Handling labels: what policy may ask about a record, interned into a small integer at ingest.
//! A force has hundreds of distinct labels, not millions, so policy decides once per label.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::vocabulary::{
    Assessment, Classification, DisclosureMark, HandlingCode, HandlingConditions, Provenance, Retention,
    SourceEvaluation, SubjectCategory, ThreatCategory,
};
use crate::{Dataset, ForceId};

/// The handling columns of a record, with its dataset and controller.
///
/// A source that lacks a handling column gets [`Label::strictest`]'s value for it: what is not known is handled as
/// the most delicate it could be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Label {
    /// The dataset of the record.
    pub dataset: Dataset,
    /// The force that controls the record.
    pub controller: ForceId,
    /// Handling code.
    pub handling_code: HandlingCode,
    /// Handling instruction.
    pub handling_conditions: HandlingConditions,
    /// Protective marking.
    pub classification: Classification,
    /// Where the record comes from.
    pub provenance: Provenance,
    /// What the owner says about disclosing it.
    pub disclosure_mark: DisclosureMark,
    /// How it sees its subject.
    pub subject_category: SubjectCategory,
    /// Its threat category.
    pub threat_category: ThreatCategory,
    /// Where it stands in retention. Disposed records never get a label.
    pub retention: Retention,
    /// Source evaluation, where the record is graded.
    pub source_evaluation: Option<SourceEvaluation>,
    /// Intelligence assessment, where the record is graded.
    pub assessment: Option<Assessment>,
}

impl Label {
    /// An ordinary police record's label: code P, OFFICIAL, the force's own work, may be disclosed, of a suspect, of no
    /// particular threat, ungraded.
    pub fn ordinary(dataset: Dataset, controller: ForceId) -> Self {
        Self {
            dataset,
            controller,
            handling_code: HandlingCode::P,
            handling_conditions: HandlingConditions::None,
            classification: Classification::Official,
            provenance: Provenance::Police,
            disclosure_mark: DisclosureMark::Disclose,
            subject_category: SubjectCategory::Suspect,
            threat_category: ThreatCategory::Other,
            retention: Retention::Live,
            source_evaluation: None,
            assessment: None,
        }
    }

    /// The label of a record about whose handling nothing is known.
    pub fn strictest(dataset: Dataset, controller: ForceId) -> Self {
        Self {
            dataset,
            controller,
            handling_code: HandlingCode::C,
            handling_conditions: HandlingConditions::ConsultOriginator,
            classification: Classification::OfficialSensitive,
            provenance: Provenance::Sensitive,
            disclosure_mark: DisclosureMark::Refer,
            subject_category: SubjectCategory::Other,
            threat_category: ThreatCategory::Other,
            retention: Retention::Live,
            source_evaluation: None,
            assessment: None,
        }
    }
}

/// A label's place in its node's [`LabelTable`]. Means nothing at another node or in another epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LabelId(pub u32);

/// All distinct labels of one data epoch. Clones share their labels until one of them learns another.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Label>", into = "Vec<Label>")]
pub struct LabelTable {
    known: Arc<Labels>,
}

#[derive(Debug, Clone, Default)]
struct Labels {
    labels: Vec<Label>,
    ids: HashMap<Label, LabelId>,
}

/// Tables are equal when the same labels have the same ids.
impl PartialEq for LabelTable {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.known, &other.known) || self.known.labels == other.known.labels
    }
}

impl LabelTable {
    /// The id of `label`, new if it was not seen before.
    pub fn intern(&mut self, label: Label) -> LabelId {
        if let Some(&known) = self.known.ids.get(&label) {
            return known;
        }
        let known = Arc::make_mut(&mut self.known);
        let next = LabelId(u32::try_from(known.labels.len()).unwrap_or(u32::MAX));
        known.labels.push(label.clone());
        known.ids.insert(label, next);
        next
    }

    /// The label with this id.
    pub fn get(&self, id: LabelId) -> Option<&Label> {
        self.known.labels.get(usize::try_from(id.0).ok()?)
    }

    /// Every label with its id.
    pub fn iter(&self) -> impl Iterator<Item = (LabelId, &Label)> {
        (0..).map(LabelId).zip(&self.known.labels)
    }

    /// How many distinct labels there are.
    pub fn len(&self) -> usize {
        self.known.labels.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.known.labels.is_empty()
    }
}

impl From<Vec<Label>> for LabelTable {
    fn from(labels: Vec<Label>) -> Self {
        let mut table = Self::default();
        for label in labels {
            table.intern(label);
        }
        table
    }
}

impl From<LabelTable> for Vec<Label> {
    fn from(table: LabelTable) -> Self {
        Arc::try_unwrap(table.known).unwrap_or_else(|shared| Labels::clone(&shared)).labels
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, LabelTable};
    use crate::Dataset;
    use crate::vocabulary::Classification;

    #[test]
    fn equal_labels_share_an_id_and_tables_survive_storage() {
        let mut table = LabelTable::default();
        let person = Label::strictest(Dataset::Person, "mps".parse().unwrap());
        let event = Label::strictest(Dataset::Event, "mps".parse().unwrap());
        let first = table.intern(person.clone());
        assert_ne!(first, table.intern(event));
        assert_eq!(first, table.intern(person.clone()));
        let stored = serde_json::to_string(&table).unwrap();
        let back: LabelTable = serde_json::from_str(&stored).unwrap();
        assert_eq!(back, table);
        assert_eq!(back.get(first), Some(&person));
    }

    #[test]
    fn no_label_can_say_secret_or_above() {
        for &word in Classification::WORDS {
            assert!(matches!(word, "official" | "official_sensitive"), "{word} has no place in a label");
        }
        let label = Label::strictest(Dataset::Report, "mps".parse().unwrap());
        let stored = serde_json::to_string(&vec![label]).unwrap();
        assert!(serde_json::from_str::<LabelTable>(&stored).is_ok());
        for marking in ["secret", "top_secret", "SECRET", ""] {
            let forged = stored.replace("official_sensitive", marking);
            assert!(serde_json::from_str::<LabelTable>(&forged).is_err(), "{marking:?} was interned");
        }
    }
}
