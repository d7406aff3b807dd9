//! Slips by which one name becomes another on its way into a record: of the keyboard, of the ear, of the scanner.
//! What none of them explains is another name, however few letters differ: Mandeep is not Sandeep, nor Hall Hill.

use rapidfuzz::distance::osa;

/// Rows of the keyboard, each with the place of its first key in half keys.
const KEYBOARD: [(&[u8], usize); 3] = [(b"qwertyuiop", 0), (b"asdfghjkl", 1), (b"zxcvbnm", 2)];

/// Letters that a scanner takes for one.
const LOOK_ALIKE: &[(&str, &str)] =
    &[("rn", "m"), ("nn", "m"), ("cl", "d"), ("vv", "w"), ("ri", "n"), ("li", "h")];

/// Single letters that a scanner takes for each other.
const LOOK_ALIKE_LETTERS: &[(u8, u8)] =
    &[(b'i', b'l'), (b'c', b'e'), (b'b', b'h'), (b'u', b'v'), (b'f', b't')];

/// Letters that the ear takes for each other.
const SOUND_ALIKE: &[(u8, u8)] = &[
    (b'm', b'n'),
    (b'b', b'p'),
    (b'b', b'v'),
    (b'd', b't'),
    (b'g', b'k'),
    (b'g', b'j'),
    (b's', b'z'),
    (b'f', b'v'),
    (b'v', b'w'),
    (b'c', b'k'),
    (b'c', b's'),
    (b'k', b'q'),
    (b'i', b'y'),
    (b'j', b'y'),
    (b'a', b'e'),
    (b'e', b'i'),
    (b'o', b'u'),
];

/// From this length two slips are allowed, as so long a name is not met by chance.
const TWO_SLIPS: usize = 9;

/// Whether a slip makes `a` of `b`, or two when both are long. Symmetric; equal names are no slip.
pub(crate) fn is_slip(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    if a == b || shorter < 3 || a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    one_slip(a.as_bytes(), b.as_bytes()) || (shorter >= TWO_SLIPS && two_slips(a, b))
}

/// Whether two names lie one letter apart, or one swap of neighbours, whichever letter it is. In short names, and at their
/// beginning, that is another name as often as a slip: only how many bear either tells. Symmetric.
pub(crate) fn is_one_letter_apart(a: &str, b: &str) -> bool {
    let (mine, other, _) = unlike(a.as_bytes(), b.as_bytes());
    let shorter = a.len().min(b.len());
    match (mine, other) {
        ([], [_]) | ([_], []) => shorter > 1,
        ([x, y], [u, v]) => x == v && y == u,
        ([_], [_]) => shorter > 2,
        _ => false,
    }
}

/// One insertion, deletion, change or swap of neighbours in any text; two when both have eight letters or more.
pub(crate) fn is_typo(a: &str, b: &str) -> bool {
    let allowed = match a.len().min(b.len()) {
        0..4 => return false,
        4..8 => 1,
        _ => 2,
    };
    let cutoff = osa::Args::default().score_cutoff(allowed);
    a.len().abs_diff(b.len()) <= allowed && osa::distance_with_args(a.bytes(), b.bytes(), &cutoff).is_some()
}

fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let (mine, other, start) = unlike(a, b);
    let shorter = a.len().min(b.len());
    match (mine, other) {
        // One letter more: anywhere in a name of four; in one of three, a letter doubled.
        ([], [letter]) | ([letter], []) => {
            shorter > 3 || start.checked_sub(1).and_then(|before| a.get(before)) == Some(letter)
        }
        ([x, y], [u, v]) if x == v && y == u => shorter > 3,
        ([x], [y]) => shorter > 3 && substitutes(*x, *y, shorter, start == 0),
        _ => looks_alike(mine, other),
    }
}

/// What of each is left without their common beginning and end, and where that starts.
fn unlike<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8], usize) {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (mine, other) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = mine.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let cut = |rest: &'a [u8]| rest.get(..rest.len() - end).unwrap_or_default();
    (cut(mine), cut(other), start)
}

/// The first letter is read back by whoever writes it: in a short name another one makes another name.
fn substitutes(a: u8, b: u8, length: usize, first: bool) -> bool {
    let vowels = is_vowel(a) && is_vowel(b);
    let pair = (a.min(b), a.max(b));
    let seen = LOOK_ALIKE_LETTERS.contains(&pair) || neighbours(a, b);
    let heard = SOUND_ALIKE.contains(&pair) && !first && (!vowels || length > 5);
    heard || seen && (!first || length > 5)
}

fn looks_alike(a: &[u8], b: &[u8]) -> bool {
    LOOK_ALIKE.iter().map(|(x, y)| (x.as_bytes(), y.as_bytes())).any(|pair| pair == (a, b) || pair == (b, a))
}

fn two_slips(a: &str, b: &str) -> bool {
    let cutoff = osa::Args::default().score_cutoff(2);
    a.bytes().next() == b.bytes().next() && osa::distance_with_args(a.bytes(), b.bytes(), &cutoff).is_some()
}

/// Whether two keys lie together.
fn neighbours(a: u8, b: u8) -> bool {
    let place = |letter| {
        KEYBOARD.iter().zip(0_usize..).find_map(|((keys, first), row)| {
            keys.iter().position(|&key| key == letter).map(|at| (row, first + 2 * at))
        })
    };
    match (place(a), place(b)) {
        (Some((row, x)), Some((other, y))) if row == other => x.abs_diff(y) == 2,
        (Some((row, x)), Some((other, y))) => row.abs_diff(other) == 1 && x.abs_diff(y) <= 1,
        _ => false,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    use super::{is_one_letter_apart, is_slip};

    #[test]
    fn one_letter_is_one_letter() {
        for (names, apart) in [
            ("luke lke", true),
            ("ben bn", true),
            ("raj rja", true),
            ("li il", true),
            ("hall hill", true),
            ("mandeep sandeep", true),
            ("li lu", false),
            ("b be", false),
            ("msrk mak", false),
            ("raj raj", false),
            ("raj jar", false),
        ] {
            let (a, b) = names.split_once(' ').unwrap();
            assert_eq!((is_one_letter_apart(a, b), is_one_letter_apart(b, a)), (apart, apart), "{names}");
        }
    }

    #[test]
    fn slips_are_told_from_other_names() {
        for (names, slip) in [
            ("smith simth", true),
            ("smith smoth", true),
            ("smith snith", true),
            ("smith smitth", true),
            ("smith mith", true),
            ("burns bums", true),
            ("clark dark", true),
            ("owen ovven", true),
            ("jones jomes", true),
            ("edwards dwards", true),
            ("thompson tompsin", false),
            ("featherstone fetherstine", true),
            ("ali alli", true),
            ("ali alu", false),
            ("hall hill", false),
            ("dean sean", false),
            ("mary gary", false),
            ("mandeep sandeep", false),
            ("rajinder ravinder", false),
            ("harpreet gurpreet", false),
            ("karim karam", false),
            ("smith smith", false),
        ] {
            let (a, b) = names.split_once(' ').unwrap();
            assert_eq!(is_slip(a, b), slip, "{names}");
            assert_eq!(is_slip(b, a), slip, "{names}");
        }
    }
}
