//! Names of people: one normal form, nicknames, sounds, and how alike two names are.
//! Normal text is lower-case ASCII tokens with single spaces between them; normalising it again changes nothing.

mod family;
mod likeness;
mod marks;
mod nickname;
mod phones;
mod prepared;
mod slip;
mod sound;
mod sounds;

use deunicode::{deunicode, deunicode_char};
use unicode_normalization::char::is_combining_mark;

use crate::compatible::compatible;
use crate::invisible::is_invisible;

pub(crate) use likeness::{Heard, Likeness, jaro_winkler, may_be_alike};
pub(crate) use marks::{Apart, SameWords, Strangers};
pub(crate) use nickname::GIVEN;
pub(crate) use phones::Phones;
pub(crate) use prepared::{GivenLevels, Prepared, has_further, is_servant, may_have_slipped, same_letters};
pub(crate) use slip::is_typo;
pub(crate) use sound::Sound;
pub(crate) use sounds::Sounds;

pub use marks::NameMarks;

/// Tokens kept of one name; the rest of a longer text is noise.
const TOKENS_MAX: usize = 8;

/// Characters read of one name.
pub const NAME_CHARS_MAX: usize = 200;

/// Titles, left out in front of a name.
#[rustfmt::skip]
const HONORIFICS: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "master", "dr", "doctor", "prof", "professor", "sir", "dame", "lord", "lady",
    "rev", "revd", "reverend", "pastor", "bishop", "imam", "rabbi", "hon", "pc", "dc", "sgt",
    "pte", "cpl", "lt", "capt", "captain", "cllr", "messrs", "mme", "madame", "mlle", "monsieur", "herr",
    "frau", "senor", "senora", "sr", "sra", "srta", "signor", "signora", "dona", "pani", "haji", "hajji",
    "hadji", "hajj", "hajja", "alhaji", "alhaja", "hajia", "sheikh", "shaikh", "sheik", "shaykh", "maulana", "moulana",
    "mawlana", "mullah", "mufti", "qari", "chief", "otunba", "alhadji", "engr", "barr", "sri", "shri",
    "shree", "smt", "shrimati", "giani", "pandit", "swami",
];
#[rustfmt::skip]
const SUFFIXES: &[&str] = &[
    "jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv", "esq", "obe", "mbe", "cbe", "phd", "bey",
    "effendi", "sahib", "saheb",
];
const REMARKS: &[&str] = &["nee", "aka", "formerly", "unknown", "nk", "nfn", "fnu", "lnu"];

/// Written apart as often as together: `O Brien`, `Mc Donald`, `D Souza`, `St John`.
const JOINED: &[&str] = &["o", "mc", "mac", "d", "fitz", "st"];

/// Digits that a scanner or a finger puts for letters.
const DIGITS: [(char, char); 4] = [('0', 'o'), ('1', 'l'), ('5', 's'), ('8', 'b')];

/// The normal form of given names.
pub fn given_names(raw: &str) -> String {
    given_names_of(&tokens(raw))
}

/// The normal form of a family name.
pub fn family_name(raw: &str) -> String {
    family_name_of(&tokens(raw))
}

/// As [`given_names`], of words that are normal.
pub(crate) fn given_names_of<T: AsRef<str>>(words: &[T]) -> String {
    trimmed(words).join(" ")
}

/// As [`family_name`], of words that are normal.
pub(crate) fn family_name_of<T: AsRef<str>>(words: &[T]) -> String {
    let mut tokens: Vec<String> = trimmed(words).iter().map(|&token| token.to_owned()).collect();
    // Joining can bring two joinable tokens together, or leave a title in front: repeat until nothing changes.
    loop {
        let before = tokens.len();
        tokens = joined(tokens);
        tokens = trimmed(&tokens).iter().map(|&token| token.to_owned()).collect();
        if tokens.len() == before {
            return tokens.join(" ");
        }
    }
}

/// Reads a free-text alias: `Family, Given`, `Given Family`, or a single name, which is taken as a given name.
pub(crate) fn alias(raw: &str) -> (String, String) {
    if let Some((family, given)) = raw.split_once(',') {
        return (given_names(given), family_name(family));
    }
    let text = given_names(raw);
    let tokens: Vec<&str> = text.split(' ').collect();
    // The family name starts at the last token, or at the particles before it.
    let mut start = tokens.len().saturating_sub(1);
    while let Some(before) = start.checked_sub(1)
        && before > 0
        && tokens.get(before).is_some_and(|token| is_particle(token) || JOINED.contains(token))
    {
        start = before;
    }
    match tokens.split_at_checked(start) {
        Some((given, family)) if !given.is_empty() => (given.join(" "), family_name(&family.join(" "))),
        _ => (text, String::new()),
    }
}

/// Whether a token is a particle such as `van` or `al`, left out when a name is compared by its core: `van der Berg`, `al-Hassan`,
/// `de la Cruz`. A comparison of bytes that the compiler lays out: it is asked of every word that is compared.
#[rustfmt::skip]
pub(crate) fn is_particle(token: &str) -> bool {
    matches!(
        token.as_bytes(),
        b"abu" | b"af" | b"al" | b"ap" | b"av" | b"ben" | b"bin" | b"bint" | b"da" | b"das" | b"de" | b"del" | b"della" | b"den"
            | b"der" | b"di" | b"do" | b"dos" | b"du" | b"e" | b"el" | b"ibn" | b"la" | b"las" | b"le" | b"lo" | b"los" | b"ould"
            | b"te" | b"ten" | b"ter" | b"ul" | b"und" | b"ur" | b"van" | b"vander" | b"vd" | b"von" | b"y" | b"zu" | b"zum" | b"zur"
    )
}

fn tokens(raw: &str) -> Vec<String> {
    let ascii = ascii_lower(raw);
    // Whose son, daughter or wife somebody is: `Reena d/o Anil`.
    let ascii = if ascii.contains('/') {
        [" s/o ", " d/o ", " w/o "].iter().fold(ascii, |text, kin| text.replace(kin, " "))
    } else {
        ascii
    };
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.take(TOKENS_MAX).map(in_letters).collect()
}

/// A word with letters where digits were put for them; one of digits alone stays as it is. `1` is an `i` between
/// consonants, and else an `l`.
fn in_letters(word: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    if !word.contains(is_digit) || word.chars().all(is_digit) {
        return word.to_owned();
    }
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    let letter = |c: char| DIGITS.iter().find(|(digit, _)| *digit == c).map_or(c, |(_, letter)| *letter);
    let mut before = None;
    let mut letters = word.chars().peekable();
    let mut out = String::with_capacity(word.len());
    while let Some(c) = letters.next() {
        let next = letters.peek().copied();
        let between = before.is_none_or(|b| !vowel(b)) && next.is_some_and(|n| !vowel(n) && n != '1');
        let read = if c == '1' && between { 'i' } else { letter(c) };
        out.push(read);
        before = Some(read);
    }
    out
}

/// `raw` in lower-case Latin letters without apostrophes. Bounded before and after, as one character of another script
/// may become several.
pub(crate) fn ascii_lower(raw: &str) -> String {
    let composed: String =
        compatible(raw).filter(|&c| !is_invisible(c)).map(unspelt).take(NAME_CHARS_MAX).collect();
    let mut ascii = deunicode(&composed).to_ascii_lowercase();
    ascii.retain(|c| c.is_ascii() && !matches!(c, '\'' | '`'));
    ascii.truncate(NAME_CHARS_MAX);
    ascii
}

/// Drops words at the end until they fit, with spaces between them, into what is read of a text: words written out in full
/// are longer than they came, and a normal form must be read whole again.
pub(crate) fn within_bounds<T: AsRef<str>>(mut words: Vec<T>) -> Vec<T> {
    let mut length: usize = words.iter().map(|word| word.as_ref().len() + 1).sum();
    while length > NAME_CHARS_MAX + 1
        && let Some(last) = words.pop()
    {
        length -= last.as_ref().len() + 1;
    }
    words
}

/// A space for a symbol that would be spelt out: nobody is called `grinning` for the face that was typed.
fn unspelt(c: char) -> char {
    let is_symbol = !c.is_ascii() && !c.is_alphanumeric() && !is_combining_mark(c);
    let spelt = |text: &str| text.contains(|c: char| c.is_ascii_alphanumeric());
    if is_symbol && deunicode_char(c).is_some_and(spelt) { ' ' } else { c }
}

/// `tokens` without titles in front, suffixes behind and remarks; a token is only dropped while another remains.
fn trimmed<T: AsRef<str>>(tokens: &[T]) -> Vec<&str> {
    let mut kept: Vec<&str> =
        tokens.iter().map(AsRef::as_ref).filter(|token| !REMARKS.contains(token)).collect();
    while kept.len() > 1 && kept.first().is_some_and(|token| HONORIFICS.contains(token)) {
        kept.remove(0);
    }
    while kept.len() > 1 && kept.last().is_some_and(|token| SUFFIXES.contains(token)) {
        kept.pop();
    }
    kept
}

fn joined(tokens: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    let mut open = false;
    for token in tokens {
        let token = if token == "saint" { "st".to_owned() } else { token };
        let joins = JOINED.contains(&token.as_str());
        // A number is no name to join: its digits would then be read as letters.
        let letters = token.starts_with(|c: char| c.is_ascii_alphabetic());
        match out.last_mut().filter(|_| open && letters) {
            Some(last) => last.push_str(&token),
            None => out.push(token),
        }
        open = joins && !open;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{alias, family_name, given_names};

    #[test]
    fn family_names_have_one_normal_form() {
        for (raw, wanted) in [
            ("O'Brien", "obrien"),
            ("O’BRIEN", "obrien"),
            ("o brien", "obrien"),
            ("Mc Donald", "mcdonald"),
            ("MacDonald", "macdonald"),
            ("D'Souza", "dsouza"),
            ("Smith-Jones", "smith jones"),
            ("Smith – Jones", "smith jones"),
            ("Müller", "muller"),
            ("Nguyễn", "nguyen"),
            ("Łukasiewicz", "lukasiewicz"),
            ("Иванов", "ivanov"),
            ("Παπαδόπουλος", "papadopoulos"),
            ("Saint John", "stjohn"),
            ("Mr Smith", "smith"),
            ("Dr. Smith Jr.", "smith"),
            ("Lord", "lord"),
            ("van der Berg", "van der berg"),
            ("Smith née Jones", "smith jones"),
            ("  ", ""),
            ("***", ""),
        ] {
            assert_eq!(family_name(raw), wanted, "{raw:?}");
        }
    }

    #[test]
    fn given_names_and_aliases_are_read() {
        assert_eq!(given_names("Mr. José  María"), "jose maria");
        assert_eq!(given_names("Reena D/O Anil"), "reena anil");
        assert_eq!(given_names("张伟"), "zhang wei");
        for (raw, given, family) in [
            ("Johnny Smith", "johnny", "smith"),
            ("SMITH, John Paul", "john paul", "smith"),
            ("Jan van der Berg", "jan", "van der berg"),
            ("Pat O Brien", "pat", "obrien"),
            ("Razor", "razor", ""),
            ("", "", ""),
        ] {
            assert_eq!(alias(raw), (given.to_owned(), family.to_owned()), "{raw:?}");
        }
    }
}
