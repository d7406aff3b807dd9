//! Entities that no told cell tells apart form a class: which class each is of, and how many are.
#![expect(
    clippy::indexing_slicing,
    reason = "classes are numbered in this file and every list here is made with their number"
)]

/// Entities numbered by the classes that cells part them into.
#[derive(Debug, Clone, Default)]
pub(crate) struct Classes {
    of_entity: Vec<u32>,
    sizes: Vec<u32>,
    /// For each class, the one that was last made of it.
    inside: Vec<u32>,
}

/// The class of entities that stand in no cell yet.
const OUTSIDE: u32 = 0;

impl Classes {
    /// The classes that these cells part entities into.
    pub(crate) fn of<'a, I: Iterator<Item = u32>>(cells: impl Iterator<Item = I> + 'a) -> Self {
        let mut classes = Self { of_entity: Vec::new(), sizes: vec![0], inside: vec![OUTSIDE] };
        cells.for_each(|cell| classes.part(cell));
        classes
    }

    /// Parts every class into those inside the cell and those outside.
    pub(crate) fn part(&mut self, cell: impl Iterator<Item = u32>) {
        let first = self.sizes.len();
        for entity in cell {
            let at = entity as usize;
            if at >= self.of_entity.len() {
                self.of_entity.resize(at + 1, OUTSIDE);
            }
            let before = self.of_entity[at];
            // Only classes from `first` on were made for this cell, and no other cell may share one with it.
            let mut class = self.inside[before as usize];
            if (class as usize) < first {
                class = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
                self.inside[before as usize] = class;
                self.sizes.push(0);
                self.inside.push(OUTSIDE);
            }
            if before != OUTSIDE {
                self.sizes[before as usize] -= 1;
            }
            self.of_entity[at] = class;
            self.sizes[class as usize] += 1;
        }
    }

    /// How many classes there are.
    pub(crate) fn number(&self) -> usize {
        self.sizes.len()
    }

    /// How many entities are of a class.
    pub(crate) fn size(&self, class: u32) -> u32 {
        self.sizes[class as usize]
    }

    /// The class of an entity that stands in a cell.
    pub(crate) fn of_entity(&self, entity: u32) -> Option<u32> {
        self.of_entity.get(entity as usize).copied().filter(|class| *class != OUTSIDE)
    }
}
