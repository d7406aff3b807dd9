//! Crypto-asset wallet addresses, by shape only: bitcoin, ethereum and tron.
//! Case matters in base 58 and nowhere else.

use super::reading::{Fault, Reading};
use crate::invisible::is_invisible;

/// The address as its chain writes it; hexadecimal and bech32 in lower case.
pub(super) fn wallet(raw: &str) -> Reading {
    let text: String = raw.chars().filter(|&c| !c.is_whitespace() && !is_invisible(c)).collect();
    let text = match text.split_once(':') {
        Some((scheme, address))
            if ["bitcoin", "ethereum", "tron"].contains(&scheme.to_lowercase().as_str()) =>
        {
            address
        }
        _ => text.as_str(),
    };
    let text = text.split(['?', '@']).next().unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        return if digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(lower)
        } else {
            Err(Fault::shape(
                "an address after 0x has 40 hexadecimal digits: one was mistyped, left out or added",
            ))
        };
    }
    if let Some(body) = lower.strip_prefix("bc1") {
        let one_case = text == lower || text == text.to_ascii_uppercase();
        let fits = one_case && (11..=71).contains(&body.len()) && body.bytes().all(is_bech32);
        return if fits {
            Ok(lower)
        } else {
            Err(Fault::shape(
                "an address after bc1 has one case, and no 1, b, i or o: a character was mistyped",
            ))
        };
    }
    let length = match text.bytes().next() {
        Some(b'1' | b'3') => 26..=35,
        Some(b'T') => 34..=34,
        _ => {
            return Err(Fault::shape(
                "must be a bitcoin, ethereum or tron address: it begins 1, 3, bc1, 0x or T",
            ));
        }
    };
    if length.contains(&text.len()) && text.bytes().all(is_base_58) {
        Ok(text.to_owned())
    } else {
        Err(Fault::shape(
            "is not an address: it has the wrong length, or one of 0, O, I and l, which are never used",
        ))
    }
}

fn is_base_58(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l')
}

fn is_bech32(byte: u8) -> bool {
    (byte.is_ascii_lowercase() || byte.is_ascii_digit()) && !matches!(byte, b'1' | b'b' | b'i' | b'o')
}
