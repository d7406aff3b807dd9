//! Rounding of figures that may be told: conventional, each by itself, or controlled, all of a table together. A base of 1
//! rounds nothing.

use model::reply::{Cell, Figure, Protection};
use model::{Measure, Mechanism, Spread, Tabulation};

use super::controlled;
use super::lattice::Lattice;
use crate::findings::Counted;

/// The figures of a table as they are told.
pub(super) struct Rounded {
    protection: Protection,
    /// For each measure, the figure of each cell.
    figures: Vec<Vec<Figure>>,
}

impl Rounded {
    /// Rounds the figures of all cells; those that are `unseen` have no part in how others are rounded. Controlled rounding
    /// that a table does not admit becomes conventional, for all counts or all sums, and the protection says so.
    pub(super) fn of(
        mut protection: Protection,
        tabulation: &Tabulation,
        (lattice, unseen): (&Lattice, &[bool]),
        cells: &[Counted],
    ) -> Self {
        let width =
            |measure: &Measure| measure.column().map_or(0, |column| tabulation.dataset().width(column));
        let measured: Vec<Measured> = tabulation
            .measures()
            .iter()
            .enumerate()
            .map(|(at, measure)| Measured {
                width: width(measure),
                figures: cells.iter().filter_map(|cell| cell.figures.get(at).copied()).collect(),
            })
            .collect();
        if let Some(controlled) = controlled(protection, (lattice, unseen), &measured) {
            return Self { protection, figures: controlled };
        }
        let conventional = |mechanism: Mechanism| Mechanism::rounded(mechanism.base());
        protection.counts = conventional(protection.counts);
        protection.sums = conventional(protection.sums);
        let tell = |of: Measured| of.figures.iter().map(|f| told(*f, of.width, protection)).collect();
        Self { figures: measured.into_iter().map(tell).collect(), protection }
    }

    /// What was done.
    pub(super) fn protection(&self) -> Protection {
        self.protection
    }

    /// The figure of a cell that may be told.
    pub(super) fn told(&self, measure: usize, cell: usize) -> Cell {
        let figure = self.figures.get(measure).and_then(|figures| figures.get(cell));
        figure.map_or(Cell::Suppressed, |figure| Cell::Released(*figure))
    }
}

/// The exact figures of one measure, and how far apart two of the values behind them can lie.
struct Measured {
    width: u64,
    figures: Vec<Figure>,
}

/// All figures by controlled rounding; none where it is not asked for or a table does not admit it.
fn controlled(
    protection: Protection,
    (lattice, unseen): (&Lattice, &[bool]),
    measured: &[Measured],
) -> Option<Vec<Vec<Figure>>> {
    let is_controlled = |mechanism| matches!(mechanism, Mechanism::Controlled { .. });
    if !is_controlled(protection.counts) && !is_controlled(protection.sums) {
        return None;
    }
    let round = |mechanism: Mechanism, values: Vec<u64>| {
        controlled::round(lattice, &values, unseen, mechanism.base())
    };
    let counts = |figures: &[Figure]| {
        let count = |figure: &Figure| match figure {
            Figure::Count(count) | Figure::Mean { over: count, .. } => Some(*count),
            Figure::Variance(spread) => Some(spread.over),
            _ => None,
        };
        let values: Vec<u64> = figures.iter().filter_map(count).collect();
        if values.is_empty() { Some(values) } else { round(protection.counts, values) }
    };
    let sums = |figures: &[Figure]| {
        let sum = |figure: &Figure| match figure {
            // A negative sum has no place here, and none occurs.
            Figure::Sum(sum) | Figure::Mean { sum, .. } | Figure::Variance(Spread { sum, .. }) => {
                Some(u64::try_from(*sum).unwrap_or(0))
            }
            _ => None,
        };
        let values: Vec<u64> = figures.iter().filter_map(sum).collect();
        if values.is_empty() { Some(values) } else { round(protection.sums, values) }
    };
    let together = |Measured { width, figures }: &Measured| {
        let (mut counts, mut sums) = (counts(figures)?.into_iter(), sums(figures)?.into_iter());
        let mut sum = || i64::try_from(sums.next()?).ok();
        figures
            .iter()
            .map(|figure| {
                Some(match figure {
                    Figure::Count(_) => Figure::Count(counts.next()?),
                    Figure::Sum(_) => Figure::Sum(sum()?),
                    Figure::Mean { .. } => Figure::Mean { sum: sum()?, over: counts.next()? },
                    // Squared deviations do not add up, so there is nothing to round together.
                    Figure::Variance(spread) => {
                        let step = protection.deviation_step(*width);
                        Figure::Variance(spread.told(sum()?, counts.next()?, step)?)
                    }
                    // No finding is an estimate.
                    Figure::Estimate(_) | Figure::EstimatedMean { .. } => return None,
                })
            })
            .collect::<Option<Vec<_>>>()
    };
    measured.iter().map(together).collect()
}

/// The figure as conventional rounding tells it.
fn told(figure: Figure, width: u64, protection: Protection) -> Figure {
    match figure {
        Figure::Count(count) => Figure::Count(round_count(count, protection)),
        Figure::Sum(sum) => Figure::Sum(round_sum(sum, protection.sums.base())),
        Figure::Mean { over: 0, .. } => Figure::Mean { sum: 0, over: 0 },
        Figure::Mean { sum, over } => {
            Figure::Mean { sum: round_sum(sum, protection.sums.base()), over: round_count(over, protection) }
        }
        Figure::Variance(Spread { over: 0, .. }) => Figure::Variance(Spread::default()),
        Figure::Variance(spread) => {
            let (sum, over) =
                (round_sum(spread.sum, protection.sums.base()), round_count(spread.over, protection));
            // Too large to be held at all, which no federation of persons is, it is told as a variance over nobody.
            Figure::Variance(spread.told(sum, over, protection.deviation_step(width)).unwrap_or_default())
        }
        estimate @ (Figure::Estimate(_) | Figure::EstimatedMean { .. }) => estimate,
    }
}

/// To the nearest multiple, halves up; never to below the smallest cell that may be told.
fn round_count(count: u64, protection: Protection) -> u64 {
    let base = protection.counts.base().max(1);
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
    use model::{Mechanism, Spread};

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
            let counts = Mechanism::rounded(rounding_base);
            let protection = Protection { minimum_cell, counts, sums: Mechanism::Exact };
            assert_eq!(told(Figure::Count(exact), 0, protection), Figure::Count(rounded));
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
        let (counts, sums) = (Mechanism::rounded(5), Mechanism::rounded(100));
        let protection = Protection { minimum_cell: 10, counts, sums };
        let mean = told(Figure::Mean { sum: 1_234, over: 12 }, 100, protection);
        assert_eq!(mean, Figure::Mean { sum: 1_200, over: 10 });
    }

    #[test]
    fn a_variance_is_told_by_its_rounded_deviations() {
        let (counts, sums) = (Mechanism::rounded(5), Mechanism::rounded(100));
        let protection = Protection { minimum_cell: 10, counts, sums };
        // Twelve values, half of them 0 and half of them 100: each 50 from their mean.
        let exact = Spread { sum: 600, squares: 60_000, over: 12 };
        let Figure::Variance(rounded) = told(Figure::Variance(exact), 100, protection) else {
            panic!("no variance")
        };
        assert_eq!((rounded.sum, rounded.over), (600, 10));
        assert_eq!(rounded.deviations(), 40_000.0, "30,000 to the next multiple of 20,000");
        let exactly = Protection { minimum_cell: 10, counts: Mechanism::Exact, sums: Mechanism::Exact };
        assert_eq!(told(Figure::Variance(exact), 100, exactly), Figure::Variance(exact));
    }
}
