//! What a variance is reckoned from: how many values, their sum, and the sum of their squares, all whole numbers. They add
//! up exactly over forces, which is the parallel formula of Chan, Golub and LeVeque (1983) without its rounding.

/// Sums of a number of whole values, as far as a variance needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Spread {
    /// Sum of the values.
    pub sum: i64,
    /// Sum of their squares.
    pub squares: u128,
    /// How many values.
    pub over: u64,
}

impl Spread {
    /// Both together; nothing where that is more than can be held.
    pub fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            sum: self.sum.checked_add(other.sum)?,
            squares: self.squares.checked_add(other.squares)?,
            over: self.over.checked_add(other.over)?,
        })
    }

    /// The sum of the squared deviations from the mean, times the number of values: a whole number. Nothing where that
    /// is more than can be held, which takes more values than there are persons.
    fn scaled(self) -> Option<u128> {
        let square = u128::from(self.sum.unsigned_abs()).checked_mul(u128::from(self.sum.unsigned_abs()))?;
        Some(u128::from(self.over).checked_mul(self.squares)?.saturating_sub(square))
    }

    /// The sum of the squared deviations from the mean, to the nearest whole number.
    pub fn whole_deviations(self) -> Option<u128> {
        let over = u128::from(self.over.max(1));
        Some(self.scaled()?.checked_add(over / 2)? / over)
    }

    /// The sum of the squared deviations from the mean.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a relative error of 2^-53 at the end is all that it costs"
    )]
    pub fn deviations(self) -> f64 {
        let over = self.over.max(1) as f64;
        match self.scaled() {
            Some(scaled) => scaled as f64 / over,
            None => (self.squares as f64 - self.sum as f64 * (self.sum as f64 / over)).max(0.0),
        }
    }

    /// The variance of the values as a whole population; nothing over no value.
    #[expect(clippy::cast_precision_loss, reason = "a relative error of 2^-53 is all that it costs")]
    pub fn variance(self) -> Option<f64> {
        (self.over > 0).then(|| self.deviations() / self.over as f64)
    }

    /// The same values told otherwise: `sum` and `over` in place of their own, and squares such that the squared deviations
    /// come to a multiple of `step`, to the nearest. Nothing where that is more than can be held.
    pub fn told(self, sum: i64, over: u64, step: u64) -> Option<Self> {
        if (sum, over) == (self.sum, self.over) && step <= 1 {
            return Some(self);
        }
        let step = u128::from(step.max(1));
        let deviations = self.whole_deviations()?.checked_add(step / 2)? / step * step;
        let square = u128::from(sum.unsigned_abs()).checked_mul(u128::from(sum.unsigned_abs()))?;
        let squares = deviations.checked_add(square.div_ceil(u128::from(over.max(1))))?;
        Some(Self { sum, squares, over })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Spread;

    fn of(values: &[i64]) -> Spread {
        let squares = values.iter().map(|v| u128::from(v.unsigned_abs()).pow(2)).sum();
        Spread { sum: values.iter().sum(), squares, over: values.len() as u64 }
    }

    proptest! {
        /// In whatever parts, the variance is that of all values, reckoned the slow way.
        #[test]
        fn parts_add_up_to_the_variance_of_all(
            values in prop::collection::vec(0..1_000_000_i64, 1..60), cut in 0..60_usize
        ) {
            let (one, other) = values.split_at(cut.min(values.len()));
            let whole = of(one).plus(of(other)).unwrap();
            prop_assert_eq!(whole, of(&values));
            let mean = values.iter().sum::<i64>() as f64 / values.len() as f64;
            let slow = values.iter().map(|v| (*v as f64 - mean).powi(2)).sum::<f64>() / values.len() as f64;
            let fast = whole.variance().unwrap();
            prop_assert!((slow - fast).abs() <= slow.abs() * 1e-9 + 1e-6, "{slow} {fast}");
        }

        /// What is told comes to the rounded deviations, whatever became of sum and number.
        #[test]
        fn told_deviations_are_the_nearest_multiple(
            values in prop::collection::vec(0..1_000_000_i64, 5..60), step in 2..1_000_000_u64, off in 0..50_i64
        ) {
            let exact = of(&values);
            let told = exact.told(exact.sum + off, exact.over + 2, step).unwrap();
            let far = (told.deviations() - exact.deviations()).abs();
            prop_assert!(far <= step as f64 / 2.0 + 1.5 + exact.deviations() * 1e-12, "{far}");
        }
    }

    #[test]
    fn a_million_values_at_the_highest_do_not_overflow() {
        let whole = Spread {
            sum: 1_000_000_i64 * 9_000_000_000,
            squares: 9_000_000_000 * 10_u128.pow(12),
            over: 9_000_000_000,
        };
        assert_eq!(whole.variance(), Some(0.0));
        assert_eq!(whole.told(whole.sum, whole.over, 1), Some(whole));
        assert_eq!(Spread::default().variance(), None);
        assert_eq!(Spread { over: u64::MAX, ..whole }.plus(whole), None);
    }
}
