//! Blocks: two keys in each dimension of a table, and the cells at all their combinations. Its corners can move up and down
//! by turns without moving any total (the hypercubes of Giessing and Repsilber, *Tools and Strategies to Protect
//! Multiple Tables with the GHQUAR Cell Suppression Engine*, LNCS 2316, 2002).
//!
//! A block is put together one dimension after another, each of which doubles its corners, and is left as soon as a corner can't be
//! used or it costs too much.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and lines are numbered by the lattice and every list is made with their number"
)]

use std::borrow::Cow;

use super::lattice::{Dimensions, Lattice};
use super::loose::Loose;
use super::pattern::{Direction, Moves, Pattern};

/// Corners looked at for all of a table, beyond which the first block that fits is taken in place of the cheapest: some
/// tenths of a second.
const LOOKS_MAX: usize = 40_000_000;

/// Searches the blocks of a table and its margins.
pub(super) struct Blocks<'l> {
    lattice: &'l Lattice,
    /// The dimensions of the table.
    inside: Vec<usize>,
    looks: usize,
}

impl<'l> Blocks<'l> {
    pub(super) fn of(lattice: &'l Lattice, table: Dimensions) -> Self {
        let inside = (0..lattice.dimensions).filter(|d| table >> d & 1 == 1).collect();
        Self { lattice, inside, looks: 0 }
    }

    /// The other corners of some block of loose cells with `cell` at one corner.
    /// A cell that falls can fall by `least` or more.
    pub(super) fn loose(
        &mut self,
        pattern: &Pattern<'_>,
        loose: &Loose,
        cell: usize,
        direction: Direction,
        least: u64,
    ) -> Option<Moves> {
        let beside = |dimension| Cow::Borrowed(loose.on(self.lattice.line(cell, dimension)));
        let sides = self.inside.iter().map(|&dimension| Side { dimension, beside: beside(dimension) });
        self.search(sides.collect(), pattern, (cell, direction), least, 1)
    }

    /// The same of the block that costs least of all.
    pub(super) fn cheapest(
        &mut self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        least: u64,
    ) -> Option<Moves> {
        let beside = |dimension| {
            let along = self.lattice.along(cell, dimension);
            let mut beside: Vec<usize> = along.filter(|&next| pattern.cost(next).is_some()).collect();
            beside.sort_unstable_by_key(|&next| (pattern.cost(next), next));
            Cow::Owned(beside)
        };
        let sides = self.inside.iter().map(|&dimension| Side { dimension, beside: beside(dimension) });
        self.search(sides.collect(), pattern, (cell, direction), least, u64::MAX)
    }

    /// The cheapest block that costs less than `limit`.
    fn search(
        &mut self,
        mut sides: Vec<Side<'_>>,
        pattern: &Pattern<'_>,
        start: (usize, Direction),
        least: u64,
        limit: u64,
    ) -> Option<Moves> {
        sides.sort_by_key(|side| side.beside.len());
        let (lattice, looks) = (self.lattice, &mut self.looks);
        let mut search = Search { lattice, pattern, least, corners: vec![start], limit, found: None, looks };
        search.widen(&sides, 0);
        search.found
    }
}

/// A dimension of a block, and the cells that can be the other corner along it, the cheapest first.
struct Side<'a> {
    dimension: usize,
    beside: Cow<'a, [usize]>,
}

struct Search<'a> {
    lattice: &'a Lattice,
    pattern: &'a Pattern<'a>,
    least: u64,
    /// Those chosen so far, the cell itself first.
    corners: Moves,
    /// What a block must cost less than.
    limit: u64,
    found: Option<Moves>,
    looks: &'a mut usize,
}

impl Search<'_> {
    /// Tries every block with the corners chosen so far, which cost `cost`.
    fn widen(&mut self, sides: &[Side<'_>], cost: u64) {
        let Some((side, rest)) = sides.split_first() else {
            self.limit = if *self.looks > LOOKS_MAX { 0 } else { cost };
            self.found = self.corners.get(1..).map(<[_]>::to_vec);
            return;
        };
        let chosen = self.corners.len();
        for &beside in side.beside.iter() {
            let dear = self.pattern.cost(beside).is_none_or(|own| cost.saturating_add(own) >= self.limit);
            if dear {
                break;
            }
            if let Some(cost) = self.double(side.dimension, beside, cost) {
                self.widen(rest, cost);
            }
            self.corners.truncate(chosen);
        }
    }

    /// Doubles the corners along a dimension up to the cell `beside` the first of them, and says what they cost then; none
    /// if one can't be used.
    fn double(&mut self, dimension: usize, beside: usize, mut cost: u64) -> Option<u64> {
        let nodes = &self.lattice.nodes;
        let to = nodes[beside][dimension];
        for at in 0..self.corners.len() {
            let (corner, way) = self.corners[at];
            let mut codes = nodes[corner];
            let from = std::mem::replace(&mut codes[dimension], to);
            if from == to {
                return None;
            }
            // Between two keys figures move against each other; between a key and all keys together they move alike.
            let way = if from > 0 && to > 0 { way.turned() } else { way };
            *self.looks += 1;
            let next = if at == 0 { beside } else { self.lattice.at(&codes)? };
            cost = cost.saturating_add(self.pattern.cost(next)?);
            if cost >= self.limit || !self.pattern.goes(next, way, self.least) {
                return None;
            }
            self.corners.push((next, way));
        }
        Some(cost)
    }
}
