//! What is left to weigh of a table in which nobody stands twice, found once for its rows and narrowed to those that are told, round
//! after round.
//!
//! Of a sum of few of fewer rows is known what is known of one of more, and that it holds none of the others. Of a bundle of which a row
//! is not told it holds none either: the other rows share a large part of an earlier class with rows that stand in every sum of few
//! with them, in the end with the one that is not told, and what that holds of it is in no told row. The same goes for rows that hold
//! a large part of a class of which as much is in rows that are not told, however little each of these holds.
#![expect(
    clippy::indexing_slicing,
    reason = "rows, bundles and classes are numbered and every list here is made with their number"
)]

use std::cell::OnceCell;

use super::super::bundled::Bundled;
use super::super::cells::Cells;
use super::super::crowds::Crowds;
use super::super::left::{Sums, Terms};
use super::super::narrowed::narrowed;
use super::super::overlaps::Overlaps;
use super::columns::{self, Groups};
use super::small::Small;
use super::{Apart, NONE};
use crate::classes::{Lots, Made, OUTSIDE};

/// Rows that stand in every sum of few together.
pub(in super::super) struct Bundle {
    /// The last one is pointed at for all.
    pub(in super::super) rows: Vec<usize>,
    /// Its number among the earlier cells and rows that may be of a crowd.
    pub(in super::super) among: u32,
    /// Whether all classes of the last one are small.
    pub(in super::super) is_small: bool,
    /// Whether it is a sum of whole cells of one earlier table.
    pub(in super::super) is_sum: bool,
}

/// What is left of the rows of a table.
pub(in super::super) struct Whole<'l> {
    pub(super) lots: &'l Lots,
    minimum: u64,
    pub(in super::super) bundles: Vec<Bundle>,
    /// For each row, whether it is one of those that this was found for, and the bundle that it is part of.
    known: Vec<bool>,
    pub(super) bundle_of: Vec<u32>,
    /// Of these rows as in [`Apart`].
    pub(super) is_small: Vec<bool>,
    pub(super) without: Vec<u32>,
    pub(super) large: Vec<(u32, u32)>,
    left: Sums,
    /// Found out when first asked for, for all rounds.
    groups: OnceCell<Groups>,
    small: OnceCell<Small>,
}

/// What is left of the rows that are told.
pub(in super::super) struct Narrowed {
    /// For each bundle, whether no sum of few holds it.
    pub(in super::super) gone: Vec<bool>,
    /// For each class of earlier cells, how many are in none of the rows.
    pub(in super::super) without: Vec<u32>,
    /// Sums of earlier cells and of bundles, each of one and of others that stand in every sum of few with it.
    pub(in super::super) left: Sums,
}

impl<'l> Whole<'l> {
    /// What is left of these rows of so many, in the order in which they are weighed. `overlaps` are those of the table with each
    /// earlier one.
    pub(in super::super) fn of(
        lots: &'l Lots,
        rows: &[usize],
        of: usize,
        overlaps: &[Overlaps<'_>],
        minimum: u64,
    ) -> Self {
        let Apart { bundles, is_small, without, large } = Apart::of(lots, rows, of, minimum);
        let (mut known, mut bundle_of) = (vec![false; of], vec![NONE; of]);
        rows.iter().for_each(|row| known[*row] = true);
        let bundle = |(number, rows): (u32, Vec<usize>)| {
            rows.iter().for_each(|row| bundle_of[*row] = number);
            let last = rows.last().copied().unwrap_or_default();
            let (is_small, among) = (is_small[last], lots.before().cells() + last as u32);
            // What is a sum of some cells of one table needs no weighing: it adds nothing to what is told of them, and stands in the way
            // of nothing.
            let is_sum = overlaps.iter().any(|of| of.make_up(&rows));
            Bundle { rows, among, is_small, is_sum }
        };
        let bundles: Vec<Bundle> = (0..).zip(bundles).map(bundle).collect();
        let (left, groups, small) = Default::default();
        let mut whole =
            Self { lots, minimum, bundles, known, bundle_of, is_small, without, large, left, groups, small };
        if whole.bundles.iter().any(|bundle| !bundle.is_sum) {
            whole.left = whole.left();
        }
        whole
    }

    /// Whether it was found for all of these rows, and maybe others.
    pub(in super::super) fn knows(&self, rows: &[usize]) -> bool {
        rows.iter().all(|row| self.known[*row])
    }

    /// What is left where all these rows are told.
    pub(in super::super) fn all(&self) -> Narrowed {
        let gone = vec![false; self.bundles.len()];
        Narrowed { gone, without: self.without.clone(), left: self.left.clone() }
    }

    /// What is left where of these rows no others are told; none where that takes too long.
    pub(in super::super) fn narrowed(&self, is_told: &[bool]) -> Option<Narrowed> {
        let mut gone = vec![false; self.bundles.len()];
        let mut without = self.without.clone();
        let mut go = |row: u32| {
            let bundle = self.bundle_of.get(row as usize).and_then(|bundle| gone.get_mut(*bundle as usize));
            bundle.into_iter().for_each(|gone| *gone = true);
        };
        for row in (0..is_told.len()).filter(|row| self.known[*row] && !is_told[*row]) {
            go(row as u32);
            for (class, size) in self.lots.of_cell(row).filter(|(class, _)| *class != OUTSIDE) {
                let without = &mut without[class as usize];
                *without += size;
                if self.is_large(*without) {
                    go(self.large[class as usize].1);
                }
            }
        }
        let left = narrowed(&self.left, self.lots.before().cells(), &gone)?;
        Some(Narrowed { gone, without, left })
    }

    /// The classes that what is left is made of where these rows are told and so many of each class are in none of them.
    pub(in super::super) fn cells(&self, told: &[usize], without: &[u32], left: &Sums) -> Cells {
        let groups = self.groups.get_or_init(|| Groups::of(self.lots, &self.left));
        columns::cells(self, groups, told, without, left)
    }

    /// The crowds of earlier cells, and of rows behind these, likewise.
    pub(in super::super) fn crowds(&self, told: &[usize], without: &[u32]) -> Crowds {
        self.small.get_or_init(|| Small::of(self)).crowds(self, told, without)
    }

    /// Earlier cells beside the bundles of these rows.
    pub(in super::super) fn bundled(&self, rows: &[usize]) -> Bundled {
        let of_row = (0..).zip(rows).map(|(place, row)| (place, self.bundle_of[*row]));
        let of_row = of_row.filter(|(_, bundle)| *bundle != NONE);
        let (lots, bundles) = (self.lots, self.bundles.len());
        Bundled::of(lots.classes(rows.iter().copied()), lots.before().cells(), bundles, of_row)
    }

    pub(super) fn is_large(&self, size: u32) -> bool {
        u64::from(size) >= self.minimum
    }

    /// What is left by the large parts of each class of earlier cells: what of it is in none of the rows, or else in those of a bundle.
    fn left(&self) -> Sums {
        let before = self.lots.before();
        let earlier = before.cells();
        let number = earlier + self.bundles.len() as u32;
        // Rows that hold a large part beside one in no row are of no bundle.
        let bundle = |class: u32| {
            let (_, row) = self.large[class as usize];
            let bundle = *self.bundle_of.get(row as usize)?;
            self.bundles.get(bundle as usize).filter(|bundle| !bundle.is_sum).map(|_| earlier + bundle)
        };
        let large = |class: u32| {
            let (without, (part, _)) = (self.without[class as usize], self.large[class as usize]);
            if self.is_large(without) { without.max(part) } else { part }
        };
        // For each cell and bundle the largest of the classes that it holds: one for each is mostly all that tell something. What a cell
        // made holds all that was made of it.
        let mut largest = vec![(0, 0); number as usize];
        let mut within = vec![(0, 0); before.number()];
        for Made { class, outer, cell, .. } in before.made().rev() {
            let own = (large(class), class);
            let inside = own.max(within[class as usize]);
            let around = &mut within[outer as usize];
            *around = inside.max(*around);
            let known = &mut largest[cell as usize];
            *known = inside.max(*known);
            if let Some(bundle) = bundle(class) {
                let known = &mut largest[bundle as usize];
                *known = own.max(*known);
            }
        }
        let first = largest.iter().rev().filter(|(size, _)| *size > 0).map(|(_, class)| *class);
        let others = before.held().map(|(class, _)| class).filter(|class| large(*class) > 0);
        let terms = Terms { earlier, number, end: u32::MAX };
        let mut left = terms.left(first, others, |class, cells| {
            cells.extend(before.holding(class).chain(bundle(class)));
        });
        let is_weighed = |cell: u32| {
            let bundle = cell.checked_sub(earlier).and_then(|at| self.bundles.get(at as usize));
            bundle.is_none_or(|bundle| !bundle.is_sum)
        };
        left.retain(|(cell, _)| is_weighed(*cell));
        left
    }
}
