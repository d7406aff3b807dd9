//! Dates: as dates or timestamps, or as text in the forms that police systems export. A month is its first day; of a
//! moment the date as written counts, since that is the day on which people say that it happened.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use jiff::civil::Date;

use super::{Cells, as_text, parsed};

const WHY: &str = "not a date: write YYYY-MM-DD, YYYY-MM, DD/MM/YYYY or an RFC 3339 time";

pub(super) fn read(given: &ArrayRef) -> Result<Cells, ArrowError> {
    if matches!(given.data_type(), DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)) {
        return Ok(Cells::Plain(cast(given, &DataType::Date32)?, Vec::new()));
    }
    let (days, bad) = parsed(&as_text(given)?, WHY, parse);
    Ok(Cells::Plain(Arc::new(Date32Array::from(days)), bad))
}

/// Days since 1 January 1970.
fn parse(text: &str) -> Option<i32> {
    let date = match text.as_bytes() {
        [d1 @ b'0'..=b'9', d2 @ b'0'..=b'9', b'/', ..] => {
            let (month, rest) = (text.get(3..5)?, text.get(5..)?);
            let (year, rest) = (rest.strip_prefix('/')?.get(..4)?, rest.get(5..)?);
            is_time(rest).then(|| civil(digits(year)?, digits(month)?, two(*d1, *d2)))?
        }
        _ => {
            let (year, month) = (text.get(..4)?, text.get(4..)?.strip_prefix('-')?.get(..2)?);
            match text.get(7..)? {
                "" => civil(digits(year)?, digits(month)?, 1),
                rest => {
                    let (day, rest) = (rest.strip_prefix('-')?.get(..2)?, text.get(10..)?);
                    is_time(rest).then(|| civil(digits(year)?, digits(month)?, digits(day)?))?
                }
            }
        }
    }?;
    let since = date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).ok()?;
    Some(since.get_days())
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn two(tens: u8, ones: u8) -> i16 {
    i16::from(tens - b'0') * 10 + i16::from(ones - b'0')
}

fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Nothing, or a time of day after `T` or a space: `HH:MM`, seconds, a fraction, and `Z` or an offset.
fn is_time(rest: &str) -> bool {
    let Some(time) = rest.strip_prefix(['T', 't', ' ']) else { return rest.is_empty() };
    let Some(rest) = clock(time, 23).and_then(|rest| clock(rest.strip_prefix(':')?, 59)) else {
        return false;
    };
    let rest = match rest.strip_prefix(':') {
        Some(seconds) => match clock(seconds, 60) {
            Some(rest) => rest,
            None => return false,
        },
        None => rest,
    };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            fraction.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        Some(_) => return false,
        None => rest,
    };
    match rest.strip_prefix(['+', '-']) {
        Some(offset) => {
            let minutes = clock(offset, 23).and_then(|rest| clock(rest.trim_start_matches(':'), 59));
            minutes == Some("")
        }
        None => matches!(rest, "" | "Z" | "z"),
    }
}

/// What follows two digits that are at most `most`.
fn clock(text: &str, most: i16) -> Option<&str> {
    let value = digits(text.get(..2)?)?;
    (value <= most).then(|| text.get(2..))?
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_are_read_in_every_form_and_nothing_else_is() {
        for (text, days) in [
            ("1970-01-02", Some(1)),
            ("2024-01", Some(19723)),
            ("2024-01-01", Some(19723)),
            ("01/01/2024", Some(19723)),
            ("31/12/1969", Some(-1)),
            ("01/01/2024 09:30", Some(19723)),
            ("2024-01-01T00:00:00+00:00", Some(19723)),
            ("2024-06-01T00:00:00+01:00", Some(19875)),
            ("2024-01-01T23:59:59.123456Z", Some(19723)),
            ("2024-01-01 10:00:00", Some(19723)),
            ("2024-02-29", Some(19782)),
            ("2023-02-29", None),
            ("2024-13", None),
            ("2024-00-10", None),
            ("32/01/2024", None),
            ("1/1/2024", None),
            ("2024", None),
            ("20240101", None),
            ("2024-01-01T25:00:00Z", None),
            ("2024-01-01T10:00:00+", None),
            ("2024-01-01T10:00:00.Z", None),
            ("2024-01-01x", None),
            ("+024-01-01", None),
            ("20é4-01-01", None),
            ("", None),
        ] {
            assert_eq!(parse(text), days, "{text}");
        }
    }
}
