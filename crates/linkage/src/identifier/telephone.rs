//! Telephones: numbers in E.164, and handset identities.
//! A number without a country is read as dialled in Great Britain.

use phonenumber::{Mode, country};

use super::check::luhn_digit;
use super::reading::{Fault, Reading, checked, compact, cut, is_digits};

/// United Kingdom ranges that Ofcom keeps for drama, and so for training: no subscriber has them, and number plans
/// leave them out, yet exercises need them.
const DRAMA_RANGES: &[&str] = &[
    "7700900", "2079460", "1632960", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960",
    "1214960", "1314960", "1414960", "1514960", "1614960", "1914980", "2896496", "2920180", "3069990",
    "8081570", "909879",
];

/// `+CCN…`, extension dropped.
pub(super) fn phone(raw: &str) -> Reading {
    const SHAPE: &str = "must be a telephone number, such as 020 7946 0123 or +33 1 23 45 67 89";
    let dialled = dialled(raw).ok_or(Fault::shape(SHAPE))?;
    // A number that names its country must not be read by British rules: they would drop Italy's leading zero.
    let home = (!dialled.starts_with('+')).then_some(country::GB);
    let number = phonenumber::parse(home, &dialled).map_err(|_| Fault::shape(SHAPE))?;
    let text = number.format().mode(Mode::E164).to_string();
    let fits = phonenumber::is_valid(&number) || is_drama(&text);
    checked(text, fits, "no such number is in use: a digit was mistyped, left out or added")
}

/// Fifteen digits, the last a Luhn digit. Fourteen gain it; sixteen, which end in a software version, lose that first.
pub(super) fn imei(raw: &str) -> Reading {
    let text = compact(raw);
    let (payload, last) = match cut(&text, 14) {
        Some((payload, last)) if is_digits(&text, 14, 16) => (payload, last),
        _ => {
            return Err(Fault::shape(
                "must be 15 digits, or 14 without the last, such as 49-015420-323751-8",
            ));
        }
    };
    let digit = luhn_digit(payload);
    match last.len() {
        1 => {
            let fits = last.starts_with(digit);
            checked(text, fits, "check digit does not fit: a digit was mistyped")
        }
        _ => Ok(format!("{payload}{digit}")),
    }
}

/// The digits dialled, with a leading `+` where a country is given. Only these reach the number parser.
fn dialled(raw: &str) -> Option<String> {
    let text = compact(raw);
    let text = text.strip_prefix("TEL").unwrap_or(&text);
    let text = text.split([';', '#', 'X']).next().map(|text| text.trim_end_matches("E"))?;
    let abroad = text.starts_with('+') || text.starts_with("(+");
    let text = if abroad { text.replace("(0)", "") } else { text.to_owned() };
    if !text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')')) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !is_digits(&digits, 5, 18) {
        return None;
    }
    Some(match digits.strip_prefix("00") {
        _ if abroad => format!("+{digits}"),
        Some(rest) => format!("+{rest}"),
        None if digits.len() == 12 && digits.starts_with("44") => format!("+{digits}"),
        None => digits,
    })
}

fn is_drama(e164: &str) -> bool {
    let national = e164.strip_prefix("+44").filter(|national| national.len() == 10);
    national.is_some_and(|national| DRAMA_RANGES.iter().any(|range| national.starts_with(range)))
}
