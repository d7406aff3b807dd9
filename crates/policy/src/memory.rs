//! Remembers what was decided, so that the same asker with the same purpose does not cost the same decisions again.
//! A memory belongs to one compiled bundle and is gone with it; what it holds is given out only for equal labels.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use model::probe::Known;
use model::vocabulary::{EntityKind, Purpose};
use model::{Dataset, Granularity, LabelTable, Name, Principal, Probe, Question};

use crate::bundle::rules::Rules;
use crate::part::Part;
use crate::terms::Decided;

/// Most contexts that are remembered. When full it starts afresh, so that no asker can make it grow.
const CONTEXTS_MAX: usize = 512;

/// Everything in a question that a decision can depend on. The operation is left out where no policy mentions one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct AskedIn {
    asker: Name,
    purpose: Purpose,
    operation: Option<String>,
    about: About,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum About {
    Person(Granularity),
    Organisation(Granularity),
    Identifier(Granularity, EntityKind, Known),
    Address(Granularity),
    Table(Dataset),
}

impl AskedIn {
    pub(crate) fn new(rules: &Rules, principal: &Principal, question: &Question, part: Part<'_>) -> Self {
        let operation = rules.mentions("operation").then(|| question.operation.to_string());
        let about = match part {
            Part::Search(search) => match &search.probe {
                Probe::Person(_) => About::Person(search.granularity),
                Probe::Organisation(_) => About::Organisation(search.granularity),
                Probe::Identifier(identifier) => {
                    About::Identifier(search.granularity, identifier.kind.entity(), part.known())
                }
                Probe::Partial(partial) => {
                    About::Identifier(search.granularity, partial.kind.entity(), part.known())
                }
                Probe::Address(_) => About::Address(search.granularity),
            },
            Part::Table(table) => About::Table(table.dataset()),
        };
        Self { asker: principal.name.clone(), purpose: question.purpose, operation, about }
    }
}

/// Decisions by context.
#[derive(Default)]
pub(crate) struct Memory(Mutex<HashMap<AskedIn, Arc<Decided>>>);

impl Memory {
    /// What was decided in this context over equal labels.
    pub(crate) fn recall(&self, context: &AskedIn, labels: &LabelTable) -> Option<Arc<Decided>> {
        let held = self.0.lock().ok()?.get(context).cloned()?;
        (held.labels == *labels).then_some(held)
    }

    pub(crate) fn keep(&self, context: AskedIn, decided: Arc<Decided>) {
        // A poisoned lock means no memory, not a wrong one.
        let Ok(mut held) = self.0.lock() else { return };
        if held.len() >= CONTEXTS_MAX {
            held.clear();
        }
        held.insert(context, decided);
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory(…)")
    }
}
