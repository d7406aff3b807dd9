//! Telephones: numbers in E.164, and handset identities.
//! A number without a country is read as dialled in Great Britain.

use phonenumber::{Mode, country};

use super::check::luhn_digit;
use super::mobile;
use super::reading::{Fault, Reading, checked, compact, cut, is_digits};

/// United Kingdom ranges that Ofcom keeps for drama, and so for training: no subscriber has them, and number plans
/// leave them out, yet exercises need them.
const DRAMA_RANGES: &[&str] = &[
    "7700900", "2079460", "1632960", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960",
    "1214960", "1314960", "1414960", "1514960", "1614960", "1914980", "2896496", "2920180", "3069990",
    "8081570", "909879",
];

const NOT_IN_USE: &str = "no such number is in use: a digit was mistyped, left out or added";

/// `+CCN…`, extension dropped.
pub(super) fn phone(raw: &str) -> Reading {
    const SHAPE: &str = "must be a telephone number, such as 020 7946 0123 or +33 1 23 45 67 89";
    let dialled = dialled(raw).ok_or(Fault::shape(SHAPE))?;
    if let Some(national) = mobile::national(&dialled) {
        let text = format!("+44{national}");
        let fits = mobile::is_in_use(national, || planned(&dialled).is_some_and(|(_, valid)| valid));
        let fits = fits || is_drama(&text);
        return checked(text, fits, NOT_IN_USE);
    }
    let (text, valid) = planned(&dialled).ok_or(Fault::shape(SHAPE))?;
    let fits = valid || is_drama(&text);
    checked(text, fits, NOT_IN_USE)
}

/// What the number plans of the world make of what was dialled: E.164, and whether such a number is in use.
fn planned(dialled: &str) -> Option<(String, bool)> {
    // A number that names its country must not be read by British rules: they would drop Italy's leading zero.
    let home = (!dialled.starts_with('+')).then_some(country::GB);
    let number = phonenumber::parse(home, dialled).ok()?;
    Some((number.format().mode(Mode::E164).to_string(), phonenumber::is_valid(&number)))
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

#[cfg(test)]
mod tests {
    use super::{checked, is_drama, mobile, phone, planned};

    /// The plan's own word on a number, without what is remembered of its block.
    fn by_the_plan(number: &str) -> Option<String> {
        let (text, valid) = planned(number)?;
        checked(text.clone(), valid || is_drama(&text), "").ok()
    }

    #[test]
    fn blocks_of_mobiles_are_what_the_number_plan_says_of_each_number() {
        // Every block of a hundred thousand in its rotation of last digits, met in an order that mixes neighbours.
        for at in 0..10_000_u32 {
            let block = at * 7_919 % 10_000;
            if !(block.is_multiple_of(13)
                || (4_500..4_600).contains(&block)
                || (7_000..7_030).contains(&block))
            {
                continue;
            }
            for last in [0, 99_999, at * 31 % 100_000] {
                let national = format!("7{block:04}{last:05}");
                assert_eq!(mobile::national(&format!("0{national}")), Some(national.as_str()));
                for dialled in [format!("+44{national}"), format!("0{national}")] {
                    assert_eq!(phone(&dialled).ok(), by_the_plan(&dialled), "{dialled}");
                }
            }
        }
        for other in ["+447911", "7911123456", "+4407911123456", "+33712345678", "02079460123"] {
            assert_eq!(mobile::national(other), None, "{other}");
        }
    }
}
