//! Postcodes: read, checked against shapes and areas, and compared by outward and inward part.
//! A probe may give the outward part alone.

mod code;

use std::fmt;

use crate::compatible::compatible;
use crate::invisible::is_invisible;
use crate::score::Level;

pub(crate) use code::Code;

/// Areas in use, in their order, with Crown dependencies, Gibraltar, forces mail and `ZZ` for pseudo-postcodes such as no fixed abode.
const AREAS: &[&str] = &[
    "AB", "AL", "B", "BA", "BB", "BD", "BF", "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA", "CB", "CF",
    "CH", "CM", "CO", "CR", "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E",
    "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GX", "GY", "HA", "HD", "HG", "HP", "HR", "HS",
    "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN",
    "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH",
    "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR",
    "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD",
    "WF", "WN", "WR", "WS", "WV", "YO", "ZE", "ZZ",
];

/// The area of pseudo-postcodes, which stand for states such as no fixed abode.
const PSEUDO: &str = "ZZ";

/// Postcodes that no rule makes: Girobank, and one for each overseas territory.
const UNRULY: &[&str] = &[
    "GIR 0AA", "ASCN 1ZZ", "BBND 1ZZ", "BIQQ 1ZZ", "FIQQ 1ZZ", "PCRN 1ZZ", "SIQQ 1ZZ", "STHL 1ZZ",
    "TDCU 1ZZ", "TKCA 1ZZ",
];

/// What forces mail is addressed to, before a number of its own.
const FORCES: &str = "BFPO";

/// A postcode in its normal form: `SW1A 1AA`, or `SW1A` when only the outward part is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

/// Why a text is no postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadPostcode(pub(crate) &'static str);

impl Postcode {
    /// Reads a whole postcode or its outward part. O and 0, I and 1 are told apart by their place.
    pub fn parse(raw: &str) -> Result<Self, BadPostcode> {
        const SHAPE: BadPostcode =
            BadPostcode("must be a postcode or its first part, such as SW1A 1AA or SW1A");
        if raw.len() > 40 {
            return Err(SHAPE);
        }
        let mut text: String = compatible(raw).flat_map(char::to_uppercase).collect();
        text.retain(|c| !c.is_whitespace() && !is_invisible(c) && !matches!(c, '-' | '.'));
        if !text.is_ascii() {
            return Err(SHAPE);
        }
        if let Some(unruly) = unruly(&text) {
            return Ok(Self(unruly));
        }
        let split = text.len().checked_sub(3).filter(|&at| at >= 2).and_then(|at| text.split_at_checked(at));
        if let Some((outward, inward)) = split
            && let Some(inward) = inward_of(inward, outward.starts_with(PSEUDO))
        {
            let outward = outward_of(outward).map_err(|known| if known { SHAPE } else { UNKNOWN })?;
            return Ok(Self(format!("{outward} {inward}")));
        }
        outward_of(&text).map(Self).map_err(|shape| if shape { SHAPE } else { UNKNOWN })
    }

    /// The postcode as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both parts are known.
    pub fn is_whole(&self) -> bool {
        self.0.contains(' ')
    }
}

/// A postcode that no rule makes, from its text without spaces: `GIR 0AA`, `STHL 1ZZ`, `BFPO 57`.
fn unruly(text: &str) -> Option<String> {
    if let Some(number) = text.strip_prefix(FORCES) {
        let number = number.trim_start_matches('0');
        let fits = (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        return fits.then(|| format!("{FORCES} {number}"));
    }
    let mended = if text == "GIROAA" { "GIR0AA" } else { text };
    let plain = |known: &str| known.bytes().filter(|&b| b != b' ').eq(mended.bytes());
    UNRULY.iter().find(|known| plain(known)).map(|known| (*known).to_owned())
}

/// Shapes of other countries, `9` a digit, `A` a letter and `?` either; spaces and hyphens aside. The last two are
/// Canadian and Irish, others of digits alone or Dutch.
const FOREIGN: &[&str] = &["9999", "99999", "999999", "999999999", "9999AA", "A9A9A9", "A99????", "A9A????"];

/// Whether a text that is no British postcode has the shape of another country's.
pub(crate) fn is_foreign(raw: &str) -> bool {
    let text: Vec<char> = raw.chars().filter(|c| !c.is_whitespace() && *c != '-').take(10).collect();
    let fits = |c: &char, shape: u8| match shape {
        b'9' => c.is_ascii_digit(),
        b'A' => c.is_ascii_alphabetic(),
        _ => c.is_ascii_alphanumeric(),
    };
    FOREIGN.iter().any(|shape| {
        shape.len() == text.len() && text.iter().zip(shape.bytes()).all(|(c, shape)| fits(c, shape))
    })
}

const UNKNOWN: BadPostcode = BadPostcode("does not begin with a postcode area: a letter was mistyped");

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postcode(…)")
    }
}

/// The outward and inward part of a postcode in its normal form.
pub(crate) fn parts(postcode: &str) -> (&str, Option<&str>) {
    match postcode.split_once(' ') {
        Some((outward, inward)) => (outward, Some(inward)),
        None => (postcode, None),
    }
}

/// How two postcodes in their normal form agree.
pub(crate) fn level(a: &str, b: &str) -> Level {
    let ((outward, inward), (other_outward, other_inward)) = (parts(a), parts(b));
    match (outward == other_outward, inward, other_inward) {
        (false, _, _) => Level::Differ,
        (true, Some(inward), Some(other)) if inward == other => Level::Exact,
        (true, Some(_), Some(_)) => Level::Part,
        (true, _, _) => Level::OutwardKnown,
    }
}

/// A digit and two letters, none of them C, I, K, M, O or V but in pseudo-postcodes.
fn inward_of(text: &str, pseudo: bool) -> Option<String> {
    let mut chars = text.chars();
    let digit = match chars.next()? {
        'O' => '0',
        'I' => '1',
        c if c.is_ascii_digit() => c,
        _ => return None,
    };
    let letters = chars.as_str();
    let fit = |b: u8| b.is_ascii_uppercase() && (pseudo || !b"CIKMOV".contains(&b));
    (letters.len() == 2 && letters.bytes().all(fit)).then(|| format!("{digit}{letters}"))
}

/// The outward part; an error says whether the shape was at fault (or else the area).
fn outward_of(text: &str) -> Result<String, bool> {
    let mended = text.replacen('0', "O", 1);
    let mut shape_fits = false;
    for candidate in [text, mended.as_str()] {
        let letters = candidate.bytes().take_while(u8::is_ascii_uppercase).count();
        let Some((area, district)) = candidate.split_at_checked(letters) else { continue };
        if !(1..=2).contains(&letters) || !is_district(district) {
            continue;
        }
        shape_fits = true;
        if AREAS.binary_search(&area).is_ok() {
            return Ok(candidate.to_owned());
        }
    }
    Err(!shape_fits)
}

fn is_district(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_digit())
        && bytes.next().is_none_or(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && bytes.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{AREAS, Postcode, is_foreign};

    #[test]
    fn areas_can_be_looked_up_by_their_order() {
        assert!(AREAS.is_sorted());
    }

    #[test]
    fn postcodes_are_read_whole_or_outward_and_mended_by_place() {
        let cases = [
            ("sw1a1aa", Some("SW1A 1AA")),
            ("SW1A OAA", Some("SW1A 0AA")),
            ("m1 1ae", Some("M1 1AE")),
            ("B33-8TH", Some("B33 8TH")),
            ("0x1 2jd", Some("OX1 2JD")),
            ("S014 0YN", Some("SO14 0YN")),
            ("EC1A", Some("EC1A")),
            ("w1", Some("W1")),
            ("DN55 1PT", Some("DN55 1PT")),
            ("ZZ99 3VZ", Some("ZZ99 3VZ")),
            ("ＣＲ２ ６ＸＨ", Some("CR2 6XH")),
            ("SW1A\u{200b}1AA\u{202c}", Some("SW1A 1AA")),
            ("gir 0aa", Some("GIR 0AA")),
            ("GIR OAA", Some("GIR 0AA")),
            ("BFPO 57", Some("BFPO 57")),
            ("B.F.P.O. 0057", Some("BFPO 57")),
            ("BF1 0AX", Some("BF1 0AX")),
            ("GX11 1AA", Some("GX11 1AA")),
            ("sthl1zz", Some("STHL 1ZZ")),
            ("BFPO", None),
            ("BFPO 12345", None),
            ("GIR 1AA", None),
            ("XX1 1AA", None),
            ("SW1A 1A", None),
            ("SW1A 1CV", None),
            ("1AA", None),
            ("", None),
            ("é1 1AA", None),
        ];
        for (raw, wanted) in cases {
            let read = Postcode::parse(raw).ok();
            assert_eq!(read.as_ref().map(Postcode::as_str), wanted, "{raw:?}");
            if let Some(read) = read {
                assert_eq!(Postcode::parse(read.as_str()).ok(), Some(read));
            }
        }
    }

    #[test]
    fn postcodes_of_other_countries_are_told_from_mistyped_ones() {
        for (raw, foreign) in [
            ("75001", true),
            ("00-950", true),
            ("560 001", true),
            ("1012 AB", true),
            ("K1A 0B1", true),
            ("D02 AF30", true),
            ("A65 F4E2", true),
            ("D6W XY00", true),
            ("SW1A 1AA", false),
            ("SW1A", false),
            ("XX1 1AA", false),
            ("SW1A 1A", false),
            ("1AA", false),
            ("", false),
        ] {
            assert_eq!(is_foreign(raw), foreign, "{raw:?}");
        }
    }
}
