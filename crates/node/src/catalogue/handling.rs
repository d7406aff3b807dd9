//! Gives every record its handling label. What a source leaves out is taken as the strictest; the label's values
//! are also what is stored, so that tables group by what policy decided on.

use std::collections::HashMap;

use model::vocabulary::{
    Assessment, Classification, DisclosureMark, HandlingCode, HandlingConditions, Provenance, Retention,
    SourceEvaluation, SubjectCategory, ThreatCategory,
};
use model::{Dataset, ForceId, Label, LabelId, LabelTable};

/// Word columns of a label. The two of the grading come last: they have no default, ungraded is ungraded.
pub(super) const COLUMNS: [&str; 10] = [
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

/// Columns where a word such as SECRET or intercept means that a node may not hold the row.
const MARKINGS: [&str; 4] = ["handling_code", "handling_conditions", "classification", "provenance"];

/// Whether an unknown word in `column` refuses its row rather than becoming null.
pub(super) fn refuses(column: &str, names_a_higher_marking: bool) -> bool {
    column == "classification" || (names_a_higher_marking && MARKINGS.contains(&column))
}

/// Codes of the words of one record, in the order of [`COLUMNS`].
pub(super) type Codes = [Option<u8>; 10];

/// The labels of one dataset.
pub(super) struct Handling {
    strictest: Label,
    defaults: Codes,
    disposed: Option<u8>,
    controllers: Vec<ForceId>,
    known: HashMap<(usize, Codes), LabelId>,
    last: Option<((usize, Codes), LabelId)>,
}

impl Handling {
    /// Labels of `dataset`, whose rows `controller` controls unless they say otherwise.
    pub(super) fn new(dataset: Dataset, controller: ForceId) -> Self {
        let strictest = Label::strictest(dataset, controller.clone());
        let defaults = [
            code(HandlingCode::ALL, strictest.handling_code),
            code(HandlingConditions::ALL, strictest.handling_conditions),
            code(Classification::ALL, strictest.classification),
            code(Provenance::ALL, strictest.provenance),
            code(DisclosureMark::ALL, strictest.disclosure_mark),
            code(SubjectCategory::ALL, strictest.subject_category),
            code(ThreatCategory::ALL, strictest.threat_category),
            code(Retention::ALL, strictest.retention),
            None,
            None,
        ];
        Self {
            strictest,
            defaults,
            disposed: code(Retention::ALL, Retention::Disposed),
            controllers: vec![controller],
            known: HashMap::new(),
            last: None,
        }
    }

    /// The codes taken where a record gives none.
    pub(super) fn defaults(&self) -> Codes {
        self.defaults
    }

    /// Whether the record is disposed of.
    pub(super) fn is_disposed(&self, codes: &Codes) -> bool {
        let [.., retention, _, _] = codes;
        *retention == self.disposed
    }

    /// The place of a controller in [`Self::controllers`]; `None` where the text is not a force's short name.
    pub(super) fn controller(&mut self, text: &str) -> Option<usize> {
        let force: ForceId = text.to_lowercase().parse().ok()?;
        let place = self.controllers.iter().position(|known| *known == force);
        Some(place.unwrap_or_else(|| {
            self.controllers.push(force);
            self.controllers.len() - 1
        }))
    }

    /// Controllers met so far, the default one first.
    pub(super) fn controllers(&self) -> &[ForceId] {
        &self.controllers
    }

    /// The label of a record, whose `codes` have their defaults already.
    pub(super) fn label(&mut self, table: &mut LabelTable, controller: usize, codes: Codes) -> LabelId {
        let key = (controller, codes);
        if let Some((last, id)) = &self.last
            && *last == key
        {
            return *id;
        }
        let id = match self.known.get(&key) {
            Some(id) => *id,
            None => {
                let id = table.intern(self.spell_out(controller, codes));
                self.known.insert(key, id);
                id
            }
        };
        self.last = Some((key, id));
        id
    }

    fn spell_out(&self, controller: usize, codes: Codes) -> Label {
        let strictest = self.strictest.clone();
        let controller = self.controllers.get(controller).cloned().unwrap_or(strictest.controller);
        let [
            handling_code,
            handling_conditions,
            classification,
            provenance,
            mark,
            subject,
            threat,
            retention,
            source,
            assessment,
        ] = codes;
        Label {
            dataset: strictest.dataset,
            controller,
            handling_code: word(HandlingCode::ALL, handling_code).unwrap_or(strictest.handling_code),
            handling_conditions: word(HandlingConditions::ALL, handling_conditions)
                .unwrap_or(strictest.handling_conditions),
            classification: word(Classification::ALL, classification).unwrap_or(strictest.classification),
            provenance: word(Provenance::ALL, provenance).unwrap_or(strictest.provenance),
            disclosure_mark: word(DisclosureMark::ALL, mark).unwrap_or(strictest.disclosure_mark),
            subject_category: word(SubjectCategory::ALL, subject).unwrap_or(strictest.subject_category),
            threat_category: word(ThreatCategory::ALL, threat).unwrap_or(strictest.threat_category),
            retention: word(Retention::ALL, retention).unwrap_or(strictest.retention),
            source_evaluation: word(SourceEvaluation::ALL, source),
            assessment: word(Assessment::ALL, assessment),
        }
    }
}

fn code<T: PartialEq>(all: &[T], word: T) -> Option<u8> {
    all.iter().position(|known| *known == word).and_then(|place| u8::try_from(place).ok())
}

fn word<T: Copy>(all: &[T], code: Option<u8>) -> Option<T> {
    all.get(usize::from(code?)).copied()
}
