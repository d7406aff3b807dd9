//! Search for persons: keys bring candidates up, each is weighed by its numbers, and the likeliest become matches. Everything is
//! done for all keys, and for all candidates, before the next thing is: memory is then waited for together.

use linkage::name::NameMarks;
use linkage::person::{self, Borne, Candidates, Facts, NumberedName, PersonSubject, Weigher};
use model::vocabulary::EntityKind;
use model::{Dataset, Probability};
use policy::Permit;

use super::Index;
use super::best::Best;
use super::entry::PersonEntry;
use super::people::Compared;
use super::referent::owner;
use super::stack::Allowed;

impl Index {
    pub(super) fn persons(&self, subject: &PersonSubject, permit: &Permit) -> Vec<Best> {
        let subject = subject.clone().under(&self.confidence);
        let allowed = self.persons.allowed(|label| permit.may_count(label));
        let weighed = self.told(&subject, &allowed);
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
        let mut weigher = Weigher::new(subject);
        let candidates = self.brought(subject, allowed);
        let mut weighed: Vec<(f64, u32)> = (0..candidates.count())
            .map(|at| {
                let forms = candidates.forms(at).map(|form| form.map(|name| candidates.numbered(name)));
                let facts = candidates.facts(at);
                (weigher.weigh(forms, facts, |name| candidates.name(name)), candidates.row(at))
            })
            .collect();
        weighed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weighed
    }

    /// As [`Self::weighed`], those that matter for what is told.
    fn told(&self, subject: &PersonSubject, allowed: &Allowed) -> Vec<(f64, u32)> {
        let candidates = self.brought(subject, allowed);
        let told = person::told(subject, &candidates, linkage::MATCH_THRESHOLD);
        told.into_iter().map(|(bits, at)| (bits, candidates.row(at))).collect()
    }

    /// What the keys of a subject bring up.
    fn brought(&self, subject: &PersonSubject, allowed: &Allowed) -> Brought<'_> {
        let asked = person::ranked_keys(subject);
        let keys: Vec<u64> = asked.iter().map(|asked| asked.key).collect();
        let most = |at: usize| asked.get(at).map_or(0, |asked| asked.rows_max);
        let found = self.persons.look_up_few(&keys, most, allowed);
        let mut rows = Vec::with_capacity(person::CANDIDATES_MAX);
        person::followed(&asked, found.counts()).for_each(|at| rows.extend(found.rows(at)));
        rows.sort_unstable();
        rows.dedup();
        Brought { index: self, persons: self.people.persons(&rows) }
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

/// Persons that a search brought up.
struct Brought<'a> {
    index: &'a Index,
    persons: Vec<(u32, Compared<'a>)>,
}

impl Brought<'_> {
    fn row(&self, at: usize) -> u32 {
        self.persons.get(at).map_or(u32::MAX, |(row, _)| *row)
    }

    fn numbered(&self, number: u32) -> NumberedName {
        NumberedName { number, marks: self.marks(number) }
    }
}

impl Candidates for Brought<'_> {
    fn count(&self) -> usize {
        self.persons.len()
    }

    fn facts(&self, at: usize) -> Facts {
        self.persons.get(at).map_or(Facts::from_bits((0, 0)), |(_, person)| person.facts())
    }

    fn forms(&self, at: usize) -> impl Iterator<Item = [u32; 2]> {
        self.persons.get(at).into_iter().flat_map(|(_, person)| person.forms())
    }

    fn marks(&self, number: u32) -> NameMarks {
        self.index.people.marks(number)
    }

    fn name(&self, number: u32) -> &str {
        self.index.people.name(number)
    }

    fn borne(&self, number: u32) -> Borne {
        let known = usize::try_from(number).ok().and_then(|at| self.index.borne.get(at));
        known.copied().unwrap_or_default()
    }
}
