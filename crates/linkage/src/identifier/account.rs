//! Bank accounts: international numbers with their two check digits, and United Kingdom sort code and account.
//! A sort code and account have no check that holds for every bank: lengths only.

use super::check::mod_97;
use super::iban_lengths::iban_length;
use super::reading::{Fault, Reading, checked, compact, cut, is_digits};

/// Upper case without spaces; length by country; check digits modulo 97.
pub(super) fn iban(raw: &str) -> Reading {
    const SHAPE: &str = "must be a country, two digits and the account, such as GB82 WEST 1234 5698 7654 32";
    let compact = compact(raw);
    let text = compact.strip_prefix("IBAN").unwrap_or(&compact).to_owned();
    let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let (head, tail) = cut(&text, 4).filter(|_| plain && text.len() <= 34).ok_or(Fault::shape(SHAPE))?;
    let (country, digits) = cut(head, 2).ok_or(Fault::shape(SHAPE))?;
    if !country.bytes().all(|b| b.is_ascii_uppercase()) || !is_digits(digits, 2, 2) {
        return Err(Fault::shape(SHAPE));
    }
    let Some(length) = iban_length(country) else {
        return Err(Fault::check("the first two letters are not a country that uses these numbers", text));
    };
    if text.len() != length {
        return Err(Fault::check(
            "is not as long as its country's numbers are: one was left out or added",
            text,
        ));
    }
    let fits = mod_97(tail.chars().chain(head.chars())) == 1;
    checked(text, fits, "check digits do not fit: a digit or letter was mistyped")
}

/// `NN-NN-NN NNNNNNNN`, from the two written with any separators or none.
pub(super) fn uk_account(raw: &str) -> Reading {
    const SHAPE: &str =
        "must be a sort code of six digits and an account of eight, such as 12-34-56 12345678";
    let digits = compact(raw);
    let digits = if is_digits(&digits, 14, 14) {
        digits
    } else if is_digits(&digits, 12, 13) {
        let (sort, account) = cut(&digits, 6).ok_or(Fault::shape(SHAPE))?;
        let padded = format!("{sort}{account:0>8}");
        return Err(Fault::check(
            "the account has fewer than eight digits: write its leading zero",
            written(&padded),
        ));
    } else if is_digits(&digits, 8, 8) {
        return Err(Fault::shape(
            "lacks its sort code: write its six digits before it, or a * to look for such an account at any bank",
        ));
    } else {
        return Err(Fault::shape(SHAPE));
    };
    Ok(written(&digits))
}

fn written(digits: &str) -> String {
    let mut text = String::with_capacity(17);
    for (place, digit) in digits.chars().enumerate() {
        match place {
            2 | 4 => text.push('-'),
            6 => text.push(' '),
            _ => {}
        }
        text.push(digit);
    }
    text
}
