//! Which situations are alike to two policies, so that each is decided once: they differ in nothing that a policy on this
//! kind of question mentions, or in words only that no comparison tells apart.

use jiff::tz::TimeZone;

use super::situations::{Question, Tried};
use crate::bundle::comparisons::Comparisons;
use crate::bundle::mentions::Mentions;
use crate::bundle::rules::{Action, Rules, decides_on};
use crate::facts::{Facts, LocalTime};
use crate::part::Part;

/// What the policies on one kind of question look at.
pub(super) struct Alike {
    comparisons: Vec<Comparisons>,
    by_name: bool,
}

impl Alike {
    pub(super) fn of(rules: &[&Rules], question: &Question) -> Self {
        let about = if question.searched { Action::Search } else { Action::Tabulate };
        let policies = || {
            let all = rules.iter().flat_map(|rules| rules.policies().policies());
            all.filter(|policy| decides_on(policy, Action::Ask) || decides_on(policy, about))
        };
        let comparisons = policies().map(Comparisons::of).collect();
        Self { comparisons, by_name: policies().any(|policy| Mentions::of(policy).asker("id")) }
    }

    /// Equal for situations that are decided alike.
    pub(super) fn key(&self, tried: &Tried) -> String {
        let Some(part) = Part::only(&tried.question.ask) else { return String::new() };
        let facts = Facts::new(&tried.asker, &tried.question, part, LocalTime::of(tried.at, &TimeZone::UTC));
        let asker = facts.about_asker().into_iter().map(|(name, fact)| (format!("principal.{name}"), fact));
        let question =
            facts.about_question().into_iter().map(|(name, fact)| (format!("context.{name}"), fact));
        let mut key = String::new();
        for (name, fact) in asker.chain(question) {
            let word = fact.to_string();
            // What Bluelamp itself looks at counts whatever the policies mention.
            let flags = ["context.break_glass", "context.delegated"];
            let ours = flags.contains(&name.as_str()) || (self.by_name && name == "principal.id");
            if ours || self.comparisons.iter().any(|of| of.is_used_otherwise(&name)) {
                key.push_str(&format!("{name}={word};"));
            } else if self.comparisons.iter().any(|of| of.facts().any(|fact| fact == name)) {
                let pattern = self.comparisons.iter().flat_map(|of| of.pattern(&name, &word));
                let pattern: String = pattern.map(|inside| if inside { '1' } else { '0' }).collect();
                key.push_str(&format!("{name}~{pattern};"));
            }
        }
        key
    }
}
