//! Small classes that told cells run together: where a few told cells are made of the same few small classes alone, most of these
//! could be guessed, though none is computed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes are numbered and every list here is as long as they are many"
)]

use super::cells::Cells;

/// How many told cells may be made of the same small classes alone: these, and one for every so many classes. Where as
/// many sums were told as a quarter of the unknowns, who fits them best is right about three persons in five; from half
/// on, about two in three and more (Dinur and Nissim's reconstruction, measured in the attack suite).
const CROWD_ROWS: usize = 4;
const CROWD_CLASSES_PER_ROW: usize = 4;

/// Small classes that told cells run together: cells made of small classes alone, and the classes that they cover.
pub(super) struct Crowds<'c> {
    cells: &'c Cells,
    minimum: u64,
    above: Vec<u32>,
    rows: Vec<u32>,
    classes: Vec<u32>,
}

impl<'c> Crowds<'c> {
    /// Nothing told yet.
    pub(super) fn new(cells: &'c Cells, minimum: u64) -> Self {
        let classes = cells.classes();
        let above = (0..).take(classes).collect();
        Self { cells, minimum, above, rows: vec![0; classes], classes: vec![1; classes] }
    }

    /// Whether a cell is made of small classes alone.
    fn is_small(&self, cell: u32) -> bool {
        let largest = self.cells.made_of(cell).last();
        largest.is_none_or(|&class| self.cells.size(class) < self.minimum)
    }

    fn top(&mut self, mut class: u32) -> usize {
        while self.above[class as usize] != class {
            self.above[class as usize] = self.above[self.above[class as usize] as usize];
            class = self.above[class as usize];
        }
        class as usize
    }

    /// Whether a cell would join a crowd that has as many cells as it may.
    pub(super) fn are_full(&mut self, cell: u32) -> bool {
        if !self.is_small(cell) {
            return false;
        }
        let mut tops: Vec<usize> = self.cells.made_of(cell).iter().map(|&class| self.top(class)).collect();
        tops.sort_unstable();
        tops.dedup();
        let sum = |of: &[u32]| tops.iter().map(|&top| of[top] as usize).sum::<usize>();
        sum(&self.rows) >= CROWD_ROWS + sum(&self.classes) / CROWD_CLASSES_PER_ROW
    }

    /// Adds a cell that is told.
    pub(super) fn told(&mut self, cell: u32) {
        let Some((&first, classes)) = self.cells.made_of(cell).split_first() else { return };
        if !self.is_small(cell) {
            return;
        }
        for &class in classes {
            let (one, other) = (self.top(first), self.top(class));
            if one != other {
                self.above[other] = u32::try_from(one).unwrap_or(first);
                self.rows[one] += self.rows[other];
                self.classes[one] += self.classes[other];
            }
        }
        let top = self.top(first);
        self.rows[top] += 1;
    }
}
