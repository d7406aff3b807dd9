//! How far a merged variance may lie from the exact one. Deviations of several forces come together with how far the forces'
//! means lie apart, so what rounding did to sums and numbers enters too: by interval arithmetic over the shares.

use model::reply::{Cell, Figure, Protection};
use model::{ForceId, Margin, Spread};

use super::Share;

/// The margin of a variance by the shares of a row. Two values of it lie as far apart as `width` at most.
pub(super) fn margin(
    shares: &[Share],
    at: usize,
    protections: &[(ForceId, Protection)],
    width: u64,
) -> Margin {
    let spread = |share: &Share| match share.row.cells.get(at)? {
        Cell::Released(Figure::Variance(spread)) => Some((*spread, protections.get(share.force)?.1)),
        _ => None,
    };
    let spreads: Vec<(Spread, Protection)> = shares.iter().filter_map(spread).collect();
    of_spreads(&spreads, width)
}

/// How far the squared deviations of all shares together may lie from the exact ones.
///
/// The deviations of the whole are those of the parts plus, for each pair of parts, n m (mean − mean)² / N.
fn of_spreads(shares: &[(Spread, Protection)], width: u64) -> Margin {
    let exact =
        |protection: &Protection| protection.count_margin().is_none() && protection.sum_margin().is_none();
    if shares.iter().all(|(_, protection)| exact(protection)) {
        return Margin::default();
    }
    let parts: Vec<Part> =
        shares.iter().map(|(spread, protection)| Part::of(spread, protection, width)).collect();
    let whole = shares.iter().try_fold(Spread::default(), |whole, (share, _)| whole.plus(*share));
    let Some(whole) = whole else { return Margin { rounding: u64::MAX, noise: 0 } };
    let ends = |of: fn(&Part) -> [f64; 2]| {
        parts.iter().map(of).fold([0.0, 0.0], |[low, high], [from, to]| [low + from, high + to])
    };
    let [least, most] = ends(|part| part.deviations);
    let [fewest, all] = ends(|part| part.over).map(|over| over.max(1.0));
    let (mut near, mut far) = (0.0, 0.0);
    for (at, one) in parts.iter().enumerate() {
        for other in parts.iter().skip(at + 1) {
            let [low, high] = [one.mean[0] - other.mean[1], one.mean[1] - other.mean[0]];
            let apart = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
            near += one.over[0] * other.over[0] / all * apart.powi(2);
            far += one.over[1] * other.over[1] / fewest * low.abs().max(high.abs()).powi(2);
        }
    }
    let told = whole.deviations();
    Margin { rounding: up((told - least - near).max(most + far - told).max(0.0)), noise: 0 }
}

/// What one share may be, each from the least to the most.
struct Part {
    deviations: [f64; 2],
    over: [f64; 2],
    mean: [f64; 2],
}

impl Part {
    #[expect(
        clippy::cast_precision_loss,
        reason = "figures stay far below 2^53, and ends are widened by one"
    )]
    fn of(spread: &Spread, protection: &Protection, width: u64) -> Self {
        let step = protection.deviation_step(width);
        // To the nearest step, after the nearest whole number, with squares rounded up to the next one (`Spread::told`).
        let off = if step > 1 { step as f64 / 2.0 } else { 0.0 } + 1.5;
        let deviations = spread.deviations();
        let number = protection.count_margin().whole();
        let over = [spread.over.saturating_sub(number).max(1), spread.over.saturating_add(number).max(1)];
        let over = over.map(|over| over as f64);
        let sum = protection.sum_margin().whole() as f64;
        let ends = [-sum, sum].into_iter().flat_map(|by| over.map(|over| (spread.sum as f64 + by) / over));
        let mean = ends
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], mean| [low.min(mean), high.max(mean)]);
        Self { deviations: [(deviations - off).max(0.0), deviations + off], over, mean }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is not negative, and a cast stops at the ends"
)]
fn up(value: f64) -> u64 {
    value.ceil() as u64
}

#[cfg(test)]
mod tests {
    use model::Mechanism;
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[i64]) -> Spread {
        let squares = values.iter().map(|v| u128::from(v.unsigned_abs()).pow(2)).sum();
        Spread { sum: values.iter().sum(), squares, over: values.len() as u64 }
    }

    proptest! {
        /// The exact deviations lie inside the margin, however the forces round.
        #[test]
        fn the_exact_deviations_lie_inside(
            forces in prop::collection::vec((prop::collection::vec(0..100_i64, 10..40), 1..6_u64, 1..120_u64), 1..5)
        ) {
            let mut shares = Vec::new();
            let mut exact = Spread::default();
            for (values, counts, sums) in forces {
                let (counts, sums) = (Mechanism::rounded(counts), Mechanism::rounded(sums));
                let protection = Protection { minimum_cell: 10, counts, sums };
                let own = of(&values);
                exact = exact.plus(own).unwrap();
                let nearest = |value: u64, base: u64| (value + base / 2) / base * base;
                let over = nearest(own.over, counts.base()).max(10_u64.div_ceil(counts.base()) * counts.base());
                let sum = nearest(own.sum.unsigned_abs(), sums.base()) as i64;
                shares.push((own.told(sum, over, protection.deviation_step(100)).unwrap(), protection));
            }
            let told = shares.iter().fold(Spread::default(), |all, (share, _)| all.plus(*share).unwrap());
            let off = (told.deviations() - exact.deviations()).abs();
            prop_assert!(off <= of_spreads(&shares, 100).whole() as f64 + 1e-6, "{off} {:?}", of_spreads(&shares, 100));
        }
    }

    /// A whole number of deviations, reckoned from a sum of squares that is rounded up, may lie more than one from the exact.
    #[test]
    fn whole_deviations_over_a_rounded_number_lie_inside() {
        let values = [
            22, 60, 13, 41, 18, 65, 43, 28, 34, 11, 34, 57, 82, 3, 8, 9, 12, 15, 13, 29, 67, 83, 28, 18, 96,
            23, 90, 83, 90, 20, 44, 36, 51, 85, 68, 39, 32,
        ];
        let protection =
            Protection { minimum_cell: 10, counts: Mechanism::rounded(3), sums: Mechanism::rounded(1) };
        let exact = of(&values);
        let told = exact.told(exact.sum, 36, protection.deviation_step(100)).unwrap();
        let off = (told.deviations() - exact.deviations()).abs();
        assert!(off > 1.0, "{off}");
        assert!(off <= of_spreads(&[(told, protection)], 100).whole() as f64, "{off}");
    }

    #[test]
    fn what_nobody_rounds_has_no_margin() {
        let protection = Protection { minimum_cell: 10, counts: Mechanism::Exact, sums: Mechanism::Exact };
        let shares = [(of(&[1, 2, 3]), protection), (of(&[50; 12]), protection)];
        assert_eq!(of_spreads(&shares, 100), Margin::default());
    }
}
