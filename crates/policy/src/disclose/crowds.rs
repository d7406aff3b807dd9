//! Small classes that told cells run together: where a few told cells are made of the same few small classes alone, most of these
//! could be guessed, though none is computed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and cells are numbered and every list here is as long as they are many"
)]

use super::alike::Alike;
use crate::classes::{Classes, Made};

/// How many told cells may be made of the same small classes alone: these, and one for every so many classes. Where as
/// many sums were told as a quarter of the unknowns, who fits them best is right about three persons in five; from half
/// on, about two in three and more (Dinur and Nissim's reconstruction, measured in the attack suite).
const CROWD_ROWS: usize = 4;
const CROWD_CLASSES_PER_ROW: usize = 4;

/// Small classes that told cells run together: cells made of small classes alone, and the classes that they cover.
pub(super) struct Crowds {
    /// For each cell that is made of small classes alone, these.
    small: Vec<Option<Vec<u32>>>,
    alike: Alike,
    rows: Vec<u32>,
    classes: Vec<u32>,
}

impl Crowds {
    /// Nothing told yet of the cells that parted entities into these classes.
    pub(super) fn new(classes: &Classes, minimum: u64) -> Self {
        let mut small = vec![Some(Vec::new()); classes.cells() as usize];
        let is_large = |size: u32| u64::from(size) >= minimum;
        let number = classes.number();
        // A cell that made a class of which anything large was made holds that.
        let mut has_large = vec![false; number];
        for Made { class, size, outer, cell } in classes.made().rev() {
            if has_large[class as usize] || is_large(size) {
                has_large[outer as usize] = true;
                small[cell as usize] = None;
            }
        }
        // Few cells are small: few classes stand in any.
        let mut in_small = vec![false; number];
        for Made { class, size, outer, cell } in classes.made() {
            in_small[class as usize] = in_small[outer as usize] || small[cell as usize].is_some();
            if in_small[class as usize] && size > 0 && !is_large(size) {
                for cell in classes.holding(class) {
                    small[cell as usize].iter_mut().for_each(|made_of| made_of.push(class));
                }
            }
        }
        Self::of(small, number)
    }

    /// Nothing told yet of cells of which some are made of small classes alone: of these, which by their numbers are below this one.
    pub(super) fn of(small: Vec<Option<Vec<u32>>>, number: usize) -> Self {
        Self { small, alike: Alike::new(number), rows: vec![0; number], classes: vec![1; number] }
    }

    /// The small classes of a cell that is made of these alone.
    #[cfg(test)]
    pub(super) fn small(&self, cell: u32) -> Option<&[u32]> {
        self.small[cell as usize].as_deref()
    }

    /// Whether a cell would join a crowd that has as many cells as it may.
    pub(super) fn are_full(&mut self, cell: u32) -> bool {
        let Some(made_of) = self.small[cell as usize].take() else { return false };
        let mut tops: Vec<u32> = made_of.iter().map(|&class| self.alike.of(class)).collect();
        self.small[cell as usize] = Some(made_of);
        tops.sort_unstable();
        tops.dedup();
        let sum = |of: &[u32]| tops.iter().map(|&top| of[top as usize] as usize).sum::<usize>();
        sum(&self.rows) >= CROWD_ROWS + sum(&self.classes) / CROWD_CLASSES_PER_ROW
    }

    /// Adds a cell that is told: once each.
    pub(super) fn told(&mut self, cell: u32) {
        let Some(made_of) = self.small[cell as usize].take() else { return };
        let Some((&first, classes)) = made_of.split_first() else { return };
        for &class in classes {
            if let Some([one, other]) = self.alike.join(first, class) {
                self.rows[one as usize] += self.rows[other as usize];
                self.classes[one as usize] += self.classes[other as usize];
            }
        }
        let top = self.alike.of(first);
        self.rows[top as usize] += 1;
    }
}
