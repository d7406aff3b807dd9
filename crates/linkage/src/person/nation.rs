//! Nationality as evidence: that two are Eritrean says much, that two are British little, and less yet where names have told it
//! already. To differ says little: people hold several nationalities, and records take one for another.

use super::confidence::Confidence;
use super::subject::Names;
use super::{Field, Level};
use crate::nationality::{CODES_MAX, Nationality};

/// Somebody else is of the nationality asked for at most so often, and of another at least so often as it takes to one.
const SHARE_MAX: f64 = 0.98;

/// A weight for each choice of names that agree: none, the given name, the family name, both.
type ByNames = [f64; 4];

/// A subject's nationality, with what it weighs to share one of its countries, or none.
#[derive(Clone, Copy)]
pub(super) struct Nation {
    probe: Nationality,
    /// In the order of the countries.
    exact: [ByNames; CODES_MAX],
    differ: ByNames,
}

impl Nation {
    /// Ready to be compared under `confidence`, which has counted `names`.
    pub(super) fn of(probe: Nationality, confidence: &Confidence, names: Names) -> Self {
        let average = |level| [confidence.bits(Field::Nationality, level); 4];
        let mut nation =
            Self { probe, exact: [average(Level::Exact); CODES_MAX], differ: average(Level::Differ) };
        let odds = |level| confidence.weights().odds(Field::Nationality, level);
        let (Some(exact), Some(differ)) = (odds(Level::Exact), odds(Level::Differ)) else { return nation };
        let agreeing = [
            (None, None),
            (Some(names.given), None),
            (None, Some(names.family)),
            (Some(names.given), Some(names.family)),
        ];
        for (at, (given, family)) in agreeing.into_iter().enumerate() {
            let mut any = 0.0;
            for (code, bits) in probe.codes().zip(&mut nation.exact) {
                let share = confidence.counts().nationality(code, given, family);
                let (Some(share), Some(bits)) = (share, bits.get_mut(at)) else { return nation };
                any += share;
                *bits = (exact.m / share.min(SHARE_MAX)).log2().max(0.0);
            }
            if let Some(bits) = nation.differ.get_mut(at) {
                *bits = (differ.m / (1.0 - any.min(SHARE_MAX))).log2().min(0.0);
            }
        }
        nation
    }

    /// How a record's nationality agrees, and its weight, beside names of which these agree.
    pub(super) fn compare(self, record: Option<Nationality>, given: bool, family: bool) -> (Level, f64) {
        let Some(record) = record else { return (Level::Missing, 0.0) };
        let at = usize::from(given) + 2 * usize::from(family);
        let weight = |bits: &ByNames| bits.get(at).copied().unwrap_or(0.0);
        let shared = self.probe.codes().zip(&self.exact);
        let shared = shared.filter(|&(code, _)| record.codes().any(|other| other == code));
        // Of several that are shared the rarest tells most.
        match shared.map(|(_, bits)| weight(bits)).reduce(f64::max) {
            Some(bits) => (Level::Exact, bits),
            None => (Level::Differ, weight(&self.differ)),
        }
    }
}
