//! Classes of which earlier cells and rows hold small parts alone, where nobody stands in two rows: what crowds are made of, without
//! parting entities by the rows.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and classes are numbered and every list here is made with their number"
)]

use super::super::crowds::Crowds;
use super::NONE;
use super::whole::Whole;
use crate::classes::{Classes, Made, OUTSIDE};

/// Earlier cells that may be made of small classes alone where some rows are told.
pub(super) struct Small {
    /// For each earlier cell, whether it may.
    cells: Vec<bool>,
    /// The classes that stand in such cells.
    classes: Vec<u32>,
    /// For each class, the first on its way to those that it was made of that such a cell made, itself included.
    nearest: Vec<u32>,
}

impl Small {
    /// Those that are where all rows are told: of fewer rows more is in none.
    pub(super) fn of(whole: &Whole<'_>) -> Self {
        let before = whole.lots.before();
        let mut cells = vec![true; before.cells() as usize];
        // A cell that made a class of which anything large was made holds that.
        let mut has_large = vec![false; before.number()];
        for Made { class, outer, cell, .. } in before.made().rev() {
            let at = class as usize;
            if has_large[at] || whole.large[at].1 != NONE || whole.is_large(whole.without[at]) {
                has_large[outer as usize] = true;
                cells[cell as usize] = false;
            }
        }
        let (mut classes, mut nearest) = (Vec::new(), vec![OUTSIDE; before.number()]);
        if cells.contains(&true) {
            for Made { class, outer, cell, .. } in before.made() {
                let of = if cells[cell as usize] { class } else { nearest[outer as usize] };
                nearest[class as usize] = of;
                if of != OUTSIDE {
                    classes.push(class);
                }
            }
        }
        Self { cells, classes, nearest }
    }

    /// The crowds of earlier cells, and of rows behind these, where these rows are told and so many of each class are in none of them.
    pub(super) fn crowds(&self, whole: &Whole<'_>, told: &[usize], without: &[u32]) -> Crowds {
        let before = whole.lots.before();
        let cells = self.cells.iter().chain(&whole.is_small).map(|small| small.then(Vec::new));
        let mut small: Vec<Option<Vec<u32>>> = cells.collect();
        for &class in self.classes.iter().filter(|class| whole.is_large(without[**class as usize])) {
            self.holding(before, class).for_each(|cell| small[cell as usize] = None);
        }
        let mut number = 0;
        let mut part = |class: u32, row: Option<u32>| {
            for cell in self.holding(before, class).chain(row) {
                small[cell as usize].iter_mut().for_each(|made_of| made_of.push(number));
            }
            number += 1;
        };
        let held = self.classes.iter().filter(|class| without[**class as usize] > 0);
        held.for_each(|class| part(*class, None));
        for &row in told {
            let is_small = whole.is_small[row];
            let parts = whole.lots.of_cell(row).map(|(class, _)| class);
            let parts = parts.filter(|class| is_small || self.nearest[*class as usize] != OUTSIDE);
            parts.for_each(|class| part(class, Some(before.cells() + row as u32)));
        }
        Crowds::of(small, number as usize)
    }

    /// Those of these cells that hold a class.
    fn holding(&self, before: &Classes, class: u32) -> impl Iterator<Item = u32> {
        let nearest = |class: u32| Some(self.nearest[class as usize]).filter(|class| *class != OUTSIDE);
        let made = std::iter::successors(nearest(class), move |class| nearest(before.origin(*class).0));
        made.map(|class| before.origin(class).1)
    }
}
