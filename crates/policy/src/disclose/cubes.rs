//! Tables of three and four dimensions. The corners of a block, two keys in each dimension, can move up and down by
//! turns without moving any total; where the table is too sparse for blocks, cells are balanced line by line.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and lines are numbered by the lattice and every list is made with their number"
)]

use std::collections::{BTreeMap, HashMap};

use super::lattice::{Dimensions, Lattice};
use super::pattern::{Direction, Pattern};

/// Blocks looked at for all of a table, beyond which the first that fits is taken in place of the cheapest.
const LOOKS_MAX: usize = 6_000_000;
/// Cells that a balanced set may hold, and cells tried before a search for one is given up.
const BALANCED_MAX: usize = 32;
const TRIES_MAX: usize = 4_000;

/// Searches a table of three or more dimensions with its margins.
pub(super) struct Blocks<'l> {
    lattice: &'l Lattice,
    /// The dimensions of the table.
    inside: Vec<usize>,
    cells: Vec<usize>,
    looks: usize,
}

impl<'l> Blocks<'l> {
    pub(super) fn of(lattice: &'l Lattice, dimensions: Dimensions) -> Self {
        let inside = (0..lattice.dimensions).filter(|d| dimensions >> d & 1 == 1).collect();
        let cells = (0..lattice.nodes.len()).filter(|&n| lattice.keyed(n) & !dimensions == 0).collect();
        Self { lattice, inside, cells, looks: 0 }
    }

    /// The other corners of the cheapest block with `cell` at one corner, each with its direction.
    /// A cell that falls can fall by `least` or more.
    pub(super) fn block(
        &mut self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        least: u64,
        free: bool,
    ) -> Option<Vec<(usize, Direction)>> {
        let mut best: Option<(u64, usize)> = None;
        for &opposite in &self.cells {
            if free && !pattern.hidden(opposite) {
                continue;
            }
            self.looks += 1;
            let limit = if free { 1 } else { best.map_or(u64::MAX, |(cost, _)| cost) };
            if let Some(cost) = self.cost(pattern, cell, opposite, direction, least, limit) {
                best = Some((cost, opposite));
                if cost == 0 || self.looks > LOOKS_MAX {
                    break;
                }
            }
        }
        let (_, opposite) = best?;
        let corners = 1..1_usize << self.inside.len();
        corners.map(|corner| self.corner(cell, opposite, corner, direction)).collect()
    }

    /// What the block costs where it fits and costs less than `limit`.
    fn cost(
        &self,
        pattern: &Pattern<'_>,
        cell: usize,
        opposite: usize,
        direction: Direction,
        least: u64,
        limit: u64,
    ) -> Option<u64> {
        let (one, other) = (&self.lattice.nodes[cell], &self.lattice.nodes[opposite]);
        if self.inside.iter().any(|&dimension| one[dimension] == other[dimension]) {
            return None;
        }
        let mut total = 0_u64;
        for corner in 1..1_usize << self.inside.len() {
            let (node, way) = self.corner(cell, opposite, corner, direction)?;
            total = total.saturating_add(pattern.cost(node)?);
            if total >= limit || (way == Direction::Down && pattern.room(node) < least) {
                return None;
            }
        }
        Some(total)
    }

    /// A corner of the block, with the dimensions in which it has the opposite's key as bits. Between two keys figures
    /// move against each other; between a key and all keys together they move alike.
    fn corner(
        &self,
        cell: usize,
        opposite: usize,
        corner: usize,
        direction: Direction,
    ) -> Option<(usize, Direction)> {
        let mut codes = self.lattice.nodes[cell];
        let mut way = direction;
        for (bit, &dimension) in self.inside.iter().enumerate() {
            if corner >> bit & 1 == 1 {
                let other = self.lattice.nodes[opposite][dimension];
                if codes[dimension] > 0 && other > 0 {
                    way = way.turned();
                }
                codes[dimension] = other;
            }
        }
        Some((self.lattice.at(&codes)?, way))
    }

    /// A set of cells that moves with `cell` and leaves every line as it was, found by balancing one line after
    /// another. Each cell moves once, by as much as `cell`.
    pub(super) fn balanced(
        &self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        least: u64,
    ) -> Option<Vec<(usize, Direction)>> {
        let mut search =
            Search { of: self, pattern, least, moved: HashMap::new(), off: BTreeMap::new(), tries: 0 };
        search.put(cell, direction);
        search.balance().then(|| {
            let mut set: Vec<_> = search.moved.into_iter().filter(|(node, _)| *node != cell).collect();
            set.sort_unstable_by_key(|(node, _)| *node);
            set
        })
    }
}

struct Search<'a, 'l, 'p> {
    of: &'a Blocks<'l>,
    pattern: &'a Pattern<'p>,
    least: u64,
    moved: HashMap<usize, Direction>,
    /// Lines that don't add up, and by how much.
    off: BTreeMap<usize, i32>,
    tries: usize,
}

impl Search<'_, '_, '_> {
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
        let lattice = self.of.lattice;
        let held = &lattice.lines[line];
        let mut options = Vec::new();
        for &node in held.parts.iter().chain([&held.total]) {
            if self.moved.contains_key(&node) {
                continue;
            }
            let Some(cost) = self.pattern.cost(node) else { continue };
            let rises = (by < 0) == (node != held.total);
            let way = if rises { Direction::Up } else { Direction::Down };
            if way == Direction::Down && self.pattern.room(node) < self.least {
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
        self.of.inside.iter().map(move |&dimension| {
            let line = self.of.lattice.line(node, dimension);
            (line, if self.of.lattice.lines[line].total == node { -up } else { up })
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
