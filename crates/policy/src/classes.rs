//! Entities that no told cell tells apart form a class: which class each is of, how many are, and which cells they stand in. A
//! class is made of an earlier one by one cell, and keeps that cell and the class that it was made of.
#![expect(
    clippy::indexing_slicing,
    reason = "classes are numbered in this file and every list here is made with their number"
)]

mod apart;
mod known;
mod lots;
mod parting;

use std::sync::Arc;

use apart::Apart;
pub(crate) use lots::Lots;
use parting::Parting;

use crate::entities::EntitySet;

/// Entities numbered by the classes that cells part them into. Cells are numbered in the order in which they came.
#[derive(Clone, PartialEq)]
pub(crate) struct Classes {
    of_entity: Vec<u32>,
    classes: Vec<Class>,
    cells: u32,
}

#[derive(Clone, Copy, Default, PartialEq)]
struct Class {
    size: u32,
    /// What it was made of, and by which cell.
    outer: u32,
    cell: u32,
}

/// How a class came about.
pub(crate) struct Made {
    pub(crate) class: u32,
    pub(crate) size: u32,
    /// What it was made of: a class with a smaller number.
    pub(crate) outer: u32,
    /// The cell that made it.
    pub(crate) cell: u32,
}

/// The class of entities that stand in no cell yet.
pub(crate) const OUTSIDE: u32 = 0;

impl Default for Classes {
    fn default() -> Self {
        Self { of_entity: Vec::new(), classes: vec![Class::default()], cells: 0 }
    }
}

impl Classes {
    /// Parts every class by each of these cells, one after another: into those inside it and those outside. Says whether nobody stands in
    /// two of them.
    pub(crate) fn part_by(before: &mut Arc<Self>, cells: &[EntitySet]) -> bool {
        let Some(apart) = Apart::of(&before.of_entity, cells) else {
            Arc::make_mut(before).part_all(cells.iter().map(EntitySet::iter));
            return false;
        };
        let cells: Vec<(usize, &EntitySet)> = cells.iter().enumerate().collect();
        Lots::of_apart(before, apart).part(before, &cells)
    }

    /// The same of cells that each give their entities once, rising.
    pub(crate) fn part_all<C: Iterator<Item = u32>>(&mut self, cells: impl Iterator<Item = C>) {
        let mut parting = Parting::of(self);
        let cells = parting.through(cells);
        parting.settle(cells);
    }

    /// The same of one cell.
    #[cfg(test)]
    pub(crate) fn part(&mut self, cell: impl Iterator<Item = u32>) {
        self.part_all(std::iter::once(cell));
    }

    /// The same without what is known of each entity.
    fn without_entities(&self) -> Self {
        Self { of_entity: Vec::new(), classes: self.classes.clone(), cells: self.cells }
    }

    /// Whether entities are parted in the same way; who is of no class may be left out.
    #[cfg(test)]
    fn is_as(&self, other: &Self) -> bool {
        let trimmed = |of: &Self| {
            let mut of_entity = of.of_entity.clone();
            of_entity
                .truncate(of_entity.iter().rposition(|class| *class != OUTSIDE).map_or(0, |last| last + 1));
            of_entity
        };
        self.classes == other.classes && self.cells == other.cells && trimmed(self) == trimmed(other)
    }

    /// How many cells parted them.
    pub(crate) fn cells(&self) -> u32 {
        self.cells
    }

    /// The classes that anybody is of, with how many are.
    pub(crate) fn held(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..)
            .zip(&self.classes)
            .skip(1)
            .filter(|(_, class)| class.size > 0)
            .map(|(at, class)| (at, class.size))
    }

    /// How many are of each class, in the order of their numbers: none of the first, of those who stand in no cell.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = u32> {
        self.classes.iter().map(|class| class.size)
    }

    /// One more than the largest number of a class.
    pub(crate) fn number(&self) -> usize {
        self.classes.len()
    }

    /// How many of the classes, which come first, cells before this one made.
    pub(crate) fn before(&self, cell: u32) -> usize {
        self.classes.partition_point(|class| class.cell < cell)
    }

    /// How each class came about, in the order of their numbers.
    pub(crate) fn made(&self) -> impl DoubleEndedIterator<Item = Made> {
        let made = self.classes.iter().enumerate().skip(1);
        made.map(|(at, &Class { size, outer, cell })| Made { class: at as u32, size, outer, cell })
    }

    /// What a class was made of, and by which cell.
    pub(crate) fn origin(&self, class: u32) -> (u32, u32) {
        let Class { outer, cell, .. } = self.classes[class as usize];
        (outer, cell)
    }

    /// The class that one was made of by cells from `first` on, if these found any, with the places of these cells among them, the last
    /// first.
    pub(crate) fn since(&self, class: u32, first: u32, places: &mut Vec<u32>) -> Option<u32> {
        let mut at = class;
        while let Some(&Class { outer, cell, .. }) = self.classes.get(at as usize).filter(|_| at != OUTSIDE) {
            let Some(place) = cell.checked_sub(first) else { return Some(at) };
            places.push(place);
            at = outer;
        }
        None
    }

    /// The cells that a class stands in, the last first.
    pub(crate) fn holding(&self, class: u32) -> impl Iterator<Item = u32> {
        let next = |&at: &u32| Some(self.classes[at as usize].outer);
        let made = std::iter::successors(Some(class), next).take_while(|&at| at != OUTSIDE);
        made.map(|at| self.classes[at as usize].cell)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::Classes;

    proptest! {
        /// Entities that stand in the same cells are of one class, which knows these cells; who stands in none is of no class.
        #[test]
        fn a_class_is_those_who_stand_in_the_same_cells(
            cells in prop::collection::vec(prop::collection::btree_set(0_u32..40, 0..30), 0..9),
            together in any::<prop::sample::Index>(),
        ) {
            let mut classes = Classes::default();
            let (some, others) = cells.split_at(together.index(cells.len() + 1));
            [some, others].into_iter().for_each(|cells| classes.part_all(cells.iter().map(|cell| cell.iter().copied())));
            prop_assert_eq!(classes.cells() as usize, cells.len());
            let mut expected: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
            for entity in 0..40 {
                let holding = (0..).zip(&cells).filter(|(_, cell)| cell.contains(&entity)).map(|(at, _)| at).collect();
                *expected.entry(holding).or_default() += 1;
            }
            expected.remove(&Vec::new());
            let found = classes.held().map(|(class, size)| {
                let mut holding: Vec<u32> = classes.holding(class).collect();
                holding.reverse();
                (holding, size)
            });
            let found: Vec<(Vec<u32>, u32)> = found.collect();
            prop_assert_eq!(found.len(), found.iter().map(|(holding, _)| holding).collect::<BTreeSet<_>>().len());
            prop_assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), expected);
        }
    }
}
