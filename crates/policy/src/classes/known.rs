//! Which class a cell made of another: a table of open places, so that where to look can be told for many pairs before any is looked
//! up, and what stands there is fetched for all of them side by side.
#![expect(clippy::indexing_slicing, reason = "places are below the number of them, which is a power of two")]

/// Places to begin with.
const PLACES: usize = 1 << 12;
/// No pair: no class is made of the last one that there could be.
const NONE: u64 = u64::MAX;

/// Pairs of a class and a cell, each with the class that came of them.
pub(super) struct Known {
    pairs: Vec<u64>,
    classes: Vec<u32>,
    held: usize,
}

impl Default for Known {
    fn default() -> Self {
        Self { pairs: vec![NONE; PLACES], classes: vec![0; PLACES], held: 0 }
    }
}

fn pair(outer: u32, cell: u32) -> u64 {
    u64::from(outer) << 32 | u64::from(cell)
}

impl Known {
    /// Makes room for so many further pairs. Places change.
    pub(super) fn grow(&mut self, further: usize) {
        let wanted = (self.held + further) * 4 / 3 + 1;
        if wanted <= self.pairs.len() {
            return;
        }
        let places = wanted.next_power_of_two();
        let pairs = std::mem::replace(&mut self.pairs, vec![NONE; places]);
        let classes = std::mem::replace(&mut self.classes, vec![0; places]);
        for (pair, class) in pairs.into_iter().zip(classes).filter(|(pair, _)| *pair != NONE) {
            let mut at = self.first(pair);
            while self.pairs[at] != NONE {
                at = self.after(at);
            }
            (self.pairs[at], self.classes[at]) = (pair, class);
        }
    }

    /// Where pairs are looked for first: multiplied, neighbours lie apart, and the upper half knows of all bits (Knuth, TAOCP 3, 6.4).
    fn first(&self, pair: u64) -> usize {
        let mixed = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.pairs.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.pairs.len() - 1)
    }

    /// Where a pair is looked for first, with the class that stands there and whether it is that pair's. Without a branch: all of
    /// this is fetched for the next pair before it is there for this one.
    pub(super) fn fetch(&self, outer: u32, cell: u32) -> (usize, u32, bool) {
        let pair = pair(outer, cell);
        let at = self.first(pair);
        (at, self.classes[at], self.pairs[at] == pair)
    }

    /// The class of a pair that stands at a place or behind it; where it stands nowhere, `new`, which is remembered.
    pub(super) fn or_insert(&mut self, place: usize, outer: u32, cell: u32, new: u32) -> u32 {
        let (pair, mut at) = (pair(outer, cell), place);
        loop {
            match self.pairs[at] {
                held if held == pair => return self.classes[at],
                NONE => {
                    (self.pairs[at], self.classes[at]) = (pair, new);
                    self.held += 1;
                    return new;
                }
                _ => at = self.after(at),
            }
        }
    }
}
