//! The ladder of granularity: how much a search answer may tell.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// A rung of the ladder, from least told to most. The requester names one; the force's policy sets the ceiling.
    Granularity is "granularity" {
        /// The question was received, nothing else.
        Acknowledged = "acknowledged",
        /// Hit or no hit.
        Hit = "hit",
        /// Matches by entity kind and confidence, in bands.
        Count = "count",
        /// Plus threat categories, year range and grading band.
        Picture = "picture",
        /// Plus the owner's desk and an opaque reference.
        Referral = "referral",
    }
}

/// A set of rungs, such as those that one label allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rungs(u8);

impl Rungs {
    /// No rung at all: the record does not count.
    pub const NONE: Self = Self(0);

    /// The same set with `rung` in it.
    #[must_use]
    pub fn with(self, rung: Granularity) -> Self {
        Self(self.0 | 1 << rung as u8)
    }

    /// The rungs that both sets hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Every rung of the ladder.
    pub const ALL: Self = Self(0b1_1111);

    /// Whether `rung` is in the set.
    pub fn contains(self, rung: Granularity) -> bool {
        self.0 & 1 << rung as u8 != 0
    }

    /// Whether no rung is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The highest rung in the set.
    pub fn highest(self) -> Option<Granularity> {
        Granularity::ALL.iter().rev().copied().find(|&rung| self.contains(rung))
    }
}

impl FromIterator<Granularity> for Rungs {
    fn from_iter<I: IntoIterator<Item = Granularity>>(rungs: I) -> Self {
        rungs.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::{Granularity, Rungs};

    #[test]
    fn a_set_of_rungs_knows_its_members() {
        let set: Rungs = [Granularity::Hit, Granularity::Referral].into_iter().collect();
        assert!(set.contains(Granularity::Hit) && !set.contains(Granularity::Count));
        assert_eq!(set.highest(), Some(Granularity::Referral));
        assert_eq!(Rungs::NONE.highest(), None);
    }
}
