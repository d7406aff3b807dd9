//! A set of policies, by their places in the bundle.

/// Some of a bundle's policies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks(Vec<u64>);

const BITS: usize = 64;

impl Marks {
    /// Adds the policy at `place`.
    pub(crate) fn mark(&mut self, place: usize) {
        let word = place / BITS;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (place % BITS);
        }
    }

    /// Adds all of another set.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    /// The places, in their order.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        let of_word = |(word, bits): (usize, &u64)| {
            let bits = *bits;
            (0..BITS).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * BITS + bit)
        };
        self.0.iter().enumerate().flat_map(of_word)
    }
}
