//! Who is held where: each force's slots to true persons, by sums instead of lists.
//! Forces stand in a ring. A block of persons is held by a force and its next one, another by it and its next two.

use crate::Spec;

/// Which true person stands behind each slot of each force.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    forces: u64,
    rows: u64,
    triple: u64,
    pair: u64,
    sole: u64,
}

impl Population {
    /// The population that `spec` asks for.
    pub(crate) fn new(spec: &Spec) -> Self {
        let forces = spec.forces.len() as u64;
        let rows = u64::from(spec.persons);
        let shared = if forces < 2 { 0 } else { (f64::from(spec.persons) * spec.overlap).round() as u64 };
        // A force stands in three triple blocks and two pair blocks. A quarter of the shared slots are triple.
        let triple = if forces < 3 { 0 } else { shared / 12 };
        let pair = (shared - 3 * triple) / 2;
        Self { forces, rows, triple, pair, sole: rows - 3 * triple - 2 * pair }
    }

    /// How many different people there are.
    pub(crate) fn people(&self) -> u64 {
        self.forces * (self.triple + self.pair + self.sole)
    }

    /// How many records of each force share their true person with another force's record.
    pub(crate) fn shared(&self) -> u64 {
        self.rows - self.sole
    }

    /// The true person behind `slot` of the force at `force` in the ring.
    pub(crate) fn person(&self, force: usize, slot: u64) -> u64 {
        let force = force as u64;
        let back = |steps| (force + self.forces - steps) % self.forces;
        let triples = self.forces * self.triple;
        let pairs = self.forces * self.pair;
        if let (Some(block), rest) = split(slot, self.triple, 3) {
            return back(block) * self.triple + rest;
        }
        let slot = slot - 3 * self.triple;
        if let (Some(block), rest) = split(slot, self.pair, 2) {
            return triples + back(block) * self.pair + rest;
        }
        triples + pairs + force * self.sole + (slot - 2 * self.pair)
    }
}

/// The block of `size` that `slot` falls in, if it is one of the first `blocks`, and its place there.
fn split(slot: u64, size: u64, blocks: u64) -> (Option<u64>, u64) {
    match (slot.checked_div(size), slot.checked_rem(size)) {
        (Some(block), Some(rest)) if block < blocks => (Some(block), rest),
        _ => (None, slot),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::Population;
    use crate::Spec;

    #[test]
    fn nobody_is_held_twice_by_a_force_and_the_overlap_is_as_asked() {
        for (names, persons, overlap) in [
            (&["a"][..], 100, 0.5),
            (&["a", "b"], 101, 0.2),
            (&["a", "b", "c"], 1000, 0.15),
            (&["a", "b", "c"], 7, 1.0),
            (&["a", "b", "c", "d", "e"], 500, 0.0),
            (&["a", "b", "c", "d", "e"], 500, 0.33),
        ] {
            let forces: Vec<_> = names.iter().map(|n| n.parse().unwrap()).collect();
            let spec = Spec { forces, persons, overlap, ..Spec::default() };
            let population = Population::new(&spec);
            let mut holders: HashMap<u64, u32> = HashMap::new();
            for force in 0..names.len() {
                let held: HashSet<u64> =
                    (0..persons.into()).map(|slot| population.person(force, slot)).collect();
                assert_eq!(held.len(), persons as usize);
                held.iter().for_each(|&person| *holders.entry(person).or_default() += 1);
            }
            assert_eq!(holders.len() as u64, population.people());
            assert!(holders.keys().all(|&person| person < population.people()));
            let shared: u32 = holders.values().filter(|&&n| n > 1).sum();
            assert_eq!(u64::from(shared), population.shared() * names.len() as u64);
            if names.len() > 1 {
                let share = population.shared() as f64 / f64::from(persons);
                assert!((share - overlap).abs() <= 2.0 / f64::from(persons), "{share} {overlap}");
            }
        }
    }
}
