//! Days as Parquet keeps them: whole days since 1 January 1970.
//! Conversions from and to civil dates, and the few sums that records need.

use jiff::SignedDuration;
use jiff::civil::Date;

/// Days since 1 January 1970.
pub(crate) type Day = i32;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// The day of a date.
pub(crate) fn day(date: Date) -> Day {
    i32::try_from(date.duration_since(EPOCH).as_hours() / 24).unwrap_or(0)
}

/// The date of a day.
pub(crate) fn date(day: Day) -> Date {
    EPOCH.saturating_add(SignedDuration::from_hours(i64::from(day) * 24))
}

/// The date `months` before `date`, or the last day of that month where it is shorter.
pub(crate) fn months_before(date: Date, months: i32) -> Date {
    let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1 - months;
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(1970);
    let of_year = i8::try_from(month.rem_euclid(12)).unwrap_or(0) + 1;
    (0..4).find_map(|short| Date::new(year, of_year, date.day() - short).ok()).unwrap_or(EPOCH)
}

#[cfg(test)]
mod tests {
    use super::{date, day, months_before};

    #[test]
    fn days_and_dates_agree() {
        for (text, days) in
            [("1970-01-01", 0), ("1969-12-31", -1), ("1940-02-29", -10_899), ("2026-01-01", 20_454)]
        {
            assert_eq!(day(text.parse().unwrap()), days, "{text}");
            assert_eq!(date(days).to_string(), text);
        }
    }

    #[test]
    fn months_are_counted_back() {
        for (from, months, to) in [
            ("2026-01-01", 1, "2025-12-01"),
            ("2026-01-01", 36, "2023-01-01"),
            ("2024-03-31", 1, "2024-02-29"),
            ("2024-12-31", 0, "2024-12-31"),
        ] {
            assert_eq!(months_before(from.parse().unwrap(), months).to_string(), to);
        }
    }
}
