//! When things happen: the 36 months before the day the records stand at, with seasons and trends.
//! Whole numbers only, so that every machine draws the same days.

use jiff::civil::Date;

use crate::day::{Day, date, day, months_before};
use crate::dice::Dice;

/// Months that records of events and reports span.
const MONTHS: i32 = 36;

/// How the months of a year differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Season {
    /// They do not.
    Flat,
    /// More when days are long.
    Summer,
    /// More when nights are long.
    Winter,
    /// More in crowded December.
    Christmas,
}

impl Season {
    /// January to December, in parts of a hundred.
    fn months(self) -> [u32; 12] {
        match self {
            Self::Flat => [100; 12],
            Self::Summer => [80, 82, 92, 100, 112, 120, 124, 118, 108, 98, 84, 82],
            Self::Winter => [122, 114, 104, 94, 86, 82, 80, 84, 92, 108, 118, 116],
            Self::Christmas => [92, 90, 94, 94, 96, 98, 96, 92, 98, 106, 118, 126],
        }
    }
}

/// The months that days are drawn from.
#[derive(Debug, Clone)]
pub(crate) struct Seasons {
    as_of: Day,
    /// First day, days, and month of the year less one.
    months: Vec<(Day, Day, usize)>,
}

impl Seasons {
    /// The 36 months before `as_of`.
    pub(crate) fn new(as_of: Date) -> Self {
        let month = |back: i32| {
            let first = day(months_before(as_of, back));
            let days = day(months_before(as_of, back - 1)) - first;
            let of_year = date(first + days / 2).month();
            (first, days, usize::try_from(of_year - 1).unwrap_or(0))
        };
        Self { as_of: day(as_of), months: (1..=MONTHS).rev().map(month).collect() }
    }

    /// The day the records stand at.
    pub(crate) fn as_of(&self) -> Day {
        self.as_of
    }

    /// A day before `as_of`: `trend` is how much of it there is at the end, in parts of a hundred of the start.
    pub(crate) fn day(&self, season: Season, trend: u32, dice: &mut Dice) -> Day {
        let of_year = season.months();
        let weight = |at: u32, month: usize| {
            let grown = 100 * 35 + trend * at - 100 * at;
            u64::from(of_year.get(month).copied().unwrap_or(100)) * u64::from(grown)
        };
        let weighted =
            || (0..).zip(&self.months).map(|(at, &(first, days, month))| (first, days, weight(at, month)));
        let mut rest = dice.below(weighted().map(|(_, _, weight)| weight).sum());
        for (first, days, weight) in weighted() {
            if rest < weight {
                return first + i32::try_from(dice.below(u64::from(days.unsigned_abs()))).unwrap_or(0);
            }
            rest -= weight;
        }
        self.as_of - 1
    }
}

#[cfg(test)]
mod tests {
    use super::{Season, Seasons};
    use crate::day::date;
    use crate::dice::{Dice, Purpose};

    #[test]
    fn days_lie_in_the_window_and_follow_season_and_trend() {
        for as_of in ["2026-01-01", "2024-02-29", "2025-07-31"] {
            let as_of = as_of.parse().unwrap();
            let seasons = Seasons::new(as_of);
            let mut dice = Dice::new(1, Purpose::Report, 0, 0);
            let days: Vec<_> =
                (0..20_000).map(|_| date(seasons.day(Season::Summer, 200, &mut dice))).collect();
            let start = super::months_before(as_of, 36);
            assert!(days.iter().all(|&day| start <= day && day < as_of));
            let in_month = |month| days.iter().filter(|day| day.month() == month).count();
            assert!(in_month(7) * 10 > in_month(12) * 12, "{} {}", in_month(7), in_month(12));
            let middle = super::months_before(as_of, 18);
            let late = days.iter().filter(|&&day| day >= middle).count();
            assert!(late > 11_000, "{late}");
        }
    }
}
