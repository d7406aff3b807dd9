//! The same person at two forces: what forces release to have it noticed, and what an answer says of it.
//! Tags are worth something only beside other tags of the same question; the coordinator compares and drops them.

use crate::{ForceId, Yardstick};

/// What two records have in common that are probably of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SameBy {
    /// Their first and family names, in any order and under any nickname, and the birth date to the day.
    Name,
    /// The sounds of those names, and the birth date to the day.
    Sound,
}

impl SameBy {
    /// Both, the stronger first.
    pub const ALL: [Self; 2] = [Self::Name, Self::Sound];

    /// How probable it is that two records of two forces are of one person that have this in common.
    ///
    /// Measured on made-up forces with 1,000,000 persons each, of whom 15 % are also held by another: 97.4 % of the
    /// pairs with a name in common are of one person, and 91.0 % of those with its sounds alone; with 50,000 persons
    /// each, 99.9 % and 99.5 %. Where forces hold more, or share fewer, the truth lies lower.
    pub fn confidence(self) -> Yardstick {
        match self {
            Self::Name => Yardstick::AlmostCertain,
            Self::Sound => Yardstick::HighlyLikely,
        }
    }
}

/// What a force releases of the persons it matched: numbers that equal another force's where both hold the same
/// person. Always as many, whatever was found; those that stand for nobody equal nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonTags {
    /// By [`SameBy::Name`], ascending.
    pub name: Vec<u64>,
    /// By [`SameBy::Sound`], ascending.
    pub sound: Vec<u64>,
}

impl PersonTags {
    /// The tags of one sort.
    pub fn of(&self, by: SameBy) -> &[u64] {
        match by {
            SameBy::Name => &self.name,
            SameBy::Sound => &self.sound,
        }
    }
}

/// Forces that probably hold the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePerson {
    /// The forces, two or more, in the order of their names.
    pub forces: Vec<ForceId>,
    /// How probable it is.
    pub confidence: Yardstick,
}
