//! How two birth dates agree: to the precision that both have, and in the ways that clerks get them wrong.
//! A probe's date is always to the day.

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use crate::score::Level;

/// Years by which an estimate from apparent age may miss.
pub(super) const ESTIMATE_YEARS: i16 = 2;

/// Compares a probe's date with a record's.
pub(super) fn level(probe: Option<Date>, record: Option<Date>, precision: DobPrecision) -> Level {
    let (Some(probe), Some(record)) = (probe, record) else { return Level::Missing };
    let same_year = probe.year() == record.year();
    let same_month = probe.month() == record.month();
    match precision {
        DobPrecision::Day => day_level(probe, record),
        DobPrecision::Month if same_year && same_month => Level::MonthKnown,
        DobPrecision::Year if same_year => Level::YearKnown,
        DobPrecision::Estimated if within_estimate(probe, record) => Level::Estimated,
        DobPrecision::Estimated => Level::OffEstimate,
        DobPrecision::Month | DobPrecision::Year => Level::Differ,
    }
}

fn day_level(a: Date, b: Date) -> Level {
    if a == b {
        return if is_new_year(a) { Level::NewYear } else { Level::Exact };
    }
    let (same_year, same_month, same_day) =
        (a.year() == b.year(), a.month() == b.month(), a.day() == b.day());
    if same_year && a.month() == b.day() && a.day() == b.month() {
        Level::Swapped
    } else if same_month && same_day && a.year().abs_diff(b.year()) == 1 {
        Level::YearOff
    } else if is_one_slip(a, b) || (same_month && same_day && a.year().abs_diff(b.year()) == 10) {
        Level::Typo
    } else if same_year && same_month {
        Level::Month
    } else if same_year && (is_new_year(a) || is_new_year(b)) {
        // The first of January is what many systems write when only the year is known.
        Level::YearKnown
    } else {
        Level::Differ
    }
}

fn within_estimate(a: Date, b: Date) -> bool {
    (a.year() - b.year()).abs() <= ESTIMATE_YEARS
}

pub(super) fn is_new_year(date: Date) -> bool {
    date.month() == 1 && date.day() == 1
}

/// One digit differs, or two neighbours are exchanged, when both are written as eight digits.
fn is_one_slip(a: Date, b: Date) -> bool {
    let (a, b) = (digits(a), digits(b));
    let mut wrong = a.iter().zip(&b).zip(0_usize..).filter(|((a, b), _)| a != b);
    match (wrong.next(), wrong.next(), wrong.next()) {
        (Some(_), None, _) => true,
        (Some(((a, b), at)), Some(((c, d), then)), None) => then == at + 1 && a == d && b == c,
        _ => false,
    }
}

fn digits(date: Date) -> [u8; 8] {
    let mut rest = i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day());
    let mut digits = [0; 8];
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    use model::vocabulary::DobPrecision;

    use super::level;
    use crate::score::Level;

    #[test]
    fn birth_dates_agree_in_levels() {
        use DobPrecision::{Day, Estimated, Month, Year};
        for (probe, record, precision, wanted) in [
            ("1984-03-02", "1984-03-02", Day, Level::Exact),
            ("1984-01-01", "1984-01-01", Day, Level::NewYear),
            ("1984-03-02", "1984-02-03", Day, Level::Swapped),
            ("1984-03-02", "1985-03-02", Day, Level::YearOff),
            ("1990-03-02", "1989-03-02", Day, Level::YearOff),
            ("1984-03-02", "1974-03-02", Day, Level::Typo),
            ("1984-03-02", "1948-03-02", Day, Level::Typo),
            ("1984-03-02", "1984-03-07", Day, Level::Typo),
            ("1995-03-02", "2005-03-02", Day, Level::Typo),
            ("1984-03-02", "1984-03-17", Day, Level::Month),
            ("1984-03-02", "1984-01-01", Day, Level::YearKnown),
            ("1984-03-02", "1984-09-15", Day, Level::Differ),
            ("1984-03-02", "1971-11-28", Day, Level::Differ),
            ("1984-03-02", "1984-03-01", Month, Level::MonthKnown),
            ("1984-03-02", "1984-04-01", Month, Level::Differ),
            ("1984-03-02", "1984-01-01", Year, Level::YearKnown),
            ("1984-03-02", "1985-01-01", Year, Level::Differ),
            ("1984-03-02", "1986-01-01", Estimated, Level::Estimated),
            ("1984-03-02", "1990-01-01", Estimated, Level::OffEstimate),
        ] {
            let found = level(probe.parse().ok(), record.parse().ok(), precision);
            assert_eq!(found, wanted, "{probe} {record} {precision}");
        }
        assert_eq!(level(None, "1984-03-02".parse().ok(), Day), Level::Missing);
    }
}
