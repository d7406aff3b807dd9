//! Confidence as a probability, worded by the PHIA yardstick.

use crate::vocabulary::vocabulary;

/// A probability between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// `value` held inside 0 to 1; what is not a number becomes 0.
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() { Self(0.0) } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// The value, 0 to 1.
    pub fn value(self) -> f64 {
        self.0
    }
}

vocabulary! {
    /// The seven phrases of the Professional Head of Intelligence Assessment's probability yardstick.
    Yardstick is "yardstick phrase" {
        /// 0–5 %.
        RemoteChance = "remote chance",
        /// 10–20 %.
        HighlyUnlikely = "highly unlikely",
        /// 25–35 %.
        Unlikely = "unlikely",
        /// 40–50 %.
        RealisticPossibility = "realistic possibility",
        /// 55–75 %.
        Likely = "likely",
        /// 80–90 %.
        HighlyLikely = "highly likely",
        /// 95–100 %.
        AlmostCertain = "almost certain",
    }
}

impl Yardstick {
    /// The probabilities that the yardstick gives the phrase, its least and its greatest.
    pub fn band(self) -> (f64, f64) {
        match self {
            Self::RemoteChance => (0.0, 0.05),
            Self::HighlyUnlikely => (0.10, 0.20),
            Self::Unlikely => (0.25, 0.35),
            Self::RealisticPossibility => (0.40, 0.50),
            Self::Likely => (0.55, 0.75),
            Self::HighlyLikely => (0.80, 0.90),
            Self::AlmostCertain => (0.95, 1.0),
        }
    }

    /// The phrase for a probability. The gaps between the yardstick's bands are cut at their middles:
    /// 7.5, 22.5, 37.5, 52.5, 77.5 and 92.5 %. This is the one place where they are written.
    pub fn of(probability: Probability) -> Self {
        match probability.value() {
            p if p < 0.075 => Self::RemoteChance,
            p if p < 0.225 => Self::HighlyUnlikely,
            p if p < 0.375 => Self::Unlikely,
            p if p < 0.525 => Self::RealisticPossibility,
            p if p < 0.775 => Self::Likely,
            p if p < 0.925 => Self::HighlyLikely,
            _ => Self::AlmostCertain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Probability, Yardstick};

    #[test]
    fn every_band_of_the_yardstick_gets_its_own_phrase() {
        let bands = [(0, 5), (10, 20), (25, 35), (40, 50), (55, 75), (80, 90), (95, 100)];
        for (&phrase, (low, high)) in Yardstick::ALL.iter().zip(bands) {
            assert_eq!(phrase.band(), (f64::from(low) / 100.0, f64::from(high) / 100.0));
            for percent in low..=high {
                let p = Probability::clamped(f64::from(percent) / 100.0);
                assert_eq!(Yardstick::of(p), phrase, "{percent} %");
            }
        }
    }
}
