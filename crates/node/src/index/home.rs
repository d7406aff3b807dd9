//! What the home force may see of its own index: records to learn from, and how scores came about. No policy stands
//! before it, so no question leads here.

use linkage::person::{self, Comparer, PersonRecord, PersonSubject, Waterfall};

use super::{Index, PersonEntry};

impl Index {
    /// Every person, normalised, in the index's order.
    pub fn person_records(&self) -> Vec<PersonRecord> {
        let everyone = self.persons.allowed(|_| true);
        self.persons
            .alive(&everyone)
            .filter_map(|row| self.persons.entry(row))
            .map(|entry: PersonEntry<'_>| entry.view().to_record())
            .collect()
    }

    /// The `most` likeliest records for `subject`, each by its own id at home, with how its score came about.
    pub fn explain(&self, subject: &PersonSubject, most: usize) -> Vec<(String, Waterfall)> {
        let subject = subject.clone().under(&self.confidence);
        let mut comparer = Comparer::new(&subject);
        let everyone = self.persons.allowed(|_| true);
        let mut candidates: Vec<(f64, PersonEntry<'_>)> =
            person::candidates(&subject, |key| self.persons.rows(key, &everyone))
                .into_iter()
                .filter_map(|row| self.persons.entry(row))
                .map(|entry: PersonEntry<'_>| (comparer.compare(entry.view()).weight_bits, entry))
                .collect();
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
        let bits: Vec<f64> = candidates.iter().map(|(bits, _)| *bits).collect();
        let likeliest = candidates.iter().enumerate().take(most);
        likeliest
            .map(|(place, (_, entry))| {
                let others: Vec<f64> =
                    bits.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, bits)| *bits).collect();
                (entry.home.to_owned(), person::explain(&subject, entry.view(), &others))
            })
            .collect()
    }
}
