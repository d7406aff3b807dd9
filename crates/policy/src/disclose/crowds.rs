//! Small classes that told cells run together: where a few told cells are made of the same few small classes alone, most of these
//! could be guessed, though none is computed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes are numbered and every list here is as long as they are many"
)]

/// How many told cells may be made of the same small classes alone: these, and one for every so many classes. Where as
/// many sums were told as a quarter of the unknowns, who fits them best is right about three persons in five; from half
/// on, about two in three and more (Dinur and Nissim's reconstruction, measured in the attack suite).
const CROWD_ROWS: usize = 4;
const CROWD_CLASSES_PER_ROW: usize = 4;

/// Small classes that told cells run together: cells made of small classes alone, and the classes that they cover.
pub(super) struct Crowds {
    above: Vec<u32>,
    rows: Vec<u32>,
    classes: Vec<u32>,
}

impl Crowds {
    pub(super) fn new(classes: usize) -> Self {
        let above = (0..).take(classes).collect();
        Self { above, rows: vec![0; classes], classes: vec![1; classes] }
    }

    fn top(&mut self, mut class: u32) -> usize {
        while self.above[class as usize] != class {
            self.above[class as usize] = self.above[self.above[class as usize] as usize];
            class = self.above[class as usize];
        }
        class as usize
    }

    /// Whether the crowd that a cell would join has as many cells as it may.
    pub(super) fn is_full(&mut self, cell: &[u32]) -> bool {
        let mut tops: Vec<usize> = cell.iter().map(|&class| self.top(class)).collect();
        tops.sort_unstable();
        tops.dedup();
        let sum = |of: &[u32]| tops.iter().map(|&top| of[top] as usize).sum::<usize>();
        sum(&self.rows) >= CROWD_ROWS + sum(&self.classes) / CROWD_CLASSES_PER_ROW
    }

    /// Adds a cell that is told.
    pub(super) fn join(&mut self, cell: &[u32]) {
        let Some((&first, classes)) = cell.split_first() else { return };
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
