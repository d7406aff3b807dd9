//! Identity documents: passports and driving licences.
//! A Great Britain licence number says its holder's surname, birth date and sex; see [`LicenceHolder`].

use jiff::civil::Date;
use model::vocabulary::Sex;

use super::reading::{Fault, Reading, checked, compact, cut, is_digits};

/// Letters and digits of any country's passport; at least three digits.
pub(super) fn passport(raw: &str) -> Reading {
    let text = compact(raw);
    let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !plain || !(6..=12).contains(&text.len()) || digits < 3 {
        return Err(Fault::shape("must be 6 to 12 letters and digits, such as 925665416"));
    }
    Ok(text)
}

/// Sixteen characters of a Great Britain licence, its issue number dropped; or eight digits of Northern Ireland.
pub(super) fn driving_licence(raw: &str) -> Reading {
    const SHAPE: &str = "must be 16 characters, such as MORGA657054SM9IJ, or 8 digits for Northern Ireland";
    let text = compact(raw);
    if is_digits(&text, 8, 8) {
        return Ok(text);
    }
    let (number, issue) = cut(&text, 16).ok_or(Fault::shape(SHAPE))?;
    let plain = number.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !plain || !(issue.is_empty() || is_digits(issue, 2, 2)) {
        return Err(Fault::shape(SHAPE));
    }
    let fits = LicenceHolder::of(number).is_some() && tail_fits(number);
    checked(
        number.to_owned(),
        fits,
        "the name, birth date or initials in it cannot be: a character was mistyped",
    )
}

/// What a Great Britain driving licence number says about its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenceHolder {
    /// The first five letters of the surname, or all of a shorter one; `MAC` is written `MC`.
    pub surname_start: String,
    /// The last two digits of the birth year.
    pub year_of_century: u8,
    /// The birth month.
    pub month: u8,
    /// The birth day.
    pub day: u8,
    /// Sex.
    pub sex: Sex,
}

impl LicenceHolder {
    /// Reads a licence number in its normal form.
    pub(super) fn of(number: &str) -> Option<Self> {
        let (name, rest) = cut(number, 5)?;
        let (birth, _) = cut(rest, 6).filter(|(birth, _)| is_digits(birth, 6, 6))?;
        let surname = name.trim_end_matches('9');
        if surname.is_empty() || !surname.bytes().all(|b| b.is_ascii_uppercase()) {
            return None;
        }
        let number = |from: usize, to: usize| birth.get(from..to)?.parse::<u8>().ok();
        let (decade, month, day, year) = (number(0, 1)?, number(1, 3)?, number(3, 5)?, number(5, 6)?);
        let (sex, month) = if month > 50 { (Sex::Female, month - 50) } else { (Sex::Male, month) };
        let year_of_century = decade * 10 + year;
        // 2000 and 1900 + yy share their leap years but for 00, and 1900-02-29 never was.
        Date::new(2000 + i16::from(year_of_century), i8::try_from(month).ok()?, i8::try_from(day).ok()?)
            .ok()?;
        Some(Self { surname_start: surname.to_owned(), year_of_century, month, day, sex })
    }
}

impl std::fmt::Debug for LicenceHolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LicenceHolder(…)")
    }
}

/// Two initials (9 for none), a digit that tells namesakes apart, two check letters whose rule is not published.
fn tail_fits(number: &str) -> bool {
    number.bytes().skip(11).enumerate().all(|(place, byte)| match place {
        0 => byte.is_ascii_uppercase() || byte == b'9',
        1 => byte.is_ascii_uppercase() || byte == b'9',
        2 => byte.is_ascii_digit(),
        _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
    })
}
