//! Vehicles: registration marks and identification numbers.
//! Marks are compared with O read as 0 and I as 1, since plates and typists do not tell them apart.

use super::check::vin_digit;
use super::reading::{Fault, Reading, checked, compact};

/// Shapes of United Kingdom marks. `A` a letter, `9` a digit. Letters and digits that look alike fit either.
pub(crate) const SHAPES: &[&str] = &[
    // Current, prefix and suffix series.
    "AA99AAA", "A9AAA", "A99AAA", "A999AAA", "AAA9A", "AAA99A", "AAA999A",
    // Dateless, with Northern Ireland's three letters and four digits, both ways round.
    "A9", "A99", "A999", "A9999", "AA9", "AA99", "AA999", "AA9999", "AAA9", "AAA99", "AAA999", "AAA9999",
    "9A", "99A", "999A", "9999A", "9AA", "99AA", "999AA", "9999AA", "9AAA", "99AAA", "999AAA", "9999AAA",
    // Diplomatic, military, trade.
    "999A999", "99AA99", "AA99AA", "99999",
];

/// The mark in upper case with O folded to 0 and I to 1. A foreign mark is written after its country's sign and a
/// colon, `F:AB-123-CD`; then its shape is not checked and the sign is dropped, as records seldom hold it.
pub(super) fn vrm(raw: &str) -> Reading {
    if let Some((sign, mark)) = raw.split_once(':') {
        let (sign, mark) = (compact(sign), folded(&compact(mark)));
        let plain = |text: &str, max| (1..=max).contains(&text.len()) && is_alphanumeric(text);
        return if plain(&sign, 3) && sign != "GB" && sign != "UK" && plain(&mark, 12) {
            Ok(mark)
        } else {
            Err(Fault::shape(
                "a foreign mark is a sign of one to three letters, a colon and the mark: F:AB-123-CD",
            ))
        };
    }
    let text = folded(&compact(raw));
    if !is_alphanumeric(&text) {
        return Err(Fault::shape("must be letters and digits, such as AB12 CDE"));
    }
    let fits = SHAPES.iter().any(|shape| fits(&text, shape));
    checked(
        text,
        fits,
        "is not the shape of a United Kingdom mark: write foreign marks with their country, F:AB-123-CD",
    )
}

/// Seventeen characters. The ninth checks the others where the maker is North American.
pub(super) fn vin(raw: &str) -> Reading {
    let text = compact(raw);
    if text.len() != 17 || !is_alphanumeric(&text) {
        return Err(Fault::shape("must be 17 letters and digits: one was left out or added"));
    }
    if text.contains(['I', 'O', 'Q']) {
        let mended = text.replace('I', "1").replace(['O', 'Q'], "0");
        return Err(Fault::check("never holds I, O or Q: write 1 or 0", mended));
    }
    let maker_checks = text.starts_with(['1', '2', '3', '4', '5']);
    let fits = !maker_checks || text.chars().nth(8) == vin_digit(&text);
    checked(text, fits, "check digit does not fit: a digit or letter was mistyped")
}

fn folded(text: &str) -> String {
    text.replace('O', "0").replace('I', "1")
}

fn fits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'A' => byte.is_ascii_uppercase() || matches!(byte, b'0' | b'1'),
            _ => byte.is_ascii_digit(),
        })
}

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
