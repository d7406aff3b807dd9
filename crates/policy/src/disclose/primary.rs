//! Primary rules: which cells are sensitive by themselves, and how uncertain an attacker must stay of them.

use model::reply::Figure;
use model::{Path, Spread};

use super::keys::is_withheld;
use super::suppress::Interval;
use crate::bundle::profile::Profile;
use crate::findings::Counted;

/// Whether a cell is sensitive: too few entities, too few units where the dataset has any, too few values behind a mean, or
/// one contributor who makes up most of a sum. What was not handed in counts as the worst that it could be.
pub(super) fn is_sensitive(profile: &Profile, path: &Path, cell: &Counted) -> bool {
    let has_units = path.unit_key().is_some();
    is_withheld(&cell.keys)
        || cell.fewest(path) < profile.minimum_cell
        || (has_units
            && profile.minimum_units > 1
            && cell.units.is_none_or(|units| units < profile.minimum_units))
        || cell.figures.iter().enumerate().any(|(at, figure)| {
            is_few(profile, figure)
                || is_alike(figure)
                || is_dominated(profile, figure, cell.largest.get(at).copied().flatten())
        })
}

/// A mean over nobody's values tells nobody's value.
fn is_few(profile: &Profile, figure: &Figure) -> bool {
    match figure {
        Figure::Count(count) => *count < profile.minimum_cell,
        Figure::Mean { over, .. } => (1..profile.minimum_cell).contains(over),
        Figure::Variance(spread) => (1..profile.minimum_cell).contains(&spread.over),
        _ => false,
    }
}

/// Where nothing deviates from the mean, the mean is everybody's value.
fn is_alike(figure: &Figure) -> bool {
    matches!(figure, Figure::Variance(spread) if spread.over > 0 && spread.whole_deviations() == Some(0))
}

/// The p % rule (Hundepool and others, *Statistical Disclosure Control*, 2012, section 4.2): the second largest
/// contributor takes its own value off the total, and what is left is an estimate of the largest's. It must miss by at
/// least p % of it.
fn is_dominated(profile: &Profile, figure: &Figure, largest: Option<[u64; 2]>) -> bool {
    match figure {
        Figure::Sum(sum) | Figure::Mean { sum, .. } => {
            let total = sum.unsigned_abs();
            missing(profile, largest.unwrap_or([total, 0]), total) > 0
        }
        Figure::Variance(spread) => {
            let total = spread.sum.unsigned_abs();
            missing(profile, largest.unwrap_or([total, 0]), total) > 0
                || missing_squares(profile, largest, *spread) > 0
        }
        _ => false,
    }
}

/// By how much the remainder falls short of what the p % rule asks.
fn missing(profile: &Profile, [first, second]: [u64; 2], total: u64) -> u64 {
    let rest = total.saturating_sub(first).saturating_sub(second);
    let wanted = u128::from(first) * u128::from(profile.dominance_percent);
    // Compared in hundredths, so that rounding can't make a dominated cell pass.
    let short = wanted.saturating_sub(u128::from(rest) * 100);
    u64::try_from(short.div_ceil(100)).unwrap_or(u64::MAX)
}

/// By how much the remainder of a sum of squares falls short. Whoever misses a square by 2 p + p² / 100 percent of it misses
/// its root by p percent. An entity's squares are taken for the square of its sum, which is no less: that errs on the
/// side of suppression.
pub(super) fn missing_squares(profile: &Profile, largest: Option<[u64; 2]>, spread: Spread) -> u128 {
    let squared = |value: u64| u128::from(value).saturating_mul(u128::from(value));
    let [first, second] = largest.map_or([spread.squares, 0], |largest| largest.map(squared));
    let rest = spread.squares.saturating_sub(first).saturating_sub(second);
    let ten_thousandths = squares_percent(profile.dominance_percent);
    first.saturating_mul(ten_thousandths).saturating_sub(rest.saturating_mul(10_000)).div_ceil(10_000)
}

/// What p percent of a value are of its square, in ten thousandths.
fn squares_percent(percent: u64) -> u128 {
    u128::from(percent) * 200 + u128::from(percent) * u128::from(percent)
}

/// The protection interval of a sensitive cell in sums of squares, as [`of_sum`] for sums: all in multiples of `unit`.
pub(super) fn of_squares(
    profile: &Profile,
    squares: u64,
    largest: Option<[u64; 2]>,
    spread: Option<Spread>,
    unit: u128,
) -> Interval {
    let percent = u128::from(squares) * squares_percent(profile.protection_percent);
    let by_percent = percent.div_ceil(10_000).max(1);
    let by_dominance = largest
        .zip(spread)
        .map_or(0, |(largest, spread)| missing_squares(profile, Some(largest), spread).div_ceil(unit.max(1)));
    let far = u64::try_from(by_percent.max(by_dominance)).unwrap_or(u64::MAX);
    Interval { below: far, above: far }
}

/// The protection interval of a sensitive cell in counts: nobody comes closer than the smallest cell that may be told.
pub(super) fn of_count(profile: &Profile) -> Interval {
    Interval { below: profile.minimum_cell, above: profile.minimum_cell }
}

/// The protection interval of a sensitive cell in sums: a percentage of the sum, and whatever the p % rule lacks.
pub(super) fn of_sum(profile: &Profile, sum: u64, largest: Option<[u64; 2]>) -> Interval {
    let percent = u128::from(sum) * u128::from(profile.protection_percent);
    let by_percent = u64::try_from(percent.div_ceil(100)).unwrap_or(u64::MAX).max(1);
    let by_dominance = largest.map_or(0, |largest| missing(profile, largest, sum));
    let far = by_percent.max(by_dominance);
    Interval { below: far, above: far }
}

/// The protection interval of a cell of which nothing is known but that its sum is no more than this.
pub(super) fn up_to_sum(profile: &Profile, most: u64) -> Interval {
    Interval::alike((u128::from(most) * u128::from(strictest_percent(profile))).div_ceil(100))
}

/// The same of its sum of squares.
pub(super) fn up_to_squares(profile: &Profile, most: u64) -> Interval {
    Interval::alike((u128::from(most) * squares_percent(strictest_percent(profile))).div_ceil(10_000))
}

/// What a sum lacks by the p % rule is no more than p % of its largest contribution.
fn strictest_percent(profile: &Profile) -> u64 {
    profile.protection_percent.max(profile.dominance_percent)
}

#[cfg(test)]
mod tests {
    use model::Spread;
    use model::reply::Figure;

    use super::{Profile, is_alike, missing, missing_squares, of_sum};

    #[test]
    fn a_variance_of_nothing_tells_everybodys_value() {
        let of = |sum, squares, over| is_alike(&Figure::Variance(Spread { sum, squares, over }));
        assert!(of(30, 90, 10) && of(0, 0, 10));
        assert!(!of(30, 99, 10) && !of(0, 0, 0));
    }

    #[test]
    fn the_second_largest_must_miss_the_largest_by_p_percent() {
        let profile = Profile { dominance_percent: 10, protection_percent: 10, ..Profile::lenient() };
        for (first, second, total, short) in [
            // 100 less 10 less 80 leaves 10, and 8 is asked.
            (80, 10, 100, 0),
            (80, 13, 100, 1),
            (80, 12, 100, 0),
            (100, 0, 100, 10),
            (1, 0, 1, 1),
            (0, 0, 0, 0),
            (95, 1, 105, 1),
        ] {
            assert_eq!(missing(&profile, [first, second], total), short, "{first} {second} {total}");
        }
        assert_eq!(of_sum(&profile, 1_000, None).above, 100);
        // 400 less 100 leaves 84 of 584: a tenth of 20 is 2, and 22² is 484, so 84 is just enough.
        for (first, second, squares, short) in
            [(20, 10, 584, 0), (20, 10, 583, 1), (20, 0, 400, 84), (0, 0, 0, 0)]
        {
            let spread = Spread { sum: 100, squares, over: 20 };
            assert_eq!(missing_squares(&profile, Some([first, second]), spread), short, "{first} {second}");
        }
        assert!(missing_squares(&profile, None, Spread { sum: 3, squares: 3, over: 3 }) > 0);
        assert_eq!(of_sum(&profile, 100, Some([100, 0])).above, 10);
        assert_eq!(of_sum(&profile, 0, None).above, 1);
    }
}
