//! A name by its consonants alone, voiced and unvoiced alike: a coarse code under which spellings, slips in vowels and
//! doubled letters meet. Blocking keys are made of it.

use super::phones::{Phones, is_vowel};

/// Consonants kept.
const LENGTH: usize = 6;

/// Two consonants say little: a name that has no more keeps its vowel.
const SHORT: usize = 2;

/// Phones that have another reading, and the class that each phone has in it.
type Reading = (&'static [u8], fn(u8, bool) -> u8);

/// The coarse code of one token, filled up with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sound([u8; LENGTH]);

impl Sound {
    /// The code of a token's phones.
    pub(crate) fn of(phones: &Phones) -> Self {
        Self::read(phones, class)
    }

    /// The code with every consonant told apart, for keys that leave one out.
    pub(crate) fn fine(phones: &Phones) -> Self {
        Self::read(phones, |phone, first| match class(phone, first) {
            class @ (0 | b'A') => class,
            _ => phone,
        })
    }

    /// Codes that another writer's spelling of the same name may have, besides its own.
    pub(crate) fn others(phones: &Phones) -> impl Iterator<Item = Self> + '_ {
        let own = Self::of(phones);
        let readings: [Reading; 5] = [
            (b"jyJ", |phone, first| match phone {
                b'j' if first => b'A',
                b'j' => 0,
                b'J' if first => b'A',
                b'y' => b'S',
                _ => class(phone, first),
            }),
            (b"x", |phone, first| if phone == b'x' { class(b'h', first) } else { class(phone, first) }),
            (b"h", |phone, first| if phone == b'h' && first { b'K' } else { class(phone, first) }),
            (b"C", |phone, first| if phone == b'C' { b'K' } else { class(phone, first) }),
            (b"T", |phone, first| if phone == b'T' { b'S' } else { class(phone, first) }),
        ];
        readings
            .into_iter()
            .filter(|(of, _)| phones.as_slice().iter().any(|phone| of.contains(phone)))
            .map(|(_, class)| Self::read(phones, class))
            .filter(move |other| *other != own)
    }

    /// The code as bytes.
    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> + Clone {
        self.0.into_iter().take_while(|&byte| byte != 0)
    }

    /// The code without the vowel of a short name.
    pub(crate) fn consonants(self) -> impl Iterator<Item = u8> + Clone {
        self.bytes().filter(|&byte| !is_vowel(byte))
    }

    /// How many classes it holds.
    pub(crate) fn len(self) -> usize {
        self.bytes().count()
    }

    fn read(phones: &Phones, class: impl Fn(u8, bool) -> u8) -> Self {
        let mut code = [0; LENGTH];
        let mut len = 0;
        let mut vowel = 0;
        for (&phone, place) in phones.as_slice().iter().zip(0_usize..) {
            let letter = class(phone, place == 0);
            if place > 0 && vowel == 0 && is_vowel(phone) {
                vowel = openness(phone);
            }
            if let (1.., Some(to)) = (letter, code.get_mut(len)) {
                *to = letter;
                len += 1;
            }
        }
        if let (..=SHORT, Some(to)) = (len, code.get_mut(len)) {
            *to = vowel;
        }
        Self(code)
    }
}

/// The class of a phone; 0 where it is left out.
fn class(phone: u8, first: bool) -> u8 {
    match phone {
        b'p' | b'b' => b'P',
        b'f' | b'v' => b'F',
        b't' | b'd' | b'T' => b'T',
        b'k' | b'g' | b'x' => b'K',
        b's' | b'z' | b'S' | b'Z' | b'C' | b'c' | b'J' | b'j' => b'S',
        b'm' => b'M',
        b'n' => b'N',
        b'l' => b'L',
        b'r' => b'R',
        b'h' if first => b'H',
        b'h' => 0,
        _ if is_vowel(phone) || phone == b'y' => {
            if first {
                b'A'
            } else {
                0
            }
        }
        other => other,
    }
}

fn openness(vowel: u8) -> u8 {
    match vowel {
        b'a' => b'a',
        b'e' | b'i' => b'e',
        _ => b'o',
    }
}
