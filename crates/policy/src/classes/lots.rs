//! Lots: entities that stand in the same of some further cells and were of one class before. Whichever of these cells are taken,
//! they part lots as wholes, so that classes by some of them after others are found without looking at every entity again.
#![expect(
    clippy::indexing_slicing,
    reason = "lots and cells are numbered in this file and every list here is made with their number"
)]

use super::{Class, Classes, OUTSIDE};

/// The lots of some further cells.
pub(crate) struct Lots {
    /// What was parted before, by lots in place of entities.
    before: Classes,
    sizes: Vec<u32>,
    /// For each further cell, its lots.
    of_cell: Vec<Vec<u32>>,
}

impl Lots {
    /// The lots of the cells that made `parted` of what was `before`.
    pub(crate) fn of(parted: &Classes, before: &Classes) -> Self {
        let (first_cell, first_class) = (before.cells, before.classes.len());
        let mut lots = Self {
            before: Classes { of_entity: Vec::new(), classes: before.classes.clone(), cells: first_cell },
            sizes: Vec::new(),
            of_cell: vec![Vec::new(); (parted.cells - first_cell) as usize],
        };
        // In the order of their first entities, in which parting them makes classes in the order in which entities do.
        let mut met = vec![false; parted.classes.len()];
        for &class in &parted.of_entity {
            let at = class as usize;
            if at < first_class || std::mem::replace(&mut met[at], true) {
                continue;
            }
            let lot = u32::try_from(lots.sizes.len()).unwrap_or(u32::MAX);
            lots.sizes.push(parted.classes[at].size);
            let mut outer = at;
            while outer >= first_class {
                let Class { cell, outer: next, .. } = parted.classes[outer];
                lots.of_cell[(cell - first_cell) as usize].push(lot);
                outer = next as usize;
            }
            lots.before.of_entity.push(u32::try_from(outer).unwrap_or(OUTSIDE));
        }
        lots
    }

    /// The classes after these of the further cells, in this order: the same as if they had parted entity by entity.
    pub(crate) fn classes(&self, cells: impl Iterator<Item = usize>) -> Classes {
        let Classes { mut of_entity, mut classes, cells: mut number } = self.before.clone();
        // The class that was last made of each.
        let mut inside = vec![OUTSIDE; classes.len()];
        for cell in cells {
            let first = classes.len();
            for &lot in &self.of_cell[cell] {
                let (before, size) = (of_entity[lot as usize], self.sizes[lot as usize]);
                // Only classes from `first` on were made for this cell, and no other cell may share one with it.
                let mut class = inside[before as usize];
                if (class as usize) < first {
                    class = u32::try_from(classes.len()).unwrap_or(u32::MAX);
                    inside[before as usize] = class;
                    inside.push(OUTSIDE);
                    classes.push(Class { size: 0, outer: before, cell: number });
                }
                if before != OUTSIDE {
                    classes[before as usize].size -= size;
                }
                of_entity[lot as usize] = class;
                classes[class as usize].size += size;
            }
            number += 1;
        }
        Classes { of_entity, classes, cells: number }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Classes, Lots};

    proptest! {
        #[test]
        fn lots_are_parted_as_their_entities_are(
            told in prop::collection::vec(prop::collection::btree_set(0_u32..40, 0..30), 0..5),
            further in prop::collection::vec(prop::collection::btree_set(0_u32..60, 0..30), 0..7),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 0..7),
        ) {
            let mut before = Classes::default();
            before.part_all(told.iter().map(|cell| cell.iter().copied()));
            let mut parted = before.clone();
            parted.part_all(further.iter().map(|cell| cell.iter().copied()));
            let lots = Lots::of(&parted, &before);
            let mut taken: Vec<usize> = Vec::new();
            for pick in picks.iter().filter(|_| !further.is_empty()) {
                let cell = pick.index(further.len());
                if !taken.contains(&cell) {
                    taken.push(cell);
                }
            }
            let mut expected = before;
            expected.part_all(taken.iter().map(|&cell| further[cell].iter().copied()));
            let found = lots.classes(taken.into_iter());
            prop_assert_eq!(found.cells, expected.cells);
            prop_assert!(found.classes == expected.classes);
        }
    }
}
