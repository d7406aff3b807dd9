//! How a told figure differs from the exact one: not at all, by rounding, or by noise; and how far at most.
//! The reply of every force states its mechanism, so that a reader knows what a figure means.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What noise is drawn from.
    Distribution is "noise distribution" {
        /// Whole numbers whose logarithmic probability falls off with their size.
        Laplace = "laplace",
        /// Whole numbers whose logarithmic probability falls off with their square.
        Gaussian = "gaussian",
    }
}

/// What was done to figures before they were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Mechanism {
    /// Nothing.
    Exact,
    /// Each by itself to the nearest multiple.
    Rounded {
        /// Figures are multiples of this, at least 2.
        base: u64,
    },
    /// All of a table together to a multiple below or above, so that cells add up to their margins.
    Controlled {
        /// Figures are multiples of this, at least 2.
        base: u64,
    },
    /// A random whole number was added to each.
    Noisy {
        /// What it is drawn from.
        distribution: Distribution,
        /// Scale of the Laplace, standard deviation of the Gaussian, in thousandths.
        scale_milli: u64,
    },
}

impl Mechanism {
    /// Conventional rounding to multiples of `base`; 0 and 1 round nothing.
    pub fn rounded(base: u64) -> Self {
        if base > 1 { Self::Rounded { base } } else { Self::Exact }
    }

    /// Controlled rounding to multiples of `base`; 0 and 1 round nothing.
    pub fn controlled(base: u64) -> Self {
        if base > 1 { Self::Controlled { base } } else { Self::Exact }
    }

    /// Told figures are multiples of this.
    pub fn base(self) -> u64 {
        match self {
            Self::Exact | Self::Noisy { .. } => 1,
            Self::Rounded { base } | Self::Controlled { base } => base,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rounded { .. } => "rounded",
            Self::Controlled { .. } => "controlled",
            Self::Noisy { .. } => "noisy",
        }
    }

    /// How far from the exact figure a told one may lie.
    pub fn margin(self) -> Margin {
        match self {
            Self::Exact => Margin::default(),
            Self::Rounded { base } => Margin { rounding: base / 2, noise: 0 },
            Self::Controlled { base } => Margin { rounding: base.saturating_sub(1), noise: 0 },
            Self::Noisy { distribution, scale_milli } => {
                Margin { rounding: 0, noise: distribution.within_95(scale_milli) }
            }
        }
    }
}

impl Distribution {
    /// The smallest whole number that 95 of 100 draws do not exceed in size.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a scale is far below 2^53, and the result is neither negative nor larger by more than a factor"
    )]
    fn within_95(self, scale_milli: u64) -> u64 {
        let scale = scale_milli as f64 / 1_000.0;
        if scale <= 0.0 {
            return 0;
        }
        match self {
            // Of the discrete Laplace with α = e^(-1/scale), P(|X| > t) = 2 α^(t+1) / (1 + α).
            Self::Laplace => {
                let alpha = (-1.0 / scale).exp();
                ((scale * (2.0 / (0.05 * (1.0 + alpha))).ln()).ceil() - 1.0).max(0.0) as u64
            }
            Self::Gaussian => (1.96 * scale).ceil() as u64,
        }
    }
}

/// How far an exact figure may lie from the told one, to either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Margin {
    /// By rounding: never further than this.
    pub rounding: u64,
    /// By noise, beyond rounding: no further than this in 95 of 100 draws.
    pub noise: u64,
}

impl Margin {
    /// The margin of a sum of two figures that were protected apart.
    ///
    /// Rounding may err the same way each time and adds up. Noise is drawn anew each time, and its variances add up:
    /// the root of the summed squares. That is exact for Gaussians and errs on the wide side for sums of Laplaces.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let squares = u128::from(self.noise).pow(2).saturating_add(u128::from(other.noise).pow(2));
        let root = squares.isqrt();
        let noise = if root * root < squares { root + 1 } else { root };
        Self {
            rounding: self.rounding.saturating_add(other.rounding),
            noise: u64::try_from(noise).unwrap_or(u64::MAX),
        }
    }

    /// Both together.
    pub fn whole(self) -> u64 {
        self.rounding.saturating_add(self.noise)
    }

    /// Whether the told figure is the exact one.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Distribution, Margin, Mechanism};

    #[test]
    fn margins_say_how_far_a_figure_may_lie() {
        let noisy = |distribution, scale_milli| Mechanism::Noisy { distribution, scale_milli };
        for (mechanism, rounding, noise) in [
            (Mechanism::Exact, 0, 0),
            (Mechanism::rounded(1), 0, 0),
            (Mechanism::rounded(5), 2, 0),
            (Mechanism::rounded(10), 5, 0),
            (Mechanism::controlled(5), 4, 0),
            (noisy(Distribution::Gaussian, 10_000), 0, 20),
            (noisy(Distribution::Laplace, 10_000), 0, 30),
            (noisy(Distribution::Laplace, 0), 0, 0),
        ] {
            assert_eq!(mechanism.margin(), Margin { rounding, noise }, "{mechanism:?}");
        }
    }

    /// The discrete Laplace by its definition: the stated margin holds 95 of 100 draws, one less does not.
    #[test]
    fn the_margin_of_laplace_noise_is_the_smallest_that_holds() {
        for scale in [0.2_f64, 0.5, 1.0, 3.0, 10.0, 77.7] {
            let alpha = (-1.0 / scale).exp();
            let inside = |t: u64| {
                let tail: f64 =
                    (1..=t).map(|k| 2.0 * (1.0 - alpha) / (1.0 + alpha) * alpha.powf(k as f64)).sum();
                (1.0 - alpha) / (1.0 + alpha) + tail
            };
            let margin = Distribution::Laplace.within_95((scale * 1_000.0) as u64);
            assert!(inside(margin) >= 0.95 - 1e-9, "{scale}: {margin}");
            assert!(margin == 0 || inside(margin - 1) < 0.95, "{scale}: {margin}");
        }
    }

    #[test]
    fn rounding_adds_up_and_noise_by_its_squares() {
        let one = Margin { rounding: 2, noise: 30 };
        let other = Margin { rounding: 4, noise: 40 };
        assert_eq!(one.plus(other), Margin { rounding: 6, noise: 50 });
        assert_eq!(one.plus(Margin::default()), one);
        assert_eq!(Margin { rounding: 0, noise: 1 }.plus(Margin { rounding: 0, noise: 1 }).noise, 2);
        assert_eq!(one.plus(Margin { rounding: u64::MAX, noise: u64::MAX }).whole(), u64::MAX);
    }
}
