//! Conventional rounding of figures that may be told. A base of 1 rounds nothing.

use model::reply::{Figure, Protection};

/// The figure as it is told.
pub(super) fn told(figure: Figure, protection: Protection) -> Figure {
    match figure {
        Figure::Count(count) => Figure::Count(round_count(count, protection)),
        Figure::Sum(sum) => Figure::Sum(round_sum(sum, protection.sum_base)),
        Figure::Mean { over: 0, .. } => Figure::Mean { sum: 0, over: 0 },
        Figure::Mean { sum, over } => {
            Figure::Mean { sum: round_sum(sum, protection.sum_base), over: round_count(over, protection) }
        }
    }
}

/// To the nearest multiple, halves up; never to below the smallest cell that may be told.
fn round_count(count: u64, protection: Protection) -> u64 {
    let base = protection.rounding_base.max(1);
    let nearest = count.saturating_add(base / 2) / base;
    let fewest = protection.minimum_cell.div_ceil(base);
    nearest.max(fewest).saturating_mul(base)
}

/// To the nearest multiple, halves away from zero.
fn round_sum(sum: i64, base: u64) -> i64 {
    let base = i128::from(base.max(1));
    let half = if sum < 0 { -(base / 2) } else { base / 2 };
    let rounded = (i128::from(sum) + half) / base * base;
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use model::reply::{Figure, Protection};

    use super::{round_sum, told};

    #[test]
    fn counts_round_to_the_nearest_and_never_below_the_minimum() {
        for (minimum_cell, rounding_base, exact, rounded) in [
            (10, 5, 12, 10),
            (10, 5, 13, 15),
            (12, 10, 12, 20),
            (5, 1, 7, 7),
            (5, 10, 5, 10),
            (10, 5, 10, 10),
        ] {
            let protection = Protection { minimum_cell, rounding_base, sum_base: 1 };
            assert_eq!(told(Figure::Count(exact), protection), Figure::Count(rounded));
        }
    }

    #[test]
    fn sums_round_to_the_nearest_on_both_sides_of_zero() {
        for (exact, rounded) in [
            (149, 100),
            (150, 200),
            (-149, -100),
            (-150, -200),
            (0, 0),
            (i64::MAX, 9_223_372_036_854_775_800),
        ] {
            assert_eq!(round_sum(exact, 100), rounded);
        }
        assert_eq!(round_sum(-7, 1), -7);
    }

    #[test]
    fn a_mean_is_told_by_its_rounded_parts() {
        let protection = Protection { minimum_cell: 10, rounding_base: 5, sum_base: 100 };
        let mean = told(Figure::Mean { sum: 1_234, over: 12 }, protection);
        assert_eq!(mean, Figure::Mean { sum: 1_200, over: 10 });
    }
}
