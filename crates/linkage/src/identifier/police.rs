//! Police numbers: Police National Computer ids and Criminal Records Office numbers.
//! Both end in a letter that checks the year and the serial.

use super::check::police_letter;
use super::reading::{Fault, Reading, checked, cut, is_digits, squeezed};

/// Two-digit years from here on are 19xx, below it 20xx. The oldest police records that were converted to the Police
/// National Computer are of the 1940s; a fixed pivot keeps reading free of a clock, and holds until 2039.
pub const CENTURY_PIVOT: u16 = 40;

const LETTER: &str = "check letter does not fit: a digit or letter was mistyped";

/// `YYYY/NNNNNNNX`, from the whole form, the display form `YY/NX`, or either without the slash.
pub(super) fn pnc_id(raw: &str) -> Reading {
    const SHAPE: &str =
        "must be a year, a slash, up to seven digits and a letter, such as 2001/0171310W or 01/171310W";
    let text = squeezed(raw).replace('\\', "/");
    let (body, letter) = letter_off(&text).ok_or(Fault::shape(SHAPE))?;
    let (year, serial) = match body.split_once('/') {
        Some(parts) => parts,
        None => match body.len() {
            11 => cut(body, 4).ok_or(Fault::shape(SHAPE))?,
            3..=9 => cut(body, 2).ok_or(Fault::shape(SHAPE))?,
            _ => return Err(Fault::shape(SHAPE)),
        },
    };
    if !is_digits(serial, 1, 7) || !(is_digits(year, 2, 2) || is_digits(year, 4, 4)) {
        return Err(Fault::shape(SHAPE));
    }
    let (year, serial) = (full_year(year), serial.parse::<u32>().unwrap_or_default());
    if !(1900..2100).contains(&year) {
        return Err(Fault::shape("the year must be 1900 to 2099"));
    }
    checked(format!("{year:04}/{serial:07}{letter}"), letter == pnc_letter(year, serial), LETTER)
}

/// `NNNNNN/YYX`, or the older file form `SFYY/NX`, whose letter is over the serial without leading zeros.
pub(super) fn cro(raw: &str) -> Reading {
    const SHAPE: &str =
        "must be up to six digits, a slash, a two-digit year and a letter, such as 265416/21G";
    let text = squeezed(raw).replace('\\', "/");
    let (body, letter) = letter_off(&text).ok_or(Fault::shape(SHAPE))?;
    if let Some(file) = body.strip_prefix("SF") {
        let (year, serial) = file.split_once('/').ok_or(Fault::shape(SHAPE))?;
        if !is_digits(year, 2, 2) || !is_digits(serial, 1, 6) {
            return Err(Fault::shape(SHAPE));
        }
        let serial = serial.trim_start_matches('0');
        let number = format!("{year}{serial}").parse::<u64>().unwrap_or_default();
        return checked(format!("SF{year}/{serial}{letter}"), letter == police_letter(number), LETTER);
    }
    let (serial, year) = match body.split_once('/') {
        Some(parts) => parts,
        None if body.len() == 8 => cut(body, 6).ok_or(Fault::shape(SHAPE))?,
        None => return Err(Fault::shape(SHAPE)),
    };
    if !is_digits(serial, 1, 6) || !is_digits(year, 2, 2) {
        return Err(Fault::shape(SHAPE));
    }
    let (year, serial) = (year.parse::<u16>().unwrap_or_default(), serial.parse::<u32>().unwrap_or_default());
    checked(format!("{serial:06}/{year:02}{letter}"), letter == cro_letter(year, serial), LETTER)
}

/// The check letter of a Police National Computer id.
pub(super) fn pnc_letter(year: u16, serial: u32) -> char {
    police_letter(u64::from(year % 100) * 10_000_000 + u64::from(serial % 10_000_000))
}

/// The check letter of a Criminal Records Office number.
pub(super) fn cro_letter(year: u16, serial: u32) -> char {
    police_letter(u64::from(year % 100) * 1_000_000 + u64::from(serial % 1_000_000))
}

fn letter_off(text: &str) -> Option<(&str, char)> {
    let letter = text.chars().next_back().filter(char::is_ascii_uppercase)?;
    Some((text.strip_suffix(letter)?, letter))
}

fn full_year(year: &str) -> u16 {
    let value = year.parse().unwrap_or_default();
    match year.len() {
        2 if value < CENTURY_PIVOT => 2000 + value,
        2 => 1900 + value,
        _ => value,
    }
}
