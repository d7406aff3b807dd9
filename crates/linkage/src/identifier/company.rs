//! Company numbers as Companies House writes them: eight characters, padded with zeros.
//! A prefix tells the register; none means England and Wales.

use super::reading::{Fault, Reading, checked, compact, cut, is_digits};

const PREFIXES: &[&str] = &[
    "AC", "CE", "CS", "ES", "FC", "FE", "GE", "GN", "GS", "IC", "IP", "LP", "NA", "NC", "NF", "NI", "NL",
    "NO", "NP", "NR", "NV", "NZ", "OC", "OE", "PC", "RC", "RS", "SA", "SC", "SE", "SF", "SG", "SI", "SL",
    "SO", "SP", "SR", "SZ", "ZC",
];

/// `NNNNNNNN` or `PPNNNNNN`.
pub(super) fn company_number(raw: &str) -> Reading {
    const SHAPE: &str =
        "must be up to eight digits, or two letters and up to six digits, such as 00445790 or SC095000";
    let text = compact(raw);
    if is_digits(&text, 1, 8) {
        let text = format!("{text:0>8}");
        let some = text != "00000000";
        return checked(text, some, "cannot be all zeros");
    }
    // The oldest Northern Ireland numbers: R and seven digits.
    if let Some(digits) = text.strip_prefix('R')
        && is_digits(digits, 7, 7)
    {
        return Ok(text);
    }
    let (prefix, rest) = cut(&text, 2).ok_or(Fault::shape(SHAPE))?;
    // Registered societies end in R.
    let (digits, suffix, width) = match rest.strip_suffix('R') {
        Some(digits) => (digits, "R", 5),
        None => (rest, "", 6),
    };
    if !prefix.bytes().all(|b| b.is_ascii_uppercase()) || !is_digits(digits, 1, width) {
        return Err(Fault::shape(SHAPE));
    }
    let known = PREFIXES.contains(&prefix);
    checked(format!("{prefix}{digits:0>width$}{suffix}"), known, "the two letters are not a register's")
}
