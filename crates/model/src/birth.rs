//! What is known of a birth date, as people write it: a day, a month, a year, a span of years, or an apparent age.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::Complaint;
use crate::probe::{Born, PersonProbe};

const MEND: &str = "is not a date that the calendar has; write year-month-day, such as 1984-02-29, or as much as is \
                    known: 1984-02, 1984, 1980..1989";

impl PersonProbe {
    /// With a birth date as written: `1984-02-29`, `1984-02`, `1984`, or a span of two of these such as `1980..1984-06`.
    pub fn born_on(self, text: &str) -> Result<Self, Complaint> {
        let complaint = || Complaint::new("probe.dob", MEND);
        let text = text.trim();
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, _) = days(from.trim()).ok_or_else(complaint)?;
        let (_, to) = days(to.trim()).ok_or_else(complaint)?;
        Ok(if from == to {
            Self { dob: Some(from), ..self }
        } else {
            Self { born: Some(Born { from, to }), ..self }
        })
    }

    /// With an apparent age in years on the day `today`: `35`, or between two such as `30-40`.
    pub fn aged(self, text: &str, today: Date) -> Result<Self, Complaint> {
        let complaint = || Complaint::new("probe.born", "is not an age; write years such as 35, or 30-40");
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let age = |text: &str| text.trim().parse::<i16>().ok().filter(|age| (0..=120).contains(age));
        let (least, most) = (age(least).ok_or_else(complaint)?, age(most).ok_or_else(complaint)?);
        // Somebody of that age today was born after the day a year further back.
        let from = today.checked_sub((most + 1).years()).and_then(|day| day.checked_add(1.day()));
        let to = today.checked_sub(least.years());
        let (Ok(from), Ok(to)) = (from, to) else { return Err(complaint()) };
        Ok(Self { born: Some(Born { from, to }), ..self })
    }
}

/// The first and the last day of a day, a month or a year.
fn days(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-');
    let number = |part: &str, digits: usize| {
        (part.len() <= digits && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<i16>().ok())?
    };
    let year = number(parts.next()?, 4).filter(|&year| year >= 1000)?;
    let Some(month) = parts.next() else { return Some((date(year, 1, 1), date(year, 12, 31))) };
    let month = i8::try_from(number(month, 2)?).ok()?;
    let first = Date::new(year, month, 1).ok()?;
    match (parts.next(), parts.next()) {
        (None, _) => Some((first, first.last_of_month())),
        (Some(_), None) => text.parse().ok().map(|day| (day, day)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn told(probe: Result<PersonProbe, Complaint>) -> Option<String> {
        let probe = probe.ok()?;
        let born = probe.born.map(|born| format!("{}..{}", born.from, born.to));
        probe.dob.map(|dob| dob.to_string()).or(born)
    }

    #[test]
    fn as_much_of_a_birth_date_as_is_known() {
        for (text, wanted) in [
            ("1984-02-29", Some("1984-02-29")),
            (" 1984-02-29 ", Some("1984-02-29")),
            ("1984-02", Some("1984-02-01..1984-02-29")),
            ("1984", Some("1984-01-01..1984-12-31")),
            ("1980..1984-06", Some("1980-01-01..1984-06-30")),
            ("1984-02-29..1984-02-29", Some("1984-02-29")),
            ("1983-02-29", None),
            ("1984-13", None),
            ("84", None),
            ("1984-02-29-1", None),
            ("", None),
            ("..", None),
            ("29/02/1984", None),
            ("-1984", None),
        ] {
            assert_eq!(told(PersonProbe::default().born_on(text)).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn an_apparent_age_is_a_span_of_birth_dates() {
        for (text, wanted) in [
            ("35", Some("1990-11-26..1991-11-25")),
            ("30-40", Some("1985-11-26..1996-11-25")),
            ("0", Some("2025-11-26..2026-11-25")),
            ("-5", None),
            ("121", None),
            ("thirty", None),
        ] {
            let probe = PersonProbe::default().aged(text, date(2026, 11, 25));
            assert_eq!(told(probe).as_deref(), wanted, "{text}");
        }
    }
}
