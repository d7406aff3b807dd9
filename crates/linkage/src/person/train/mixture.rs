//! Expectation–maximisation (Dempster, Laird and Rubin, 1977) of how pairs of one person agree, as Winkler did for
//! record linkage. Which candidates are the person is expected as a search would: within the candidates of one record,
//! with how common names are. Pairs that only share a blocking key would else be taken for one person.

use std::fmt;

use model::Probability;

use super::{FIELDS, Learned, Pattern, Patterns};
use crate::person::posterior::posteriors;
use crate::person::weights::{Odds, Prior, ROWS, Weights};
use crate::person::{Field, Level};

/// Pairs of one person that the weights started from are worth.
const M_SEEN_BEFORE: f64 = 300.0;

/// Pairs of two persons that the weights started from are worth.
const U_SEEN_BEFORE: f64 = 1_000.0;

/// Rounds after which learning gives up.
const ROUNDS_MAX: usize = 200;

/// No m moves by more in a round once learning has settled.
const SETTLED: f64 = 1e-5;

/// Bounds of the share of duplicates.
const DUPLICATE_MIN: f64 = 0.0005;
const DUPLICATE_MAX: f64 = 0.9;

/// Levels of one field that are alternatives of each other; other levels are kept as they were.
const GROUPS: &[(Field, &[Level])] = &[
    (Field::Family, &[Level::Exact, Level::Part, Level::Typo, Level::Phonetic, Level::Close, Level::Differ]),
    (
        Field::Given,
        &[
            Level::Exact,
            Level::Nickname,
            Level::Typo,
            Level::Part,
            Level::Phonetic,
            Level::Close,
            Level::Differ,
        ],
    ),
    (Field::Middle, &[Level::Exact, Level::Close, Level::Differ]),
    (Field::Dob, &[Level::Exact, Level::Swapped, Level::YearOff, Level::Typo, Level::Month, Level::Differ]),
    (Field::Dob, &[Level::Estimated, Level::NearEstimate, Level::OffEstimate]),
    (Field::Postcode, &[Level::Exact, Level::Typo, Level::Part, Level::Differ]),
    (Field::Sex, &[Level::Exact, Level::Differ]),
    (Field::Nationality, &[Level::Exact, Level::Differ]),
];

/// What learning came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingReport {
    /// Records that were looked for among the others.
    pub searches: u64,
    /// Candidates that came near to being one of them.
    pub candidates: u64,
    /// Pairs drawn at random.
    pub random: u64,
    /// How many of the candidates are expected to be of one person.
    pub matches: f64,
    /// Rounds that it took.
    pub rounds: usize,
    /// How far the last round moved an m.
    pub change: f64,
    /// Whether it settled before the rounds ran out.
    pub settled: bool,
}

impl fmt::Display for TrainingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { searches, candidates, random, matches, rounds, change, settled } = self;
        let end = if *settled { "settled" } else { "did not settle" };
        write!(
            f,
            "{searches} records searched for, {candidates} candidates near to one, of which {matches:.1} are expected to \
             be of one person; {random} random pairs; {end} after {rounds} rounds (last change {change:.6})"
        )
    }
}

/// The mixture while it is learned.
pub(super) struct Mixture {
    start: Weights,
    weights: Weights,
    random: u64,
}

impl Mixture {
    /// Starts from `start`, with u as pairs drawn at `random` show.
    pub(super) fn new(start: &Weights, random: &Patterns) -> Self {
        let seen = |field, level| {
            random
                .iter()
                .filter(|(pattern, _)| level_of(pattern, field) == level)
                .map(|(_, &times)| times as f64)
                .sum()
        };
        let mut weights = start.clone();
        // Two persons of one postcode often live together and share more than an address, so random pairs, which seldom
        // live together, would make it weigh too much.
        for (field, levels) in GROUPS.iter().filter(|group| group.0 != Field::Postcode) {
            for (level, u) in
                levels.iter().zip(shares(start, *field, levels, U_SEEN_BEFORE, |odds| odds.u, seen))
            {
                if let Some(odds) = start.odds(*field, *level) {
                    weights.set(*field, *level, Odds { u, ..odds });
                }
            }
        }
        Self { start: start.clone(), weights: weights.ordered(), random: random.values().sum() }
    }

    /// The weights as they are.
    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Learns m and the share of duplicates from `searches` among so many `records`.
    pub(super) fn learn(mut self, searches: &[Vec<Learned>], records: u64) -> (Weights, TrainingReport) {
        let mut report = TrainingReport {
            searches: searches.len() as u64,
            candidates: searches.iter().map(|candidates| candidates.len() as u64).sum(),
            random: self.random,
            matches: 0.0,
            rounds: 0,
            change: 0.0,
            settled: searches.is_empty(),
        };
        let mut duplicate = self.start.prior.duplicate;
        while !report.settled && report.rounds < ROUNDS_MAX {
            // A record's other records are to it what a force's records are to a search.
            let prior = Prior { held: duplicate, duplicate };
            let mut expected = Vec::new();
            for candidates in searches {
                let bits: Vec<f64> = candidates.iter().map(|candidate| self.bits(candidate)).collect();
                let chances = posteriors(prior, records, &bits).into_iter().map(Probability::value);
                expected.extend(candidates.iter().map(|(pattern, _)| pattern).zip(chances));
            }
            report.matches = expected.iter().map(|(_, chance)| chance).sum();
            let before = duplicate;
            duplicate = (report.matches / searches.len() as f64).clamp(DUPLICATE_MIN, DUPLICATE_MAX);
            report.change = self.improve(&expected).max((duplicate - before).abs());
            report.rounds += 1;
            report.settled = report.change < SETTLED;
        }
        if !searches.is_empty() {
            self.weights.prior.duplicate = duplicate;
        }
        (self.weights, report)
    }

    fn bits(&self, (pattern, besides): &Learned) -> f64 {
        let odds = FIELDS.iter().zip(pattern).filter_map(|(&field, &level)| self.weights.odds(field, level));
        odds.map(Odds::bits).sum::<f64>() + besides
    }

    /// Counts m anew; tells the greatest change.
    fn improve(&mut self, expected: &[(&Pattern, f64)]) -> f64 {
        let before = self.weights.clone();
        for (field, levels) in GROUPS {
            let seen = |field, level| {
                expected
                    .iter()
                    .filter(|(pattern, _)| level_of(pattern, field) == level)
                    .map(|(_, seen)| seen)
                    .sum()
            };
            let shares = shares(&self.start, *field, levels, M_SEEN_BEFORE, |odds| odds.m, seen);
            for (level, m) in levels.iter().zip(shares) {
                if let Some(odds) = self.weights.odds(*field, *level) {
                    self.weights.set(*field, *level, Odds { m, ..odds });
                }
            }
        }
        self.weights = self.weights.clone().ordered();
        let moved = |&(field, level): &(Field, Level)| {
            before
                .odds(field, level)
                .zip(self.weights.odds(field, level))
                .map_or(0.0, |(a, b)| (a.m - b.m).abs())
        };
        ROWS.iter().map(moved).fold(0.0, f64::max)
    }
}

fn level_of(pattern: &Pattern, field: Field) -> Level {
    let at = FIELDS.iter().position(|&of| of == field);
    at.and_then(|at| pattern.get(at)).copied().unwrap_or(Level::Missing)
}

/// How often each of `levels` is seen among them, as if `before` pairs had agreed as `start` says.
fn shares(
    start: &Weights,
    field: Field,
    levels: &[Level],
    before: f64,
    part: impl Fn(Odds) -> f64,
    seen: impl Fn(Field, Level) -> f64,
) -> Vec<f64> {
    let expected: Vec<f64> =
        levels.iter().map(|&level| start.odds(field, level).map_or(0.0, &part)).collect();
    let whole: f64 = expected.iter().sum();
    let counts: Vec<f64> = levels
        .iter()
        .zip(&expected)
        .map(|(&level, expected)| seen(field, level) + before * expected / whole)
        .collect();
    let total: f64 = counts.iter().sum();
    counts.iter().map(|count| count / total).collect()
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, GROUPS, Mixture, Pattern, Patterns};
    use crate::hash::KeyHasher;
    use crate::person::{Level, Odds, Weights};

    /// The pattern of a pair that agrees as `part` of `weights` says.
    fn drawn(weights: &Weights, part: impl Fn(Odds) -> f64, number: u64, tag: u8) -> Pattern {
        let mut pattern: Pattern = [Level::Missing; FIELDS.len()];
        for (place, (slot, &field)) in pattern.iter_mut().zip(&FIELDS).enumerate() {
            let hash = KeyHasher::new(tag).bytes(number.to_le_bytes()).bytes([place as u8]).finish();
            let levels = GROUPS.iter().find(|group| group.0 == field).map_or(&[][..], |group| group.1);
            let shares: Vec<f64> =
                levels.iter().map(|&level| weights.odds(field, level).map_or(0.0, &part)).collect();
            let mut fall = (hash >> 11) as f64 / (1_u64 << 53) as f64 * shares.iter().sum::<f64>();
            let at = shares.iter().position(|share| {
                fall -= share;
                fall < 0.0
            });
            *slot = at.and_then(|at| levels.get(at)).copied().unwrap_or(Level::Differ);
        }
        pattern
    }

    #[test]
    fn what_made_the_pairs_is_recovered() {
        // The truth departs from the start: more slips, fewer moves.
        let start = Weights::default();
        let mut truth = start.clone();
        for (field, level, m) in [
            (super::Field::Family, Level::Exact, 0.5),
            (super::Field::Family, Level::Typo, 0.4),
            (super::Field::Dob, Level::Exact, 0.7),
            (super::Field::Dob, Level::Swapped, 0.15),
            (super::Field::Postcode, Level::Exact, 0.9),
            (super::Field::Postcode, Level::Differ, 0.05),
        ] {
            if let Some(odds) = truth.odds(field, level) {
                truth.set(field, level, Odds { m, ..odds });
            }
        }
        let mut random = Patterns::new();
        for number in 0..100_000 {
            *random.entry(drawn(&truth, |odds| odds.u, number, 1)).or_insert(0) += 1;
        }
        // Twenty records are brought up for each of twelve thousand; every fourth time one is of the same person.
        let searches: Vec<Vec<_>> = (0..12_000_u64)
            .map(|search| {
                let others = (0..20).map(|other| drawn(&truth, |odds| odds.u, 20 * search + other, 2));
                let own = (search % 4 == 0).then(|| drawn(&truth, |odds| odds.m, search, 3));
                others.chain(own).map(|pattern| (pattern, 0.0)).collect()
            })
            .collect();
        let (learned, report) = Mixture::new(&start, &random).learn(&searches, 20);
        assert!(report.settled && (report.matches - 3_000.0).abs() < 60.0, "{report}");
        assert!((learned.prior.duplicate - 0.25).abs() < 0.01, "{:?}", learned.prior);
        for (field, levels) in GROUPS.iter().filter(|group| !group.1.contains(&Level::Estimated)) {
            let whole: f64 =
                levels.iter().filter_map(|&level| truth.odds(*field, level)).map(|odds| odds.m).sum();
            for &level in *levels {
                let (found, wanted) =
                    (learned.odds(*field, level).unwrap(), truth.odds(*field, level).unwrap());
                assert!((found.m - wanted.m / whole).abs() < 0.04, "{field} {level} {found:?} {wanted:?}");
                assert!((found.u / wanted.u).log2().abs() < 1.5, "{field} {level} {found:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn without_pairs_the_start_stands() {
        let start = Weights::default();
        let (learned, report) = Mixture::new(&start, &Patterns::new()).learn(&[], 0);
        assert!(report.settled && report.rounds == 0);
        for (field, level, odds) in learned.rows() {
            let before = start.odds(field, level).unwrap();
            assert!((odds.bits() - before.bits()).abs() < 0.2, "{field} {level}");
        }
    }
}
