//! All outcomes of a run, summed up into a report.
//! Sums run in the order of forces and probes, so that they come out the same whatever the threads did.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::{Probability, Yardstick};

use crate::outcome::{Outcome, Pair, Stated};
use crate::report::{
    Alarms, Band, Candidates, Fit, Force, Kind, OperatingPoint, Probes, QuietPoint, Recall, Report,
    Threshold, Timing,
};
use crate::rows::Probe;
use crate::sweep::{Sweep, share};

/// The precision that the operating point keeps.
const PRECISION_WANTED: f64 = 0.95;

/// The share of strangers that the quiet point lets be answered at one force.
const ALARMS_WANTED: f64 = 0.01;

/// Thresholds in the report.
const THRESHOLDS: &[f64] = &[0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// Outcomes as they come in, force by force.
pub(crate) struct Evidence {
    refused: u64,
    threads: usize,
    forces: Vec<(Force, Vec<Outcome>)>,
    indexing: Duration,
}

impl Evidence {
    /// Nothing yet about `probes`.
    pub(crate) fn new(probes: &[Probe], threads: usize) -> Self {
        let refused = probes.iter().filter(|probe| probe.subject.is_none()).count() as u64;
        Self { refused, threads, forces: Vec::new(), indexing: Duration::ZERO }
    }

    /// Opens the next force.
    pub(crate) fn add_force(&mut self, force: Force, indexing: Duration) {
        self.forces.push((force, Vec::new()));
        self.indexing += indexing;
    }

    /// Adds outcomes of the force opened last, in the order of the probes.
    pub(crate) fn add(&mut self, outcomes: Vec<Outcome>) {
        if let Some((_, here)) = self.forces.last_mut() {
            here.extend(outcomes);
        }
    }

    /// How many probes were asked at the force opened last.
    pub(crate) fn asked_here(&self) -> u64 {
        self.forces.last().map_or(0, |(_, here)| here.len() as u64)
    }

    /// The report.
    pub(crate) fn report(&self, held_out: &BTreeSet<String>) -> Report {
        let pairs: Vec<&Pair> = self.outcomes().flat_map(|outcome| &outcome.pairs).collect();
        let (apart, counted): (Vec<&Pair>, Vec<&Pair>) = pairs.into_iter().partition(|pair| pair.apart);
        let answers = self.outcomes().flat_map(|outcome| outcome.answers.iter().copied());
        let sweep = Sweep::new(answers.collect(), counted.len() as u64);
        let strangers = self.strangers();
        let threshold = sweep.threshold_for(PRECISION_WANTED);
        // Without such a threshold nothing is answered.
        let least = threshold.unwrap_or(f64::INFINITY);
        let (precision, recall) = sweep.at(least);
        let at = |threshold| {
            let (precision, recall) = sweep.at(threshold);
            let stranger_alarms = self.alarms(&strangers, threshold);
            Threshold { threshold, precision, recall, stranger_alarms }
        };
        let quiet = self.quiet(&strangers, ALARMS_WANTED);
        let (new, tuned): (Vec<&Pair>, Vec<&Pair>) =
            counted.iter().partition(|pair| pair.kinds.iter().any(|kind| held_out.contains(kind)));
        let asked = self.forces.first().map_or(0, |(_, outcomes)| outcomes.len() as u64);
        let unheld = strangers.len() as u64;
        Report {
            forces: self.forces.iter().map(|(force, _)| force.clone()).collect(),
            probes: Probes { asked, held: asked - unheld, strangers: unheld, refused: self.refused },
            recall: recall_of(&counted, least),
            tuned: recall_of(&tuned, least),
            held_out: recall_of(&new, least),
            false_name: recall_of(&apart, least),
            operating_point: OperatingPoint {
                precision_wanted: PRECISION_WANTED,
                threshold,
                precision,
                recall,
                stranger_alarms: self.alarms(&strangers, least),
            },
            quiet_point: QuietPoint {
                alarms_wanted: ALARMS_WANTED,
                tuned_recall: recall_of(&tuned, quiet).at_threshold,
                at: at(quiet),
            },
            thresholds: THRESHOLDS.iter().map(|&threshold| at(threshold)).collect(),
            candidates: self.candidates(),
            kinds: misses(&counted, least, held_out, |pair| pair.kinds.clone()),
            departures: misses(&counted, least, held_out, |pair| vec![pair.departures.to_string()]),
            reliability: self.reliability(),
            timing: self.timing(),
        }
    }

    fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.forces.iter().flat_map(|(_, outcomes)| outcomes)
    }

    /// Places of the probes whose person no force holds.
    fn strangers(&self) -> Vec<usize> {
        let probes = self.forces.first().map_or(0, |(_, outcomes)| outcomes.len());
        let held = |at: usize| {
            self.forces.iter().any(|(_, outcomes)| outcomes.get(at).is_some_and(|o| !o.pairs.is_empty()))
        };
        (0..probes).filter(|&at| !held(at)).collect()
    }

    /// The lowest threshold at which `strangers` are answered no more often than `wanted`, of all times that a force is asked.
    fn quiet(&self, strangers: &[usize], wanted: f64) -> f64 {
        let outcomes = |at: usize| self.forces.iter().filter_map(move |(_, outcomes)| outcomes.get(at));
        let mut best: Vec<f64> = strangers
            .iter()
            .flat_map(|&at| outcomes(at))
            .map(Outcome::best)
            .filter(|&best| best > 0.0)
            .collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let asked = strangers.len() * self.forces.len();
        let allowed = (asked as f64 * wanted).floor() as usize;
        // The likeliest answer that is one too many must stay below.
        best.get(allowed).map_or(0.0, |one_too_many| one_too_many.next_up())
    }

    fn alarms(&self, strangers: &[usize], least: f64) -> Alarms {
        let whole = strangers.len() as u64;
        let alarmed = |outcomes: &[Outcome], at: usize| outcomes.get(at).is_some_and(|o| o.best() >= least);
        let at_force = |outcomes: &[Outcome]| {
            share(strangers.iter().filter(|&&at| alarmed(outcomes, at)).count() as u64, whole)
        };
        let at_any = |at: usize| self.forces.iter().any(|(_, outcomes)| alarmed(outcomes, at));
        Alarms {
            by_force: self.forces.iter().map(|(_, outcomes)| at_force(outcomes)).collect(),
            at_any_force: share(strangers.iter().filter(|&&at| at_any(at)).count() as u64, whole),
        }
    }

    fn candidates(&self) -> Candidates {
        let mut counts: Vec<u64> = self.outcomes().map(|outcome| outcome.candidates as u64).collect();
        counts.sort_unstable();
        Candidates {
            mean: share(counts.iter().sum(), counts.len() as u64),
            p99: quantile(&counts, 0.99),
            max: counts.last().copied().unwrap_or(0),
        }
    }

    fn reliability(&self) -> Vec<Band> {
        let sum = |place: usize| {
            let stated = self.outcomes().filter_map(|outcome| outcome.bands.get(place));
            stated.fold(Stated::default(), |sum, here| Stated {
                candidates: sum.candidates + here.candidates,
                right: sum.right + here.right,
                probability_sum: sum.probability_sum + here.probability_sum,
            })
        };
        Yardstick::ALL.iter().enumerate().map(|(place, &phrase)| band(phrase, sum(place))).collect()
    }

    fn timing(&self) -> Timing {
        let times = |of: fn(&Outcome) -> Duration| -> Vec<u64> {
            let mut nanos: Vec<u64> = self.outcomes().map(|outcome| of(outcome).as_nanos() as u64).collect();
            nanos.sort_unstable();
            nanos
        };
        let (micros, told) = (times(|o| o.took.ranking), times(|o| o.took.telling));
        let thousandth = |nanos: u64| nanos as f64 / 1000.0;
        Timing {
            threads: self.threads,
            index_seconds: self.indexing.as_secs_f64(),
            probe_micros_mean: share(micros.iter().sum(), micros.len() as u64) / 1000.0,
            probe_micros_p50: thousandth(quantile(&micros, 0.5)),
            probe_micros_p99: thousandth(quantile(&micros, 0.99)),
            told_micros_mean: share(told.iter().sum(), told.len() as u64) / 1000.0,
            told_micros_p50: thousandth(quantile(&told, 0.5)),
            told_micros_p99: thousandth(quantile(&told, 0.99)),
        }
    }
}

fn recall_of(pairs: &[&Pair], least: f64) -> Recall {
    let whole = pairs.len() as u64;
    let of =
        |found: &dyn Fn(&Pair) -> bool| share(pairs.iter().filter(|pair| found(pair)).count() as u64, whole);
    let within = |most: usize| of(&|pair| pair.rank.is_some_and(|rank| rank <= most));
    Recall {
        pairs: whole,
        blocking: of(&|pair| pair.rank.is_some()),
        at_1: within(1),
        at_10: within(10),
        at_50: within(50),
        at_threshold: of(&|pair| pair.rank.is_some() && pair.probability >= least),
    }
}

fn misses(
    pairs: &[&Pair],
    least: f64,
    held_out: &BTreeSet<String>,
    sorts: impl Fn(&Pair) -> Vec<String>,
) -> Vec<Kind> {
    let mut found: BTreeMap<String, Kind> = BTreeMap::new();
    for pair in pairs {
        for sort in sorts(pair) {
            let kind = found.entry(sort.clone()).or_insert_with(|| Kind {
                held_out: held_out.contains(&sort),
                kind: sort,
                pairs: 0,
                missed_by_blocking: 0,
                missed_by_ranking: 0,
                below_threshold: 0,
            });
            kind.pairs += 1;
            kind.missed_by_blocking += u64::from(pair.rank.is_none());
            kind.missed_by_ranking += u64::from(pair.rank.is_some_and(|rank| rank > 10));
            kind.below_threshold += u64::from(pair.rank.is_none() || pair.probability < least);
        }
    }
    found.into_values().collect()
}

fn band(phrase: Yardstick, stated: Stated) -> Band {
    let published = phrase.band();
    let Stated { candidates, right, probability_sum } = stated;
    let some = candidates > 0;
    let observed = share(right, candidates);
    let interval = wilson(right, candidates);
    let fit = if (published.0..=published.1).contains(&observed) {
        Fit::Inside
    } else if Yardstick::of(Probability::clamped(observed)) == phrase {
        Fit::Gap
    } else if interval.0 <= published.1 && published.0 <= interval.1 {
        Fit::Chance
    } else {
        Fit::Outside
    };
    Band {
        phrase: phrase.as_str().to_owned(),
        published,
        candidates,
        stated: some.then(|| probability_sum / candidates as f64),
        observed: some.then_some(observed),
        interval: some.then_some(interval),
        fit: some.then_some(fit),
    }
}

/// The interval that holds a share with a confidence of 95 % (Wilson, J. Am. Stat. Assoc. 22, 1927).
fn wilson(part: u64, whole: u64) -> (f64, f64) {
    let (z, n, p) = (1.96_f64, whole as f64, share(part, whole));
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
}

/// The value that `part` of `sorted` do not exceed; 0 of nothing.
fn quantile(sorted: &[u64], part: f64) -> u64 {
    let rank = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{quantile, wilson};

    #[test]
    fn quantiles_and_intervals_are_those_of_the_books() {
        let hundred: Vec<u64> = (1..=100).collect();
        for (part, wanted) in [(0.5, 50), (0.99, 99), (1.0, 100)] {
            assert_eq!(quantile(&hundred, part), wanted);
        }
        assert_eq!(quantile(&[], 0.5), 0);
        for (part, whole, low, high) in
            [(81, 263, 0.2553, 0.3662), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)]
        {
            let (l, h) = wilson(part, whole);
            assert!((l - low).abs() < 1e-3 && (h - high).abs() < 1e-3, "{part}/{whole}: {l} {h}");
        }
    }
}
