//! Numbers the entities of a dataset densely, so that counting distinct ones works on small integers.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// The numbers given so far.
///
/// Keys are held as half a SHA-256: a third of the memory of their text, and no two keys that anyone can find are
/// counted as one.
#[derive(Default)]
pub(super) struct Entities {
    ids: HashMap<u128, u32>,
    next: u32,
}

/// The number of a row's entity.
pub(super) struct Numbered {
    pub(super) id: u32,
    /// An earlier row had the same key.
    pub(super) again: bool,
}

impl Entities {
    /// The number of the entity with this key. A row without a key is an entity of its own. `None` when all numbers
    /// are given.
    pub(super) fn number(&mut self, key: Option<&str>) -> Option<Numbered> {
        let fresh = self.next;
        if let Some(key) = key {
            let id = *self.ids.entry(short_hash(key)).or_insert(fresh);
            if id != fresh {
                return Some(Numbered { id, again: true });
            }
        }
        self.next = fresh.checked_add(1)?;
        Some(Numbered { id: fresh, again: false })
    }

    /// How many distinct entities there are.
    pub(super) fn len(&self) -> u32 {
        self.next
    }
}

fn short_hash(key: &str) -> u128 {
    let whole = Sha256::digest(key.as_bytes());
    let half = whole.first_chunk::<16>().copied().unwrap_or_default();
    u128::from_le_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::Entities;

    #[test]
    fn keys_are_numbered_densely_and_rows_without_one_stand_alone() {
        let mut entities = Entities::default();
        let mut given = Vec::new();
        for key in [Some("a"), None, Some("b"), Some("a"), None] {
            let numbered = entities.number(key).unwrap();
            given.push((numbered.id, numbered.again));
        }
        assert_eq!(given, [(0, false), (1, false), (2, false), (0, true), (3, false)]);
        assert_eq!(entities.len(), 4);
    }
}
