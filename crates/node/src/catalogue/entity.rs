//! Numbers the entities of a dataset, so that counting distinct ones works on small integers. An entity keeps its number
//! from one snapshot to the next, so that what was made of an unchanged record still holds.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use mapped::{Column, ColumnError, ColumnWriter};
use model::Dataset;
use sha2::{Digest, Sha256};

/// What the file of numbers means.
const VERSION: u64 = 1;
/// Numbers in the file for one entity: two halves of its key, and its own number.
const WORDS: usize = 3;

/// The numbers given so far.
///
/// Keys are held as half a SHA-256: a third of the memory of their text, and no two keys that anyone can find are
/// counted as one.
#[derive(Default)]
pub(super) struct Entities {
    ids: HashMap<u128, Known>,
    next: u32,
    met: u32,
}

/// What is known of a key.
struct Known {
    id: u32,
    /// Whether this snapshot holds it, or only the one before.
    met: bool,
}

/// The number of a row's entity.
pub(super) struct Numbered {
    pub(super) id: u32,
    /// An earlier row had the same key.
    pub(super) again: bool,
}

impl Entities {
    /// The numbers that the snapshot in `dir` gave, to go on from. Without them numbering starts afresh, which costs a
    /// rebuilt index and nothing else.
    pub(super) fn carried_over(dir: &Path, dataset: Dataset) -> Self {
        Self::read(&file(dir, dataset)).unwrap_or_default()
    }

    fn read(path: &Path) -> Result<Self, ColumnError> {
        let column = Column::<u64>::open(path, VERSION)?;
        column.verify()?;
        let mut entities = Self::default();
        let (known, _) = column.as_chunks::<WORDS>();
        entities.ids.reserve(known.len());
        for &[high, low, id] in known {
            let key = u128::from(high) << 64 | u128::from(low);
            let Ok(id) = u32::try_from(id) else { continue };
            // The last entry is no entity: it tells the number to go on with.
            entities.next = id;
            entities.ids.insert(key, Known { id, met: false });
        }
        if let Some(&[high, low, _]) = known.last() {
            entities.ids.remove(&(u128::from(high) << 64 | u128::from(low)));
        }
        Ok(entities)
    }

    /// Writes the numbers of the entities met, for the next snapshot.
    pub(super) fn write(&self, dir: &Path, dataset: Dataset) -> Result<(), ColumnError> {
        let mut met: Vec<(u32, u128)> =
            self.ids.iter().filter(|(_, known)| known.met).map(|(&key, known)| (known.id, key)).collect();
        met.sort_unstable();
        met.push((self.next, 0));
        let mut column = ColumnWriter::<u64>::create(&file(dir, dataset), VERSION)?;
        for (id, key) in met {
            let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
            column.extend(&[half(key >> 64), half(key), u64::from(id)])?;
        }
        column.finish()
    }

    /// The number of the entity with this key. A row without a key is an entity of its own. `None` when all numbers
    /// are given.
    pub(super) fn number(&mut self, key: Option<&str>) -> Option<Numbered> {
        let fresh = self.next;
        if let Some(key) = key {
            let known = self.ids.entry(short_hash(key)).or_insert(Known { id: fresh, met: false });
            let again = std::mem::replace(&mut known.met, true);
            let id = known.id;
            self.met += u32::from(!again);
            if id == fresh && !again {
                self.next = fresh.checked_add(1)?;
            }
            return Some(Numbered { id, again });
        }
        self.met += 1;
        self.next = fresh.checked_add(1)?;
        Some(Numbered { id: fresh, again: false })
    }

    /// How many distinct entities were met.
    pub(super) fn len(&self) -> u32 {
        self.met
    }
}

/// By its number, what each of so many entities of the snapshot in `dir` is known by: the first eight bytes of SHA-256 over its
/// key, 0 where nobody has a number any more. None where entities without a key are among them, whose numbers the file does not tell.
pub(super) fn known_by(dir: &Path, dataset: Dataset, entities: u32) -> Option<Vec<u64>> {
    let column = Column::<u64>::open(&file(dir, dataset), VERSION).ok()?;
    column.verify().ok()?;
    let (known, _) = column.as_chunks::<WORDS>();
    let (_, known) = known.split_last()?;
    if known.len() != usize::try_from(entities).ok()? {
        return None;
    }
    let last = known.last().map(|&[_, _, id]| id);
    let mut hashes = vec![0; last.map_or(Some(0), |id| usize::try_from(id).ok()?.checked_add(1))?];
    for &[_, low, id] in known {
        *hashes.get_mut(usize::try_from(id).ok()?)? = low;
    }
    Some(hashes)
}

fn file(dir: &Path, dataset: Dataset) -> PathBuf {
    dir.join(format!("{dataset}.entities"))
}

fn short_hash(key: &str) -> u128 {
    let whole = Sha256::digest(key.as_bytes());
    let half = whole.first_chunk::<16>().copied().unwrap_or_default();
    u128::from_le_bytes(half)
}

#[cfg(test)]
mod tests {
    use model::Dataset;

    use super::Entities;

    fn numbers(entities: &mut Entities, keys: &[Option<&str>]) -> Vec<(u32, bool)> {
        let number = |key: &Option<&str>| {
            let numbered = entities.number(*key).unwrap();
            (numbered.id, numbered.again)
        };
        keys.iter().map(number).collect()
    }

    #[test]
    fn keys_are_numbered_densely_and_rows_without_one_stand_alone() {
        let mut entities = Entities::default();
        let given = numbers(&mut entities, &[Some("a"), None, Some("b"), Some("a"), None]);
        assert_eq!(given, [(0, false), (1, false), (2, false), (0, true), (3, false)]);
        assert_eq!(entities.len(), 4);
    }

    #[test]
    fn an_entity_keeps_its_number_and_no_number_is_given_twice() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Entities::default();
        numbers(&mut first, &[Some("a"), Some("b"), None, Some("c")]);
        first.write(folder.path(), Dataset::Person).unwrap();
        let mut second = Entities::carried_over(folder.path(), Dataset::Person);
        assert_eq!(
            numbers(&mut second, &[Some("c"), Some("d"), Some("a"), None, Some("c")]),
            [(3, false), (4, false), (0, false), (5, false), (3, true)]
        );
        assert_eq!(second.len(), 4);
        second.write(folder.path(), Dataset::Person).unwrap();
        // What the second did not hold is forgotten; its number is not given again.
        let mut third = Entities::carried_over(folder.path(), Dataset::Person);
        assert_eq!(numbers(&mut third, &[Some("b"), Some("a")]), [(6, false), (0, false)]);
        let mut none = Entities::carried_over(folder.path(), Dataset::Link);
        assert_eq!(numbers(&mut none, &[Some("b")]), [(0, false)]);
    }
}
