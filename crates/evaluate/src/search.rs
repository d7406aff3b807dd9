//! The one place that calls the matcher: records go in, a probe comes back as ranked candidates.
//! A change of the matcher's promise (weights, frequencies, how candidates share the probability) is met here.

use std::sync::Arc;

use linkage::MATCH_THRESHOLD;
use linkage::name::NameMarks;
use linkage::person::{
    Borne, Candidates, Confidence, Facts, NameCounter, NameTable, NumberedName, PersonRecord, PersonSubject,
    Weigher, Weights, followed, ranked_keys, record_keys, told,
};

use crate::postings::Postings;
use crate::spread::spread;

/// A record that a probe brought up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// Its row among the force's records.
    pub(crate) row: u32,
    /// The probability that it is of the person asked for.
    pub(crate) probability: f64,
    /// Ranks where probabilities are too near to one to differ, in bits.
    pub(crate) weight_bits: f64,
}

/// One force's records, indexed.
pub(crate) struct Shelf {
    records: Vec<Stored>,
    names: NameTable,
    postings: Postings,
    confidence: Arc<Confidence>,
    /// How many records bear each name.
    borne: Vec<Borne>,
}

/// A record as it is weighed: its names by number, and what else is compared.
struct Stored {
    forms: Box<[[NumberedName; 2]]>,
    facts: Facts,
}

impl Shelf {
    /// Indexes `records` under their keys.
    pub(crate) fn new(records: Vec<PersonRecord>, weights: &Weights, threads: usize) -> Self {
        let pairs = spread(&records, threads, |from, piece| {
            let rows = (from..).map(|row| u32::try_from(row).unwrap_or(u32::MAX));
            let keyed = rows.zip(piece);
            keyed
                .flat_map(|(row, record)| record_keys(record).into_iter().map(move |key| (key, row)))
                .collect()
        });
        let mut names = NameCounter::new();
        records.iter().for_each(|record| names.add(record.view()));
        let confidence = Confidence::new(weights.clone(), names.finish(), records.len() as u64);
        let mut table = NameTable::new();
        // Each form is two names; the table is full at four gigabytes, far beyond what memory holds of records.
        let mut number = |name: &str| {
            let number = table.number(name).unwrap_or(u32::MAX);
            table.numbered(number)
        };
        let stored = |record: PersonRecord| Stored {
            forms: record.name_forms().map(|form| [number(form.given), number(form.family)]).collect(),
            facts: Facts::of(record.view()),
        };
        let records = records.into_iter().map(stored).collect();
        let numbers = 0..u32::try_from(table.ends().len()).unwrap_or(u32::MAX);
        let borne = numbers.map(|number| confidence.counts().borne(table.name(number))).collect();
        Self {
            borne,
            records,
            names: table,
            postings: Postings::new(pairs),
            confidence: Arc::new(confidence),
        }
    }

    /// What shares a key with `subject`, the likeliest first.
    pub(crate) fn ask(&self, subject: &PersonSubject) -> Vec<Candidate> {
        self.ask_beside(subject, &[], |_| 0.0)
    }

    /// As [`Self::ask`], where other evidence lies beside the records: it brings `rows` up too, and `more` gives its bits
    /// for the record in a row.
    pub(crate) fn ask_beside(
        &self,
        subject: &PersonSubject,
        rows: &[u32],
        more: impl Fn(u32) -> f64,
    ) -> Vec<Candidate> {
        let subject = subject.clone().under(&self.confidence);
        let mut weigher = Weigher::new(&subject);
        let rows = self.rows(&subject, rows);
        let bits: Vec<f64> = rows
            .iter()
            .map(|&row| {
                let record = self.records.get(row as usize);
                let bits = record.map(|Stored { forms, facts }| {
                    let text = |number| self.names.name(number);
                    weigher.weigh(forms.iter().copied(), *facts, text) + more(row)
                });
                bits.unwrap_or(f64::NEG_INFINITY)
            })
            .collect();
        let weighed = rows.into_iter().zip(&bits).zip(self.confidence.posteriors(&bits));
        let mut candidates: Vec<Candidate> = weighed
            .map(|((row, &weight_bits), probability)| Candidate {
                row,
                probability: probability.value(),
                weight_bits,
            })
            .collect();
        let rank = |c: &Candidate| (c.probability, c.weight_bits);
        candidates.sort_by(|a, b| {
            let ((pa, wa), (pb, wb)) = (rank(a), rank(b));
            pb.total_cmp(&pa).then(wb.total_cmp(&wa)).then(a.row.cmp(&b.row))
        });
        candidates
    }

    /// What a node tells of `subject`: from even odds on, the likeliest first.
    pub(crate) fn told(&self, subject: &PersonSubject) -> Vec<Candidate> {
        let subject = subject.clone().under(&self.confidence);
        let rows = self.rows(&subject, &[]);
        let weighed = told(&subject, &Brought { shelf: self, rows: &rows }, MATCH_THRESHOLD);
        let bits: Vec<f64> = weighed.iter().map(|(bits, _)| *bits).collect();
        let likely = self.confidence.likely(&bits, MATCH_THRESHOLD);
        let told = weighed.into_iter().zip(likely).filter_map(|((weight_bits, at), probability)| {
            Some(Candidate { row: *rows.get(at)?, probability: probability.value(), weight_bits })
        });
        told.collect()
    }

    /// The rows that share a key with `subject`, and `more`.
    fn rows(&self, subject: &PersonSubject, more: &[u32]) -> Vec<u32> {
        let asked = ranked_keys(subject);
        let held: Vec<_> = asked.iter().map(|asked| self.postings.rows(asked.key)).collect();
        let followed = followed(&asked, held.iter().map(|rows| rows.len()));
        let mut found: Vec<u32> =
            followed.filter_map(|at| held.get(at)).copied().flatten().copied().collect();
        found.extend_from_slice(more);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Records that a probe brought up, as the matcher asks for them.
struct Brought<'a> {
    shelf: &'a Shelf,
    rows: &'a [u32],
}

impl Brought<'_> {
    fn stored(&self, at: usize) -> Option<&Stored> {
        self.shelf.records.get(*self.rows.get(at)? as usize)
    }
}

impl Candidates for Brought<'_> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn facts(&self, at: usize) -> Facts {
        self.stored(at).map_or(Facts::from_bits((0, 0)), |stored| stored.facts)
    }

    fn forms(&self, at: usize) -> impl Iterator<Item = [u32; 2]> {
        let forms = self.stored(at).into_iter().flat_map(|stored| &stored.forms);
        forms.map(|form| form.map(|name| name.number))
    }

    fn marks(&self, number: u32) -> NameMarks {
        self.shelf.names.numbered(number).marks
    }

    fn name(&self, number: u32) -> &str {
        self.shelf.names.name(number)
    }

    fn borne(&self, number: u32) -> Borne {
        self.shelf.borne.get(number as usize).copied().unwrap_or_default()
    }
}
