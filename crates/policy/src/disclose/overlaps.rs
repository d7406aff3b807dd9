//! What a new table and earlier ones have in common, cell by cell, and which of its rows leave too few when set against those.
#![expect(
    clippy::indexing_slicing,
    reason = "cells are numbered by their place in their table and every list here is as long as its table"
)]

use crate::entities::EntitySet;
use crate::history::Told;

/// A table by its entities: which rows each stands in.
pub(super) struct Table<'a> {
    rows: &'a [EntitySet],
    sizes: Vec<u64>,
    /// The rows of entity `e` are `places[starts[e]..starts[e + 1]]`.
    starts: Vec<u32>,
    places: Vec<u32>,
    /// Whether no entity stands in two rows, so that sizes add up.
    disjoint: bool,
}

impl<'a> Table<'a> {
    pub(super) fn of(rows: &'a [EntitySet]) -> Self {
        let entities =
            rows.iter().filter_map(|row| row.iter().last()).max().map_or(0, |last| last as usize + 1);
        let mut starts = vec![0_u32; entities + 1];
        rows.iter().flat_map(EntitySet::iter).for_each(|entity| starts[entity as usize + 1] += 1);
        let disjoint = starts.iter().all(|&count| count <= 1);
        (0..entities).for_each(|entity| starts[entity + 1] += starts[entity]);
        let mut next = starts.clone();
        let mut places = vec![0; starts[entities] as usize];
        for (row, place) in rows.iter().zip(0_u32..) {
            for entity in row.iter() {
                places[next[entity as usize] as usize] = place;
                next[entity as usize] += 1;
            }
        }
        Self { rows, sizes: rows.iter().map(EntitySet::len).collect(), starts, places, disjoint }
    }

    fn rows_of(&self, entity: u32) -> &[u32] {
        let at = entity as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(&from), Some(&to)) => &self.places[from as usize..to as usize],
            _ => &[],
        }
    }
}

/// What a new table and an earlier one have in common, cell by cell.
pub(super) struct Overlaps<'a> {
    table: &'a Table<'a>,
    cells: &'a [EntitySet],
    cell_sizes: Vec<u64>,
    /// For each row, the earlier cells that share entities with it, and how many.
    of_row: Vec<Vec<(usize, u64)>>,
    /// For each earlier cell, the rows, likewise.
    of_cell: Vec<Vec<(usize, u64)>>,
    disjoint: bool,
}

impl<'a> Overlaps<'a> {
    pub(super) fn of(table: &'a Table<'a>, told: &'a Told) -> Self {
        let cells = told.cells();
        let mut of_row = vec![Vec::new(); table.rows.len()];
        let mut of_cell = vec![Vec::new(); cells.len()];
        let mut shared = vec![0_u64; table.rows.len()];
        for (at, cell) in cells.iter().enumerate() {
            let mut met = Vec::new();
            for entity in cell.iter() {
                for &row in table.rows_of(entity) {
                    let row = row as usize;
                    if shared[row] == 0 {
                        met.push(row);
                    }
                    shared[row] += 1;
                }
            }
            for row in met {
                of_row[row].push((at, shared[row]));
                of_cell[at].push((row, shared[row]));
                shared[row] = 0;
            }
        }
        let mut all = EntitySet::default();
        cells.iter().for_each(|cell| all.add(cell));
        let cell_sizes: Vec<u64> = cells.iter().map(EntitySet::len).collect();
        let disjoint = table.disjoint && cell_sizes.iter().sum::<u64>() == all.len();
        Self { table, cells, cell_sizes, of_row, of_cell, disjoint }
    }

    /// Points at the rows that, told as `hidden` leaves them, would isolate too few.
    pub(super) fn point(&self, hidden: &[bool], minimum: u64, pointed: &mut [bool]) {
        let sizes = (&self.table.sizes, &self.cell_sizes);
        for row in 0..hidden.len() {
            let one = (sizes.0[row], &self.table.rows[row]);
            let told = !hidden[row] && !pointed[row];
            if told && self.isolates(one, &self.of_row[row], (sizes.1, self.cells), minimum).is_some() {
                pointed[row] = true;
            }
        }
        for (at, touched) in self.of_cell.iter().enumerate() {
            loop {
                let left: Vec<(usize, u64)> =
                    touched.iter().copied().filter(|(row, _)| !hidden[*row] && !pointed[*row]).collect();
                let one = (sizes.1[at], &self.cells[at]);
                let Some(parts) = self.isolates(one, &left, (sizes.0, self.table.rows), minimum) else {
                    break;
                };
                let smallest = parts.into_iter().min_by_key(|&row| (sizes.0[row], row));
                let Some(row) = smallest else { break };
                pointed[row] = true;
            }
        }
    }

    /// The parts whose sum, set against the whole `one`, leaves too few: none, if no sum that is tried does.
    fn isolates(
        &self,
        one: (u64, &EntitySet),
        overlaps: &[(usize, u64)],
        parts: (&[u64], &[EntitySet]),
        minimum: u64,
    ) -> Option<Vec<usize>> {
        let places = |sum: &[(usize, u64)]| sum.iter().map(|&(at, _)| at).collect();
        let singles = overlaps.iter().map(std::slice::from_ref);
        if let Some(single) = singles.into_iter().find(|single| self.points(one, single, parts, minimum)) {
            return Some(places(single));
        }
        let sum = |keep: fn(u64, u64) -> bool| {
            overlaps.iter().copied().filter(|&(at, shared)| keep(shared, parts.0[at])).collect::<Vec<_>>()
        };
        let inside = sum(|shared, size| shared == size);
        let mostly = sum(|shared, size| shared > size - shared);
        let touching = sum(|_, _| true);
        let sums = [inside, mostly, touching];
        sums.iter()
            .filter(|sum| sum.len() > 1)
            .find(|sum| self.points(one, sum, parts, minimum))
            .map(|sum| places(sum))
    }

    fn points(
        &self,
        (size, whole): (u64, &EntitySet),
        sum: &[(usize, u64)],
        (sizes, sets): (&[u64], &[EntitySet]),
        minimum: u64,
    ) -> bool {
        let (left, beyond) = match sum {
            _ if self.disjoint => {
                let shared: u64 = sum.iter().map(|(_, shared)| shared).sum();
                (size - shared, sum.iter().map(|&(at, _)| sizes[at]).sum::<u64>() - shared)
            }
            [(at, shared)] => (size - shared, sizes[*at] - shared),
            several => {
                let mut union = EntitySet::default();
                several.iter().for_each(|&(at, _)| union.add(&sets[at]));
                (whole.without(&union), union.without(whole))
            }
        };
        // The two differ by few on either side and are not the same: their difference speaks of those few.
        (left > 0 || beyond > 0) && left < minimum && beyond < minimum
    }
}
