//! A label as small numbers, one for each attribute, so that labels which a policy can't tell apart are found equal fast.

use std::collections::HashMap;

use model::{ForceId, Label};

use crate::facts::{Attributes, Fact};

/// The attributes of a label by the schema's names, in the order of their codes.
pub(crate) const ATTRIBUTES: [&str; 12] = [
    "dataset",
    "controller",
    "handling_code",
    "handling_conditions",
    "classification",
    "provenance",
    "disclosure_mark",
    "subject_category",
    "threat_category",
    "retention",
    "source_evaluation",
    "assessment",
];

/// A label's codes, in the order of [`ATTRIBUTES`].
pub(crate) type Codes = [u16; ATTRIBUTES.len()];

/// Which attributes matter, in the order of [`ATTRIBUTES`].
pub(crate) type Mask = [bool; ATTRIBUTES.len()];

/// What is left of a label where the other attributes do not matter.
pub(crate) fn seen_through(mask: &Mask, codes: &Codes) -> Codes {
    let mut seen = *codes;
    for (code, matters) in seen.iter_mut().zip(mask) {
        if !matters {
            *code = 0;
        }
    }
    seen
}

/// Gives codes to the labels of one table.
#[derive(Default)]
pub(crate) struct Coder<'a> {
    controllers: HashMap<&'a ForceId, u16>,
}

impl<'a> Coder<'a> {
    /// Equal for equal labels, and different for different ones.
    pub(crate) fn codes(&mut self, label: &'a Label) -> Codes {
        // Taken apart in full, so that a new field can't be forgotten.
        let Label {
            dataset,
            controller,
            handling_code,
            handling_conditions,
            classification,
            provenance,
            disclosure_mark,
            subject_category,
            threat_category,
            retention,
            source_evaluation,
            assessment,
        } = label;
        let next = u16::try_from(self.controllers.len()).unwrap_or(u16::MAX);
        [
            *dataset as u16,
            *self.controllers.entry(controller).or_insert(next),
            *handling_code as u16,
            *handling_conditions as u16,
            *classification as u16,
            *provenance as u16,
            *disclosure_mark as u16,
            *subject_category as u16,
            *threat_category as u16,
            *retention as u16,
            source_evaluation.map_or(0, |word| word as u16 + 1),
            assessment.map_or(0, |word| word as u16 + 1),
        ]
    }
}

/// The attributes of a label that matter, by the schema's names. What is not known is left out.
pub(crate) fn attributes(mask: &Mask, label: &Label) -> Attributes {
    let text = |word: &dyn ToString| Some(Fact::Text(word.to_string()));
    let values = [
        text(&label.dataset),
        text(&label.controller),
        text(&label.handling_code),
        text(&label.handling_conditions),
        text(&label.classification),
        text(&label.provenance),
        text(&label.disclosure_mark),
        text(&label.subject_category),
        text(&label.threat_category),
        text(&label.retention),
        label.source_evaluation.and_then(|word| text(&word)),
        label.assessment.and_then(|word| text(&word)),
    ];
    let named = ATTRIBUTES.into_iter().zip(values).zip(mask);
    named.filter(|(_, matters)| **matters).filter_map(|((name, value), _)| Some((name, value?))).collect()
}
