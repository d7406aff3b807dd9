//! Precision and recall at every threshold: answers in order of probability, counted from the likeliest down.
//! Answers of one probability pass a threshold together.

use crate::outcome::Answer;

/// Answers counted down to each probability.
pub(crate) struct Sweep {
    /// Probability, answers at or above it, how many of these are right. Probabilities fall.
    points: Vec<(f64, u64, u64)>,
    pairs: u64,
}

impl Sweep {
    /// Counts `answers`; `pairs` is how many right ones there could be.
    pub(crate) fn new(mut answers: Vec<Answer>, pairs: u64) -> Self {
        answers.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let mut points: Vec<(f64, u64, u64)> = Vec::new();
        let (mut all, mut right) = (0, 0);
        for answer in answers {
            all += 1;
            right += u64::from(answer.right);
            match points.last_mut() {
                Some(last) if last.0 == answer.probability => *last = (last.0, all, right),
                _ => points.push((answer.probability, all, right)),
            }
        }
        Self { points, pairs }
    }

    /// Precision (nothing without answers) and recall of what is at least as likely as `threshold`.
    pub(crate) fn at(&self, threshold: f64) -> (Option<f64>, f64) {
        let passed = self.points.partition_point(|point| point.0 >= threshold);
        let last = passed.checked_sub(1).and_then(|last| self.points.get(last));
        let (_, all, right) = last.copied().unwrap_or_default();
        ((all > 0).then(|| share(right, all)), share(right, self.pairs))
    }

    /// The lowest threshold at which precision is still at least `wanted`.
    pub(crate) fn threshold_for(&self, wanted: f64) -> Option<f64> {
        self.points.iter().rev().find(|(_, all, right)| share(*right, *all) >= wanted).map(|point| point.0)
    }
}

/// `part` of `whole`; nothing of nothing is 0.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Sweep};

    #[test]
    fn precision_and_recall_follow_the_threshold() {
        let answers = [(0.9, true), (0.2, false), (0.8, false), (0.8, true), (0.5, true)];
        let answer = |&(probability, right)| Answer { probability, right };
        let sweep = Sweep::new(answers.iter().map(answer).collect(), 4);
        for (threshold, precision, recall) in [
            (0.95, None, 0.0),
            (0.9, Some(1.0), 0.25),
            (0.8, Some(2.0 / 3.0), 0.5),
            (0.5, Some(0.75), 0.75),
            (0.0, Some(0.6), 0.75),
        ] {
            assert_eq!(sweep.at(threshold), (precision, recall), "{threshold}");
        }
        for (wanted, threshold) in [(1.0, Some(0.9)), (0.7, Some(0.5)), (0.5, Some(0.2))] {
            assert_eq!(sweep.threshold_for(wanted), threshold, "{wanted}");
        }
        assert_eq!(Sweep::new(Vec::new(), 4).threshold_for(0.95), None);
    }
}
