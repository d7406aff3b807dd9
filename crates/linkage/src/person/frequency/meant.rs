//! What may be meant by a name that few bear: a commoner one that is a slip away from it, or of which it is a nickname. Two records that
//! share such a name, or have two such names, need not share their bearer.

use super::table::find;
use super::{BORNE_MIN, NameCounts, Place};
use crate::hash::KeyHasher;
use crate::name::GIVEN;
use crate::person::slip;

/// A name that a larger share bears is no slip of another, nor a nickname.
const SLIPS_MAX: f64 = 0.0005;
const NICKNAMES_MAX: f64 = 0.005;

/// Names that are shorter are a slip away from too many, and longer ones are not looked up.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=24;

/// One slip in so many went from one record into the other. Judged.
const COPIED: f64 = 1.0 / 6.0;

/// How often a name is written otherwise.
#[derive(Debug, Clone, Copy)]
pub(in crate::person) struct Written {
    /// With a slip.
    pub(in crate::person) slip: f64,
    /// As one certain nickname or spelling of it.
    pub(in crate::person) nickname: f64,
}

/// What somebody may have meant by a name that few bear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::person) struct Meant {
    /// The share of those written so who are called so, or whose slip was copied: of two records that agree in a slip or a nickname, each
    /// has its own as a rule.
    pub(in crate::person) so: f64,
    /// The share of records that bear a name which may be meant by it: each such name, by how likely it is that one.
    pub(in crate::person) otherwise: f64,
}

impl Default for Meant {
    /// Nothing but the name.
    fn default() -> Self {
        Self { so: 1.0, otherwise: 0.0 }
    }
}

impl NameCounts {
    /// What may be meant by `name`, a word in its normal form, where names are so often `written` otherwise.
    pub(in crate::person) fn meant(&self, name: &str, place: Place, written: Written) -> Meant {
        let table = match place {
            Place::Given => &self.given,
            Place::Family => &self.family,
        };
        let counted =
            |word: &[u8]| f64::from(find(table, KeyHasher::new(b'n').bytes(word.iter().copied()).finish()));
        let (seen, records) = (counted(name.as_bytes()), f64::from(self.records));
        if self.records == 0 || seen > NICKNAMES_MAX * records {
            return Meant::default();
        }
        let (mut expected, mut borne) = (0.0, 0.0);
        let mut see = |bearers: f64, share: f64| {
            if bearers > seen {
                expected += bearers * share;
                borne += bearers * share * bearers / records;
            }
        };
        if place == Place::Given {
            for other in GIVEN.kindred(name) {
                see(counted(other.as_bytes()), written.nickname);
            }
        }
        let is_word = LETTERS.contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_word && seen <= SLIPS_MAX * records {
            neighbours(name.as_bytes(), |word| {
                let bearers = counted(word);
                if bearers > seen
                    && let Ok(word) = std::str::from_utf8(word)
                {
                    see(bearers, written.slip / slip::choices(word, name));
                }
            });
        }
        // What is seen once or not at all is not counted, and is rather a slip that was copied than one made twice.
        let so = if seen == 0.0 { 1.0 } else { (1.0 - expected / seen).max(COPIED) };
        Meant { so, otherwise: borne / seen.max(expected + BORNE_MIN) }
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
    use super::{Meant, Written};
    use crate::person::frequency::{NameCounter, NameCounts, Place};
    use crate::person::{PersonRecord, RawPerson};

    /// Records of so many people of each given name, and of many who are called otherwise.
    fn counted(names: &[(&str, u32)]) -> NameCounts {
        let mut counter = NameCounter::new();
        for &(given_names, times) in [("Ann", 150_000), ("Mary", 150_000)].iter().chain(names) {
            let raw = RawPerson { given_names, family_name: "Smith", ..RawPerson::default() };
            let record = PersonRecord::read(&raw);
            (0..times).for_each(|_| counter.add(record.view()));
        }
        counter.finish()
    }

    const WRITTEN: Written = Written { slip: 0.13, nickname: 0.02 };

    #[test]
    fn a_name_as_rare_as_a_slip_or_nickname_of_a_common_one_is_held_for_it() {
        let counts = counted(&[
            ("Stephen", 10_000),
            ("Stehen", 50),
            ("Stephn", 120),
            ("Steve", 400),
            ("Stevie", 4_000),
            ("Peter", 80_000),
            ("Zebedee", 40),
        ]);
        for (name, least, most) in [
            ("stehen", 0.0, 0.2),
            ("stephn", 0.4, 0.8),
            ("steve", 0.2, 0.7),
            ("stevie", 1.0, 1.0),
            ("zebedee", 1.0, 1.0),
            ("peter", 1.0, 1.0),
            ("stehpen", 1.0, 1.0),
            ("st ehen", 1.0, 1.0),
        ] {
            let found = counts.meant(name, Place::Given, WRITTEN).so;
            assert!((least..=most).contains(&found), "{name}: {found}");
        }
    }

    #[test]
    fn two_slips_of_one_name_are_borne_by_as_many_as_it() {
        let counts = counted(&[("Stephen", 10_000), ("Zebedee", 40), ("Stephn", 120)]);
        let share = 10_000.0 / f64::from(counts.records());
        for (name, least, most) in [
            // Never seen: one that many would make, one of which as many are called so, and one of nobody's.
            ("stehpen", 0.95, 1.0),
            ("stephn", 0.2, 0.6),
            ("zebedeee", 0.0, 0.01),
            ("stephen", 0.0, 0.0),
        ] {
            let found = counts.meant(name, Place::Given, WRITTEN).otherwise / share;
            assert!((least..=most).contains(&found), "{name}: {found}");
        }
        assert_eq!(NameCounts::default().meant("stehpen", Place::Given, WRITTEN), Meant::default());
    }
}
