//! Search for persons: keys bring candidates up, each is weighed by its numbers, and the likeliest become matches. Everything is
//! done for all keys, and for all candidates, before the next thing is: memory is then waited for together.

use linkage::person::{self, PersonSubject, Weigher};
use model::vocabulary::EntityKind;
use model::{Dataset, Probability};
use policy::Permit;

use super::Index;
use super::best::Best;
use super::entry::PersonEntry;
use super::referent::owner;
use super::stack::Allowed;

impl Index {
    pub(super) fn persons(&self, subject: &PersonSubject, permit: &Permit) -> Vec<Best> {
        let subject = subject.clone().under(&self.confidence);
        let allowed = self.persons.allowed(|label| permit.may_count(label));
        let weighed = self.weighed(&subject, &allowed);
        let likely = self.likely(&weighed);
        let found = weighed.iter().zip(likely).filter_map(|(&(_, row), probability)| {
            let (entity, label) = self.persons.place(row)?;
            let entry: PersonEntry<'_> = self.persons.entry(row)?;
            let record = self.people.record(row)?;
            Some(Best {
                record: entry.home.to_owned(),
                labels: vec![label],
                kind: EntityKind::Person,
                probability,
                owner: Some(owner(Dataset::Person, entity)),
                named: Some(self.name(Dataset::Person, entity, entry.home)),
                features: person::same_features(record.view()),
            })
        });
        self.best_of_each(found, permit)
    }

    /// The `allowed` candidates for a subject under this index's confidence: how well each fits, in bits, and its row; the
    /// best first.
    pub(super) fn weighed(&self, subject: &PersonSubject, allowed: &Allowed) -> Vec<(f64, u32)> {
        let asked = person::ranked_keys(subject);
        let keys: Vec<u64> = asked.iter().map(|asked| asked.key).collect();
        let found = self.persons.look_up(&keys, allowed);
        let mut rows = Vec::with_capacity(person::CANDIDATES_MAX);
        person::followed(&asked, found.counts()).for_each(|at| rows.extend(found.rows(at)));
        rows.sort_unstable();
        rows.dedup();
        let mut weigher = Weigher::new(subject);
        let candidates = self.people.persons(&rows).into_iter();
        let mut weighed: Vec<(f64, u32)> = candidates
            .map(|(row, person)| {
                (weigher.weigh(person.forms(), person.facts(), |name| self.people.name(name)), row)
            })
            .collect();
        weighed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weighed
    }

    /// The probabilities of those candidates that make a match. Candidates share what one search can hold, so they are
    /// weighed together, in the order of their weights, as sums must not depend on the segment in which a record lies.
    fn likely(&self, weighed: &[(f64, u32)]) -> Vec<Probability> {
        let bits: Vec<f64> = weighed.iter().map(|(bits, _)| *bits).collect();
        let mut likely = self.confidence.likely(&bits, linkage::MATCH_THRESHOLD);
        // Equal weights are equally probable to the last bit, whichever of them stands first.
        let mut before = None;
        for (probability, bits) in likely.iter_mut().zip(&bits) {
            match before {
                Some((same, equal)) if same == *bits => *probability = equal,
                _ => before = Some((*bits, *probability)),
            }
        }
        likely
    }
}
