//! What came of names, by the numbers that stand for them in a store of names: a table that forgets nothing, as large as
//! one search makes it.

use super::Memo;

/// Places to start with: a power of two.
const PLACES: usize = 512;

/// Stands for no finding.
const NONE: u32 = u32::MAX;

/// What came of names, by number.
pub(in crate::person::compare) struct ByNumber<V> {
    /// A name's number with the place of its finding, where its hash or the first free place behind it is.
    places: Vec<(u32, u32)>,
    found: Vec<V>,
}

impl<V> Default for ByNumber<V> {
    fn default() -> Self {
        Self { places: Vec::new(), found: Vec::new() }
    }
}

impl<V: Copy> Memo<u32, V> for ByNumber<V> {
    #[inline]
    fn get(&mut self, name: u32, find_out: impl FnOnce() -> V) -> V {
        if let Some(&found) = self.remembered(name) {
            return found;
        }
        let found = find_out();
        self.remember(name, found);
        found
    }
}

impl<V: Copy> ByNumber<V> {
    #[inline]
    fn remembered(&self, name: u32) -> Option<&V> {
        let mut at = self.start(name);
        loop {
            let &(number, place) = self.places.get(at)?;
            if place == NONE {
                return None;
            }
            if number == name {
                return self.found.get(usize::try_from(place).ok()?);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    fn remember(&mut self, name: u32, found: V) {
        let Ok(place) = u32::try_from(self.found.len()) else { return };
        // Half of the places stay free, so that a free one is near.
        if self.places.len() <= 2 * self.found.len() {
            let places = (2 * self.places.len()).max(PLACES);
            let before = std::mem::replace(&mut self.places, vec![(0, NONE); places]);
            before.into_iter().filter(|&(_, place)| place != NONE).for_each(|held| self.put(held));
        }
        self.found.push(found);
        self.put((name, place));
    }

    fn put(&mut self, held: (u32, u32)) {
        let mut at = self.start(held.0);
        while let Some(slot) = self.places.get_mut(at) {
            if slot.1 == NONE {
                *slot = held;
                return;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// Where the search for a name starts: by the highest bits of a product, which all bits of its number move.
    #[inline]
    fn start(&self, name: u32) -> usize {
        let bits = self.places.len().checked_ilog2().unwrap_or(0);
        let hash = u64::from(name.wrapping_mul(0x9e37_79b9));
        usize::try_from((hash << bits) >> 32).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{ByNumber, Memo};

    #[test]
    fn a_name_is_found_out_once() {
        let (mut memo, mut asked) = (ByNumber::default(), 0);
        for round in 0..3 {
            for name in (0..5_000_u32).map(|name| name.wrapping_mul(0x0100_0001)).chain([u32::MAX]) {
                let found = memo.get(name, || {
                    asked += 1;
                    u64::from(name) + 1
                });
                assert_eq!(found, u64::from(name) + 1, "{name} in round {round}");
            }
        }
        assert_eq!(asked, 5_001);
    }
}
