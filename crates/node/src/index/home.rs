//! What the home force may see of its own index: records to learn from, and how scores came about. No policy stands
//! before it, so no question leads here.

use linkage::person::{self, PersonRecord, PersonSubject, Waterfall, Weigher};

use super::{Index, PersonEntry};

impl Index {
    /// Every person, normalised, in the index's order.
    pub fn person_records(&self) -> Vec<PersonRecord> {
        let everyone = self.persons.allowed(|_| true);
        self.persons.alive(&everyone).filter_map(|row| self.people.record(row)).collect()
    }

    /// The `most` likeliest records for `subject`, each by its own id at home, with how its score came about.
    pub fn explain(&self, subject: &PersonSubject, most: usize) -> Vec<(String, Waterfall)> {
        let subject = subject.clone().under(&self.confidence);
        let mut weigher = Weigher::new(&subject);
        let everyone = self.persons.allowed(|_| true);
        let mut candidates: Vec<(f64, u32)> =
            person::candidates(&subject, |key| self.persons.rows(key, &everyone))
                .into_iter()
                .filter_map(|row| Some((self.weigh(&mut weigher, row)?, row)))
                .collect();
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
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
