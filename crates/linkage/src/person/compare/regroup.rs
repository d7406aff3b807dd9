//! Names across the boundary of given and family name: `Mohammed Abdul` `Rahman` is `Mohammed` `Abdul Rahman`, `Chan Tai`
//! `Man` is `Tai Man` `Chan`. All the words that one side has are divided anew, wherever the other side's could meet them.

use crate::name::{self, Prepared};

/// Words of one name that are divided anew; of more, the boundary is not looked for.
const WORDS_MAX: usize = 6;

/// Names as they may also be divided.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Divided {
    pub(super) given: String,
    pub(super) family: String,
}

/// What a record's name says about boundaries: worked out once for each name.
#[derive(Clone, Copy)]
pub(super) struct Crossing {
    /// Whether it or the subject's name in its place has several words.
    several: bool,
    /// Whether a word of it stands in the subject's name in the other place.
    across: bool,
}

impl Crossing {
    /// Of the name `text`, which stands where the subject has `own`, and `other` in the other place.
    pub(super) fn of(own: &Prepared, text: &str, other: &Prepared) -> Self {
        Self {
            several: own.tokens().len() > 1 || text.contains(' '),
            across: words(text).any(|a| other.tokens().iter().any(|b| begins(a, &b.text))),
        }
    }

    /// Of a name in the place of `own`, perhaps of one word, of which no word stands in the other place.
    pub(super) fn none(own: &Prepared, is_word: bool) -> Self {
        Self { several: own.tokens().len() > 1 || !is_word, across: false }
    }

    /// Whether the boundary may stand elsewhere, when the names of both places say so much.
    pub(super) fn with(self, other: Self) -> bool {
        (self.several || other.several) && (self.across || other.across)
    }
}

/// Whether all words of the side that has fewer, or of either where both have as many, may be meant by the other side's.
pub(super) fn covers(a: (&str, &str), b: (&str, &str)) -> bool {
    let all = |names: (&str, &str)| words(names.0).count() + words(names.1).count();
    let within = |few: (&str, &str), many: (&str, &str)| {
        let meant = |word: &str| words(many.0).chain(words(many.1)).any(|other| may_be(word, other));
        words(few.0).chain(words(few.1)).all(meant)
    };
    (all(a) <= all(b) && within(a, b)) || (all(b) <= all(a) && within(b, a))
}

fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(' ').filter(|word| !word.is_empty())
}

/// Whether the shorter of two words begins the longer, or is the end of it.
fn begins(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.starts_with(short) && (short.len() > 1 || long.len() == 1 || short == "o")
        || short.len() > 2 && long.ends_with(short)
}

/// Whether two words may be one name: a beginning or an end of each other, or of one first letter, much the same length, and not
/// unlike.
fn may_be(a: &str, b: &str) -> bool {
    let alike = || a.len().abs_diff(b.len()) <= 2 && name::may_be_alike(a, b);
    begins(a, b) || a.bytes().next() == b.bytes().next() && (a.len() == 1 || alike())
}

/// Names as they are where given and family name stand in each other's place; nothing where one of them is missing.
pub(super) fn exchanged(given: &str, family: &str) -> Option<Divided> {
    let (given, family): (Vec<&str>, Vec<&str>) = (words(given).collect(), words(family).collect());
    let named = !given.is_empty() && !family.is_empty();
    named.then(|| Divided { given: name::given_names_of(&family), family: name::family_name_of(&given) })
}

/// Every other way to divide these names, in the order they are written, into given and family name or family and given
/// name.
pub(super) fn divisions(given: &str, family: &str) -> Vec<Divided> {
    let all: Vec<&str> = words(given).chain(words(family)).collect();
    if !(2..=WORDS_MAX).contains(&all.len()) {
        return Vec::new();
    }
    let own = Divided { given: given.to_owned(), family: family.to_owned() };
    let mut found: Vec<Divided> = Vec::new();
    for boundary in 1..all.len() {
        let (start, end) = all.split_at_checked(boundary).unwrap_or_default();
        for (given, family) in [(start, end), (end, start)] {
            let divided =
                Divided { given: name::given_names_of(given), family: name::family_name_of(family) };
            let exchanged = divided.given == own.family && divided.family == own.given;
            let named = words(&divided.given).any(|word| !name::is_particle(word));
            if named && divided != own && !exchanged && !found.contains(&divided) {
                found.push(divided);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{covers, divisions};
    use crate::name::{NameMarks, Prepared, Strangers};

    proptest! {
        #[test]
        fn marks_miss_no_names_that_cover_others(
            asked in ("[a-c]{1,3}( [a-c]{1,4})?", "[a-c]{1,4}( [a-c]{1,4})?"),
            held in ("[a-c]{1,3}( [a-c]{1,4})?", "[a-c]{1,4}( [a-c]{1,4})?"),
        ) {
            let [given, family] = [&asked.0, &asked.1].map(|name| Prepared::new(name.clone()));
            let strangers = Strangers::of(&given, &family);
            let may_cover = strangers.may_cover([&held.0, &held.1].map(|name| NameMarks::of(name)));
            prop_assert!(may_cover || !covers((&asked.0, &asked.1), (&held.0, &held.1)));
        }
    }

    #[test]
    fn names_are_divided_at_every_word_in_both_orders() {
        let read = |given: &str, family: &str| -> Vec<String> {
            divisions(given, family)
                .into_iter()
                .map(|names| format!("{}|{}", names.given, names.family))
                .collect()
        };
        assert_eq!(read("tai man", "chan"), ["tai|man chan", "man chan|tai"]);
        assert_eq!(read("pat o", "neill"), ["pat|oneill", "o neill|pat"]);
        assert!(read("john", "smith").is_empty() && read("", "smith").is_empty());
        assert!(read("a b c d", "e f g").is_empty());
    }
}
