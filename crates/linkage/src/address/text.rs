//! Reads an address as it is written: `Flat 3, 12A High St, Leeds LS1 4AB`.
//! Words are lower-case ASCII with street types in full; reading them again changes nothing.

use crate::name::{ascii_lower, within_bounds};
use crate::postcode::Postcode;

/// Words kept of one address.
const WORDS_MAX: usize = 12;

/// Words before the number of a flat.
const UNITS: &[&str] =
    &["flat", "apartment", "apt", "unit", "room", "rm", "suite", "studio", "maisonette", "plot"];

/// Words that carry nothing.
const SILENT: &[&str] = &[
    "the", "of", "and", "at", "on", "in", "no", "number", "uk", "england", "wales", "scotland", "gb", "nfa",
    "address", "floor", "ground", "upper", "lower", "basement", "near",
];

/// Types of street and building, with their short forms.
const TYPES: &[(&str, &[&str])] = &[
    ("street", &["str", "strt"]),
    ("road", &["rd"]),
    ("avenue", &["ave", "av", "avn"]),
    ("lane", &["ln", "la"]),
    ("drive", &["dr", "drv"]),
    ("close", &["cl", "cls"]),
    ("court", &["ct", "crt"]),
    ("crescent", &["cres", "cr", "cresc"]),
    ("gardens", &["gdns", "gdn", "garden"]),
    ("grove", &["gr", "gro", "grv"]),
    ("square", &["sq"]),
    ("terrace", &["ter", "terr", "tce"]),
    ("place", &["pl"]),
    ("park", &["pk"]),
    ("house", &["hse", "ho"]),
    ("building", &["bldg", "buildings", "bldgs"]),
    ("estate", &["est"]),
    ("way", &["wy"]),
    ("walk", &["wlk"]),
    ("mews", &["mws"]),
    ("hill", &["hl"]),
    ("green", &["grn"]),
    ("parade", &["pde"]),
    ("rise", &[]),
    ("row", &[]),
    ("yard", &["yd"]),
    ("wharf", &["whf"]),
    ("cottage", &["cott", "cotts", "cottages"]),
    ("farm", &["fm"]),
    ("lodge", &["ldg"]),
    ("tower", &["twr", "towers"]),
];

/// Names that so many streets bear that they say less.
const COMMON: &[&str] = &[
    "high",
    "station",
    "church",
    "main",
    "victoria",
    "albert",
    "king",
    "kings",
    "queen",
    "queens",
    "george",
    "mill",
    "school",
    "london",
    "new",
    "old",
    "north",
    "south",
    "east",
    "west",
    "manor",
    "springfield",
    "saint",
    "chapel",
    "market",
    "bridge",
    "york",
    "grange",
    "windsor",
    "alexandra",
    "broadway",
];

/// What stands in an address.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) unit: Option<String>,
    pub(super) number: Option<String>,
    pub(super) words: Vec<String>,
    pub(super) postcode: Option<Postcode>,
}

/// The words of an address in their normal form, without unit, number and postcode.
pub fn address_words(raw: &str) -> String {
    read(raw).words.join(" ")
}

/// Reads an address. Never refuses: what is no part of one is a word.
pub(super) fn read(raw: &str) -> Parts {
    let mut parts = Parts::default();
    let mut words = tokens(&without_addressee(&ascii_lower(raw)));
    // Taking a number or a postcode out can bring two tokens together that read as another: repeat until none is left.
    loop {
        let left = without_numbers(without_postcodes(words.clone(), &mut parts.postcode), &mut parts);
        let left = within_bounds(left);
        if left == words {
            parts.words = words;
            return parts;
        }
        words = left;
    }
}

/// The text without whom post is for: `c/o Quince` up to the next comma says nothing of the place.
fn without_addressee(ascii: &str) -> String {
    let parts = ascii.split([',', ';', '\n']).filter(|part| {
        let part = part.trim_start();
        !["c/o ", "c/o.", "care of "].iter().any(|mark| part.starts_with(mark))
    });
    // Where nothing else is said, it is all there is.
    let kept = parts.collect::<Vec<_>>().join(",");
    if kept.trim().is_empty() { ascii.to_owned() } else { kept }
}

/// Whether a word is a type of street or building.
pub(super) fn is_type(word: &str) -> bool {
    TYPES.iter().any(|(name, _)| *name == word)
}

/// Whether many streets bear the name.
pub(super) fn is_common(word: &str) -> bool {
    word.len() < 3 || COMMON.contains(&word)
}

/// Lower-case letters and digits; a hyphen stays between two numbers.
fn tokens(ascii: &str) -> Vec<String> {
    let mut out = Vec::new();
    for chunk in ascii.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        let chunk = chunk.trim_matches('-');
        match chunk.split_once('-') {
            Some(_) if is_house_number(chunk) => out.push(chunk.to_owned()),
            _ => out.extend(chunk.split('-').filter(|word| !word.is_empty()).map(str::to_owned)),
        }
    }
    out
}

fn without_postcodes(words: Vec<String>, found: &mut Option<Postcode>) -> Vec<String> {
    // Written as one word or two, with a digit where one stands: `e1 road` is none.
    let whole = |text: &str| {
        let inward = text.len().checked_sub(3).and_then(|at| text.get(at..));
        inward.filter(|inward| inward.starts_with(|c: char| c.is_ascii_digit()))?;
        Postcode::parse(text).ok().filter(Postcode::is_whole)
    };
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let pair = out.last().filter(|_| word.len() == 3).and_then(|last| whole(&format!("{last} {word}")));
        if let Some(postcode) = pair {
            out.pop();
            found.get_or_insert(postcode);
        } else if let Some(postcode) = whole(&word) {
            found.get_or_insert(postcode);
        } else {
            out.push(word);
        }
    }
    // The first part alone, at the end: `12 Mill Lane, E1`.
    while let [.., before, last] = out.as_slice()
        && !UNITS.contains(&before.as_str())
        && let Ok(outward) = Postcode::parse(last)
    {
        found.get_or_insert(outward);
        out.pop();
    }
    out
}

/// Takes units and numbers out of `words`, and writes what stays in full.
fn without_numbers(words: Vec<String>, parts: &mut Parts) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if UNITS.contains(&word.as_str()) {
            if let Some(unit) = words.next_if(|next| next.len() <= 4) {
                parts.unit.get_or_insert(unit);
            }
        } else if is_house_number(&word) {
            let letter =
                words.next_if(|next| next.len() == 1 && next.bytes().all(|b| b.is_ascii_alphabetic()));
            number(format!("{word}{}", letter.unwrap_or_default()), parts);
        } else if !SILENT.contains(&word.as_str()) && out.len() < WORDS_MAX {
            let full = in_full(&word, out.last().map(String::as_str));
            out.push(full);
        }
    }
    out
}

/// The first number is the house's, but `3/12 Mill Lane` and `3, 12 Mill Lane` begin with the flat's.
fn number(text: String, parts: &mut Parts) {
    match (&parts.number, &parts.unit) {
        (None, _) => parts.number = Some(text),
        (Some(_), None) => parts.unit = parts.number.replace(text),
        (Some(_), Some(_)) => {}
    }
}

/// `12`, `12a` or `12-14`.
fn is_house_number(word: &str) -> bool {
    let plain = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (1..=4).contains(&digits)
            && text.len() <= digits + 1
            && text.bytes().skip(digits).all(|b| b.is_ascii_alphabetic())
    };
    match word.split_once('-') {
        Some((from, to)) => plain(from) && plain(to),
        None => plain(word),
    }
}

/// A word with its short form written out. `st` is a saint before a name and a street behind one.
fn in_full(word: &str, before: Option<&str>) -> String {
    if word == "st" {
        return if before.is_none_or(is_type) { "saint" } else { "street" }.to_owned();
    }
    let full = TYPES.iter().find(|(_, short)| short.contains(&word)).map(|(full, _)| *full);
    full.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn addresses_are_taken_apart() {
        for (raw, unit, number, words, postcode) in [
            ("Flat 3, 12A High St, Leeds LS1 4AB", "3", "12a", "high street leeds", "LS1 4AB"),
            ("12 a High Street LEEDS ls14ab", "", "12a", "high street leeds", "LS1 4AB"),
            ("3/12 Mill Ln, E1", "3", "12", "mill lane", "E1"),
            ("12-14 St. John's Rd, St Albans", "", "12-14", "saint johns road saint albans", ""),
            ("Rose Cottage, Mill Lane, Ripon", "", "", "rose cottage mill lane ripon", ""),
            ("Unit B2 Trafford Pk", "b2", "", "trafford park", ""),
            ("No. 7, The Avenue", "", "7", "avenue", ""),
            ("Bâtiment – Süd", "", "", "batiment sud", ""),
            ("c/o A Quince, 12 Mill Ln, Ripon", "", "12", "mill lane ripon", ""),
            ("12 Mill Ln, care of Mrs Quince, Ripon", "", "12", "mill lane ripon", ""),
            ("c/o Quince", "", "", "c o quince", ""),
            ("2nd Avenue", "", "", "2nd avenue", ""),
            ("", "", "", "", ""),
        ] {
            let parts = read(raw);
            assert_eq!(parts.unit.unwrap_or_default(), unit, "{raw}");
            assert_eq!(parts.number.unwrap_or_default(), number, "{raw}");
            assert_eq!(parts.words.join(" "), words, "{raw}");
            assert_eq!(parts.postcode.map(|p| p.to_string()).unwrap_or_default(), postcode, "{raw}");
        }
    }
}
