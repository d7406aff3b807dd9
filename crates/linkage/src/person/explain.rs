//! How a score came about, as a waterfall: the prior, what each field added, the probability at the end.
//! For the home force alone. It names fields and levels, never what they hold.

use std::fmt;

use model::{Probability, Yardstick};

use super::{Comparer, Field, Level, Odds, PersonSubject, PersonView};

/// One field's step of a [`Waterfall`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The field.
    pub field: Field,
    /// How it agreed.
    pub level: Level,
    /// How often this level is seen; nothing for a level without a weight.
    pub odds: Option<Odds>,
    /// What the level weighs on average, log2 of m / u, in bits.
    pub average_bits: f64,
    /// What how common the values are, and what other fields have said already, add to that, in bits.
    pub adjustment_bits: f64,
}

impl Step {
    /// What the field adds, in bits.
    pub fn weight_bits(&self) -> f64 {
        self.average_bits + self.adjustment_bits
    }
}

/// How a score came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// The prior odds of one record being the person, in bits.
    pub prior_bits: f64,
    /// The fields that were compared, in their order.
    pub steps: Vec<Step>,
    /// The sum of the steps, in bits.
    pub weight_bits: f64,
    /// The probability, given the other candidates.
    pub posterior: Probability,
}

/// How the score of `record` came about, when `others` are the weights in bits of the other candidates of the search.
pub fn explain(subject: &PersonSubject, record: PersonView<'_>, others: &[f64]) -> Waterfall {
    let confidence = subject.confidence();
    let score = Comparer::new(subject).compare(record);
    let steps = score.parts().map(|part| {
        let odds = confidence.weights().odds(part.field, part.level);
        let average_bits = odds.map_or(0.0, Odds::bits);
        let adjustment_bits = part.weight - average_bits;
        Step { field: part.field, level: part.level, odds, average_bits, adjustment_bits }
    });
    let candidates: Vec<f64> = std::iter::once(score.weight_bits).chain(others.iter().copied()).collect();
    let held = confidence.weights().prior.held;
    Waterfall {
        prior_bits: (held / (1.0 - held) / confidence.records().max(1) as f64).log2(),
        steps: steps.collect(),
        weight_bits: score.weight_bits,
        posterior: confidence.posteriors(&candidates).first().copied().unwrap_or(Probability::clamped(0.0)),
    }
}

impl fmt::Display for Waterfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<10} {:<14} {:>9} {:>11} {:>8} {:>8} {:>8}",
            "field", "level", "m", "u", "average", "adjusted", "sum"
        )?;
        let mut sum = self.prior_bits;
        writeln!(f, "{:<10} {:<14} {:>9} {:>11} {:>8} {:>8} {sum:>+8.2}", "prior", "", "", "", "", "")?;
        for step in &self.steps {
            sum += step.weight_bits();
            let (m, u) = step.odds.map_or((String::new(), String::new()), |odds| {
                (format!("{:.4}", odds.m), format!("{:.7}", odds.u))
            });
            writeln!(
                f,
                "{:<10} {:<14} {m:>9} {u:>11} {:>+8.2} {:>+8.2} {sum:>+8.2}",
                step.field, step.level, step.average_bits, step.adjustment_bits
            )?;
        }
        write!(f, "posterior {:.4}, {}", self.posterior.value(), Yardstick::of(self.posterior))
    }
}
