//! What came of one probe at one force: where its pairs ranked, what else answered, what the bands stated.
//! Small enough to keep for every probe; candidates that no threshold would show are only counted.

use std::time::Duration;

use model::{Probability, Yardstick};

use crate::search::Candidate;

/// Answers less likely than this are counted into their band and then forgotten.
const PROBABILITY_KEPT: f64 = 0.005;

/// One probe and one record of the same person.
pub(crate) struct Pair {
    /// The record's row.
    pub(crate) row: u32,
    /// How many corruptions lie between probe and record.
    pub(crate) departures: usize,
    /// Of which kinds.
    pub(crate) kinds: Vec<String>,
    /// Whether it is outside the aims: a false name.
    pub(crate) apart: bool,
    /// How many records of other people rank before it, and one; nothing when blocking missed it.
    pub(crate) rank: Option<usize>,
    /// The probability it was given.
    pub(crate) probability: f64,
}

/// A candidate that some threshold would show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Answer {
    pub(crate) probability: f64,
    /// Whether it is of the person asked for.
    pub(crate) right: bool,
}

/// Candidates of one band.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Stated {
    pub(crate) candidates: u64,
    pub(crate) right: u64,
    pub(crate) probability_sum: f64,
}

/// How long one probe took at one force.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Took {
    /// To rank everything that it brought up.
    pub(crate) ranking: Duration,
    /// To find what a node tells.
    pub(crate) telling: Duration,
}

/// What came of one probe at one force.
pub(crate) struct Outcome {
    pub(crate) candidates: usize,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) answers: Vec<Answer>,
    /// In the order of the yardstick.
    pub(crate) bands: Vec<Stated>,
    pub(crate) took: Took,
}

impl Outcome {
    /// What `candidates`, the likeliest first, say about `pairs`.
    pub(crate) fn of(candidates: &[Candidate], mut pairs: Vec<Pair>, took: Took) -> Self {
        let mut answers = Vec::new();
        let mut bands = vec![Stated::default(); Yardstick::ALL.len()];
        let mut others = 0;
        for candidate in candidates {
            let pair = pairs.iter_mut().find(|pair| pair.row == candidate.row);
            let right = pair.is_some();
            if let Some(pair) = pair {
                (pair.rank, pair.probability) = (Some(others + 1), candidate.probability);
                if pair.apart {
                    continue;
                }
            } else {
                others += 1;
            }
            if candidate.probability >= PROBABILITY_KEPT {
                answers.push(Answer { probability: candidate.probability, right });
            }
            let phrase = Yardstick::of(Probability::clamped(candidate.probability));
            let place = Yardstick::ALL.iter().position(|other| *other == phrase);
            if let Some(band) = place.and_then(|place| bands.get_mut(place)) {
                band.candidates += 1;
                band.right += u64::from(right);
                band.probability_sum += candidate.probability;
            }
        }
        Self { candidates: candidates.len(), pairs, answers, bands, took }
    }

    /// The probability of the likeliest answer; nothing below what is kept.
    pub(crate) fn best(&self) -> f64 {
        self.answers.iter().map(|answer| answer.probability).fold(0.0, f64::max)
    }
}
