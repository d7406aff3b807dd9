//! What reading a raw value yields: its normal form, or a fault with the best text that could be made of it.
//! Faults are fixed sentences, so no value can slip into one.

use crate::compatible::compatible;
use crate::invisible::is_invisible;

/// A normalised value, or why there is none.
pub(super) type Reading = Result<String, Fault>;

/// What is wrong with a raw value.
pub(super) struct Fault {
    /// What is wrong and how to mend it.
    pub(super) why: &'static str,
    /// The text under which a record with this fault is still found, where the shape was right.
    pub(super) nearest: Option<String>,
}

impl Fault {
    /// The value does not have the form of its kind.
    pub(super) fn shape(why: &'static str) -> Self {
        Self { why, nearest: None }
    }

    /// The value has its form, `text`, but fails its check.
    pub(super) fn check(why: &'static str, text: String) -> Self {
        Self { why, nearest: Some(text) }
    }
}

/// `text` if `fits`, else the fault `why` with the text kept.
pub(super) fn checked(text: String, fits: bool, why: &'static str) -> Reading {
    if fits { Ok(text) } else { Err(Fault::check(why, text)) }
}

/// Upper case in compatibility form without spaces, dashes and what shows nothing; everything else is kept for the shape to judge.
pub(super) fn squeezed(raw: &str) -> String {
    compatible(raw).filter(|&c| !is_space_or_dash(c)).flat_map(char::to_uppercase).collect()
}

/// As [`squeezed`], without dots, slashes and colons as well.
pub(crate) fn compact(raw: &str) -> String {
    let mut text = squeezed(raw);
    text.retain(|c| !matches!(c, '.' | '/' | '\\' | ':' | ',' | '_'));
    text
}

/// What is left of a record's value when no shape fits: letters and digits in upper case, at most 100.
pub(super) fn remains(raw: &str) -> String {
    compatible(raw)
        .filter(|&c| c.is_alphanumeric() && !is_invisible(c))
        .flat_map(char::to_uppercase)
        .take(100)
        .collect()
}

/// Whether `text` is `min` to `max` ASCII digits.
pub(super) fn is_digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `text` cut before byte `at`; `None` when it is shorter or would be cut inside a character.
pub(super) fn cut(text: &str, at: usize) -> Option<(&str, &str)> {
    text.split_at_checked(at)
}

fn is_space_or_dash(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}
