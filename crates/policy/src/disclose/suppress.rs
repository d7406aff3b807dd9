//! Secondary suppression: which cells must not be told so that nobody who knows all others can reckon a sensitive one,
//! or close in on it further than its protection interval allows.
//!
//! Tables are protected from the grand total down: first as though each margin had been asked for by itself, then with
//! what those would release taken as known. So a margin is treated alike in whatever table it stands, and may be
//! told beside it or asked for separately. Then the table is protected again from two who know more: every margin that could
//! be told by itself, and every margin there is.
//!
//! For every sensitive cell, and for both directions, cells are found that can move with it and leave every line as it
//! was. All of them are suppressed; what they can move together is how far an attacker stays uncertain. They
//! never fall below the least that an attacker knows of them. What the attacker can reckon from margins alone can't be
//! protected by suppressing cells, and only that is left unprotected.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are numbered by the lattice and every list here is as long as its nodes"
)]

use super::cubes::Blocks;
use super::flow::Network;
use super::lattice::{Dimensions, Lattice, Line};
use super::lines::Margins;

/// Whether a figure grows or shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    Up,
    Down,
}

impl Direction {
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// How far an attacker must stay from a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Interval {
    pub(super) below: u64,
    pub(super) above: u64,
}

/// Figures of one kind that add up: what an attacker sets up equations for.
#[derive(PartialEq, Eq)]
pub(super) struct Layer {
    /// Whether they count, so that few of them point at somebody.
    pub(super) counts: bool,
    /// The figure of each cell.
    pub(super) values: Vec<u64>,
    /// The least that an attacker knows each to be: a cell that is there holds at least one record.
    pub(super) floors: Vec<u64>,
    /// The protection interval of each sensitive cell; nothing for all others.
    pub(super) intervals: Vec<Interval>,
}

/// Which cells are not told, while that is found out.
pub(super) struct Pattern<'a> {
    layer: &'a Layer,
    costs: &'a [u64],
    hidden: &'a mut [bool],
    /// Cells that may be suppressed: those of the table at hand, whose margins are settled.
    open: &'a [bool],
    /// Cells that the attacker at hand knows whether or not they are told.
    known: &'a [bool],
    /// How far each cell has been moved for the interval at hand.
    moved: &'a mut [i64],
    /// Cells that were found able to move.
    settled: &'a mut [bool],
}

impl Pattern<'_> {
    /// Whether a cell is suppressed, and unknown to the attacker at hand.
    pub(super) fn hidden(&self, cell: usize) -> bool {
        self.hidden[cell] && !self.known[cell]
    }

    /// What suppressing a cell costs: nothing where it is; none where it may not be.
    pub(super) fn cost(&self, cell: usize) -> Option<u64> {
        match (self.hidden(cell), self.open[cell]) {
            (true, _) => Some(0),
            (false, true) => Some(self.costs[cell].saturating_add(1)),
            (false, false) => None,
        }
    }

    /// How far a cell can still fall.
    pub(super) fn room(&self, cell: usize) -> u64 {
        let least = self.layer.values[cell].saturating_sub(self.layer.floors[cell]);
        least.saturating_add_signed(self.moved[cell])
    }

    fn shift(&mut self, cells: &[(usize, Direction)], by: u64) {
        let by = i64::try_from(by).unwrap_or(i64::MAX);
        for &(cell, way) in cells {
            self.hidden[cell] = true;
            self.settled[cell] = true;
            let moved = &mut self.moved[cell];
            *moved = if way == Direction::Up { moved.saturating_add(by) } else { moved.saturating_sub(by) };
        }
    }
}

/// Suppresses `sensitive` cells and others for their protection; under each margin `minimum` or more of what is counted. Gives one flag for each cell of the lattice.
///
/// Cells must come in an order that does not depend on how they were found, since equals are told apart by it.
pub(super) fn suppress(
    lattice: &Lattice,
    layers: &[Layer],
    costs: &[u64],
    sensitive: &[bool],
    minimum: u64,
) -> Vec<bool> {
    let nodes = 0..lattice.nodes.len();
    let mut hidden = vec![false; nodes.len()];
    let mut tables: Vec<Dimensions> = (0..=lattice.whole()).collect();
    tables.sort_by_key(|table| table.count_ones());
    let weighed = Weighed { lattice, layers, costs, sensitive };
    let mut stranger = Attacker::knowing(vec![false; nodes.len()]);
    for table in tables {
        for node in nodes.clone().filter(|&node| lattice.keyed(node) == table) {
            hidden[node] |= sensitive[node];
        }
        weighed.protect(table, &mut stranger, &mut hidden);
    }
    if lattice.dimensions == 0 || !hidden[..lattice.own()].contains(&true) {
        return hidden;
    }
    let own = |node: usize| node < lattice.own();
    let large = Attacker::knowing(nodes.clone().map(|node| !own(node) && !sensitive[node]).collect());
    let margins = Attacker::knowing(nodes.map(|node| !own(node)).collect());
    let mut attackers = [large, margins];
    for attacker in &mut attackers {
        weighed.protect(lattice.whole(), attacker, &mut hidden);
    }
    // Each margin by itself asks for more, and what is suppressed for one reason must not fall to another: nothing that is
    // suppressed can be computed.
    let lines = Margins::of(lattice, costs);
    for _ in 0..ROUNDS_MAX {
        let mut changed = lines.suppress(layers, minimum, &mut hidden);
        for attacker in &mut attackers {
            let before = hidden.iter().filter(|&&hidden| hidden).count();
            weighed.unsettle(attacker, &mut hidden);
            changed |= hidden.iter().filter(|&&hidden| hidden).count() > before;
        }
        if !changed {
            return hidden;
        }
    }
    hidden[..lattice.own()].fill(true);
    hidden
}

/// Rounds after which all of a table is suppressed instead: tables settle in a handful.
const ROUNDS_MAX: usize = 100;

/// Somebody who knows some cells whether or not they are told.
struct Attacker {
    known: Vec<bool>,
    /// Cells whose figures were found able to move, or that margins give away.
    settled: Vec<bool>,
}

impl Attacker {
    fn knowing(known: Vec<bool>) -> Self {
        Self { settled: vec![false; known.len()], known }
    }
}

/// What is weighed of a table.
struct Weighed<'a> {
    lattice: &'a Lattice,
    layers: &'a [Layer],
    costs: &'a [u64],
    sensitive: &'a [bool],
}

impl Weighed<'_> {
    /// Protects the sensitive cells of one table and its margins.
    fn protect(&self, table: Dimensions, attacker: &mut Attacker, hidden: &mut [bool]) {
        let lattice = self.lattice;
        let mut targets: Vec<usize> = (0..lattice.nodes.len())
            .filter(|&node| self.sensitive[node] && !attacker.known[node])
            .filter(|&node| lattice.keyed(node) & !table == 0)
            .collect();
        if targets.is_empty() || table == 0 {
            return;
        }
        // The hardest to protect first: what it needs shields others for nothing.
        targets.sort_by_key(|&node| (std::cmp::Reverse(self.costs[node]), node));
        let mut mover = Mover::of(lattice, table);
        for (at, layer) in self.layers.iter().enumerate() {
            // What can move in one kind of figures need not in another: the first alone settles a cell.
            let mut elsewhere = if at == 0 { Vec::new() } else { attacker.settled.clone() };
            let settled = if at == 0 { &mut attacker.settled } else { &mut elsewhere };
            for &cell in &targets {
                let Mover { finder, open, moved } = &mut mover;
                let (costs, known) = (self.costs, attacker.known.as_slice());
                let mut pattern = Pattern { layer, costs, hidden, open, known, moved, settled };
                let interval = layer.intervals[cell];
                finder.protect(lattice, &mut pattern, cell, Direction::Up, interval.above);
                finder.protect(lattice, &mut pattern, cell, Direction::Down, interval.below);
            }
        }
    }

    /// Sees to it that every suppressed cell of the whole table can move, at least by one.
    fn unsettle(&self, attacker: &mut Attacker, hidden: &mut [bool]) {
        let Some(layer) = self.layers.first() else { return };
        let lattice = self.lattice;
        let mut mover = Mover::of(lattice, lattice.whole());
        for cell in 0..lattice.own() {
            if hidden[cell] && !attacker.settled[cell] {
                let Mover { finder, open, moved } = &mut mover;
                let Attacker { known, settled } = &mut *attacker;
                let costs = self.costs;
                let mut pattern = Pattern { layer, costs, hidden, open, known, moved, settled };
                finder.protect(lattice, &mut pattern, cell, Direction::Up, 1);
                attacker.settled[cell] = true;
            }
        }
    }
}

/// Moves cells of one table.
struct Mover<'l> {
    finder: Finder<'l>,
    open: Vec<bool>,
    moved: Vec<i64>,
}

impl<'l> Mover<'l> {
    fn of(lattice: &'l Lattice, table: Dimensions) -> Self {
        let open: Vec<bool> = (0..lattice.nodes.len()).map(|node| lattice.keyed(node) == table).collect();
        Self { finder: Finder::of(lattice, table), moved: vec![0; open.len()], open }
    }
}

enum Finder<'l> {
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
    fn protect(
        &mut self,
        lattice: &Lattice,
        pattern: &mut Pattern<'_>,
        cell: usize,
        direction: Direction,
        need: u64,
    ) {
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
            touched.extend(cells);
        }
        touched.iter().for_each(|&(cell, _)| pattern.moved[cell] = 0);
        // Flow finds all there is to find. A search for blocks may have overlooked something: then no cell that could
        // have been used is told.
        if let Self::Deep(_, table) = *self
            && left > 0
            && !is_given_away(lattice, table, pattern, cell)
        {
            hide_all_around(lattice, table, pattern, cell);
        }
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
