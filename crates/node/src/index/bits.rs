//! A set of row numbers, one bit each: the rows of a segment that the epoch no longer holds.

/// Row numbers below a bound.
#[derive(Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    count: usize,
}

impl Bits {
    /// No number, with room for those below `bound`.
    pub(super) fn none(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(64)], count: 0 }
    }

    /// Adds a number. One beyond the bound is left out.
    pub(super) fn add(&mut self, number: u32) {
        let (at, bit) = place(number);
        if let Some(word) = self.words.get_mut(at) {
            self.count += usize::from(*word & bit == 0);
            *word |= bit;
        }
    }

    /// Whether it holds a number.
    pub(super) fn has(&self, number: u32) -> bool {
        let (at, bit) = place(number);
        self.words.get(at).is_some_and(|word| word & bit != 0)
    }

    /// How many numbers it holds.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether it holds no number.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The numbers below `bound` that it does not hold, ascending.
    pub(super) fn missing(&self, bound: u32) -> impl Iterator<Item = u32> + '_ {
        (0..bound).filter(|&number| !self.has(number))
    }
}

fn place(number: u32) -> (usize, u64) {
    (usize::try_from(number / 64).unwrap_or(usize::MAX), 1 << (number % 64))
}
