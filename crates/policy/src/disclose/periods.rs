//! Periods of the calendar and bands of numbers: keys that stand in an order without gaps, each by its number.

use model::filter::GridPoint;
use model::{Filter, Grain};

/// How the keys of a dimension follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grid {
    /// By so many months: 1, 3 or 12.
    Calendar(i64),
    /// By bands of this width.
    Bands(i64),
}

impl Grid {
    /// The grid of a grain; none where keys have no order.
    pub(super) fn of(grain: Grain) -> Option<Self> {
        match grain {
            Grain::Month => Some(Self::Calendar(1)),
            Grain::Quarter => Some(Self::Calendar(3)),
            Grain::Year => Some(Self::Calendar(12)),
            Grain::Band(width) if width > 0 => Some(Self::Bands(width)),
            Grain::Value | Grain::Prefix(_) | Grain::Band(_) => None,
        }
    }

    fn width(self) -> i64 {
        match self {
            Self::Calendar(width) | Self::Bands(width) => width,
        }
    }

    /// The number of a key; none of what is no key of this grid.
    pub(super) fn number(self, key: &str) -> Option<i64> {
        match self {
            Self::Calendar(12) => key.parse().ok(),
            Self::Calendar(3) => {
                let (year, quarter) = key.split_once("-Q")?;
                Some(year.parse::<i64>().ok()? * 4 + quarter.parse::<i64>().ok()? - 1)
            }
            Self::Calendar(_) => {
                let (year, month) = key.split_once('-')?;
                Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()? - 1)
            }
            Self::Bands(width) => Some(key.parse::<i64>().ok()?.div_euclid(width)),
        }
    }

    /// The key with a number.
    pub(super) fn key(self, number: i64) -> String {
        match self {
            Self::Calendar(12) => format!("{number:04}"),
            Self::Calendar(3) => format!("{:04}-Q{}", number.div_euclid(4), number.rem_euclid(4) + 1),
            Self::Calendar(_) => format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
            Self::Bands(width) => number.saturating_mul(width).to_string(),
        }
    }

    /// The first and the last key that a filter leaves possible in a column, each where it sets an end.
    pub(super) fn ends(self, filter: &Filter, column: &str) -> [Option<i64>; 2] {
        let [from, below] = range(filter, column);
        let at = |point: i64| point.div_euclid(self.width());
        [from.map(at), below.map(|below| at(below.saturating_sub(1)))]
    }
}

/// The first point inside and the first outside of what a filter leaves possible, each where there is such an end.
fn range(filter: &Filter, column: &str) -> [Option<i64>; 2] {
    let place = |point: &GridPoint| match *point {
        GridPoint::Month { year, month } => i64::from(year) * 12 + i64::from(month) - 1,
        GridPoint::Number(number) => number,
    };
    match filter {
        Filter::And(parts) => {
            parts.iter().map(|part| range(part, column)).fold([None, None], |whole, part| {
                let [[a, b], [c, d]] = [whole, part];
                // No end is below every first point, and above every last.
                [a.max(c), b.into_iter().chain(d).min()]
            })
        }
        Filter::Or(parts) => {
            let parts: Vec<[Option<i64>; 2]> = parts.iter().map(|part| range(part, column)).collect();
            let froms: Option<Vec<i64>> = parts.iter().map(|[from, _]| *from).collect();
            let belows: Option<Vec<i64>> = parts.iter().map(|[_, below]| *below).collect();
            [froms.and_then(|all| all.into_iter().min()), belows.and_then(|all| all.into_iter().max())]
        }
        Filter::Range { column: of, from, below } if of == column => {
            [from.as_ref().map(place), below.as_ref().map(place)]
        }
        _ => [None, None],
    }
}

#[cfg(test)]
mod tests {
    use model::{Dataset, Dimension, Filter};

    use super::Grid;

    #[test]
    fn keys_and_numbers_are_one_another() {
        for (dataset, by, keys) in [
            (Dataset::Event, "month", &["2023-12", "2024-01", "2024-02"][..]),
            (Dataset::Event, "quarter", &["2023-Q4", "2024-Q1"]),
            (Dataset::Event, "year", &["0099", "0100"]),
            (Dataset::Report, "risk_score:band20", &["-20", "0", "20"]),
        ] {
            let grid = Grid::of(Dimension::parse(dataset, by).unwrap().grain).unwrap();
            let numbers: Vec<i64> = keys.iter().map(|key| grid.number(key).unwrap()).collect();
            assert!(numbers.is_sorted_by(|one, next| one + 1 == *next), "{by}: {numbers:?}");
            assert!(numbers.iter().zip(keys).all(|(number, key)| grid.key(*number) == *key), "{by}");
            assert_eq!(grid.number("(withheld)"), None);
        }
    }

    #[test]
    fn a_filter_sets_the_ends_that_every_record_keeps() {
        let of = |dataset, by: &str, filter: &str| {
            let dimension = Dimension::parse(dataset, by).unwrap();
            let grid = Grid::of(dimension.grain).unwrap();
            let filter = Filter::parse(dataset, filter).unwrap();
            grid.ends(&filter, &dimension.column).map(|end| end.map(|number| grid.key(number)))
        };
        for (by, filter, ends) in [
            ("month", "month between 2024-01 and 2024-03", [Some("2024-01"), Some("2024-03")]),
            ("quarter", "month between 2024-02 and 2024-07", [Some("2024-Q1"), Some("2024-Q3")]),
            ("month", "month >= 2024-02", [Some("2024-02"), None]),
            ("year", "month < 2024-01 and kind = stop", [None, Some("2023")]),
            (
                "month",
                "month >= 2024-02 and month >= 2024-05 and month < 2024-07",
                [Some("2024-05"), Some("2024-06")],
            ),
            (
                "month",
                "month between 2024-01 and 2024-02 or month between 2025-01 and 2025-02",
                [Some("2024-01"), Some("2025-02")],
            ),
            ("month", "month >= 2024-02 or kind = stop", [None, None]),
            ("month", "kind = stop", [None, None]),
        ] {
            assert_eq!(
                of(Dataset::Event, by, filter),
                ends.map(|end| end.map(str::to_owned)),
                "{by}: {filter}"
            );
        }
        let bands = of(Dataset::Report, "risk_score:band20", "risk_score >= 10 and risk_score < 60");
        assert_eq!(bands, [Some("0"), Some("40")].map(|end| end.map(str::to_owned)));
    }
}
