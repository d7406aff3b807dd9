//! Which classes each cell is made of, and which cells each class stands in: one list for each. Classes are numbered anew by how many
//! entities are of them, so that the smallest come first wherever they are listed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and cells are numbered in this file and every list here is made with their number"
)]

use super::bundled::Bundled;
use super::equations::{add_up, odd};
#[cfg(test)]
use crate::classes::Classes;
use crate::classes::Made;

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
        let cells = (0..classes.cells()).map(|cell| (cell, Vec::new()));
        Self::of_sums(&Bundled::of(classes, classes.cells(), &[]), cells.collect())
    }

    /// Sums of cells, each of one and of others: made of the classes that an odd number of these hold.
    pub(super) fn of_sums(cells: &Bundled<'_>, sums: Vec<(u32, Vec<u32>)>) -> Self {
        let number = sums.len();
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); cells.number() as usize];
        for (sum, (cell, with)) in (0..).zip(sums) {
            with.into_iter().chain([cell]).for_each(|cell| of[cell as usize].push(sum));
        }
        // A class stands in the sums of the class that it was made of, but for what the cell that made it adds; mostly that is nothing.
        let (mut ends, mut own, mut order) = (vec![[0, 0]], Vec::new(), Vec::new());
        let (mut added, mut both) = (Vec::new(), Vec::new());
        for Made { class, size, outer, cell } in cells.classes().made() {
            added.clear();
            cells.each_of(cell, |cell| added.extend_from_slice(&of[cell as usize]));
            let [mut begin, mut end] = ends[outer as usize];
            if !added.is_empty() {
                odd(&mut added);
                add_up(&own[begin as usize..end as usize], &added, &mut both);
                begin = own.len() as u32;
                own.extend_from_slice(&both);
                end = own.len() as u32;
            }
            if size > 0 && begin < end {
                order.push((size, class));
            }
            ends.push([begin, end]);
        }
        order.sort_unstable();
        let mut of_class = Lists { ends: vec![0], numbers: Vec::new() };
        for (_, class) in &order {
            let [begin, end] = ends[*class as usize];
            of_class.numbers.extend_from_slice(&own[begin as usize..end as usize]);
            of_class.ends.push(of_class.numbers.len() as u32);
        }
        let by_class = (0_u32..).take(order.len());
        let turned = by_class.flat_map(|class| of_class.list(class).iter().map(move |&cell| (cell, class)));
        let of_cell = Lists::of(number, turned);
        let sizes = order.iter().map(|&(size, _)| size).collect();
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bundled::tests::{parted, told};
    use super::{Bundled, Cells, odd};

    proptest! {
        #[test]
        fn a_sum_is_made_of_the_classes_that_an_odd_number_of_its_cells_hold(
            told in told(),
            picks in prop::collection::vec(any::<Option<u16>>(), 10),
        ) {
            let (classes, bundles) = parted(&told);
            let cells = Bundled::of(&classes, told.0.len() as u32, &bundles);
            let with = |cell: u32, picked: u16| (0..cell).filter(|before| picked >> before & 1 == 1).collect();
            let sums = (0..cells.number()).zip(&picks).filter_map(|(cell, picked)| Some((cell, with(cell, (*picked)?))));
            let sums: Vec<(u32, Vec<u32>)> = sums.collect();
            let found = Cells::of_sums(&cells, sums.clone());
            let held = |class: u32| -> Vec<u32> {
                let mut holding = Vec::new();
                cells.holding(class, &mut holding);
                odd(&mut holding);
                let is_odd = |(cell, with): &(u32, Vec<u32>)| {
                    with.iter().chain([cell]).filter(|cell| holding.contains(*cell)).count() & 1 == 1
                };
                (0..).zip(&sums).filter(|(_, sum)| is_odd(sum)).map(|(at, _)| at).collect()
            };
            let mut expected: Vec<(u32, u32)> = classes.held().map(|(class, size)| (size, class)).collect();
            expected.sort_unstable();
            expected.retain(|(_, class)| !held(*class).is_empty());
            prop_assert_eq!(found.number(), sums.len());
            prop_assert_eq!(found.classes(), expected.len());
            for (at, (size, class)) in (0..).zip(expected) {
                prop_assert_eq!(found.size(at), u64::from(size));
                prop_assert_eq!(found.holding(at), held(class));
                prop_assert!((0..sums.len() as u32).all(|sum| found.made_of(sum).contains(&at) == found.holding(at).contains(&sum)));
            }
        }
    }
}
