//! What the home force may see of its own index: records to learn from, and how scores came about. No policy stands
//! before it, so no question leads here.

use linkage::person::{self, PersonRecord, PersonSubject, Waterfall};

use super::Index;
use super::entry::PersonEntry;

impl Index {
    /// Every person, normalised, in the index's order.
    pub fn person_records(&self) -> Vec<PersonRecord> {
        let everyone = self.persons.allowed(|_| true);
        self.persons.alive(&everyone).filter_map(|row| self.people.record(row)).collect()
    }

    /// The `most` likeliest records for `subject`, each by its own id at home, with how its score came about.
    pub fn explain(&self, subject: &PersonSubject, most: usize) -> Vec<(String, Waterfall)> {
        let subject = subject.clone().under(&self.confidence);
        let candidates = self.weighed(&subject, &self.persons.allowed(|_| true));
        let bits: Vec<f64> = candidates.iter().map(|(bits, _)| *bits).collect();
        let likeliest = candidates.iter().enumerate().take(most);
        likeliest
            .filter_map(|(place, &(_, row))| {
                let others: Vec<f64> =
                    bits.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, bits)| *bits).collect();
                let (entry, record): (PersonEntry<'_>, _) =
                    (self.persons.entry(row)?, self.people.record(row)?);
                Some((entry.home.to_owned(), person::explain(&subject, record.view(), &others)))
            })
            .collect()
    }
}
