//! How often a name would be written by a slip alone, where commoner names are one slip away from it: two records that
//! share such a name need not share its bearer.

use super::table::find;
use super::{NameCounts, Place};
use crate::hash::KeyHasher;
use crate::person::slip;

/// A name that a larger share bears is no slip of another.
const SHARE_MAX: f64 = 0.0005;

/// Names that are shorter are a slip away from too many, and longer ones are not looked up.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=24;

/// One slip in so many went from one record into the other. Judged.
const COPIED: f64 = 1.0 / 6.0;

impl NameCounts {
    /// The share of those written `name`, a word in its normal form, who are called so, or whose slip was copied: of two
    /// records that agree in a slip, each has its own as a rule. `slipped` is how often a name is written with a slip.
    pub(in crate::person) fn meant(&self, name: &str, place: Place, slipped: f64) -> f64 {
        let table = match place {
            Place::Given => &self.given,
            Place::Family => &self.family,
        };
        let is_word = LETTERS.contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase());
        let counted =
            |word: &[u8]| f64::from(find(table, KeyHasher::new(b'n').bytes(word.iter().copied()).finish()));
        let seen = counted(name.as_bytes());
        // What is seen once or not at all is not counted, and is rather a slip that was copied than one made twice.
        if !is_word || seen == 0.0 || seen > SHARE_MAX * f64::from(self.records) {
            return 1.0;
        }
        let mut expected = 0.0;
        neighbours(name.as_bytes(), |word| {
            let bearers = counted(word);
            if bearers > seen
                && let Ok(word) = std::str::from_utf8(word)
            {
                expected += bearers * slipped / slip::choices(word, name);
            }
        });
        (1.0 - expected / seen).max(COPIED)
    }
}

/// Every word of which `name` is one common slip: a letter dropped, doubled or exchanged with its neighbour, or one beside
/// it on the keyboard or much like it.
fn neighbours(name: &[u8], mut see: impl FnMut(&[u8])) {
    let mut word = Vec::with_capacity(name.len() + 1);
    for at in 0..name.len() {
        // A letter too many.
        word.clear();
        word.extend(name.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, &letter)| letter));
        see(&word);
        word.clear();
        word.extend_from_slice(name);
        if at + 1 < name.len() && name.get(at) != name.get(at + 1) {
            word.swap(at, at + 1);
            see(&word);
            word.swap(at, at + 1);
        }
        let own = name.get(at).copied().unwrap_or_default();
        for letter in (b'a'..=b'z').filter(|&letter| letter != own && slip::are_near(own, letter)) {
            if let Some(slot) = word.get_mut(at) {
                *slot = letter;
            }
            see(&word);
        }
    }
    for at in 0..=name.len() {
        for letter in b'a'..=b'z' {
            word.clear();
            word.extend_from_slice(name);
            word.insert(at, letter);
            see(&word);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::person::frequency::{NameCounter, Place};
    use crate::person::{PersonRecord, RawPerson};

    #[test]
    fn a_name_as_rare_as_a_slip_of_a_common_one_is_held_for_it() {
        let mut counter = NameCounter::new();
        for (given_names, times) in
            [("Stephen", 10_000), ("Stehen", 50), ("Stephan", 120), ("Peter", 80_000), ("Zebedee", 40)]
        {
            let raw = RawPerson { given_names, family_name: "Smith", ..RawPerson::default() };
            let record = PersonRecord::read(&raw);
            (0..times).for_each(|_| counter.add(record.view()));
        }
        for at in 0..300_000 {
            let raw = RawPerson {
                given_names: ["Ann", "Mary"][at % 2],
                family_name: "Smith",
                ..RawPerson::default()
            };
            counter.add(PersonRecord::read(&raw).view());
        }
        let counts = counter.finish();
        for (name, least, most) in [
            ("stehen", 0.0, 0.2),
            ("stephan", 0.4, 1.0),
            ("zebedee", 1.0, 1.0),
            ("peter", 1.0, 1.0),
            ("stehpen", 1.0, 1.0),
            ("st ehen", 1.0, 1.0),
        ] {
            let found = counts.meant(name, Place::Given, 0.13);
            assert!((least..=most).contains(&found), "{name}: {found}");
        }
    }
}
