//! Learns weights from a force's own records: u from pairs drawn at random, m and the share of duplicates by
//! expectation–maximisation over what blocking brings up for a sample. The same records give the same weights.

mod mixture;
mod order;
mod sample;

pub use mixture::TrainingReport;
pub use sample::{CandidateSet, candidate_sets, random_pairs};

use std::collections::BTreeMap;
use std::sync::Arc;

use mixture::Mixture;

use super::{Comparer, Confidence, Field, Level, NameCounts, PersonRecord, PersonSubject, Score, Weights};

/// The fields that are learned.
const FIELDS: [Field; 7] =
    [Field::Family, Field::Given, Field::Middle, Field::Dob, Field::Postcode, Field::Sex, Field::Nationality];

/// Candidates this many bits short of what makes one likely are left out.
const BITS_SHORT_MAX: f64 = 12.0;

/// How a pair agrees, field by field.
type Pattern = [Level; FIELDS.len()];

/// Patterns with how many pairs show each.
type Patterns = BTreeMap<Pattern, u64>;

/// A candidate while weights are learned: how it agrees, and what it weighs besides what its levels weigh on average.
type Learned = (Pattern, f64);

/// Weights learned from `records`, from `start` on, with a report. Where records say little, `start` stands: m of each
/// field is learned as if three hundred pairs had agreed as `start` says, u as if a thousand had.
///
/// `sets` and `random` are places in `records`, as [`candidate_sets`] and [`random_pairs`] draw them; places that hold
/// no record are passed over. `counts` are those of the records. What is learned of the prior is
/// [`super::Prior::duplicate`]; records alone can't tell how many searches will find their person.
pub fn train(
    start: &Weights,
    counts: NameCounts,
    records: &[PersonRecord],
    sets: &[CandidateSet],
    random: &[(usize, usize)],
) -> (Weights, TrainingReport) {
    let mixture = Mixture::new(start, &patterns(records, random));
    let confidence = Arc::new(Confidence::new(mixture.weights().clone(), counts, records.len() as u64));
    let searches: Vec<Vec<Learned>> =
        sets.iter().filter_map(|set| search(&confidence, records, set)).collect();
    mixture.learn(&searches, records.len() as u64)
}

/// What one record finds among the others. Candidates that can't be its person are left out.
fn search(
    confidence: &Arc<Confidence>,
    records: &[PersonRecord],
    set: &CandidateSet,
) -> Option<Vec<Learned>> {
    let subject = PersonSubject::of_record(records.get(set.record)?.view())?.under(confidence);
    let mut comparer = Comparer::new(&subject);
    let scores =
        set.others.iter().filter_map(|&other| records.get(other)).map(|other| comparer.compare(other.view()));
    let least = (records.len() as f64).log2() - BITS_SHORT_MAX;
    Some(scores.filter(|score| score.weight_bits >= least).map(|score| learned(confidence, &score)).collect())
}

fn learned(confidence: &Confidence, score: &Score) -> Learned {
    let pattern = pattern(score);
    let average: f64 = FIELDS.iter().zip(pattern).map(|(&field, level)| confidence.bits(field, level)).sum();
    (pattern, score.weight_bits - average)
}

fn pattern(score: &Score) -> Pattern {
    FIELDS.map(|field| score.level(field))
}

/// How pairs agree. Pairs of one first record stand together, or the comparison starts anew each time.
fn patterns(records: &[PersonRecord], pairs: &[(usize, usize)]) -> Patterns {
    let mut patterns = Patterns::new();
    for run in pairs.chunk_by(|a, b| a.0 == b.0) {
        let first = run.first().and_then(|&(first, _)| records.get(first));
        let Some(subject) = first.and_then(|record| PersonSubject::of_record(record.view())) else {
            continue;
        };
        let mut comparer = Comparer::new(&subject);
        for record in run.iter().filter_map(|&(_, second)| records.get(second)) {
            *patterns.entry(pattern(&comparer.compare(record.view()))).or_insert(0) += 1;
        }
    }
    patterns
}
