//! A postcode in its normal form as one number, so that an index keeps it in four bytes and compares it at once.
//! Every normal form has a number of its own, and can be read back from it.

use super::{FORCES, UNRULY, parts};
use crate::score::Level;

/// Whole postcodes of one district, and one number for the district by itself.
const INWARD: u32 = 10 * LETTERS * LETTERS + 1;
const LETTERS: u32 = 26;
/// A second letter, or none.
const SECOND: u32 = LETTERS + 1;
/// What may follow a district's first digit: a digit, a letter, or nothing.
const LAST: u32 = 10 + LETTERS + 1;

/// From here on stand the postcodes that no rule makes, in the order of their list. All others are below, and these are
/// below 2³¹ too, as an index keeps 31 bits.
const LISTED: u32 = 2_000_000_000;
/// From here on stands forces mail, by its number.
const MAIL: u32 = LISTED + (1 << 16);

/// A postcode by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(u32);

impl Code {
    /// The number of a normal form; nothing for other text.
    pub(crate) fn of(postcode: &str) -> Option<Self> {
        if let Some(unruly) = unruly_number(postcode) {
            return Some(Self(unruly));
        }
        let (outward, inward) = parts(postcode);
        let inward = inward.map_or(Some(0), |inward| Some(inward_number(inward)? + 1))?;
        // The largest is below 2³¹, so nothing overflows.
        Some(Self(outward_number(outward)? * INWARD + inward + 1))
    }

    /// The number as it is stored; 0 stands for none.
    pub(crate) fn to_bits(code: Option<Self>) -> u32 {
        code.map_or(0, |Self(number)| number)
    }

    /// What [`Self::to_bits`] stored.
    pub(crate) fn from_bits(bits: u32) -> Option<Self> {
        (bits != 0).then_some(Self(bits))
    }

    /// The normal form; nothing for a number that no postcode has.
    pub(crate) fn text(self) -> Option<String> {
        if let Some(number) = self.0.checked_sub(MAIL) {
            return (1..10_000).contains(&number).then(|| format!("{FORCES} {number}"));
        }
        if let Some(place) = self.0.checked_sub(LISTED) {
            return UNRULY.get(usize::try_from(place).ok()?).map(|postcode| (*postcode).to_owned());
        }
        let (outward, inward) = self.split();
        let (rest, last) = (outward / LAST, outward % LAST);
        let (rest, digit) = (rest / 10, rest % 10);
        let (first, second) = (rest / SECOND, rest % SECOND);
        let mut text = String::from(letter(first)?);
        text.extend(second.checked_sub(1).and_then(letter));
        text.push(char::from_digit(digit, 10)?);
        text.extend(last.checked_sub(1).and_then(|last| match last {
            0..10 => char::from_digit(last, 10),
            _ => letter(last - 10),
        }));
        if let Some(inward) = inward.checked_sub(1) {
            let (rest, last) = (inward / LETTERS, inward % LETTERS);
            text.push(' ');
            text.push(char::from_digit(rest / LETTERS, 10)?);
            text.extend([letter(rest % LETTERS)?, letter(last)?]);
        }
        Some(text)
    }

    /// How two postcodes agree.
    pub(crate) fn level(self, other: Self) -> Level {
        if self == other && self.split().1 != 0 {
            return Level::Exact;
        }
        let ((outward, inward), (other_outward, other_inward)) = (self.split(), other.split());
        let slipped = match (outward == other_outward, inward, other_inward) {
            // What no rule makes has no signs.
            _ if self.0.max(other.0) >= LISTED => false,
            (true, 1.., 1..) => is_one_slip(inward_signs(inward), inward_signs(other_inward)),
            (false, 1.., _) if inward == other_inward => {
                is_one_slip(outward_signs(outward), outward_signs(other_outward))
            }
            _ => false,
        };
        match (outward == other_outward, inward, other_inward) {
            _ if slipped => Level::Typo,
            (false, _, _) => Level::Differ,
            (true, 1.., 1..) => Level::Part,
            (true, _, _) => Level::OutwardKnown,
        }
    }

    fn split(self) -> (u32, u32) {
        match self.0 {
            MAIL.. => return (MAIL, self.0 - MAIL),
            LISTED.. => return (self.0, 1),
            _ => {}
        }
        let number = self.0.saturating_sub(1);
        (number / INWARD, number % INWARD)
    }
}

/// One sign differs, or two neighbours are exchanged.
fn is_one_slip<const N: usize>(a: [u32; N], b: [u32; N]) -> bool {
    let mut differ = a.iter().zip(&b).zip(0..).filter(|((a, b), _)| a != b);
    match (differ.next(), differ.next(), differ.next()) {
        (Some(_), None, _) => true,
        (Some(((a, b), at)), Some(((c, d), next)), None) => next == at + 1 && a == d && b == c,
        _ => false,
    }
}

/// The digit and the letters of an inward part. Only letters can be exchanged.
fn inward_signs(inward: u32) -> [u32; 3] {
    let inward = inward.saturating_sub(1);
    let (rest, last) = (inward / LETTERS, inward % LETTERS);
    [LAST + rest / LETTERS, rest % LETTERS, last]
}

/// The letters of an outward part, its digit, and what follows it; 0 where there is none. Letters are exchanged for letters, digits for
/// digits.
fn outward_signs(outward: u32) -> [u32; 4] {
    let (rest, last) = (outward / LAST, outward % LAST);
    let (letters, digit) = (rest / 10, rest % 10);
    let (first, second) = (letters / SECOND + 1, letters % SECOND);
    [LAST + first, if second == 0 { 0 } else { LAST + second }, digit + 1, last]
}

/// The number of a postcode that no rule makes.
fn unruly_number(postcode: &str) -> Option<u32> {
    if let Some(number) = postcode.strip_prefix(FORCES) {
        let digits = number.strip_prefix(' ').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let fits = (1..=4).contains(&digits.len()) && !digits.starts_with('0');
        return digits.parse::<u32>().ok().filter(|_| fits).map(|number| MAIL + number);
    }
    let place = UNRULY.iter().position(|known| *known == postcode)?;
    Some(LISTED + u32::try_from(place).ok()?)
}

/// One or two letters, a digit, and perhaps a digit or letter.
fn outward_number(outward: &str) -> Option<u32> {
    let mut bytes = outward.bytes().peekable();
    let first = letter_number(bytes.next()?)?;
    let second = bytes.next_if(u8::is_ascii_uppercase).and_then(letter_number).map_or(0, |place| place + 1);
    let digit = digit_number(bytes.next()?)?;
    let last = match bytes.next() {
        None => 0,
        Some(byte) => digit_number(byte).or_else(|| Some(letter_number(byte)? + 10))? + 1,
    };
    let number = ((first * SECOND + second) * 10 + digit) * LAST + last;
    bytes.next().is_none().then_some(number)
}

/// A digit and two letters.
fn inward_number(inward: &str) -> Option<u32> {
    let &[digit, first, second] = inward.as_bytes() else { return None };
    Some((digit_number(digit)? * LETTERS + letter_number(first)?) * LETTERS + letter_number(second)?)
}

fn digit_number(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

fn letter_number(byte: u8) -> Option<u32> {
    byte.is_ascii_uppercase().then(|| u32::from(byte - b'A'))
}

fn letter(number: u32) -> Option<char> {
    let number = u8::try_from(number).ok().filter(|&number| u32::from(number) < LETTERS)?;
    Some(char::from(b'A' + number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rapidfuzz::distance::osa;

    use super::Code;
    use crate::postcode::level;
    use crate::score::Level;

    #[test]
    fn postcodes_that_no_rule_makes_have_numbers_too() {
        let unruly = super::UNRULY.iter().map(|text| (*text).to_owned());
        let texts: Vec<String> =
            unruly.chain(["BFPO 1", "BFPO 57", "BFPO 9999", "BF1 0AX"].map(str::to_owned)).collect();
        for one in &texts {
            let code = Code::of(one).unwrap();
            assert_eq!(code.text().as_ref(), Some(one));
            assert_eq!(Code::from_bits(Code::to_bits(Some(code))), Some(code));
            for other in &texts {
                assert!(agree_as_texts(code.level(Code::of(other).unwrap()), (one, other)), "{one} {other}");
            }
        }
        for stranger in ["BFPO", "BFPO ", "BFPO 057", "BFPO 10000", "BFPO57", "GIR 1AA"] {
            assert!(
                Code::of(stranger).is_none_or(|code| code.text().as_deref() == Some(stranger)),
                "{stranger}"
            );
        }
    }

    #[test]
    fn one_slip_in_either_part_is_told_from_another_place() {
        for (a, b, wanted) in [
            ("SW1A 1AA", "SW1A 1AA", Level::Exact),
            ("SW1A 1AA", "SW1A 2AA", Level::Typo),
            ("SW1A 1AA", "SW2A 1AA", Level::Typo),
            ("SW1A 1AB", "SW1A 1BA", Level::Typo),
            ("SW1A 1AB", "SW1A 2BA", Level::Part),
            ("SW1A 1AA", "SW1A 2AB", Level::Part),
            ("E8 3QX", "E9 3QX", Level::Typo),
            ("E8 3QX", "N8 3QX", Level::Typo),
            ("E8 3QX", "EC8 3QX", Level::Typo),
            ("N1 3QX", "N11 3QX", Level::Typo),
            ("E12 3QX", "E21 3QX", Level::Typo),
            ("SE1 3QX", "ES1 3QX", Level::Typo),
            ("E8 3QX", "N1 3QX", Level::Differ),
            ("E8 3QX", "E9 3QY", Level::Differ),
            ("E8", "E9", Level::Differ),
            ("E8", "E8 3QX", Level::OutwardKnown),
            ("GIR 0AA", "G1 0AA", Level::Differ),
            ("BFPO 57", "BFPO 58", Level::Part),
        ] {
            let codes = [a, b].map(|text| Code::of(text).unwrap());
            assert_eq!((codes[0].level(codes[1]), codes[1].level(codes[0])), (wanted, wanted), "{a} {b}");
        }
    }

    /// One slip aside, codes agree as their texts do.
    fn agree_as_texts(found: Level, (a, b): (&str, &str)) -> bool {
        let written = level(a, b);
        found == written
            || (found == Level::Typo
                && matches!(written, Level::Part | Level::Differ)
                && osa::distance(a.bytes(), b.bytes()) == 1)
    }

    proptest! {
        #[test]
        fn a_postcode_is_read_back_and_compares_as_its_text_does(
            postcodes in prop::collection::vec("[A-D][A-D]?[0-9]([0-9]|[A-D])?( [0-9][A-D][A-D])?", 2),
            stranger in "\\PC{0,9}",
            bits: u32,
        ) {
            let codes: Vec<Code> = postcodes.iter().map(|text| Code::of(text).unwrap()).collect();
            for (text, code) in postcodes.iter().zip(&codes) {
                prop_assert_eq!(code.text(), Some(text.clone()));
                prop_assert_eq!(Code::from_bits(Code::to_bits(Some(*code))), Some(*code));
            }
            for (a, b) in [(0, 1), (1, 0), (0, 0)] {
                prop_assert!(agree_as_texts(codes[a].level(codes[b]), (&postcodes[a], &postcodes[b])));
            }
            if let Some(code) = Code::of(&stranger) {
                prop_assert_eq!(code.text(), Some(stranger));
            }
            let _ = Code::from_bits(bits).map(Code::text);
        }
    }
}
