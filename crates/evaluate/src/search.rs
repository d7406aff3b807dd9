//! The one place that calls the matcher: records go in, a probe comes back as ranked candidates.
//! A change of the matcher's promise (weights, frequencies, how candidates share the probability) is met here.

use linkage::person::{PersonRecord, PersonSubject, compare, probe_keys, record_keys};

use crate::postings::Postings;
use crate::spread::spread;

/// Most candidates that one probe may bring up at one force, as at a node.
const CANDIDATES_MAX: usize = 50_000;

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
    records: Vec<PersonRecord>,
    postings: Postings,
    prior: f64,
}

impl Shelf {
    /// Indexes `records` under their keys.
    pub(crate) fn new(records: Vec<PersonRecord>, threads: usize) -> Self {
        let pairs = spread(&records, threads, |from, piece| {
            let rows = (from..).map(|row| u32::try_from(row).unwrap_or(u32::MAX));
            let keyed = rows.zip(piece);
            keyed
                .flat_map(|(row, record)| record_keys(record).into_iter().map(move |key| (key, row)))
                .collect()
        });
        let prior = 1.0 / records.len().max(2) as f64;
        Self { records, postings: Postings::new(pairs), prior }
    }

    /// What shares a key with `subject`, the likeliest first.
    pub(crate) fn ask(&self, subject: &PersonSubject) -> Vec<Candidate> {
        let rows = self.postings.candidates(&probe_keys(subject), CANDIDATES_MAX);
        let mut candidates: Vec<Candidate> = rows
            .into_iter()
            .filter_map(|row| {
                let score = compare(subject, self.records.get(row as usize)?);
                let probability = score.probability(self.prior).value();
                Some(Candidate { row, probability, weight_bits: score.weight_bits })
            })
            .collect();
        let rank = |c: &Candidate| (c.probability, c.weight_bits);
        candidates.sort_by(|a, b| {
            let ((pa, wa), (pb, wb)) = (rank(a), rank(b));
            pb.total_cmp(&pa).then(wb.total_cmp(&wa)).then(a.row.cmp(&b.row))
        });
        candidates
    }
}
