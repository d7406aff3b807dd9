//! How much noise a table's figures carry so that the whole table costs what the policy says, and from what noisy number on
//! a group is shown whose keys are of no closed list.
//!
//! Every measure is a vector of figures, one for each group; a mean is two. Adding or removing one entity changes a vector by
//! at most Δ in the Euclidean norm, and noise of scale s on each figure then costs ρ = Δ²/2s² of zero-concentrated
//! differential privacy: of the discrete Gaussian by Canonne, Kamath and Steinke 2020, theorem 14, of the discrete Laplace
//! because Δ/s-differential privacy is Δ²/2s²-concentrated (Bun and Steinke 2016, proposition 1.4), figure by figure. Costs
//! add up. A table's cost is shared out evenly among its vectors; scales are rounded up, so it is never more.

use model::reply::Protection;
use model::{Distribution, Measure, Mechanism, Tabulation};

use super::domain::closed;
use crate::bundle::noise::NoiseSection;
use crate::noise::sampler::drawable;

/// The noise on one table. Depends on the question and the policy alone (invariant 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Calibration {
    /// What noise is drawn from.
    pub(super) distribution: Distribution,
    /// Its scale on counts, on numbers of values of means, and on the number that decides whether a group is shown, in
    /// thousandths; 0 where there are none.
    pub(super) counts_milli: u64,
    /// Its scale on sums, in thousandths; 0 where there are none.
    pub(super) sums_milli: u64,
    /// The noisy number of entities from which on a group is shown; none where every group is.
    pub(super) threshold: Option<u64>,
}

impl Calibration {
    /// The noise on this table; none where its cost can't be kept with any noise that can be drawn.
    pub(crate) fn of(section: &NoiseSection, asked: &Tabulation) -> Option<Self> {
        let dataset = asked.dataset();
        let dimensions = u32::try_from(asked.by().len()).ok()?;
        let closed =
            u32::try_from(asked.by().iter().filter(|by| closed(dataset, by).is_some()).count()).ok()?;
        // The table itself, and with its totals a margin for each other choice of dimensions.
        let (tables, open) = match asked.totals() {
            true => (1_u128 << dimensions, (1_u128 << dimensions) - (1 << closed)),
            false => (1, u128::from(closed < dimensions)),
        };
        let groups = u128::from(section.groups_per_entity);
        let rows = u128::from(section.rows_per_group);
        // An entity changes so many groups of the table by as much as `most` each; in a margin all of them may fall into one.
        let added = |most: u128| most.pow(2) * (groups + (tables - 1) * groups.pow(2));
        // It is one entity in each group that it stands in, of a margin too.
        let distinct = groups * tables;
        let summed = |column: &str| {
            let (low, high) = section.clamp(dataset, column)?;
            Some(added(rows * u128::from(low.unsigned_abs().max(high.unsigned_abs()))))
        };
        let (mut counts, mut sums) = (Vec::new(), Vec::new());
        for measure in asked.measures() {
            match measure {
                Measure::Count => counts.push(added(rows)),
                Measure::Distinct => counts.push(distinct),
                Measure::Sum(column) => sums.push(summed(column)?),
                // Its squares have no scale that the reply could state.
                Measure::Variance(_) => return None,
                Measure::Mean(column) => {
                    sums.push(summed(column)?);
                    counts.push(added(rows));
                }
            }
        }
        if open > 0 {
            counts.push(distinct);
        }
        let vectors = u128::try_from(counts.len() + sums.len()).ok()?;
        let cost = u128::from(section.question_micro_rho);
        let scale = |squares: &[u128]| scale(squares, vectors, cost);
        let (counts_milli, sums_milli) = (scale(&counts)?, scale(&sums)?);
        let distribution = section.distribution;
        let threshold = (open > 0)
            .then(|| threshold(distribution, counts_milli, section.delta_per_billion, groups * open));
        Some(Self { distribution, counts_milli, sums_milli, threshold })
    }

    /// What a reader is told of it.
    pub(crate) fn protection(&self) -> Protection {
        let noisy = |scale_milli| Mechanism::Noisy { distribution: self.distribution, scale_milli };
        Protection {
            minimum_cell: self.threshold.unwrap_or(0),
            counts: noisy(self.counts_milli),
            sums: noisy(self.sums_milli),
        }
    }
}

/// The scale, in thousandths and rounded up, at which vectors with these squared sensitivities cost their share of `cost`
/// millionths: s² = ΣΔ² · all / (2ρ · these).
fn scale(squares: &[u128], vectors: u128, cost: u128) -> Option<u64> {
    const MILLI_SQUARED_BY_MILLION: u128 = 1_000_000_000_000;
    let these = u128::try_from(squares.len()).ok()?;
    if these == 0 {
        return Some(0);
    }
    let sum = squares.iter().try_fold(0_u128, |sum, square| sum.checked_add(*square))?;
    let over = sum.checked_mul(vectors)?.checked_mul(MILLI_SQUARED_BY_MILLION)?;
    let square = over.div_ceil(cost.checked_mul(2 * these)?.max(1));
    let root = square.isqrt();
    drawable(if root * root < square { root + 1 } else { root })
}

/// One entity alone may bring so many `groups` into being. Each is shown only if noise lifts it from one to the threshold,
/// which for all of them together happens with a probability of at most δ: the discrete Laplace reaches t with probability
/// below e^(−t/s), the discrete Gaussian with at most e^(−t²/2s²) (it is subgaussian, as the same authors show).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "all are far below 2^53 and positive, and one more makes up for what rounding loses"
)]
fn threshold(distribution: Distribution, scale_milli: u64, delta_per_billion: u64, groups: u128) -> u64 {
    let scale = scale_milli as f64 / 1_000.0;
    let odds = groups as f64 * 1e9 / delta_per_billion.max(1) as f64;
    let tail = match distribution {
        Distribution::Laplace => scale * odds.ln(),
        Distribution::Gaussian => scale * (2.0 * odds.ln()).sqrt(),
    };
    tail.max(0.0).ceil() as u64 + 2
}

#[cfg(test)]
mod tests {
    use model::{Dataset, Dimension, Distribution, Measure, Tabulation};

    use super::Calibration;
    use crate::bundle::noise::NoiseSection;

    fn section(distribution: Distribution, cost: u64, groups: u64, rows: u64) -> NoiseSection {
        NoiseSection {
            distribution,
            question_micro_rho: cost,
            budget_micro_rho: cost,
            period_days: 1,
            groups_per_entity: groups,
            rows_per_group: rows,
            delta_per_billion: 1,
            clamp: [("loss_gbp".to_owned(), [0, 1_000])].into(),
        }
    }

    fn asked(by: &[&str], measures: &[&str], totals: bool) -> Tabulation {
        let dataset = Dataset::Report;
        let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
        let measures = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
        Tabulation::new(dataset, by, measures, None).unwrap().with_totals(totals)
    }

    /// Worked by hand: s = √(ΣΔ²·all / 2ρ·these).
    #[test]
    fn scales_follow_from_cost_and_sensitivity() {
        let of = |cost, groups, rows, by: &[&str], measures: &[&str], totals| {
            let section = section(Distribution::Gaussian, cost, groups, rows);
            let found = Calibration::of(&section, &asked(by, measures, totals)).unwrap();
            (found.counts_milli, found.sums_milli, found.threshold.is_some())
        };
        // ρ = 0.005: s = √(1/0.01) = 10.
        assert_eq!(of(5_000, 1, 1, &["threat_category"], &["count"], false), (10_000, 0, false));
        assert_eq!(of(5_000, 4, 1, &["threat_category"], &["count"], false), (20_000, 0, false));
        assert_eq!(of(5_000, 1, 3, &["threat_category"], &["count"], false), (30_000, 0, false));
        assert_eq!(of(5_000, 4, 3, &["threat_category"], &["distinct"], false), (20_000, 0, false));
        // A sum of at most 1,000 for each, half the cost for each of two vectors: √(2·1,000²/0.01), rounded up.
        assert_eq!(
            of(5_000, 1, 1, &["threat_category"], &["count", "sum:loss_gbp"], false),
            (14_143, 14_143_000, false)
        );
        assert_eq!(
            of(5_000, 1, 1, &["threat_category"], &["mean:loss_gbp"], false),
            (14_143, 14_143_000, false)
        );
        // Another vector decides which groups are shown.
        assert_eq!(of(5_000, 1, 1, &["area"], &["count"], false), (14_143, 0, true));
        // Two tables of one group each, and for more groups a margin in which they fall together: 4 + 16.
        assert_eq!(of(5_000, 1, 1, &["threat_category"], &["count"], true), (14_143, 0, false));
        assert_eq!(of(5_000, 4, 1, &["threat_category"], &["count"], true), (44_722, 0, false));
    }

    /// Why a variance is refused: 200 values that stray by 250 around 400, each held within 1,000, at the price of a count of
    /// scale 10. The guide for policy authors says so with these figures.
    #[test]
    fn a_variance_of_some_hundred_values_would_be_all_noise() {
        let milli = super::scale(&[1_000_000_u128.pow(2)], 3, 5_000).unwrap();
        let (noise, values, variance, mean) = (milli as f64 / 1e3, 200.0, 250.0_f64.powi(2), 400.0_f64);
        assert_eq!((noise / 1e5).round() / 10.0, 17.3, "millions");
        assert_eq!(values * (variance + mean.powi(2)), 44_500_000.0);
        let error = noise / values;
        assert!(error > variance && (86_000.0..87_000.0).contains(&error), "{error}");
    }

    /// Whatever the question, the ρ of its scales, reckoned anew in floating point, is no more than what it is charged.
    #[test]
    fn no_table_costs_more_than_it_is_charged() {
        let measures: &[&[&str]] = &[
            &["count"],
            &["count", "distinct"],
            &["count", "sum:loss_gbp", "sum:risk_score"],
            &["mean:risk_score", "mean:loss_gbp"],
        ];
        for (cost, groups, rows) in [(1, 1, 1), (777, 3, 2), (5_000, 7, 5), (500_000, 1, 1)] {
            for &measures in measures {
                for (by, totals) in
                    [(&["month", "area"][..], true), (&[], false), (&["threat_category"], true)]
                {
                    let section = section(Distribution::Laplace, cost, groups, rows);
                    let question = asked(by, measures, totals);
                    let Some(found) = Calibration::of(&section, &question) else { continue };
                    let (c, r) = (groups as f64, rows as f64);
                    let tables = if totals { 2_f64.powi(i32::try_from(by.len()).unwrap()) } else { 1.0 };
                    let added = |most: f64| most * most * (c + (tables - 1.0) * c * c);
                    let (counts, sums) = (found.counts_milli as f64 / 1e3, found.sums_milli as f64 / 1e3);
                    let mut rho: f64 =
                        if found.threshold.is_some() { c * tables / (2.0 * counts * counts) } else { 0.0 };
                    for measure in measures {
                        let most = if measure.ends_with("loss_gbp") { 1_000.0 } else { 100.0 };
                        let summed = added(r * most) / (2.0 * sums * sums);
                        let counted = added(r) / (2.0 * counts * counts);
                        rho += match measure.split(':').next().unwrap() {
                            "count" => counted,
                            "distinct" => c * tables / (2.0 * counts * counts),
                            "sum" => summed,
                            _ => summed + counted,
                        };
                    }
                    assert!(rho * 1e6 <= cost as f64 * (1.0 + 1e-9), "{rho} of {cost}: {question:?}");
                }
            }
        }
    }

    /// By the distributions themselves: with the threshold one alone shows with a probability of at most δ.
    #[test]
    fn one_alone_shows_as_rarely_as_was_said() {
        for distribution in [Distribution::Laplace, Distribution::Gaussian] {
            for cost in [1_000, 50_000, 500_000] {
                let found =
                    Calibration::of(&section(distribution, cost, 2, 1), &asked(&["area"], &["count"], false))
                        .unwrap();
                let scale = found.counts_milli as f64 / 1e3;
                let weight = |x: f64| match distribution {
                    Distribution::Laplace => (-x / scale).exp(),
                    Distribution::Gaussian => (-x * x / (2.0 * scale * scale)).exp(),
                };
                let far = (scale * 60.0) as u64;
                let all: f64 = 1.0 + 2.0 * (1..far).map(|x| weight(x as f64)).sum::<f64>();
                let reach = found.threshold.unwrap() - 1;
                let tail: f64 = (reach..far.max(reach + 1)).map(|x| weight(x as f64)).sum::<f64>() / all;
                assert!(2.0 * tail <= 1e-9, "{distribution} {cost}: {tail}");
            }
        }
    }
}
