//! An order without a list: row 0, 1, 2, … of a force's file to a slot of its population, each slot once.
//! A Feistel network with cycle walking, so that a million persons need no memory and record ids tell nothing.

use crate::dice::{Dice, Purpose};

/// A fixed order of the numbers below `size`.
#[derive(Debug, Clone)]
pub(crate) struct Shuffle {
    size: u64,
    half_bits: u32,
    keys: [u64; 4],
}

impl Shuffle {
    /// An order of the numbers below `size`, one of many, chosen by `seed` and `salt`.
    pub(crate) fn new(size: u64, seed: u64, salt: u64) -> Self {
        let mut dice = Dice::new(seed, Purpose::Order, size, salt);
        let bits = 64 - size.saturating_sub(1).leading_zeros();
        Self { size, half_bits: bits.div_ceil(2).max(1), keys: std::array::from_fn(|_| dice.bits()) }
    }

    /// Where `index` stands in the order. `index` is below the size.
    pub(crate) fn at(&self, index: u64) -> u64 {
        let mut place = index;
        // The network permutes a power of four just above the size: walk until the place is inside.
        loop {
            place = self.round_trip(place);
            if place < self.size || self.size == 0 {
                return place;
            }
        }
    }

    fn round_trip(&self, place: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let (mut left, mut right) = (place >> self.half_bits, place & mask);
        for key in self.keys {
            let mixed = (right ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (left, right) = (right, left ^ ((mixed >> 31) & mask));
        }
        (left << self.half_bits) | right
    }
}

#[cfg(test)]
mod tests {
    use super::Shuffle;

    #[test]
    fn every_slot_once() {
        for size in [1, 2, 3, 4, 5, 17, 64, 1000, 4097] {
            let order = Shuffle::new(size, 9, 1);
            let mut seen: Vec<u64> = (0..size).map(|row| order.at(row)).collect();
            assert!(size < 100 || seen.iter().zip(0..).filter(|(slot, row)| *slot == row).count() < 20);
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..size), "{size}");
        }
    }
}
