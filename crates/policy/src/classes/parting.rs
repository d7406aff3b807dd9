//! Parting entities by many cells at once: stretch by stretch of their numbers, each by all cells, so that what is known of a stretch
//! stays at hand. One cell after the other would go through everybody's class once for each.
//!
//! Classes get the numbers that they would get cell by cell: those of earlier cells first, of each in the order of their first entities.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and cells are numbered in these files and every list here is made with their number"
)]

use std::iter::Peekable;

use super::known::Known;
use super::{Class, Classes, OUTSIDE};

/// Entities that are looked at together.
const STRETCH: usize = 1 << 16;
/// Of these, as many as are fetched side by side: classes lie far apart in memory, and one would be waited for after the other.
const BATCH: usize = 256;

/// Classes while cells part them.
pub(super) struct Parting<'c> {
    classes: &'c mut Classes,
    /// Classes from here on are new.
    first: u32,
    made: Vec<Made>,
    /// The class that a cell made of another. Of a class of one entity none is asked for: no other entity can come to it.
    known: Known,
    batch: Vec<Fetched>,
}

/// An entity of a cell, with what is fetched about it before anything is done.
#[derive(Clone, Copy, Default)]
struct Fetched {
    entity: u32,
    cell: u32,
    before: u32,
    /// What was known of its class and the cell.
    class: u32,
    place: usize,
    known: bool,
    alone: bool,
}

/// A new class: what it was made of, and by which of the cells.
struct Made {
    outer: u32,
    cell: u32,
}

impl<'c> Parting<'c> {
    pub(super) fn of(classes: &'c mut Classes) -> Self {
        let first = u32::try_from(classes.classes.len()).unwrap_or(u32::MAX);
        Self { classes, first, made: Vec::new(), known: Known::default(), batch: Vec::with_capacity(BATCH) }
    }

    /// Parts by these cells, and says how many they were.
    pub(super) fn through<C: Iterator<Item = u32>>(&mut self, cells: impl Iterator<Item = C>) -> usize {
        let mut cells: Vec<Peekable<C>> = cells.map(Iterator::peekable).collect();
        while let Some(next) = cells.iter_mut().filter_map(|cell| cell.peek().copied()).min() {
            let end = (next as usize / STRETCH + 1) * STRETCH;
            let of_entity = &mut self.classes.of_entity;
            if of_entity.len() < end {
                of_entity.reserve_exact(end - of_entity.len());
                of_entity.resize(end, OUTSIDE);
            }
            for (number, cell) in (0..).zip(&mut cells) {
                while let Some(entity) = cell.next_if(|&entity| (entity as usize) < end) {
                    self.batch.push(Fetched { entity, cell: number, ..Fetched::default() });
                    if self.batch.len() == BATCH {
                        self.part();
                    }
                }
            }
            self.part();
        }
        cells.len()
    }

    /// Parts by what is in the batch, which is empty then.
    fn part(&mut self) {
        let Self { classes: Classes { of_entity, classes, .. }, first, made, known, batch } = self;
        known.grow(batch.len());
        for fetched in batch.iter_mut() {
            let before = of_entity[fetched.entity as usize];
            // Of the classes that these cells made nobody knows the sizes yet.
            let alone = classes.get(before as usize).is_some_and(|class| class.size == 1);
            let (place, class, known) = known.fetch(before, fetched.cell);
            *fetched = Fetched { before, class, place, known, alone, ..*fetched };
        }
        for Fetched { entity, cell, before, class, place, known: is_known, alone } in batch.drain(..) {
            let next = first.saturating_add(u32::try_from(made.len()).unwrap_or(u32::MAX));
            let now = of_entity[entity as usize];
            let class = match () {
                // It stands in another cell of this batch, too.
                () if now != before => known.or_insert(known.fetch(now, cell).0, now, cell, next),
                () if alone => next,
                () if is_known => class,
                () => known.or_insert(place, before, cell, next),
            };
            if class == next {
                made.push(Made { outer: now, cell });
            }
            of_entity[entity as usize] = class;
        }
    }

    /// Gives the new classes of so many cells their numbers, and everybody's class its size.
    pub(super) fn settle(self, cells: usize) {
        let Self { classes: Classes { of_entity, classes, cells: before }, first, made, known, .. } = self;
        drop(known);
        // Made of one cell in the order of their first entities, they only need to be put behind those of the cells before.
        let mut next = vec![0_u32; cells + 1];
        made.iter().for_each(|made| next[made.cell as usize + 1] += 1);
        (0..cells).for_each(|cell| next[cell + 1] += next[cell]);
        let mut numbers = Vec::with_capacity(made.len());
        let new = |numbers: &[u32], class: u32| match class.checked_sub(first) {
            Some(at) => numbers[at as usize],
            None => class,
        };
        classes.resize(classes.len() + made.len(), Class::default());
        for Made { outer, cell } in &made {
            let number = first + next[*cell as usize];
            next[*cell as usize] += 1;
            classes[number as usize] = Class { size: 0, outer: new(&numbers, *outer), cell: *before + cell };
            numbers.push(number);
        }
        for class in of_entity.iter_mut().filter(|class| **class >= first) {
            *class = numbers[(*class - first) as usize];
            classes[*class as usize].size += 1;
        }
        // Whoever came into a new class left the one that was there before all these cells.
        let mut left: Vec<u32> = Vec::with_capacity(made.len());
        for (Made { outer, .. }, &number) in made.iter().zip(&numbers) {
            let from = match outer.checked_sub(first) {
                Some(at) => left[at as usize],
                None => *outer,
            };
            left.push(from);
            if from != OUTSIDE {
                classes[from as usize].size -= classes[number as usize].size;
            }
        }
        *before += u32::try_from(cells).unwrap_or(u32::MAX);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Classes;

    proptest! {
        /// Numbers lie within one stretch or far apart.
        #[test]
        fn many_cells_part_as_they_do_one_after_another(
            cells in prop::collection::vec(
                prop::collection::btree_set(prop_oneof![0_u32..20, 65_530..65_550_u32, 200_000..200_010_u32], 0..30),
                0..9,
            ),
            alone: prop::sample::Index,
        ) {
            let mut expected = Classes::default();
            cells.iter().for_each(|cell| expected.part(cell.iter().copied()));
            let mut found = Classes::default();
            let (one, others) = cells.split_at(alone.index(cells.len() + 1).min(1));
            [one, others].into_iter().for_each(|cells| found.part_all(cells.iter().map(|cell| cell.iter().copied())));
            prop_assert!(found.classes == expected.classes && found.cells == expected.cells);
            prop_assert!(found.of_entity == expected.of_entity);
        }
    }
}
