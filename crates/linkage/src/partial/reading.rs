//! Patterns as they are written, read into segments of known and unknown characters between stars.
//! Characters take the form that values of the kind have in an index.

use model::IdentifierKind;

use crate::identifier::compact;

/// A pattern, read.
pub(super) struct Read {
    /// What stands between the stars, in order: a byte where the character is known.
    pub(super) segments: Vec<Vec<Option<u8>>>,
    /// Whether a country's sign stands before it, so that no shape of a United Kingdom mark is asked for.
    pub(super) foreign: bool,
}

const UNREADABLE: &str =
    "must be letters and digits, with ? for one unknown character and * for any number, such as AB1* C?E";

const NO_DIGITS: &str = "must be digits, with ? for one unknown digit and * for any number, such as *900123";

/// Reads `pattern`, or says what is wrong with it.
pub(super) fn read(kind: IdentifierKind, pattern: &str) -> Result<Read, &'static str> {
    let (foreign, pattern) = match (kind, pattern.split_once(':')) {
        (IdentifierKind::Vrm, Some((sign, mark))) => {
            let sign = compact(sign);
            let fits = (1..=3).contains(&sign.len()) && sign.bytes().all(|b| b.is_ascii_uppercase());
            if !fits || sign == "GB" || sign == "UK" {
                return Err(
                    "a foreign mark is a sign of one to three letters, a colon and the mark: F:AB-1*-CD",
                );
            }
            (true, mark)
        }
        _ => (false, pattern),
    };
    let digits_only =
        matches!(kind, IdentifierKind::Phone | IdentifierKind::Imei | IdentifierKind::UkAccount);
    let mut text = compact(pattern);
    match kind {
        IdentifierKind::Vrm => text = text.replace('O', "0").replace('I', "1"),
        IdentifierKind::Vin => text = text.replace(['O', 'Q'], "0").replace('I', "1"),
        IdentifierKind::Phone => text = in_full(&text),
        _ => {}
    }
    let plain = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && !digits_only);
    if text.is_empty() || !text.bytes().all(|b| plain(b) || matches!(b, b'?' | b'*')) {
        return Err(if digits_only { NO_DIGITS } else { UNREADABLE });
    }
    let segments = settled(&text)
        .split('*')
        .map(|segment| segment.bytes().map(|b| (b != b'?').then_some(b)).collect())
        .collect();
    Ok(Read { segments, foreign })
}

/// The same pattern with one star at most in each run of unknown characters, at its end.
fn settled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut star = false;
    for c in text.chars() {
        match c {
            '*' => star = true,
            '?' => out.push('?'),
            known => {
                if std::mem::take(&mut star) {
                    out.push('*');
                }
                out.push(known);
            }
        }
    }
    if star {
        out.push('*');
    }
    out
}

/// A number as dialled in Great Britain with its country before it; one that begins unknown stays as it is.
fn in_full(text: &str) -> String {
    let digits: String = text.replace("(0)", "").chars().filter(|c| !matches!(c, '(' | ')')).collect();
    match digits.strip_prefix('+').or_else(|| digits.strip_prefix("00")) {
        Some(rest) => rest.to_owned(),
        None => match digits.strip_prefix('0') {
            Some(national) => format!("44{national}"),
            None => digits,
        },
    }
}
