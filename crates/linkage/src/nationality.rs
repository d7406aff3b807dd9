//! Nationalities as records write them, countries, their people or codes, read as ISO 3166-1 codes. People hold several, and
//! some words mean either of two countries, so what is read is a few codes, of which two records may share one.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use crate::name::ascii_lower;

const COUNTRIES: &str = include_str!("nationality/countries.txt");

/// Codes kept of one record; nobody is held to be of more countries.
pub(crate) const CODES_MAX: usize = 3;

/// Bits of a code: 26 × 26, and none.
const CODE_BITS: u32 = 10;

/// Left out wherever they stand: they say that it is a nationality.
const SAYING: &[&str] = &[
    "national",
    "nationals",
    "nationality",
    "citizen",
    "citizens",
    "citizenship",
    "passport",
    "holder",
    "dual",
];

/// Left out where the words that are left name a country.
const STATELY: &[&str] = &[
    "the",
    "of",
    "republic",
    "kingdom",
    "state",
    "states",
    "federal",
    "islamic",
    "democratic",
    "peoples",
    "socialist",
    "arab",
    "united",
];

/// What stands between several nationalities; a hyphen may too.
const DIVIDERS: &[char] = &['/', ',', ';', '&', '+', '|', '(', ')'];

/// The countries that somebody is a national of, or may be. `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Nationality([Code; CODES_MAX]);

/// An ISO 3166-1 alpha-2 code as a number; 0 stands for none.
pub(crate) type Code = u16;

/// A text that names no nationality, or more than are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no nationality that is known: write a country, its people or its code, such as Eritrea, Eritrean, ER or ERI, of \
     several with / between them, or leave it out"
)]
pub struct BadNationality;

impl Nationality {
    /// Reads a probe's nationality: every part of the text must be known.
    pub fn parse(text: &str) -> Result<Self, BadNationality> {
        let (read, unknown) = Self::read(text);
        if unknown || read == Self::default() { Err(BadNationality) } else { Ok(read) }
    }

    /// Reads a record's nationality: what is not known in it is left out.
    pub fn of_record(text: &str) -> Option<Self> {
        Some(Self::read(text).0).filter(|read| *read != Self::default())
    }

    /// The codes, at least one.
    pub(crate) fn codes(self) -> impl Iterator<Item = Code> {
        self.0.into_iter().filter(|&code| code != 0)
    }

    /// The codes in thirty bits; 0 where nothing is known.
    pub fn to_bits(known: Option<Self>) -> u32 {
        let Self(codes) = known.unwrap_or_default();
        codes.into_iter().rev().fold(0, |bits, code| bits << CODE_BITS | u32::from(code))
    }

    /// What [`Self::to_bits`] made. Any number will do: its lowest thirty bits are read.
    pub fn from_bits(bits: u32) -> Option<Self> {
        let code = |at: u32| u16::try_from(bits >> (at * CODE_BITS) & ((1 << CODE_BITS) - 1)).unwrap_or(0);
        Some(Self([code(0), code(1), code(2)])).filter(|read| *read != Self::default())
    }

    /// The codes that a text names, and whether a part of it names none or finds no room.
    fn read(text: &str) -> (Self, bool) {
        let ascii = ascii_lower(text);
        if let Some(whole) = named(&ascii) {
            return (whole, false);
        }
        let (mut read, mut missed) = (Self::default(), false);
        let divided = ascii.replace(" and ", "/").replace(" or ", "/");
        for part in divided.split(DIVIDERS).filter(|part| words(part).next().is_some()) {
            // `Guinea-Bissau` is one, `British-Irish` is two.
            let pieces = if named(part).is_some() { vec![part] } else { part.split('-').collect() };
            for piece in pieces {
                match named(piece) {
                    Some(Self(codes)) => {
                        codes
                            .into_iter()
                            .filter(|&code| code != 0)
                            .for_each(|code| missed |= !read.add(code));
                    }
                    None => missed = true,
                }
            }
        }
        (read, missed)
    }

    /// Adds a code; false where there is no room.
    fn add(&mut self, code: Code) -> bool {
        if self.0.contains(&code) {
            return true;
        }
        let free = self.0.iter_mut().find(|slot| **slot == 0);
        free.map(|slot| *slot = code).is_some()
    }
}

impl fmt::Debug for Nationality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nationality(…)")
    }
}

/// The words of a text, but for those that only say that it is a nationality.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !SAYING.contains(word))
}

/// What one country, people or code is: as it is written, or else without what states call themselves.
fn named(text: &str) -> Option<Nationality> {
    let without = |left_out: &[&str]| {
        let kept: Vec<&str> = words(text).filter(|word| !left_out.contains(word)).collect();
        LIST.get(kept.join(" ").as_str()).copied()
    };
    without(&[]).or_else(|| without(&["the"])).or_else(|| without(STATELY))
}

/// Every code and name in the list, with what it means.
static LIST: LazyLock<HashMap<&str, Nationality>> = LazyLock::new(|| {
    let mut list: HashMap<&str, Nationality> = HashMap::new();
    for (code, others) in countries() {
        let names = others.split(';').map(str::trim);
        // A name that two countries have means either.
        std::iter::once(code).chain(names).for_each(|name| {
            list.entry(name).or_default().add(number(code));
        });
    }
    list
});

/// Each country's alpha-2 code, and after it what else it is called.
fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// The number of an alpha-2 code in small letters.
fn number(code: &str) -> Code {
    code.bytes().fold(0, |number, letter| number * 26 + Code::from(letter.wrapping_sub(b'a') % 26)) + 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Nationality, countries, named, number};

    #[test]
    fn the_list_is_in_order() {
        let mut codes = BTreeSet::new();
        for (code, others) in countries() {
            let names: Vec<&str> = others.split(';').map(str::trim).collect();
            assert!(code.len() == 2 && names[0].len() == 3 && names.len() > 1, "{code}");
            assert!(codes.insert(number(code)) && number(code) < 1 << 10, "{code} stands twice");
            for name in std::iter::once(code).chain(names) {
                let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b == b' ');
                assert!(
                    plain && named(name).is_some_and(|read| read.codes().any(|c| c == number(code))),
                    "{name}"
                );
            }
        }
        assert_eq!(codes.len(), 247);
    }

    fn check(cases: &[(&str, &[&str])]) {
        for (text, wanted) in cases {
            let mut wanted: Vec<_> = wanted.iter().map(|code| number(code)).collect();
            let mut read: Vec<_> =
                Nationality::of_record(text).into_iter().flat_map(Nationality::codes).collect();
            wanted.sort_unstable();
            read.sort_unstable();
            assert_eq!(read, wanted, "{text}");
            assert_eq!(Nationality::parse(text).is_ok(), !wanted.is_empty(), "{text}");
        }
    }

    #[test]
    fn countries_people_and_codes_are_one() {
        check(&[
            ("British", &["gb"]),
            (" UK ", &["gb"]),
            ("GBR", &["gb"]),
            ("the United Kingdom", &["gb"]),
            ("British Citizen", &["gb"]),
            ("SCOTTISH", &["gb"]),
            ("Eritrean national", &["er"]),
            ("Republic of Ireland", &["ie"]),
            ("Federal Republic of Nigeria", &["ng"]),
            ("Islamic Republic of Iran", &["ir"]),
            ("Côte d'Ivoire", &["ci"]),
            ("Guinea-Bissau", &["gw"]),
            ("Trinidad and Tobago", &["tt"]),
            ("Dominican Republic", &["do"]),
            ("Dominican", &["do", "dm"]),
            ("Congolese", &["cd", "cg"]),
            ("British/Irish", &["gb", "ie"]),
            ("British-Pakistani", &["gb", "pk"]),
            ("Dual national: British and Bosnian", &["gb", "ba"]),
            ("U.K.", &["gb"]),
            ("Congolese, Belgian", &["cd", "cg", "be"]),
            ("Kurdish", &[]),
            ("unknown", &[]),
            ("", &[]),
            ("/ , -", &[]),
        ]);
        assert_eq!(Nationality::of_record("British (born in Kurdistan)"), Nationality::of_record("British"));
        assert!(
            Nationality::parse("British, Kurdish").is_err()
                && Nationality::parse("British (English)").is_ok()
        );
        assert!(Nationality::parse("British, Irish, French, German").is_err(), "more than are kept");
    }

    proptest! {
        #[test]
        fn no_text_and_no_number_is_too_much(text: String, parts in prop::collection::vec("[a-z]{2}|British|Congolese|[-/, ]", 0..9), bits: u32) {
            for text in [text, parts.concat(), parts.join("/")] {
                let read = Nationality::of_record(&text);
                prop_assert_eq!(Nationality::from_bits(Nationality::to_bits(read)), read);
                prop_assert!(read.is_some() || Nationality::parse(&text).is_err());
            }
            let _ = Nationality::from_bits(bits);
        }
    }
}
