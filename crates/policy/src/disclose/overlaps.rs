//! What a new table and earlier ones have in common, cell by cell, and which of its rows leave too few when set against those.
#![expect(
    clippy::indexing_slicing,
    reason = "cells are numbered by their place in their table and every list here is as long as its table"
)]

use std::rc::Rc;
use std::sync::Arc;

use crate::classes::{Lots, Made, OUTSIDE};
use crate::entities::EntitySet;
use crate::history::{Past, Told};

/// About how many classes are gone through one after the other while one is followed to those that it was made of.
const WAY: usize = 10;

/// What a new table and an earlier one have in common, cell by cell.
pub(super) struct Overlaps<'a> {
    rows: &'a [EntitySet],
    row_sizes: Rc<Vec<u64>>,
    cells: &'a [EntitySet],
    cell_sizes: Vec<u64>,
    /// For each row, the earlier cells that share entities with it, and how many.
    of_row: Vec<Vec<(usize, u64)>>,
    /// For each earlier cell, the rows, likewise.
    of_cell: Vec<Vec<(usize, u64)>>,
    /// Rows that were found to leave enough when set against the cells, which depends on nothing else.
    enough: Vec<bool>,
    /// Whether nobody stands in two rows, and whether nobody does in two of the cells, so that sizes add up.
    disjoint: [bool; 2],
}

/// Which of the two tables the parts of a sum are of.
#[derive(Clone, Copy)]
enum Of {
    Rows = 0,
    Cells = 1,
}

impl<'a> Overlaps<'a> {
    /// With each earlier table. Read off the lots of the rows among the classes into which all cells of these part entities: a lot stands
    /// for many.
    pub(super) fn of_each(rows: &'a [EntitySet], past: &'a Past, lots: &Lots) -> Vec<Self> {
        let row_sizes: Rc<Vec<u64>> = Rc::new(rows.iter().map(EntitySet::len).collect());
        let empty = |(told, cells_apart): (&'a Arc<Told>, bool)| Self {
            rows,
            row_sizes: row_sizes.clone(),
            cells: told.cells(),
            cell_sizes: told.cells().iter().map(EntitySet::len).collect(),
            of_row: vec![Vec::new(); rows.len()],
            of_cell: vec![Vec::new(); told.cells().len()],
            enough: vec![false; rows.len()],
            disjoint: [lots.are_apart(), cells_apart],
        };
        let mut each: Vec<Self> = past.told().iter().zip(past.apart()).map(empty).collect();
        // For each earlier cell, its table and its place in it.
        let places: Vec<(usize, usize)> = (0..)
            .zip(past.told())
            .flat_map(|(table, told)| (0..told.cells().len()).map(move |at| (table, at)))
            .collect();
        let mut shared = vec![0_u64; places.len()];
        let mut within = vec![0_u64; past.classes().number()];
        for row in 0..rows.len() {
            let mut met = Vec::new();
            let mut share = |cell: u32, size: u64| {
                if shared[cell as usize] == 0 {
                    met.push(cell as usize);
                }
                shared[cell as usize] += size;
            };
            if lots.of_cell(row).count() < past.classes().number() / WAY {
                for (class, size) in lots.of_cell(row) {
                    past.classes().holding(class).for_each(|cell| share(cell, u64::from(size)));
                }
            } else {
                // All classes once are fewer than those on the ways of all lots: what a class has, the one that it was made of has, too.
                lots.of_cell(row).for_each(|(class, size)| within[class as usize] += u64::from(size));
                for Made { class, outer, cell, .. } in past.classes().made().rev() {
                    let size = std::mem::take(&mut within[class as usize]);
                    if size > 0 {
                        share(cell, size);
                        within[outer as usize] += size;
                    }
                }
                within[OUTSIDE as usize] = 0;
            }
            met.sort_unstable();
            for cell in met {
                let ((table, at), both) = (places[cell], std::mem::take(&mut shared[cell]));
                each[table].of_row[row].push((at, both));
                each[table].of_cell[at].push((row, both));
            }
        }
        each
    }

    /// The sizes and the entities of one of the tables.
    fn table(&self, of: Of) -> (&[u64], &[EntitySet]) {
        match of {
            Of::Rows => (&self.row_sizes, self.rows),
            Of::Cells => (&self.cell_sizes, self.cells),
        }
    }

    /// Points at the rows that, told as `hidden` leaves them, would isolate too few.
    pub(super) fn point(&mut self, hidden: &[bool], minimum: u64, pointed: &mut [bool]) {
        for row in (0..hidden.len()).filter(|&row| !hidden[row]) {
            let one = (self.row_sizes[row], &self.rows[row]);
            if !pointed[row] && !self.enough[row] {
                pointed[row] = self.isolates(one, &self.of_row[row], Of::Cells, minimum).is_some();
                self.enough[row] = !pointed[row];
            }
        }
        let sizes = (self.row_sizes.as_slice(), self.cell_sizes.as_slice());
        for (at, touched) in self.of_cell.iter().enumerate() {
            loop {
                let left: Vec<(usize, u64)> =
                    touched.iter().copied().filter(|(row, _)| !hidden[*row] && !pointed[*row]).collect();
                let one = (sizes.1[at], &self.cells[at]);
                let Some(parts) = self.isolates(one, &left, Of::Rows, minimum) else {
                    break;
                };
                let smallest = parts.into_iter().min_by_key(|&row| (sizes.0[row], row));
                let Some(row) = smallest else { break };
                pointed[row] = true;
            }
        }
    }

    /// Whether the entities of these rows are those of some of the cells. Asked where nobody stands in two rows, nor in two cells: it is not
    /// looked for otherwise.
    pub(super) fn make_up(&self, rows: &[usize]) -> bool {
        if self.disjoint != [true, true] {
            return false;
        }
        let all: u64 = rows.iter().map(|&row| self.row_sizes[row]).sum();
        let mut held = Vec::new();
        for &row in rows {
            let shared = self.of_row[row].iter().map(|(_, shared)| shared);
            let is_beyond = |(at, _): &(usize, u64)| self.cell_sizes[*at] > all;
            if self.of_row[row].iter().any(is_beyond) || shared.sum::<u64>() != self.row_sizes[row] {
                return false;
            }
            held.extend_from_slice(&self.of_row[row]);
        }
        held.sort_unstable();
        let inside = |of: &[(usize, u64)]| {
            of.iter().map(|(_, shared)| shared).sum::<u64>() == self.cell_sizes[of[0].0]
        };
        held.chunk_by(|one, next| one.0 == next.0).all(inside)
    }

    /// The parts whose sum, set against the whole `one`, leaves too few: none, if no sum that is tried does.
    fn isolates(
        &self,
        one: (u64, &EntitySet),
        overlaps: &[(usize, u64)],
        parts: Of,
        minimum: u64,
    ) -> Option<Vec<usize>> {
        let places = |sum: &[(usize, u64)]| sum.iter().map(|&(at, _)| at).collect();
        let singles = overlaps.iter().map(std::slice::from_ref);
        if let Some(single) = singles.into_iter().find(|single| self.points(one, single, parts, minimum)) {
            return Some(places(single));
        }
        let sizes = self.table(parts).0;
        let sum = |keep: fn(u64, u64) -> bool| {
            overlaps.iter().copied().filter(|&(at, shared)| keep(shared, sizes[at])).collect::<Vec<_>>()
        };
        let inside = || sum(|shared, size| shared == size);
        let mostly = || sum(|shared, size| shared > size - shared);
        let touching = || overlaps.to_vec();
        let sums: [&dyn Fn() -> Vec<(usize, u64)>; 3] = [&inside, &mostly, &touching];
        let mut sums = sums.iter().map(|sum| sum()).filter(|sum| sum.len() > 1);
        sums.find(|sum| self.points(one, sum, parts, minimum)).map(|sum| places(&sum))
    }

    fn points(
        &self,
        (size, whole): (u64, &EntitySet),
        sum: &[(usize, u64)],
        parts: Of,
        minimum: u64,
    ) -> bool {
        let (sizes, sets) = self.table(parts);
        let shared: u64 = sum.iter().map(|(_, shared)| shared).sum();
        let (left, beyond) = match sum {
            _ if self.disjoint[parts as usize] => {
                (size - shared, sum.iter().map(|&(at, _)| sizes[at]).sum::<u64>() - shared)
            }
            [(at, shared)] => (size - shared, sizes[*at] - shared),
            // However the parts overlap, they leave no fewer than this, which is mostly enough to know.
            _ if size.saturating_sub(shared) >= minimum => return false,
            _ if sum.iter().any(|&(at, shared)| sizes[at] - shared >= minimum) => return false,
            several => {
                let union = EntitySet::union(several.iter().map(|&(at, _)| &sets[at]));
                (whole.without(&union), union.without(whole))
            }
        };
        // The two differ by few on either side and are not the same: their difference speaks of those few.
        (left > 0 || beyond > 0) && left < minimum && beyond < minimum
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Lots, Overlaps};
    use crate::entities::EntitySet;
    use crate::history::{Past, Told};

    type Table = Vec<BTreeSet<u32>>;

    fn sets(table: &Table) -> Vec<EntitySet> {
        table.iter().map(|cell| cell.iter().copied().collect()).collect()
    }

    /// For each of some cells, those of others that share entities with it, and how many.
    fn shared(some: &Table, others: &Table) -> Vec<Vec<(usize, u64)>> {
        let with = |one: &BTreeSet<u32>| {
            let both = others.iter().map(|other| one.intersection(other).count() as u64).enumerate();
            both.filter(|(_, both)| *both > 0).collect()
        };
        some.iter().map(with).collect()
    }

    fn is_disjoint(table: &Table) -> bool {
        table.iter().flatten().collect::<BTreeSet<_>>().len()
            == table.iter().map(BTreeSet::len).sum::<usize>()
    }

    fn table() -> impl Strategy<Value = Table> {
        let cell = prop::collection::btree_set(0_u32..60, 0..25);
        let any = prop::collection::vec(cell, 0..6);
        // Tables without totals, too, in which each stands once.
        let parted = (1_usize..6, prop::collection::btree_set(0_u32..60, 0..50)).prop_map(|(cells, of)| {
            let mut table = vec![BTreeSet::new(); cells];
            of.into_iter().for_each(|entity| {
                table[(entity as usize * 7 + entity as usize / 5) % cells].insert(entity);
            });
            table
        });
        prop_oneof![any, parted]
    }

    proptest! {
        #[test]
        fn classes_tell_what_the_sets_have_in_common(rows in table(), told in prop::collection::vec(table(), 0..5)) {
            let past: Past = told.iter().map(|table| Told::from(sets(table))).collect();
            let (rows_of, each) = (sets(&rows), told.len());
            let overlaps = Overlaps::of_each(&rows_of, &past, &Lots::of(past.classes(), &rows_of));
            prop_assert_eq!(overlaps.len(), each);
            for (of, told) in overlaps.iter().zip(&told) {
                prop_assert_eq!(&of.of_row, &shared(&rows, told));
                prop_assert_eq!(&of.of_cell, &shared(told, &rows));
                prop_assert_eq!(of.disjoint, [is_disjoint(&rows), is_disjoint(told)]);
                for picked in 0..1_usize << rows.len() {
                    let picked: Vec<usize> = (0..rows.len()).filter(|row| picked >> row & 1 == 1).collect();
                    let all: BTreeSet<u32> = picked.iter().flat_map(|row| rows[*row].iter().copied()).collect();
                    let inside = told.iter().filter(|cell| cell.is_subset(&all)).flatten().copied();
                    let is_sum = inside.collect::<BTreeSet<u32>>() == all;
                    prop_assert_eq!(of.make_up(&picked), of.disjoint == [true, true] && is_sum);
                }
            }
        }
    }
}
