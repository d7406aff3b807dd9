//! What came of pairs of names: a bounded table with one place for each, which a pair that comes later takes. Of the candidates of a
//! common name many bear the same two names.

use super::Recall;

/// Places of the table: a power of two.
const PLACES: usize = 256;

/// What came of pairs of names, by their numbers.
pub(in crate::person::compare) struct ByPair<V> {
    places: Vec<Option<((u32, u32), V)>>,
}

impl<V> Default for ByPair<V> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<V: Copy> Recall<u32, V> for ByPair<V> {
    fn recall(&self, names: (u32, u32)) -> Option<V> {
        let (met, found) = (*self.places.get(place(names))?)?;
        (met == names).then_some(found)
    }

    fn keep(&mut self, names: (u32, u32), found: V) {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        if let Some(place) = self.places.get_mut(place(names)) {
            *place = Some((names, found));
        }
    }
}

/// A quick hash: a poor one costs time, never truth.
fn place((a, b): (u32, u32)) -> usize {
    let mixed = a.wrapping_mul(0x9e37_79b9) ^ b.wrapping_mul(0x85eb_ca6b);
    usize::try_from(mixed >> (u32::BITS - PLACES.ilog2())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{ByPair, Recall};

    #[test]
    fn a_pair_is_recalled_until_another_takes_its_place() {
        let mut memo = ByPair::default();
        for pair in (0..40_u32).flat_map(|a| (0..40).map(move |b| (a, b))) {
            assert_eq!(memo.recall(pair), None);
            memo.keep(pair, pair);
            assert_eq!(memo.recall(pair), Some(pair));
            assert!(memo.recall((pair.1, pair.0)).is_none_or(|found| found == (pair.1, pair.0)));
        }
        let held = (0..40_u32)
            .flat_map(|a| (0..40).map(move |b| (a, b)))
            .filter(|&pair| memo.recall(pair).is_some());
        assert!((64..=256).contains(&held.count()));
    }
}
