//! Lots: entities that stand in the same of some further cells and were of one class before. Whichever of these cells are taken,
//! they part lots as wholes, so that classes by some of them after others are found without looking at every entity again.
#![expect(
    clippy::indexing_slicing,
    reason = "lots and cells are numbered in this file and every list here is made with their number"
)]

use std::sync::Arc;

use super::apart::Apart;
use super::{Class, Classes, OUTSIDE};
use crate::entities::EntitySet;
use crate::lists::Lists;

/// The lots of some further cells.
pub(crate) struct Lots {
    before: Arc<Classes>,
    /// For each lot, the class that it was of before, and how many entities it holds.
    classes: Vec<u32>,
    sizes: Vec<u32>,
    /// For each further cell, its lots.
    of_cell: Lists,
    /// The lot of each entity of each further cell, where nobody stands in two of them.
    apart: Option<Apart>,
}

impl Lots {
    /// The lots of further cells.
    pub(crate) fn of(before: &Arc<Classes>, cells: &[EntitySet]) -> Self {
        if let Some(apart) = Apart::of(&before.of_entity, cells) {
            return Self::of_apart(before, apart);
        }
        let mut parted = Classes::clone(before);
        parted.part_all(cells.iter().map(EntitySet::iter));
        Self::of_parted(&parted, before)
    }

    /// The same where nobody stands in two of them.
    pub(super) fn of_apart(before: &Arc<Classes>, mut apart: Apart) -> Self {
        let mut lots = Self::none(before);
        // One more than the lot that was last met of each class, whichever cell it is of, and how many it holds.
        let mut met = vec![(0_u32, 0_u32); before.classes.len()];
        let mut next = 0;
        for of_entity in apart.cells() {
            let first = next;
            for of in of_entity {
                let (class, (lot, size)) = (*of, &mut met[*of as usize]);
                if *lot <= first {
                    next += 1;
                    (*lot, *size) = (next, 0);
                    lots.classes.push(class);
                }
                *of = *lot - 1;
                *size += 1;
            }
            let own = lots.classes.iter().skip(first as usize);
            lots.sizes.extend(own.map(|class| met[*class as usize].1));
            lots.of_cell.push(first..next);
        }
        Self { apart: Some(apart), ..lots }
    }

    /// The lots of the cells that made `parted` of what was `before`.
    fn of_parted(parted: &Classes, before: &Arc<Classes>) -> Self {
        let (first_cell, first_class) = (before.cells, before.classes.len());
        let (mut lots, mut of_cells) = (Self::none(before), Vec::new());
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
                of_cells.push((cell - first_cell, lot));
                outer = next as usize;
            }
            lots.classes.push(u32::try_from(outer).unwrap_or(OUTSIDE));
        }
        lots.of_cell = Lists::of((parted.cells - first_cell) as usize, of_cells.iter().copied());
        lots
    }

    fn none(before: &Arc<Classes>) -> Self {
        let before = before.clone();
        Self { before, classes: Vec::new(), sizes: Vec::new(), of_cell: Lists::default(), apart: None }
    }

    /// Whether nobody stands in two of the further cells.
    pub(crate) fn are_apart(&self) -> bool {
        self.apart.is_some()
    }

    /// The classes before, without these cells.
    pub(crate) fn before(&self) -> &Classes {
        &self.before
    }

    /// The lots of a further cell: the class that each was of before, with how many it holds.
    pub(crate) fn of_cell(&self, cell: usize) -> impl Iterator<Item = (u32, u32)> {
        self.numbers(cell).iter().map(|&lot| (self.classes[lot as usize], self.sizes[lot as usize]))
    }

    /// The same lots by their numbers.
    pub(crate) fn numbers(&self, cell: usize) -> &[u32] {
        self.of_cell.list(cell as u32)
    }

    /// For each lot by its number the class that it was of before.
    pub(crate) fn classes_before(&self) -> impl Iterator<Item = u32> {
        self.classes.iter().copied()
    }

    /// How many a lot holds.
    pub(crate) fn size(&self, lot: u32) -> u32 {
        self.sizes[lot as usize]
    }

    /// The classes after these of the further cells, in this order: the same as if they had parted entity by entity.
    pub(crate) fn classes(&self, cells: impl Iterator<Item = usize>) -> Classes {
        self.parted(cells).0
    }

    /// Parts what was parted before by these of the further cells, whose entities are given with them. Says whether it was done: only
    /// where nobody stands in two of the further cells, and of what these lots are of.
    pub(crate) fn part(self, before: &mut Arc<Classes>, cells: &[(usize, &EntitySet)]) -> bool {
        if !Arc::ptr_eq(before, &self.before) || self.apart.is_none() {
            return false;
        }
        let (mut after, of_lot) = self.parted(cells.iter().map(|(cell, _)| *cell));
        let Self { apart, before: also, .. } = self;
        // Given up, so that what nobody else holds is changed in its place.
        drop(also);
        let before = Arc::make_mut(before);
        after.of_entity = std::mem::take(&mut before.of_entity);
        apart.iter().for_each(|apart| apart.give(cells, &mut after.of_entity, |lot| of_lot[lot as usize]));
        *before = after;
        true
    }

    /// The classes after these cells, without those of entities, and the class of each lot.
    fn parted(&self, cells: impl Iterator<Item = usize>) -> (Classes, Vec<u32>) {
        let Classes { mut classes, cells: mut number, .. } = self.before.without_entities();
        let mut of_lot = self.classes.clone();
        // The class that was last made of each.
        let mut inside = vec![OUTSIDE; classes.len()];
        for cell in cells {
            let first = classes.len();
            for &lot in self.of_cell.list(cell as u32) {
                let (before, size) = (of_lot[lot as usize], self.sizes[lot as usize]);
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
                of_lot[lot as usize] = class;
                classes[class as usize].size += size;
            }
            number += 1;
        }
        (Classes { of_entity: Vec::new(), classes, cells: number }, of_lot)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::{Classes, Lots};
    use crate::entities::EntitySet;

    /// Cells in which entities stand as it happens, or each once.
    fn cells(most: u32) -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
        // Within one stretch of numbers, and beyond it.
        let far = move |entity: u32| if entity < most / 2 { entity } else { entity + 131_050 };
        let any = prop::collection::vec(prop::collection::btree_set((0..most).prop_map(far), 0..30), 0..7);
        let parted = prop::collection::vec(0_usize..5, most as usize).prop_map(move |homes| {
            let cell =
                |at: usize| (0..).zip(&homes).filter(|(_, home)| **home == at).map(|(e, _)| far(e)).collect();
            (0..4).map(cell).collect()
        });
        prop_oneof![any, parted]
    }

    proptest! {
        #[test]
        fn lots_are_parted_as_their_entities_are(
            told in cells(40),
            further in cells(60),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 0..7),
        ) {
            let mut before = Classes::default();
            before.part_all(told.iter().map(|cell| cell.iter().copied()));
            let mut before = Arc::new(before);
            let sets: Vec<EntitySet> = further.iter().map(|cell| cell.iter().copied().collect()).collect();
            let lots = Lots::of(&before, &sets);
            let all = further.iter().flatten().collect::<BTreeSet<_>>().len();
            prop_assert_eq!(lots.are_apart(), all == further.iter().map(BTreeSet::len).sum::<usize>());
            let mut taken: Vec<usize> = Vec::new();
            for pick in picks.iter().filter(|_| !further.is_empty()) {
                let cell = pick.index(further.len());
                if !taken.contains(&cell) {
                    taken.push(cell);
                }
            }
            let mut expected = Classes::clone(&before);
            expected.part_all(taken.iter().map(|&cell| further[cell].iter().copied()));
            let found = lots.classes(taken.iter().copied());
            prop_assert_eq!(found.cells, expected.cells);
            prop_assert!(found.classes == expected.classes);
            let mut another = Arc::new(Classes::clone(&before));
            let cells: Vec<(usize, &EntitySet)> = taken.iter().map(|&cell| (cell, &sets[cell])).collect();
            prop_assert!(!Lots::of(&before, &sets).part(&mut another, &cells), "of other classes");
            let apart = lots.are_apart();
            prop_assert_eq!(lots.part(&mut before, &cells), apart);
            prop_assert!(!apart || before.is_as(&expected));
        }
    }
}
