//! Randomness that a scenario can foresee: a node is handed it where it would ask the system. Another sequence for each
//! seed.

use policy::Noise;

/// Splitmix64, from this state on.
pub struct Seeded(pub u64);

impl Noise for Seeded {
    fn bits(&mut self) -> u128 {
        let mut word = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        u128::from(word()) << 64 | u128::from(word())
    }
}
