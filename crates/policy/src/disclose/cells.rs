//! Which classes each cell is made of, and which cells each class stands in: one list for each. Classes are numbered anew by how many
//! entities are of them, so that the smallest come first wherever they are listed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and cells are numbered in this file and every list here is made with their number"
)]

use super::bundled::Bundled;
use super::equations::odd;
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
    #[cfg(test)]
    pub(super) fn of(classes: &Classes) -> Self {
        let holding = |class: u32, cells: &mut Vec<u32>| cells.extend(classes.holding(class));
        Self::held(classes, classes.cells() as usize, holding)
    }

    /// Sums of cells, each of one and of others: made of the classes that an odd number of these hold.
    pub(super) fn of_sums(cells: &Bundled<'_>, sums: Vec<(u32, Vec<u32>)>) -> Self {
        let number = sums.len();
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); cells.number() as usize];
        for (sum, (cell, with)) in (0..).zip(sums) {
            with.into_iter().chain([cell]).for_each(|cell| of[cell as usize].push(sum));
        }
        let mut of_class = Vec::new();
        Self::held(cells.classes(), number, |class, sums| {
            of_class.clear();
            cells.holding(class, &mut of_class);
            of_class.iter().for_each(|&cell| sums.extend_from_slice(&of[cell as usize]));
        })
    }

    /// So many cells, of which `holding` says which hold a class, those that do twice as those that don't.
    fn held(classes: &Classes, number: usize, mut holding: impl FnMut(u32, &mut Vec<u32>)) -> Self {
        let (mut held, mut order, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for (class, size) in classes.held() {
            own.clear();
            holding(class, &mut own);
            odd(&mut own);
            if !own.is_empty() {
                order.push((size, class, held.len()..held.len() + own.len()));
                held.extend_from_slice(&own);
            }
        }
        order.sort_unstable_by_key(|&(size, class, _)| (size, class));
        let mut of_class = Lists { ends: vec![0], numbers: Vec::with_capacity(held.len()) };
        for (.., own) in &order {
            of_class.numbers.extend_from_slice(&held[own.clone()]);
            of_class.ends.push(of_class.numbers.len() as u32);
        }
        let by_class = (0_u32..).take(order.len());
        let turned = by_class.flat_map(|class| of_class.list(class).iter().map(move |&cell| (cell, class)));
        let of_cell = Lists::of(number, turned);
        let sizes = order.iter().map(|&(size, ..)| size).collect();
        Self { sizes, of_class, of_cell }
    }

    /// How many cells there are.
    pub(super) fn number(&self) -> usize {
        self.of_cell.ends.len() - 1
    }

    /// How many classes they are made of.
    #[cfg(test)]
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
