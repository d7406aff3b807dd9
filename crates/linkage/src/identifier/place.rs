//! Places: unique property reference numbers and whole postcodes.
//! The outward part alone is a probe's business, not an identifier: see `postcode`.

use super::reading::{Fault, Reading, checked, compact, is_digits};
use crate::postcode::Postcode;

/// Digits without leading zeros.
pub(super) fn uprn(raw: &str) -> Reading {
    let text = compact(raw);
    let text = text.strip_prefix("UPRN").unwrap_or(&text);
    let number = text.trim_start_matches('0');
    if !is_digits(text, 1, 12) || number.is_empty() {
        return Err(Fault::shape("must be 1 to 12 digits, such as 100023336956"));
    }
    Ok(number.to_owned())
}

/// `OUT INW`.
pub(super) fn postcode(raw: &str) -> Reading {
    let postcode = Postcode::parse(raw).map_err(|complaint| Fault::shape(complaint.0))?;
    let whole = postcode.is_whole();
    checked(postcode.to_string(), whole, "needs its second part too, such as SW1A 1AA")
}
