//! How two birth dates agree: to the precision that both have, and in the ways that clerks get them wrong.
//! A probe's date is always to the day.

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use crate::score::Level;

/// Years by which an estimate from apparent age may miss.
pub(super) const ESTIMATE_YEARS: i16 = 2;

/// Years by which it may be further out, though that is seldom.
pub(super) const NEAR_YEARS: i16 = 6;

/// A date as eight decimal digits of four bits each, as a clerk writes them: `19840302`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written(u32);

/// The digits of the day, and of the month beside it.
const DAY: u32 = 0xff;
const MONTH: u32 = 0xff00;
const NEW_YEAR: u32 = 0x0101;

impl Written {
    /// The digits of a date. Nobody is born before the year 0.
    pub(super) fn of(date: Date) -> Self {
        let number = |part: i8| u32::try_from(part).unwrap_or(0);
        let year = u32::try_from(date.year()).unwrap_or(0);
        let digits = |number: u32| ((number / 10) << 4) | (number % 10);
        let (month, day) = (number(date.month()), number(date.day()));
        Self((digits(year / 100) << 24) | (digits(year % 100) << 16) | (digits(month) << 8) | digits(day))
    }

    /// The date, where there is such a day.
    pub(super) fn date(self) -> Option<Date> {
        let number = |shift: u32| ((self.0 >> (shift + 4)) & 0xf) * 10 + ((self.0 >> shift) & 0xf);
        let year = i16::try_from(number(24) * 100 + number(16)).ok()?;
        Date::new(year, i8::try_from(number(8)).ok()?, i8::try_from(number(0)).ok()?).ok()
    }

    /// In 27 bits: month and day need no more than eleven.
    pub(super) fn packed(self) -> u32 {
        ((self.0 & !(MONTH | DAY)) >> 5) | ((self.0 & 0x1f00) >> 2) | (self.0 & 0x3f)
    }

    /// What [`Self::packed`] packed.
    pub(super) fn unpacked(packed: u32) -> Self {
        Self(((packed & 0x07ff_f800) << 5) | ((packed & 0x07c0) << 2) | (packed & 0x3f))
    }

    fn year(self) -> u32 {
        let digit = |shift: u32| (self.0 >> shift) & 0xf;
        ((digit(28) * 10 + digit(24)) * 10 + digit(20)) * 10 + digit(16)
    }

    fn month(self) -> u32 {
        (self.0 & MONTH) >> 8
    }

    fn day(self) -> u32 {
        self.0 & DAY
    }

    fn is_new_year(self) -> bool {
        self.0 & (MONTH | DAY) == NEW_YEAR
    }
}

/// Compares a probe's date with a record's.
pub(super) fn level(probe: Option<Written>, record: Option<Written>, precision: DobPrecision) -> Level {
    let (Some(probe), Some(record)) = (probe, record) else { return Level::Missing };
    let differ = probe.0 ^ record.0;
    let same_year = differ & !(MONTH | DAY) == 0;
    let same_month = differ & MONTH == 0;
    match precision {
        DobPrecision::Day => day_level(probe, record),
        DobPrecision::Month if same_year && same_month => Level::MonthKnown,
        DobPrecision::Year if same_year => Level::YearKnown,
        DobPrecision::Estimated if years_apart(probe, record) <= ESTIMATE_YEARS.unsigned_abs().into() => {
            Level::Estimated
        }
        DobPrecision::Estimated if years_apart(probe, record) <= NEAR_YEARS.unsigned_abs().into() => {
            Level::NearEstimate
        }
        DobPrecision::Estimated => Level::OffEstimate,
        DobPrecision::Month | DobPrecision::Year => Level::Differ,
    }
}

fn day_level(a: Written, b: Written) -> Level {
    if a == b {
        return if a.is_new_year() { Level::NewYear } else { Level::Exact };
    }
    let differ = a.0 ^ b.0;
    let same_year = differ & !(MONTH | DAY) == 0;
    let same_day_of_year = differ & (MONTH | DAY) == 0;
    if same_year && a.month() == b.day() && a.day() == b.month() {
        Level::Swapped
    } else if same_day_of_year && a.year().abs_diff(b.year()) == 1 {
        Level::YearOff
    } else if is_one_slip(a, b) || (same_day_of_year && a.year().abs_diff(b.year()) == 10) {
        Level::Typo
    } else if same_year && differ & MONTH == 0 {
        Level::Month
    } else if same_year && (a.is_new_year() || b.is_new_year()) {
        // The first of January is what many systems write when only the year is known.
        Level::YearKnown
    } else {
        Level::Differ
    }
}

fn years_apart(a: Written, b: Written) -> u32 {
    a.year().abs_diff(b.year())
}

pub(super) fn is_new_year(date: Date) -> bool {
    date.month() == 1 && date.day() == 1
}

/// One digit differs, or two neighbours are exchanged.
fn is_one_slip(a: Written, b: Written) -> bool {
    let differ = a.0 ^ b.0;
    // The lowest bit of each digit that differs.
    let wrong = (differ | (differ >> 1) | (differ >> 2) | (differ >> 3)) & 0x1111_1111;
    match wrong.count_ones() {
        1 => true,
        2 => {
            let at = wrong.trailing_zeros();
            let digits = |date: Written| ((date.0 >> at) & 0xf, (date.0 >> at >> 4) & 0xf);
            let ((a, before_a), (b, before_b)) = (digits(a), digits(b));
            wrong >> at == 0x11 && a == before_b && b == before_a
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use model::vocabulary::DobPrecision;
    use proptest::prelude::*;

    use super::{Written, is_one_slip, level};
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
            ("1984-03-02", "1990-01-01", Estimated, Level::NearEstimate),
            ("1984-03-02", "1991-01-01", Estimated, Level::OffEstimate),
        ] {
            let written = |date: &str| date.parse().ok().map(Written::of);
            let found = level(written(probe), written(record), precision);
            assert_eq!(found, wanted, "{probe} {record} {precision}");
        }
        assert_eq!(level(None, "1984-03-02".parse().ok().map(Written::of), Day), Level::Missing);
    }

    proptest! {
        #[test]
        fn a_written_date_is_read_back(year in 0_i16..=9999, month in 1_i8..=12, day in 1_i8..=28, bits: u32) {
            let date = Date::new(year, month, day).unwrap();
            let written = Written::of(date);
            prop_assert_eq!(written.date(), Some(date));
            prop_assert!(written.packed() < 1 << 27 && Written::unpacked(written.packed()) == written);
            let _ = Written::unpacked(bits).date();
        }

        #[test]
        fn a_slip_is_one_digit_or_two_exchanged(a in date(), b in date()) {
            let digits = |date: Date| -> Vec<u8> {
                format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()).into_bytes()
            };
            let wrong: Vec<usize> = (0..8).filter(|&at| digits(a)[at] != digits(b)[at]).collect();
            let slip = match wrong[..] {
                [_] => true,
                [at, then] => then == at + 1 && digits(a)[at] == digits(b)[then] && digits(a)[then] == digits(b)[at],
                _ => false,
            };
            prop_assert_eq!(is_one_slip(Written::of(a), Written::of(b)), slip);
        }
    }

    /// Dates of few digits, so that two are often a slip apart.
    fn date() -> impl Strategy<Value = Date> {
        let year = prop_oneof![Just(1984), Just(1994), Just(1948), Just(1985)];
        (year, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
    }
}
