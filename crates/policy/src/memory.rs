//! Remembers what was decided, so that the same asker with the same purpose does not cost the same decisions again.
//! A memory belongs to one compiled bundle and is gone with it; what it holds is given out only for equal labels.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use model::LabelTable;

use crate::bundle::rules::Rules;
use crate::facts::{Fact, Facts};
use crate::terms::Decided;

/// Most contexts that are remembered. When full it starts afresh, so that no asker can make it grow.
const CONTEXTS_MAX: usize = 512;

/// Everything in a question that a decision can depend on: what the policies mention, and what Bluelamp itself looks at.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Context(Vec<(&'static str, Fact)>);

impl Context {
    /// Facts that count whether or not a policy mentions them.
    const OURS: [&str; 4] = ["mode", "requested", "dataset", "break_glass"];

    pub(crate) fn of(rules: &Rules, facts: &Facts) -> Self {
        let mentions = rules.mentions();
        let mut seen = facts.about_asker();
        seen.retain(|(name, _)| mentions.asker(name));
        let mut asked = facts.about_question();
        asked.retain(|(name, _)| Self::OURS.contains(name) || mentions.question(name));
        // The two lists share no name.
        seen.append(&mut asked);
        Self(seen)
    }
}

/// Decisions by context.
#[derive(Default)]
pub(crate) struct Memory(Mutex<HashMap<Context, (Facts, Arc<Decided>)>>);

impl Memory {
    /// What was decided in this context over equal labels.
    pub(crate) fn recall(&self, context: &Context, labels: &LabelTable) -> Option<Arc<Decided>> {
        let held = self.0.lock().ok()?.get(context).map(|(_, decided)| decided.clone())?;
        (held.labels == *labels).then_some(held)
    }

    pub(crate) fn keep(&self, context: Context, facts: Facts, decided: Arc<Decided>) {
        // A poisoned lock means no memory, not a wrong one.
        let Ok(mut held) = self.0.lock() else { return };
        if held.len() >= CONTEXTS_MAX {
            held.clear();
        }
        held.insert(context, (facts, decided));
    }

    /// What was asked, so that another bundle can decide it before it is asked again.
    pub(crate) fn asked(&self) -> Vec<Facts> {
        self.0.lock().map(|held| held.values().map(|(facts, _)| facts.clone()).collect()).unwrap_or_default()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory(…)")
    }
}
