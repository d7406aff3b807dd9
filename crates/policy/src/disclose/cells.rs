//! Which classes each cell is made of, and which cells each class stands in: one list for each. Classes are numbered anew by how many
//! entities are of them, so that the smallest come first wherever they are listed.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and cells are numbered in this file and every list here is made with their number"
)]

use super::bundled::Bundled;
use super::equations::{add_up, odd};
use super::left::Sums;
#[cfg(test)]
use crate::classes::Classes;
use crate::classes::Made;
use crate::lists::Lists;

/// Cells in the order in which they were given, and the classes that they are made of.
pub(super) struct Cells {
    sizes: Vec<u32>,
    of_class: Lists,
    of_cell: Lists,
}

impl Cells {
    /// The cells that parted entities into these classes.
    #[cfg(test)]
    pub(super) fn of(classes: Classes) -> Self {
        let number = classes.cells();
        let cells = Bundled::of(classes, number, 0, std::iter::empty());
        Self::of_sums(&cells, &(0..number).map(|cell| (cell, Vec::new())).collect())
    }

    /// Sums of cells, each of one and of others: made of the classes that an odd number of these hold.
    pub(super) fn of_sums(cells: &Bundled, sums: &Sums) -> Self {
        let number = sums.len();
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); cells.number() as usize];
        for (sum, (cell, with)) in (0..).zip(sums) {
            with.iter().chain([cell]).for_each(|cell| of[*cell as usize].push(sum));
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
        let classes = order.into_iter().map(|(size, class)| {
            let [begin, end] = ends[class as usize];
            (size, &own[begin as usize..end as usize])
        });
        Self::new(number, classes)
    }

    /// So many cells, made of these classes in their order: of each how many entities are of it, and the cells that it stands in.
    pub(super) fn new<'s>(cells: usize, classes: impl Iterator<Item = (u32, &'s [u32])>) -> Self {
        let (mut sizes, mut of_class) = (Vec::new(), Lists::default());
        for (size, holding) in classes {
            sizes.push(size);
            of_class.push(holding.iter().copied());
        }
        let by_class = (0_u32..).take(sizes.len());
        let turned = by_class.flat_map(|class| of_class.list(class).iter().map(move |&cell| (cell, class)));
        let of_cell = Lists::of(cells, turned);
        Self { sizes, of_class, of_cell }
    }

    /// How many cells there are.
    pub(super) fn number(&self) -> usize {
        self.of_cell.number()
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
    use super::{Cells, odd};

    proptest! {
        #[test]
        fn a_sum_is_made_of_the_classes_that_an_odd_number_of_its_cells_hold(
            told in told(),
            picks in prop::collection::vec(any::<Option<u16>>(), 10),
        ) {
            let (classes, cells) = parted(&told);
            let with = |cell: u32, picked: u16| (0..cell).filter(|before| picked >> before & 1 == 1).collect();
            let sums = (0..cells.number()).zip(&picks).filter_map(|(cell, picked)| Some((cell, with(cell, (*picked)?))));
            let sums: Vec<(u32, Vec<u32>)> = sums.collect();
            let found = Cells::of_sums(&cells, &sums);
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
