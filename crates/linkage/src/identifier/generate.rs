//! Identifiers that pass their checks, from plain numbers: for synthetic records, training and tests.
//! Each takes its number modulo what fits, so every input yields a well-formed value.

use jiff::civil::Date;
use model::vocabulary::Sex;

use super::check::{luhn_digit, mod_97, vin_digit};
use super::nino::prefix_is_issued;
use super::police::{cro_letter, pnc_letter};

/// The check letter of a Police National Computer id.
pub fn pnc_check_letter(year: u16, serial: u32) -> char {
    pnc_letter(year, serial)
}

/// The check letter of a Criminal Records Office number.
pub fn cro_check_letter(year: u16, serial: u32) -> char {
    cro_letter(year, serial)
}

/// The Luhn digit that completes a string of digits.
pub fn luhn_check_digit(payload: &str) -> char {
    luhn_digit(payload)
}

/// The check digit for the ninth place of a vehicle identification number; `None` when it is not 17 fit characters.
pub fn vin_check_digit(vin: &str) -> Option<char> {
    vin_digit(vin)
}

/// The two check digits of an international bank account number of `country` with the national part `account`, both
/// in upper-case letters and digits.
pub fn iban_check_digits(country: &str, account: &str) -> String {
    let rest = mod_97(account.chars().chain(country.chars()).chain("00".chars()));
    format!("{:02}", 98 - rest)
}

/// A Police National Computer id, such as `2001/0171310W`.
pub fn pnc_id(year: u16, serial: u32) -> String {
    let (year, serial) = (1900 + year.wrapping_sub(1900) % 200, serial % 10_000_000);
    format!("{year:04}/{serial:07}{}", pnc_letter(year, serial))
}

/// A Criminal Records Office number, such as `265416/21G`.
pub fn cro(year: u16, serial: u32) -> String {
    let serial = serial % 1_000_000;
    format!("{serial:06}/{:02}{}", year % 100, cro_letter(year, serial))
}

/// A national insurance number.
pub fn nino(number: u64) -> String {
    const LETTERS: &[u8] = b"ABCEGHJKLMNPRSTWXYZ";
    let letter = |n: u64| {
        let place = usize::try_from(n).unwrap_or_default() % LETTERS.len();
        char::from(LETTERS.get(place).copied().unwrap_or(b'A'))
    };
    let (digits, rest) = (number % 1_000_000, number / 1_000_000);
    let suffix = ['A', 'B', 'C', 'D'].into_iter().cycle().nth(usize::try_from(rest % 4).unwrap_or_default());
    let first = letter(rest / 4);
    let second =
        (0..).map(|step| letter(rest / 4 / 19 + step)).find(|&c| prefix_is_issued(&format!("{first}{c}")));
    format!("{first}{}{digits:06}{}", second.unwrap_or('A'), suffix.unwrap_or('A'))
}

/// A registration mark of the current series, such as `AB12CDE`.
pub fn vrm(number: u64) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXY";
    let mut rest = number;
    let mut letter = || {
        let place = usize::try_from(rest % LETTERS.len() as u64).unwrap_or_default();
        rest /= LETTERS.len() as u64;
        char::from(LETTERS.get(place).copied().unwrap_or(b'A'))
    };
    let (a, b, c, d, e) = (letter(), letter(), letter(), letter(), letter());
    // March plates run 02 to 25, September plates 52 to 75.
    let age = 2 + rest % 24 + if rest % 48 < 24 { 0 } else { 50 };
    format!("{a}{b}{age:02}{c}{d}{e}")
}

/// A vehicle identification number: `maker` (three characters) and a serial, with its check digit in place. Characters
/// that no such number holds become `0`.
pub fn vin(maker: &str, serial: u64) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() && !"IOQ".contains(c) { c } else { '0' };
    let maker: String = maker.to_ascii_uppercase().chars().chain("000".chars()).take(3).map(fit).collect();
    let (model, tail) = (serial / 100_000_000 % 100_000, serial % 100_000_000);
    let digit = vin_digit(&format!("{maker}{model:05}0{tail:08}")).unwrap_or('0');
    format!("{maker}{model:05}{digit}{tail:08}")
}

/// A handset identity of 15 digits.
pub fn imei(number: u64) -> String {
    let payload = format!("{:014}", number % 100_000_000_000_000);
    format!("{payload}{}", luhn_digit(&payload))
}

/// A Great Britain bank account number: `bank` (four letters), sort code, account.
pub fn iban_gb(bank: &str, sort_code: u32, account: u32) -> String {
    let bank: String = bank
        .to_ascii_uppercase()
        .chars()
        .filter(char::is_ascii_uppercase)
        .chain("XXXX".chars())
        .take(4)
        .collect();
    let national = format!("{bank}{:06}{:08}", sort_code % 1_000_000, account % 100_000_000);
    format!("GB{}{national}", iban_check_digits("GB", &national))
}

/// A Great Britain driving licence number for a holder.
pub fn driving_licence(given_names: &str, family_name: &str, dob: Date, sex: Sex, number: u32) -> String {
    let letters =
        |text: &str| text.to_ascii_uppercase().chars().filter(char::is_ascii_uppercase).collect::<String>();
    let family = letters(family_name);
    let family = match family.strip_prefix("MAC") {
        Some(rest) => format!("MC{rest}"),
        None => family,
    };
    let family = if family.is_empty() { "X".to_owned() } else { family };
    let name: String = family.chars().chain("99999".chars()).take(5).collect();
    let initials = given_names.split_whitespace().filter_map(|name| letters(name).chars().next());
    let initials: String = initials.chain("99".chars()).take(2).collect();
    let year = dob.year().rem_euclid(100);
    let month = dob.month() + if sex == Sex::Female { 50 } else { 0 };
    let check: String =
        [number / 26 % 26, number % 26].iter().filter_map(|n| char::from_digit(n + 10, 36)).collect();
    format!(
        "{name}{}{month:02}{:02}{}{initials}9{}",
        year / 10,
        dob.day(),
        year % 10,
        check.to_ascii_uppercase()
    )
}
