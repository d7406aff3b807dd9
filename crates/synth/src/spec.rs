//! What to make up: for which forces, how much, and from which seed.
//! Checked once, before anything is written.

use jiff::civil::{Date, date};
use model::ForceId;

use crate::SynthError;

/// What to make up. The same specification gives the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The forces, each with its own folder. `mps`, `colp` and `btp` have profiles of their own; others share one.
    pub forces: Vec<ForceId>,
    /// Person records of each force, not counting the planted people.
    pub persons: u32,
    /// Intelligence reports of each force.
    pub reports: u32,
    /// Events of each force; may be 0.
    pub events: u32,
    /// Seed of all randomness but the planted people.
    pub seed: u64,
    /// Share of a force's persons that at least one other force also holds, from 0 to 1. Without effect when there
    /// is one force only.
    pub overlap: f64,
    /// The day the records stand at: nothing is dated later.
    pub as_of: Date,
    /// Probes with known answers to draw, besides those for planted people; fewer when there are fewer people.
    pub probes: u64,
    /// Whether the corruptions that are held out of tuning occur: to measure a matcher, not to tune it.
    pub held_out: bool,
}

/// Most records of one kind per force: ids and days stay in range, and the disk does too.
const MOST: u32 = 50_000_000;

impl Default for Spec {
    fn default() -> Self {
        let forces = ["mps", "colp", "btp"].iter().filter_map(|force| force.parse().ok()).collect();
        Self {
            forces,
            persons: 2_000,
            reports: 6_000,
            events: 4_000,
            seed: 1,
            overlap: 0.15,
            as_of: date(2026, 1, 1),
            probes: 1_000,
            held_out: false,
        }
    }
}

impl Spec {
    /// Refuses what can't be met.
    pub(crate) fn check(&self) -> Result<(), SynthError> {
        let complain = |field, why: &str| Err(SynthError::Spec { field, why: why.to_owned() });
        if self.forces.is_empty() {
            return complain("forces", "name at least one force, such as mps");
        }
        let mut sorted: Vec<_> = self.forces.iter().collect();
        sorted.sort();
        sorted.dedup();
        if sorted.len() != self.forces.len() {
            return complain("forces", "a force is named twice; name each once");
        }
        if self.persons == 0 {
            return complain("persons", "must be at least 1, or events and reports have no subjects");
        }
        for (field, rows) in [("persons", self.persons), ("reports", self.reports), ("events", self.events)] {
            if rows > MOST {
                return complain(field, "must be at most 50,000,000 for each force");
            }
        }
        if !(0.0..=1.0).contains(&self.overlap) {
            return complain("overlap", "must be a share from 0 to 1, such as 0.15");
        }
        if !(2020..=2100).contains(&self.as_of.year()) {
            return complain("as_of", "must be a day in the years 2020 to 2100, such as 2026-01-01");
        }
        Ok(())
    }
}
