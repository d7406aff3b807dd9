//! Names kept once each, under numbers: few names are borne by many, so an index stores numbers in their place and
//! compares a name with a probe once, however many records bear it.

use crate::hash::KeyHasher;
use crate::name::NameMarks;

/// A name by its number. The same number always stands for the same name.
#[derive(Debug, Clone, Copy)]
pub struct NumberedName {
    /// The number.
    pub number: u32,
    /// Its marks. Those that say nothing are always true, and make the name be read.
    pub marks: NameMarks,
}

/// Names, numbered from 0 in the order in which they came.
#[derive(Default)]
pub struct NameTable {
    texts: String,
    /// Where each name ends.
    ends: Vec<u32>,
    /// A name's number and one, where its hash or the first free place behind it is; 0 where free.
    places: Vec<u32>,
}

/// Places to start with: a power of two.
const PLACES: usize = 1 << 10;

impl NameTable {
    /// A table of no names.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of `name`, a new one when it was not met before; nothing when all names together would take more than
    /// four gigabytes.
    pub fn number(&mut self, name: &str) -> Option<u32> {
        if self.places.len() <= 2 * self.ends.len() {
            self.grow();
        }
        let free = match self.place(name) {
            (_, Some(number)) => return Some(number),
            (free, None) => free,
        };
        let end = u32::try_from(self.texts.len() + name.len()).ok()?;
        let number = u32::try_from(self.ends.len()).ok()?;
        *self.places.get_mut(free)? = number.checked_add(1)?;
        self.texts.push_str(name);
        self.ends.push(end);
        Some(number)
    }

    /// The name that has a number; empty for a number that none has.
    pub fn name(&self, number: u32) -> &str {
        self.find(number).unwrap_or_default()
    }

    /// The name that has a number, as it is compared.
    pub fn numbered(&self, number: u32) -> NumberedName {
        NumberedName { number, marks: NameMarks::of(self.name(number)) }
    }

    /// All names, one behind the other.
    pub fn texts(&self) -> &str {
        &self.texts
    }

    /// Where in [`Self::texts`] each name ends, by number.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    fn find(&self, number: u32) -> Option<&str> {
        let number = usize::try_from(number).ok()?;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let span = usize::try_from(start).ok()?..usize::try_from(*self.ends.get(number)?).ok()?;
        self.texts.get(span)
    }

    /// Where a name stands among the places with its number, or where it would stand.
    fn place(&self, name: &str) -> (usize, Option<u32>) {
        let last = self.places.len().saturating_sub(1);
        let hash = KeyHasher::new(b't').bytes(name.bytes()).finish();
        // At least half of the places are free, so this ends.
        let mut at = usize::try_from(hash & last as u64).unwrap_or(0);
        while let Some(number) = self.places.get(at).and_then(|number| number.checked_sub(1)) {
            if self.find(number) == Some(name) {
                return (at, Some(number));
            }
            at = (at + 1) & last;
        }
        (at, None)
    }

    fn grow(&mut self) {
        self.places = vec![0; (2 * self.places.len()).max(PLACES)];
        for number in 0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX) {
            let (free, _) = self.place(self.name(number));
            if let Some(place) = self.places.get_mut(free) {
                *place = number.saturating_add(1);
            }
        }
    }
}

impl std::fmt::Debug for NameTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NameTable({} names)", self.ends.len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::NameTable;

    proptest! {
        #[test]
        fn a_name_keeps_its_number(names in prop::collection::vec("[a-c]{0,6}", 0..3_000)) {
            let (mut table, mut numbers) = (NameTable::new(), HashMap::new());
            for name in &names {
                let number = table.number(name).unwrap();
                prop_assert_eq!(*numbers.entry(name).or_insert(number), number);
                prop_assert_eq!(table.name(number), name);
            }
            prop_assert_eq!(table.ends().len(), numbers.len());
            for (name, number) in numbers {
                prop_assert_eq!(table.name(number), name);
            }
            prop_assert_eq!(table.name(u32::MAX), "");
        }
    }
}
