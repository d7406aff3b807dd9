//! The period that a picture speaks of, in whole months, and the one that it is compared with.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use model::Complaint;

/// Longest period, in months: a table by month and category of a longer one is larger than forces release in time.
pub const MONTHS_MAX: i32 = 24;
/// Years that a period may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1950..=2199;

/// A run of whole months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    first: Month,
    months: i32,
}

/// A month, counted from January of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Month(i32);

/// A period and the one that it is compared with: as long, and sharing no month with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    period: Period,
    previous: Period,
}

impl Frame {
    /// Compares `period` with `previous`, or with the months right before it where none is named.
    ///
    /// Fails where the two share months or differ in length: a difference between them would say nothing.
    pub fn new(period: Period, previous: Option<Period>) -> Result<Self, Complaint> {
        let previous = match previous {
            Some(previous) => previous,
            None => period.before()?,
        };
        let complain = |why: String| Err(Complaint::new("previous", why));
        if previous.months != period.months {
            return complain(format!(
                "{previous} is {} months long and {period} {}; compare periods of the same length",
                previous.months, period.months
            ));
        }
        if previous.first < period.end() && period.first < previous.end() {
            return complain(format!("{previous} shares months with {period}"));
        }
        Ok(Self { period, previous })
    }

    /// The period that the picture is of.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The period that it is compared with.
    pub fn previous(&self) -> Period {
        self.previous
    }
}

impl Period {
    /// How many months.
    pub fn months(&self) -> i32 {
        self.months
    }

    /// The first day.
    pub fn first_day(&self) -> Date {
        self.first.first_day()
    }

    /// The last day.
    pub fn last_day(&self) -> Date {
        // The day before a first day exists: years begin long after the calendar does.
        self.end().first_day().yesterday().unwrap_or(Date::MAX)
    }

    /// The months as tables name them, such as `2024-03`, in their order.
    pub fn keys(&self) -> Vec<String> {
        (0..self.months).map(|at| Month(self.first.0 + at).to_string()).collect()
    }

    /// The condition that a date column lies inside, as a filter says it.
    pub fn condition(&self, column: &str) -> String {
        format!("{column} between {} and {}", self.first, Month(self.end().0 - 1))
    }

    /// The period of the same length right before.
    fn before(&self) -> Result<Self, Complaint> {
        let first = Month(self.first.0 - self.months);
        first.check("previous")?;
        Ok(Self { first, months: self.months })
    }

    /// The first month after it.
    fn end(&self) -> Month {
        Month(self.first.0 + self.months)
    }

    fn new(first: Month, end: Month) -> Result<Self, Complaint> {
        first.check("period")?;
        Month(end.0 - 1).check("period")?;
        let months = end.0 - first.0;
        if months < 1 {
            return Err(Complaint::new("period", "ends before it begins"));
        }
        if months > MONTHS_MAX {
            let why = format!("is {months} months long; at most {MONTHS_MAX} make one picture");
            return Err(Complaint::new("period", why));
        }
        Ok(Self { first, months })
    }
}

impl Month {
    fn of(year: i16, month: i8) -> Self {
        Self(i32::from(year) * 12 + i32::from(month) - 1)
    }

    fn year(self) -> i16 {
        i16::try_from(self.0.div_euclid(12)).unwrap_or(i16::MAX)
    }

    /// 1 to 12.
    fn number(self) -> i8 {
        i8::try_from(self.0.rem_euclid(12)).unwrap_or(0) + 1
    }

    fn first_day(self) -> Date {
        Date::new(self.year(), self.number(), 1).unwrap_or(Date::MAX)
    }

    fn check(self, field: &str) -> Result<(), Complaint> {
        if YEARS.contains(&self.year()) {
            return Ok(());
        }
        let why = format!("must lie in the years {} to {}", YEARS.start(), YEARS.end());
        Err(Complaint::new(field, why))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// The shortest text that says it: `2024-Q1`, `2024-03`, `2024`, otherwise `2024-02..2024-06`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number) = (self.first.year(), self.first.number());
        match self.months {
            1 => write!(f, "{}", self.first),
            3 if number % 3 == 1 => write!(f, "{year:04}-Q{}", (number + 2) / 3),
            12 if number == 1 => write!(f, "{year:04}"),
            _ => write!(f, "{}..{}", self.first, Month(self.end().0 - 1)),
        }
    }
}

/// Reads `2024-Q1`, `2024-03`, `2024`, `2024-02..2024-06`, or whole months by their days, `2024-01-01..2024-03-31`.
impl FromStr for Period {
    type Err = Complaint;

    fn from_str(text: &str) -> Result<Self, Complaint> {
        let unread = || {
            let given: String = text.chars().take(40).collect();
            let why = format!(
                "{given:?} is no period; write a quarter 2024-Q1, a month 2024-03, a year 2024, or whole months \
                 2024-01..2024-03 or 2024-01-01..2024-03-31"
            );
            Complaint::new("period", why)
        };
        match text.split_once("..") {
            None => {
                let (first, months) = simple(text).ok_or_else(unread)?;
                Self::new(first, Month(first.0 + months))
            }
            Some((from, to)) => match (simple(from), simple(to)) {
                (Some((first, _)), Some((last, months))) => Self::new(first, Month(last.0 + months)),
                _ => days(from, to).ok_or_else(unread)?,
            },
        }
    }
}

/// A quarter, month or year: its first month, and how many.
fn simple(text: &str) -> Option<(Month, i32)> {
    let digits =
        |text: &str, count| (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then_some(());
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (text, None),
    };
    digits(year, 4)?;
    let year: i16 = year.parse().ok()?;
    match rest {
        None => Some((Month::of(year, 1), 12)),
        Some(rest) => match rest.strip_prefix(['Q', 'q']) {
            Some(quarter) => {
                digits(quarter, 1)?;
                let quarter: i8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                Some((Month::of(year, quarter * 3 - 2), 3))
            }
            None => {
                digits(rest, 2)?;
                let month: i8 = rest.parse().ok().filter(|month| (1..=12).contains(month))?;
                Some((Month::of(year, month), 1))
            }
        },
    }
}

/// Whole months told by their first and last day; nothing where the two are no days.
fn days(from: &str, to: &str) -> Option<Result<Period, Complaint>> {
    let day = |text: &str| (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
    let (from, to) = (day(from)?, day(to)?);
    let whole = from.day() == 1 && to.day() == to.days_in_month();
    Some(if whole {
        Period::new(Month::of(from.year(), from.month()), Month(Month::of(to.year(), to.month()).0 + 1))
    } else {
        let (first, last) = (from.first_of_month(), to.last_of_month());
        Err(Complaint::new(
            "period",
            format!("runs over whole months, since forces tell dates by month: {first}..{last}"),
        ))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Frame, Month, Period};

    #[test]
    fn periods_are_read_and_told_in_their_shortest_form() {
        for (text, told, first, last, months, previous) in [
            ("2024-Q1", "2024-Q1", "2024-01-01", "2024-03-31", 3, "2023-Q4"),
            ("2024-q4", "2024-Q4", "2024-10-01", "2024-12-31", 3, "2024-Q3"),
            ("2024-03", "2024-03", "2024-03-01", "2024-03-31", 1, "2024-02"),
            ("2024-01", "2024-01", "2024-01-01", "2024-01-31", 1, "2023-12"),
            ("2024", "2024", "2024-01-01", "2024-12-31", 12, "2023"),
            ("2024-01-01..2024-03-31", "2024-Q1", "2024-01-01", "2024-03-31", 3, "2023-Q4"),
            ("2024-02-01..2024-02-29", "2024-02", "2024-02-01", "2024-02-29", 1, "2024-01"),
            ("2024-02..2024-06", "2024-02..2024-06", "2024-02-01", "2024-06-30", 5, "2023-09..2024-01"),
            ("2024-Q1..2024-Q2", "2024-01..2024-06", "2024-01-01", "2024-06-30", 6, "2023-07..2023-12"),
            ("2023-04..2024-03", "2023-04..2024-03", "2023-04-01", "2024-03-31", 12, "2022-04..2023-03"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), told, "{text}");
            assert_eq!(
                (period.first_day().to_string(), period.last_day().to_string()),
                (first.into(), last.into())
            );
            assert_eq!(period.keys().len(), usize::try_from(months).unwrap());
            assert_eq!(Frame::new(period, None).unwrap().previous().to_string(), previous, "{text}");
        }
    }

    #[test]
    fn what_is_no_period_says_how_to_write_one() {
        for (text, part) in [
            ("", "is no period"),
            ("Q1", "is no period"),
            ("2024-Q5", "is no period"),
            ("2024-13", "is no period"),
            ("24-01", "is no period"),
            ("2024-1", "is no period"),
            ("2024-03-01", "is no period"),
            ("2024-02-30..2024-03-31", "is no period"),
            ("+024", "is no period"),
            ("2024-01-15..2024-03-20", "2024-01-01..2024-03-31"),
            ("2024-03..2024-01", "ends before it begins"),
            ("2020..2023", "at most 24"),
            ("1900-Q1", "in the years"),
            ("9999", "in the years"),
        ] {
            let complaint = text.parse::<Period>().unwrap_err().to_string();
            assert!(complaint.contains(part), "{text}: {complaint}");
        }
    }

    #[test]
    fn periods_are_compared_only_where_that_says_something() {
        let frame = |period: &str, previous: &str| {
            Frame::new(period.parse().unwrap(), Some(previous.parse().unwrap())).map_err(|c| c.to_string())
        };
        assert!(frame("2024-Q1", "2023-Q1").is_ok());
        assert!(frame("2024-Q1", "2024-Q2").is_ok());
        for (period, previous, part) in [
            ("2024-Q1", "2023", "same length"),
            ("2024-Q1", "2024-Q1", "shares months"),
            ("2024-02..2024-04", "2024-Q1", "shares months"),
        ] {
            let complaint = frame(period, previous).unwrap_err();
            assert!(complaint.contains(part), "{complaint}");
        }
        let first = Frame::new("1950-Q1".parse().unwrap(), None).unwrap_err().to_string();
        assert!(first.starts_with("previous: must lie"), "{first}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// What is told is read as the same period, and the period before touches it and is as long.
        #[test]
        fn what_is_told_is_read_again(first in 1960 * 12..2190 * 12, months in 1..=24) {
            let period = Period::new(Month(first), Month(first + months)).unwrap();
            prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
            let by_days = format!("{}..{}", period.first_day(), period.last_day());
            prop_assert_eq!(by_days.parse::<Period>().unwrap(), period);
            let frame = Frame::new(period, None).unwrap();
            prop_assert_eq!(frame.previous().end(), period.first);
            prop_assert_eq!(frame.previous().months(), months);
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in ".{0,30}") {
            let _ = text.parse::<Period>();
        }
    }
}
