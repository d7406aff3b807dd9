//! Identity documents: passports and driving licences.
//! A Great Britain licence number says its holder's surname, birth date and sex; see [`LicenceHolder`].

use jiff::civil::Date;
use model::Complaint;
use model::probe::PersonProbe;
use model::vocabulary::Sex;

use super::Identifier;
use super::reading::{Fault, Reading, checked, compact, cut, is_digits};
use crate::name;

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

/// Compares what a licence number says of its holder with what else the asker knows, so that a slip in either is caught
/// at the desk. A licence of Northern Ireland says nothing. The complaint names what differs and repeats neither.
pub fn check_holder(licence: &Identifier, holder: &PersonProbe) -> Result<(), Complaint> {
    let Some(said) = licence.licence_holder() else { return Ok(()) };
    let surname = name::family_name(&holder.family_name);
    if !surname.is_empty() && !said.may_be_called(&surname) {
        return Err(Complaint::new(
            "family_name",
            "is not the surname in the licence number: mend the one that was mistyped, or leave the name out if it has changed",
        ));
    }
    let day = |dob: Date| (dob.year().rem_euclid(100), dob.month(), dob.day());
    let said_day = (i16::from(said.year_of_century), said.month.cast_signed(), said.day.cast_signed());
    if holder.dob.is_some_and(|dob| day(dob) != said_day) {
        return Err(Complaint::new(
            "dob",
            "is not the birth date in the licence number: one of them was mistyped",
        ));
    }
    if holder.sex.is_some_and(|sex| sex != said.sex) {
        return Err(Complaint::new("sex", "is not the sex in the licence number: one of them was mistyped"));
    }
    Ok(())
}

impl LicenceHolder {
    /// Whether a family name in its normal form may stand in the number: all of it, or one name of several.
    fn may_be_called(&self, surname: &str) -> bool {
        let whole = surname.replace(' ', "");
        surname.split(' ').chain([whole.as_str()]).any(|name| {
            let name = name.to_ascii_uppercase();
            let name = name.strip_prefix("MAC").map_or_else(|| name.clone(), |rest| format!("MC{rest}"));
            // Five letters are the start of a surname, fewer are all of it.
            if self.surname_start.len() < 5 {
                name == self.surname_start
            } else {
                name.starts_with(&self.surname_start)
            }
        })
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
