//! National insurance numbers: two letters, six digits, A to D.
//! There is no check digit; the prefix rules are HM Revenue and Customs'.

use super::reading::{Fault, Reading, checked, compact, cut, is_digits};

const NEVER_FIRST: &str = "DFIQUV";
const NEVER_SECOND: &str = "DFIOQUV";
const NEVER_PREFIX: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

/// `AANNNNNNA`.
pub(super) fn nino(raw: &str) -> Reading {
    const SHAPE: &str = "must be two letters, six digits and a letter A to D, such as QQ 12 34 56 C";
    let text = compact(raw);
    let (prefix, rest) = cut(&text, 2).ok_or(Fault::shape(SHAPE))?;
    let (digits, suffix) = cut(rest, 6).ok_or(Fault::shape(SHAPE))?;
    if !prefix.bytes().all(|b| b.is_ascii_uppercase()) || !is_digits(digits, 6, 6) {
        return Err(Fault::shape(SHAPE));
    }
    if suffix.is_empty() {
        return Err(Fault::check("lacks its last letter, A to D", text));
    }
    if suffix.len() != 1 || !suffix.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Fault::shape(SHAPE));
    }
    if !matches!(suffix, "A" | "B" | "C" | "D") {
        return Err(Fault::check("the last letter must be A, B, C or D", text));
    }
    let allowed = prefix_is_issued(prefix);
    checked(text, allowed, "no number begins with these two letters: one of them was mistyped")
}

/// Whether numbers are issued with this prefix.
pub(super) fn prefix_is_issued(prefix: &str) -> bool {
    let mut letters = prefix.chars();
    letters.next().is_some_and(|c| !NEVER_FIRST.contains(c))
        && letters.next().is_some_and(|c| !NEVER_SECOND.contains(c))
        && !NEVER_PREFIX.contains(&prefix)
}
