//! The report, as figures: what a machine reads, and what the table is made from.
//! All shares and probabilities are from 0 to 1; see the crate's documentation for what is counted.

use serde::Serialize;

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The forces, by name.
    pub forces: Vec<Force>,
    /// The probes.
    pub probes: Probes,
    /// Recall over all pairs but those of a false name.
    pub recall: Recall,
    /// Recall over pairs without a kind that was held out of tuning.
    pub tuned: Recall,
    /// Recall over pairs with a kind that was held out of tuning.
    pub held_out: Recall,
    /// Recall over pairs of a false name, which are outside all other figures.
    pub false_name: Recall,
    /// Where precision is still as wanted.
    pub operating_point: OperatingPoint,
    /// Where as few strangers are answered as wanted.
    pub quiet_point: QuietPoint,
    /// Precision, recall and false alarms over thresholds.
    pub thresholds: Vec<Threshold>,
    /// What blocking brings up.
    pub candidates: Candidates,
    /// Misses by kind of corruption; a pair with several kinds counts under each.
    pub kinds: Vec<Kind>,
    /// Misses by how many corruptions lie between probe and record.
    pub departures: Vec<Kind>,
    /// What the probabilities stated against what was so.
    pub reliability: Vec<Band>,
    /// How long it took: informational, and different each time.
    pub timing: Timing,
}

/// A force and its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Force {
    /// The force.
    pub force: String,
    /// Person records.
    pub records: u64,
}

/// How many probes of which sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Probes {
    /// All of them.
    pub asked: u64,
    /// Those whose person some force holds.
    pub held: u64,
    /// Those whose person no force holds.
    pub strangers: u64,
    /// Those that the matcher refused as saying too little; they count as found nowhere.
    pub refused: u64,
}

/// Shares of pairs that are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recall {
    /// How many pairs there are.
    pub pairs: u64,
    /// Share that blocking brings up.
    pub blocking: f64,
    /// Share ranked first.
    pub at_1: f64,
    /// Share ranked among the first ten.
    pub at_10: f64,
    /// Share ranked among the first fifty.
    pub at_50: f64,
    /// Share at or above the threshold of the operating point.
    pub at_threshold: f64,
}

/// The lowest threshold at which precision is as wanted, and what holds there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperatingPoint {
    /// The precision wanted.
    pub precision_wanted: f64,
    /// The threshold; none when precision is nowhere as wanted.
    pub threshold: Option<f64>,
    /// Precision there.
    pub precision: Option<f64>,
    /// Recall there.
    pub recall: f64,
    /// False alarms on strangers there.
    pub stranger_alarms: Alarms,
}

/// The lowest threshold at which no more strangers are answered at one force than wanted, and what holds there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuietPoint {
    /// The share of strangers wanted, the mean over the forces.
    pub alarms_wanted: f64,
    /// What holds there.
    pub at: Threshold,
    /// Share of pairs without a kind that was held out of tuning that are answers there.
    pub tuned_recall: f64,
}

/// Shares of strangers for whom something is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alarms {
    /// At each force, in the order of the forces.
    pub by_force: Vec<f64>,
    /// At one force or more.
    pub at_any_force: f64,
}

impl Alarms {
    /// At one force, whichever: the mean over the forces.
    pub fn at_one_force(&self) -> f64 {
        self.by_force.iter().sum::<f64>() / self.by_force.len().max(1) as f64
    }
}

/// Precision and recall at one threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Threshold {
    /// The least probability of an answer.
    pub threshold: f64,
    /// Share of answers that are right; none without answers.
    pub precision: Option<f64>,
    /// Share of pairs that are answers.
    pub recall: f64,
    /// False alarms on strangers.
    pub stranger_alarms: Alarms,
}

/// Candidates that one probe brings up at one force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidates {
    /// Their mean.
    pub mean: f64,
    /// 99 of 100 probes bring up no more.
    pub p99: u64,
    /// The most.
    pub max: u64,
}

/// Misses among pairs of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// The kind of corruption, or how many of them.
    pub kind: String,
    /// Whether it was held out of tuning.
    pub held_out: bool,
    /// Pairs.
    pub pairs: u64,
    /// Pairs that share no key.
    pub missed_by_blocking: u64,
    /// Pairs brought up, and ranked behind ten or more records of others.
    pub missed_by_ranking: u64,
    /// Pairs below the threshold of the operating point, for either reason or none.
    pub below_threshold: u64,
}

/// Candidates of one phrase of the yardstick.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// The phrase.
    pub phrase: String,
    /// The probabilities that the yardstick gives it, its least and its greatest.
    pub published: (f64, f64),
    /// Candidates that were given it.
    pub candidates: u64,
    /// The mean probability that they were given; none without candidates.
    pub stated: Option<f64>,
    /// The share of them that are right; none without candidates.
    pub observed: Option<f64>,
    /// Wilson's 95 % interval of what is observed: few candidates say little.
    pub interval: Option<(f64, f64)>,
    /// Whether what is observed is inside the band; none without candidates.
    pub fit: Option<Fit>,
}

/// How an observed share sits to its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Inside the band as published.
    Inside,
    /// In the gap beside it, on this band's side of the middle: the phrase would still be the same.
    Gap,
    /// Outside, by no more than so few candidates may be by chance: the 95 % interval reaches into the band.
    Chance,
    /// Outside: another phrase would have been right.
    Outside,
}

/// Times of this run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timing {
    /// Threads that worked.
    pub threads: usize,
    /// Indexing of all forces, in seconds.
    pub index_seconds: f64,
    /// One probe at one force, all that it brings up ranked, mean, in microseconds.
    pub probe_micros_mean: f64,
    /// Half of the probes take no longer.
    pub probe_micros_p50: f64,
    /// 99 of 100 probes take no longer.
    pub probe_micros_p99: f64,
    /// The same where only what a node tells is found, from even odds on: mean, in microseconds.
    pub told_micros_mean: f64,
    /// Half of the probes take no longer.
    pub told_micros_p50: f64,
    /// 99 of 100 probes take no longer.
    pub told_micros_p99: f64,
}
