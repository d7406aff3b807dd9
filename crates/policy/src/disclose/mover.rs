//! Moving a cell with others so that every line stays as it was: how far an attacker can be kept from its figure, and what has
//! to be suppressed for that.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are numbered by the lattice and every list here is as long as its nodes"
)]

use super::balanced::balanced;
use super::blocks::Blocks;
use super::flow::Network;
use super::lattice::{Dimensions, Lattice, Line};
use super::loose::Loose;
use super::parts::Parts;
use super::pattern::{Direction, Moves, Pattern};
use super::rings::{Rings, Wanted};

/// Moves cells of one table, its own and its margins'.
pub(super) struct Mover<'l> {
    lattice: &'l Lattice,
    table: Dimensions,
    /// Tables of one and two dimensions are networks: there is nothing that a search for rings overlooks.
    flat: Option<(Network, Rings)>,
    blocks: Blocks<'l>,
    loose: Loose,
    /// Found out when first asked for.
    parts: Option<Parts>,
    given_away: Option<Vec<bool>>,
}

impl<'l> Mover<'l> {
    pub(super) fn of(lattice: &'l Lattice, table: Dimensions) -> Self {
        let flat = (table.count_ones() <= 2).then(|| {
            let network = Network::of(lattice, table);
            let rings = Rings::of(&network);
            (network, rings)
        });
        let (blocks, loose) = (Blocks::of(lattice, table), Loose::of(lattice, table));
        Self { lattice, table, flat, blocks, loose, parts: None, given_away: None }
    }

    /// The dimensions of the table.
    pub(super) fn table(&self) -> Dimensions {
        self.table
    }

    /// The cells that may be suppressed: those of the table alone, since its margins are settled before.
    pub(super) fn open(&self) -> Vec<bool> {
        (0..self.lattice.nodes.len()).map(|node| self.lattice.keyed(node) == self.table).collect()
    }

    /// Takes up which cells are suppressed, and unknown to the attacker at hand. To be called before anything is moved, and again
    /// whenever either changed otherwise than by [`Mover::protect`].
    pub(super) fn look(&mut self, pattern: &Pattern<'_>) {
        self.loose.take(self.lattice, self.table, pattern);
        (self.parts, self.given_away) = (None, None);
    }

    /// Suppresses what it takes for `cell` to be able to move by `need`: first what is suppressed anyway, then the
    /// cheapest that moves as far by itself, then whatever moves at all. Gives the cells that moved.
    pub(super) fn protect(
        &mut self,
        pattern: &mut Pattern<'_>,
        cell: usize,
        direction: Direction,
        need: u64,
    ) -> Vec<usize> {
        let (lattice, table) = (self.lattice, self.table);
        if self.parts.get_or_insert_with(|| Parts::of(lattice, table, pattern)).is_spent(cell) {
            return Vec::new();
        }
        let (left, touched) = self.push(pattern, cell, direction, need);
        // A search for rings finds all there is to find. One for blocks may have overlooked something: then no cell that
        // could have been used is told.
        if self.flat.is_none() && left > 0 && !self.is_given_away(pattern, cell) {
            self.suppress_around(pattern, cell);
        }
        touched
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
        let wanted = match &self.flat {
            _ if left == 0 => Vec::new(),
            Some((network, _)) => network.beyond(pattern, cell, direction, may),
            None => (0..pattern.hidden.len()).filter(|&cell| may(cell)).collect(),
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
        let (mut touched, mut left) = (Vec::new(), need);
        while left > 0 {
            let Some(mut moves) = self.moving(pattern, cell, direction, left) else { break };
            let falls = moves.iter().filter(|(_, way)| *way == Direction::Down);
            let by = falls.map(|&(cell, _)| pattern.room(cell)).min().unwrap_or(left).min(left);
            if by == 0 {
                break;
            }
            moves.push((cell, direction));
            moves.iter().for_each(|&(cell, _)| self.suppress(pattern, cell));
            pattern.shift(&moves, by);
            left -= by;
            touched.extend(moves.into_iter().map(|(cell, _)| cell));
        }
        (left, touched)
    }

    /// The cells that can move with `cell`: those that are suppressed anyway, if possible as far as it takes; then with the cheapest
    /// besides.
    fn moving(
        &mut self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        left: u64,
    ) -> Option<Moves> {
        let Self { lattice, table, flat, blocks, loose, .. } = self;
        let any = |search: &mut dyn FnMut(u64) -> Option<Moves>| {
            search(left).or_else(|| if left > 1 { search(1) } else { None })
        };
        if let Some(block) = any(&mut |least| blocks.loose(pattern, loose, cell, direction, least)) {
            return Some(block);
        }
        let Some((network, rings)) = flat else {
            return any(&mut |least| blocks.cheapest(pattern, cell, direction, least))
                .or_else(|| balanced(lattice, *table, pattern, cell, direction, 1));
        };
        let wanted = |least| Wanted { lattice, network, loose, pattern, cell, direction, least };
        rings.loose(&wanted(1)).or_else(|| any(&mut |least| rings.cheapest(&wanted(least))))
    }

    fn suppress(&mut self, pattern: &mut Pattern<'_>, cell: usize) {
        if !std::mem::replace(&mut pattern.hidden[cell], true) {
            self.loose.add(self.lattice, cell);
            if let Some(parts) = &mut self.parts {
                parts.suppress(cell);
            }
        }
    }

    /// Suppresses all of the table's own cells that could help `cell`.
    fn suppress_around(&mut self, pattern: &mut Pattern<'_>, cell: usize) {
        for node in 0..pattern.hidden.len() {
            let helps = self.parts.as_ref().is_none_or(|parts| parts.are_one(node, cell));
            if helps && pattern.open[node] {
                self.suppress(pattern, node);
            }
        }
    }

    /// Whether margins alone give `cell` away.
    fn is_given_away(&mut self, pattern: &Pattern<'_>, cell: usize) -> bool {
        let (lattice, table) = (self.lattice, self.table);
        self.given_away.get_or_insert_with(|| given_away(lattice, table, pattern))[cell]
    }
}

/// The cells that margins alone give away: line after line, all but one of its cells are known, were none of the table's
/// own cells told.
fn given_away(lattice: &Lattice, table: Dimensions, pattern: &Pattern<'_>) -> Vec<bool> {
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
        if !learnt {
            return known;
        }
    }
}
