//! Which classes each cell is made of, and which cells each class stands in: one list for each. Classes are numbered anew by how many
//! entities are of them, so that the smallest come first wherever they are listed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and cells are numbered in this file and every list here is made with their number"
)]

use crate::classes::Classes;

/// Cells in the order in which they were given, and the classes that they are made of.
pub(super) struct Cells {
    sizes: Vec<u32>,
    of_class: Lists,
    of_cell: Lists,
}

/// Lists of numbers, one behind the other.
struct Lists {
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    /// Sorts pairs of a list and a number into so many lists, each in the order of the pairs.
    fn of(lists: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0_u32; lists + 1];
        pairs.clone().for_each(|(list, _)| ends[list as usize + 1] += 1);
        (0..lists).for_each(|list| ends[list + 1] += ends[list]);
        let (mut next, mut numbers) = (ends.clone(), vec![0; ends[lists] as usize]);
        for (list, number) in pairs {
            numbers[next[list as usize] as usize] = number;
            next[list as usize] += 1;
        }
        Self { ends, numbers }
    }

    fn list(&self, at: u32) -> &[u32] {
        &self.numbers[self.ends[at as usize] as usize..self.ends[at as usize + 1] as usize]
    }
}

impl Cells {
    /// The cells that parted entities into these classes.
    pub(super) fn of(classes: &Classes) -> Self {
        let mut order: Vec<(u32, u32)> = classes.held().map(|(class, size)| (size, class)).collect();
        order.sort_unstable();
        let mut of_class = Lists { ends: vec![0], numbers: Vec::new() };
        for &(_, class) in &order {
            let begin = of_class.numbers.len();
            of_class.numbers.extend(classes.holding(class));
            of_class.numbers[begin..].reverse();
            of_class.ends.push(of_class.numbers.len() as u32);
        }
        let by_class = (0_u32..).take(order.len());
        let turned = by_class.flat_map(|class| of_class.list(class).iter().map(move |&cell| (cell, class)));
        let of_cell = Lists::of(classes.cells() as usize, turned);
        let sizes = order.iter().map(|&(size, _)| size).collect();
        Self { sizes, of_class, of_cell }
    }

    /// How many cells there are.
    pub(super) fn number(&self) -> usize {
        self.of_cell.ends.len() - 1
    }

    /// How many classes they are made of.
    pub(super) fn classes(&self) -> usize {
        self.sizes.len()
    }

    /// How many entities are of a class.
    pub(super) fn size(&self, class: u32) -> u64 {
        u64::from(self.sizes[class as usize])
    }

    /// The classes that a cell is made of, the smallest first.
    pub(super) fn made_of(&self, cell: u32) -> &[u32] {
        self.of_cell.list(cell)
    }

    /// The cells that a class stands in, rising.
    pub(super) fn holding(&self, class: u32) -> &[u32] {
        self.of_class.list(class)
    }
}
