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
    row_sizes: Rc<Vec<u32>>,
    cells: &'a [EntitySet],
    cell_sizes: Vec<u32>,
    /// For each row, the earlier cells that share entities with it, in any order, and how many.
    of_row: Shared,
    /// For each earlier cell, the rows, likewise, rising.
    of_cell: Shared,
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
        let row_sizes = Rc::new(sizes(rows));
        let empty = |(told, cells_apart): (&'a Arc<Told>, bool)| Self {
            rows,
            row_sizes: row_sizes.clone(),
            cells: told.cells(),
            cell_sizes: sizes(told.cells()),
            of_row: Shared::default(),
            of_cell: Shared::default(),
            enough: vec![false; rows.len()],
            disjoint: [lots.are_apart(), cells_apart],
        };
        let mut each: Vec<Self> = past.told().iter().zip(past.apart()).map(empty).collect();
        // For each earlier cell, its table and its place in it.
        let places: Vec<(usize, u32)> = (0..)
            .zip(past.told())
            .flat_map(|(table, told)| (0..told.cells().len() as u32).map(move |at| (table, at)))
            .collect();
        let mut shared = vec![0_u32; places.len()];
        let mut within = vec![0_u32; past.classes().number()];
        let mut met = Vec::new();
        for row in 0..rows.len() {
            let mut share = |cell: u32, size: u32| {
                if shared[cell as usize] == 0 {
                    met.push(cell as usize);
                }
                shared[cell as usize] += size;
            };
            if lots.of_cell(row).count() < past.classes().number() / WAY {
                for (class, size) in lots.of_cell(row) {
                    past.classes().holding(class).for_each(|cell| share(cell, size));
                }
            } else {
                // All classes once are fewer than those on the ways of all lots: what a class has, the one that it was made of has, too.
                lots.of_cell(row).for_each(|(class, size)| within[class as usize] += size);
                for Made { class, outer, cell, .. } in past.classes().made().rev() {
                    let size = std::mem::take(&mut within[class as usize]);
                    if size > 0 {
                        share(cell, size);
                        within[outer as usize] += size;
                    }
                }
                within[OUTSIDE as usize] = 0;
            }
            for cell in met.drain(..) {
                let ((table, at), both) = (places[cell], std::mem::take(&mut shared[cell]));
                each[table].of_row.pairs.push((at, both));
            }
            each.iter_mut().for_each(|of| of.of_row.end());
        }
        each.iter_mut().for_each(|of| of.of_cell = of.of_row.turned(of.cells.len()));
        each
    }

    /// The sizes and the entities of one of the tables.
    fn table(&self, of: Of) -> (&[u32], &[EntitySet]) {
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
                pointed[row] = self.isolates(one, self.of_row.list(row), Of::Cells, minimum).is_some();
                self.enough[row] = !pointed[row];
            }
        }
        let mut left = Vec::new();
        for at in 0..self.cells.len() {
            left.clear();
            let is_told = |row: u32| !hidden[row as usize] && !pointed[row as usize];
            left.extend(self.of_cell.list(at).iter().copied().filter(|(row, _)| is_told(*row)));
            let one = (self.cell_sizes[at], &self.cells[at]);
            while let Some(parts) = self.isolates(one, &left, Of::Rows, minimum) {
                let smallest = parts.into_iter().min_by_key(|&row| (self.row_sizes[row as usize], row));
                let Some(smallest) = smallest else { break };
                pointed[smallest as usize] = true;
                left.retain(|(row, _)| *row != smallest);
            }
        }
    }

    /// Whether the entities of these rows are those of some of the cells. Asked where nobody stands in two rows, nor in two cells: it is not
    /// looked for otherwise.
    pub(super) fn make_up(&self, rows: &[usize]) -> bool {
        if self.disjoint != [true, true] {
            return false;
        }
        let all: u64 = rows.iter().map(|&row| u64::from(self.row_sizes[row])).sum();
        let mut held = Vec::new();
        for &row in rows {
            let shared = self.of_row.list(row);
            let is_beyond = |(at, _): &(u32, u32)| u64::from(self.cell_sizes[*at as usize]) > all;
            if shared.iter().any(is_beyond)
                || shared.iter().map(|(_, shared)| shared).sum::<u32>() != self.row_sizes[row]
            {
                return false;
            }
            held.extend_from_slice(shared);
        }
        held.sort_unstable();
        let inside = |of: &[(u32, u32)]| {
            of.iter().map(|(_, shared)| shared).sum::<u32>() == self.cell_sizes[of[0].0 as usize]
        };
        held.chunk_by(|one, next| one.0 == next.0).all(inside)
    }

    /// The parts whose sum, set against the whole `one`, leaves too few: none, if no sum that is tried does.
    fn isolates(
        &self,
        one: (u32, &EntitySet),
        overlaps: &[(u32, u32)],
        parts: Of,
        minimum: u64,
    ) -> Option<Vec<u32>> {
        let sizes = self.table(parts).0;
        let single = overlaps.iter().find(|(at, shared)| {
            // What two cells have in common leaves the rest of either.
            points([one.0 - shared, sizes[*at as usize] - shared].map(u64::from), minimum)
        });
        if let Some((at, _)) = single {
            return Some(vec![*at]);
        }
        let sums: [fn(u32, u32) -> bool; 3] = [
            // Inside the whole, mostly inside it, touching it.
            |shared, size| shared == size,
            |shared, size| shared > size - shared,
            |_, _| true,
        ];
        let sum = |keep: fn(u32, u32) -> bool| {
            overlaps.iter().filter(move |(at, shared)| keep(*shared, sizes[*at as usize]))
        };
        let found = sums.into_iter().find(|keep| self.sum_points(one, sum(*keep), parts, minimum));
        found.map(|keep| sum(keep).map(|(at, _)| *at).collect())
    }

    /// Whether a sum of several parts leaves too few of the whole and beyond it.
    fn sum_points<'s>(
        &self,
        (size, whole): (u32, &EntitySet),
        sum: impl Iterator<Item = &'s (u32, u32)> + Clone,
        parts: Of,
        minimum: u64,
    ) -> bool {
        let (sizes, sets) = self.table(parts);
        let size_of = |at: &u32| u64::from(sizes[*at as usize]);
        let (several, shared, all) = sum.clone().fold((0, 0, 0), |(several, shared, all), (at, both)| {
            (several + 1, shared + u64::from(*both), all + size_of(at))
        });
        if several < 2 {
            return false;
        }
        let size = u64::from(size);
        if self.disjoint[parts as usize] {
            return points([size - shared, all - shared], minimum);
        }
        // However the parts overlap, they leave no fewer than this, which is mostly enough to know.
        let beyond = |(at, both): &(u32, u32)| size_of(at) - u64::from(*both) >= minimum;
        if size.saturating_sub(shared) >= minimum || sum.clone().any(beyond) {
            return false;
        }
        let union = EntitySet::union(sum.map(|(at, _)| &sets[*at as usize]));
        points([whole.without(&union), union.without(whole)], minimum)
    }
}

/// Whether two sets of entities differ by few on either side and are not the same: their difference speaks of those few.
fn points([left, beyond]: [u64; 2], minimum: u64) -> bool {
    (left > 0 || beyond > 0) && left < minimum && beyond < minimum
}

fn sizes(of: &[EntitySet]) -> Vec<u32> {
    of.iter().map(|set| u32::try_from(set.len()).unwrap_or(u32::MAX)).collect()
}

/// For each cell of one table the cells of another that share entities with it, with how many: one list behind the other.
struct Shared {
    ends: Vec<u32>,
    pairs: Vec<(u32, u32)>,
}

impl Default for Shared {
    fn default() -> Self {
        Self { ends: vec![0], pairs: Vec::new() }
    }
}

impl Shared {
    fn list(&self, at: usize) -> &[(u32, u32)] {
        &self.pairs[self.ends[at] as usize..self.ends[at + 1] as usize]
    }

    /// Ends the list of a cell.
    fn end(&mut self) {
        self.ends.push(self.pairs.len() as u32);
    }

    /// For each of so many cells of the other table those of this one.
    fn turned(&self, cells: usize) -> Self {
        let mut ends = vec![0_u32; cells + 1];
        self.pairs.iter().for_each(|(cell, _)| ends[*cell as usize + 1] += 1);
        (0..cells).for_each(|cell| ends[cell + 1] += ends[cell]);
        let (mut next, mut pairs) = (ends.clone(), vec![(0, 0); self.pairs.len()]);
        for at in 0..self.ends.len() - 1 {
            for (cell, both) in self.list(at) {
                let place = &mut next[*cell as usize];
                pairs[*place as usize] = (at as u32, *both);
                *place += 1;
            }
        }
        Self { ends, pairs }
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
    fn shared(some: &Table, others: &Table) -> Vec<Vec<(u32, u32)>> {
        let with = |one: &BTreeSet<u32>| {
            let both = (0..).zip(others.iter().map(|other| one.intersection(other).count() as u32));
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
                let lists = |of: &super::Shared, cells: usize| -> Vec<Vec<(u32, u32)>> {
                    let sorted = |mut list: Vec<(u32, u32)>| {
                        list.sort_unstable();
                        list
                    };
                    (0..cells).map(|at| sorted(of.list(at).to_vec())).collect()
                };
                prop_assert!((0..told.len()).all(|cell| of.of_cell.list(cell).is_sorted()));
                prop_assert_eq!(lists(&of.of_row, rows.len()), shared(&rows, told));
                prop_assert_eq!(lists(&of.of_cell, told.len()), shared(told, &rows));
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
