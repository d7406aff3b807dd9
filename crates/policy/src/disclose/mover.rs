//! Moving a cell with others so that every line stays as it was: how far an attacker can be kept from its figure, and what has
//! to be suppressed for that.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are numbered by the lattice and every list here is as long as its nodes"
)]

use super::cubes::Blocks;
use super::flow::Network;
use super::lattice::{Dimensions, Lattice, Line};
use super::pattern::{Direction, Pattern};

/// Moves cells of one table.
pub(super) struct Mover<'l> {
    pub(super) finder: Finder<'l>,
    /// Cells that may be suppressed for it.
    pub(super) open: Vec<bool>,
    pub(super) moved: Vec<i64>,
}

impl<'l> Mover<'l> {
    pub(super) fn of(lattice: &'l Lattice, table: Dimensions) -> Self {
        let open: Vec<bool> = (0..lattice.nodes.len()).map(|node| lattice.keyed(node) == table).collect();
        Self { finder: Finder::of(lattice, table), moved: vec![0; open.len()], open }
    }
}

/// Finds cells that can move together, by the shape of the table.
pub(super) enum Finder<'l> {
    Flat(Network),
    Deep(Blocks<'l>, Dimensions),
}

impl<'l> Finder<'l> {
    fn of(lattice: &'l Lattice, table: Dimensions) -> Self {
        if table.count_ones() <= 2 {
            Self::Flat(Network::of(lattice, table))
        } else {
            Self::Deep(Blocks::of(lattice, table), table)
        }
    }

    /// Suppresses what it takes for `cell` to be able to move by `need`: first what is suppressed anyway, then the
    /// cheapest that moves as far by itself, then whatever moves at all.
    pub(super) fn protect(
        &mut self,
        lattice: &Lattice,
        pattern: &mut Pattern<'_>,
        cell: usize,
        direction: Direction,
        need: u64,
    ) {
        let (left, touched) = self.push(pattern, cell, direction, need);
        touched.iter().for_each(|&cell| pattern.moved[cell] = 0);
        // Flow finds all there is to find. A search for blocks may have overlooked something: then no cell that could
        // have been used is told.
        if let Self::Deep(_, table) = *self
            && left > 0
            && !is_given_away(lattice, table, pattern, cell)
        {
            hide_all_around(lattice, table, pattern, cell);
        }
    }

    /// How much of `need` is left when `cell` has moved as far as suppressed cells let it, and the cells that `may` be suppressed of
    /// which it takes at least one to move it further. The pattern must have no open cells.
    pub(super) fn shortfall(
        &mut self,
        pattern: &mut Pattern<'_>,
        cell: usize,
        direction: Direction,
        need: u64,
        may: impl Fn(usize) -> bool,
    ) -> (u64, Vec<usize>) {
        let (left, touched) = self.push(pattern, cell, direction, need);
        let wanted = match self {
            _ if left == 0 => Vec::new(),
            Self::Flat(network) => network.beyond(pattern, cell, direction, may),
            Self::Deep(..) => (0..pattern.hidden.len()).filter(|&cell| may(cell)).collect(),
        };
        touched.iter().for_each(|&cell| pattern.moved[cell] = 0);
        (left, wanted)
    }

    /// Moves `cell` by up to `need`; gives what is left of it, and what was moved.
    fn push(
        &mut self,
        pattern: &mut Pattern<'_>,
        cell: usize,
        direction: Direction,
        need: u64,
    ) -> (u64, Vec<usize>) {
        let mut touched = Vec::new();
        let mut left = match direction {
            Direction::Up => need,
            Direction::Down => need.min(pattern.room(cell)),
        };
        while left > 0 {
            let Some(mut cells) = self.moving(pattern, cell, direction, left) else { break };
            let falls = cells.iter().filter(|(_, way)| *way == Direction::Down);
            let by = falls.map(|&(cell, _)| pattern.room(cell)).min().unwrap_or(left).min(left);
            if by == 0 {
                break;
            }
            cells.push((cell, direction));
            pattern.shift(&cells, by);
            left -= by;
            touched.extend(cells.into_iter().map(|(cell, _)| cell));
        }
        (left, touched)
    }

    fn moving(
        &mut self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        left: u64,
    ) -> Option<Vec<(usize, Direction)>> {
        match self {
            Self::Flat(network) => network
                .ring(pattern, cell, direction, 1, true)
                .or_else(|| network.ring(pattern, cell, direction, left, false))
                .or_else(|| network.ring(pattern, cell, direction, 1, false)),
            Self::Deep(blocks, _) => blocks
                .block(pattern, cell, direction, 1, true)
                .or_else(|| blocks.block(pattern, cell, direction, left, false))
                .or_else(|| blocks.block(pattern, cell, direction, 1, false))
                .or_else(|| blocks.balanced(pattern, cell, direction, 1)),
        }
    }
}

/// Whether margins alone give `cell` away: line after line, all but one of its cells are known, were none of the table's
/// own cells told.
fn is_given_away(lattice: &Lattice, table: Dimensions, pattern: &Pattern<'_>, cell: usize) -> bool {
    let mut known: Vec<bool> = (0..lattice.nodes.len()).map(|node| pattern.cost(node).is_none()).collect();
    let inside = |line: &&Line| line.parts.iter().all(|&part| lattice.keyed(part) & !table == 0);
    let lines: Vec<&Line> = lattice.lines.iter().filter(inside).collect();
    loop {
        let mut learnt = false;
        for line in &lines {
            let mut unknown = line.parts.iter().chain([&line.total]).filter(|&&node| !known[node]);
            if let (Some(&only), None) = (unknown.next(), unknown.next()) {
                known[only] = true;
                learnt = true;
            }
        }
        if known[cell] || !learnt {
            return known[cell];
        }
    }
}

/// Suppresses all of the table's own cells that lines connect with `cell`.
fn hide_all_around(lattice: &Lattice, table: Dimensions, pattern: &mut Pattern<'_>, cell: usize) {
    let mut seen = vec![false; lattice.nodes.len()];
    let mut waiting = vec![cell];
    seen[cell] = true;
    while let Some(node) = waiting.pop() {
        pattern.hidden[node] |= pattern.open[node];
        for dimension in (0..lattice.dimensions).filter(|d| table >> d & 1 == 1) {
            let line = &lattice.lines[lattice.line(node, dimension)];
            for &next in line.parts.iter().chain([&line.total]) {
                if !seen[next] && pattern.cost(next).is_some() {
                    seen[next] = true;
                    waiting.push(next);
                }
            }
        }
    }
}
