//! Keeps learned weights in order: a level that agrees better weighs no less than one that agrees worse.
//! Where records say otherwise, the two share one weight, as when pooling adjacent violators (Ayer et al., 1955).

use crate::person::weights::{FALLING, Odds, Weights};

/// Weights are held within so many bits: records that never show a level don't prove that it can't be.
const BITS_MAX: f64 = 18.0;
const BITS_MIN: f64 = -10.0;

/// Rounds of pooling: more than there are levels, as each round joins two or ends.
const ROUNDS: usize = 64;

impl Weights {
    /// The same weights in order and within bounds.
    pub(super) fn ordered(mut self) -> Self {
        for (field, level, odds) in self.rows().collect::<Vec<_>>() {
            let m = odds.m.clamp(1e-6, 1.0 - 1e-6);
            let u = odds.u.clamp(m * (-BITS_MAX).exp2(), m * (-BITS_MIN).exp2()).clamp(1e-9, 1.0 - 1e-6);
            self.set(field, level, Odds { m, u });
        }
        for _ in 0..ROUNDS {
            let Some((field, better, worse)) = self.disorder() else { break };
            let chain = FALLING
                .iter()
                .find(|(of, levels)| *of == field && levels.contains(&better) && levels.contains(&worse));
            // All levels of the chain that share a weight with either move together.
            let bits = |weights: &Self, level| weights.odds(field, level).map_or(0.0, Odds::bits);
            let (low, high) = (bits(&self, better), bits(&self, worse));
            let within = |bits: f64| (low - 1e-9..=high + 1e-9).contains(&bits);
            let levels: Vec<_> = chain
                .map_or(&[][..], |chain| chain.1)
                .iter()
                .copied()
                .filter(|&level| within(bits(&self, level)))
                .collect();
            let odds = |level| self.odds(field, level);
            let (m, u) = levels
                .iter()
                .filter_map(|&level| odds(level))
                .fold((0.0, 0.0), |sum, odds| (sum.0 + odds.m, sum.1 + odds.u));
            for level in levels {
                if let Some(Odds { m: own_m, u: own_u }) = self.odds(field, level) {
                    // As a rule m gives way, as u is the better known; but it stays a probability.
                    let moved = own_u * m / u;
                    let odds = if moved < 1.0 {
                        Odds { m: moved, u: own_u }
                    } else {
                        Odds { m: own_m, u: own_m * u / m }
                    };
                    self.set(field, level, odds);
                }
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::person::{Field, Level, Odds, Weights};

    #[test]
    fn a_better_level_never_weighs_less() {
        let mut weights = Weights::default();
        let typo = Odds { m: 0.3, u: 0.000_01 };
        weights.set(Field::Family, Level::Typo, typo);
        weights.set(Field::Dob, Level::Month, Odds { m: 0.9, u: 1e-9 });
        let ordered = weights.clone().ordered();
        assert_eq!(ordered.disorder(), None);
        let bits = |level| ordered.odds(Field::Family, level).map_or(0.0, Odds::bits);
        assert!((bits(Level::Exact) - bits(Level::Typo)).abs() < 1e-9);
        assert_eq!(Weights::parse(&ordered.to_string()).as_ref(), Ok(&ordered));
        assert_eq!(ordered.clone().ordered(), ordered);
        assert_eq!(Weights::default().ordered(), Weights::default());
    }
}
