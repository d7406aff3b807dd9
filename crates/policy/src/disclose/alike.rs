//! Which of some things are alike, as it is found out pair by pair: of those that are, one speaks for all (Tarjan's disjoint sets,
//! with ways halved).
#![expect(clippy::indexing_slicing, reason = "things are numbered and the list is made with their number")]

/// For each thing another that it is like, or itself where it speaks for all that are like it.
pub(super) struct Alike(Vec<u32>);

impl Alike {
    /// So many things, each by itself.
    pub(super) fn new(number: usize) -> Self {
        Self((0..).take(number).collect())
    }

    /// The one that speaks for all that are like this one.
    pub(super) fn of(&mut self, mut one: u32) -> u32 {
        while self.0[one as usize] != one {
            self.0[one as usize] = self.0[self.0[one as usize] as usize];
            one = self.0[one as usize];
        }
        one
    }

    /// Two are alike. Gives the one that speaks for both now, and the one that did for others before.
    pub(super) fn join(&mut self, one: u32, other: u32) -> Option<[u32; 2]> {
        let (one, other) = (self.of(one), self.of(other));
        self.0[other as usize] = one;
        (one != other).then_some([one, other])
    }
}
