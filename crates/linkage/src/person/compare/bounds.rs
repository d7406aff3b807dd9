//! The most that a record can weigh for one subject, from its facts and then from what is cheaply known of its names.

use super::Weigher;
use super::most::{ByNames, Glimpse, Most, together};
use super::names::Met;
use crate::person::facts::Facts;
use crate::person::frequency::Borne;
use crate::person::names::NumberedName;
use crate::person::subject::PersonSubject;

/// Tells it for one subject.
pub(in crate::person) struct Bounds<'s> {
    most: Most<'s>,
}

impl<'s> Bounds<'s> {
    /// Ready to tell it for `subject`.
    pub(in crate::person) fn of(subject: &'s PersonSubject) -> Self {
        Self { most: Most::of(subject) }
    }

    /// The most that `weigher` gives for facts of a record beside names that agree so.
    pub(in crate::person) fn of_facts(&self, weigher: &Weigher<'_>, facts: Facts) -> ByNames {
        weigher.known.most(facts)
    }

    /// The most that it gives for a record of which this is the most of its facts, whatever its names are.
    pub(in crate::person) fn by_facts(&self, facts: &ByNames) -> f64 {
        together(facts, self.most.any())
    }

    /// The same where the record has this given and this family name, each with how many bear it, and no others.
    pub(in crate::person) fn by_names<'n>(
        &self,
        weigher: &mut Weigher<'_>,
        facts: &ByNames,
        names: [(NumberedName, Borne); 2],
        text: &impl Fn(u32) -> &'n str,
    ) -> f64 {
        let [given, family] = names.map(|(name, borne)| {
            let apart = weigher.strangers.apart(name.marks);
            (Met { name: name.number, apart }, Glimpse { apart, borne })
        });
        let crosses = weigher.names.crosses((given.0, family.0), text);
        together(facts, &self.most.of_own(given.1, family.1, crosses))
    }
}
