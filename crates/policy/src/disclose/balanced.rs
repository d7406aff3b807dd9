//! Cells that move together in a table of three or four dimensions that is too sparse for blocks: found by balancing one line
//! after another, the lines that are off by turns, until none is.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and lines are numbered by the lattice and every list is made with their number"
)]

use std::collections::{BTreeMap, HashMap};

use super::lattice::{Dimensions, Lattice};
use super::pattern::{Direction, Moves, Pattern};

/// Cells that a balanced set may hold, and cells tried before a search for one is given up.
const BALANCED_MAX: usize = 32;
const TRIES_MAX: usize = 4_000;

/// A set of cells that moves with `cell` and leaves every line of a table as it was. Each cell moves once, by as much as
/// `cell`; one that falls can fall by `least` or more.
pub(super) fn balanced(
    lattice: &Lattice,
    table: Dimensions,
    pattern: &Pattern<'_>,
    cell: usize,
    direction: Direction,
    least: u64,
) -> Option<Moves> {
    let inside = (0..lattice.dimensions).filter(|d| table >> d & 1 == 1).collect();
    let (moved, off) = (HashMap::new(), BTreeMap::new());
    let mut search = Search { lattice, inside, pattern, least, moved, off, tries: 0 };
    search.put(cell, direction);
    search.balance().then(|| {
        let mut set: Moves = search.moved.into_iter().filter(|(node, _)| *node != cell).collect();
        set.sort_unstable_by_key(|(node, _)| *node);
        set
    })
}

struct Search<'a> {
    lattice: &'a Lattice,
    /// The dimensions of the table.
    inside: Vec<usize>,
    pattern: &'a Pattern<'a>,
    least: u64,
    moved: HashMap<usize, Direction>,
    /// Lines that don't add up, and by how much.
    off: BTreeMap<usize, i32>,
    tries: usize,
}

impl Search<'_> {
    fn balance(&mut self) -> bool {
        let Some((&line, &by)) = self.off.iter().next() else { return true };
        if self.moved.len() >= BALANCED_MAX {
            return false;
        }
        let mut options = self.options(line, by);
        options.sort_unstable();
        for (_, _, node, way) in options {
            self.tries += 1;
            if self.tries > TRIES_MAX {
                return false;
            }
            self.put(node, way);
            if self.balance() {
                return true;
            }
            self.take(node, way);
        }
        false
    }

    /// The cells that could balance a line: those that mend other lines besides first, then the cheapest.
    fn options(&self, line: usize, by: i32) -> Vec<(i32, u64, usize, Direction)> {
        let lattice = self.lattice;
        let held = &lattice.lines[line];
        let mut options = Vec::new();
        for &node in held.parts.iter().chain([&held.total]) {
            if self.moved.contains_key(&node) {
                continue;
            }
            let Some(cost) = self.pattern.cost(node) else { continue };
            let rises = (by < 0) == (node != held.total);
            let way = if rises { Direction::Up } else { Direction::Down };
            if !self.pattern.goes(node, way, self.least) {
                continue;
            }
            let worse: i32 = self
                .pulls(node, way)
                .map(|(line, pull)| {
                    let now = self.off.get(&line).copied().unwrap_or(0);
                    (now + pull).abs() - now.abs()
                })
                .sum();
            options.push((worse, cost, node, way));
        }
        options
    }

    /// The lines that a moving cell pulls, and which way.
    fn pulls(&self, node: usize, way: Direction) -> impl Iterator<Item = (usize, i32)> + use<'_> {
        let up = if way == Direction::Up { 1 } else { -1 };
        self.inside.iter().map(move |&dimension| {
            let line = self.lattice.line(node, dimension);
            (line, if self.lattice.lines[line].total == node { -up } else { up })
        })
    }

    fn put(&mut self, node: usize, way: Direction) {
        self.moved.insert(node, way);
        self.shift(node, way);
    }

    fn take(&mut self, node: usize, way: Direction) {
        self.moved.remove(&node);
        self.shift(node, way.turned());
    }

    fn shift(&mut self, node: usize, way: Direction) {
        let pulls: Vec<(usize, i32)> = self.pulls(node, way).collect();
        for (line, pull) in pulls {
            let off = self.off.entry(line).or_insert(0);
            *off += pull;
            if *off == 0 {
                self.off.remove(&line);
            }
        }
    }
}
