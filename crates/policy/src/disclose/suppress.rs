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
//! protected by suppressing cells, and only that is left unprotected. Where a table of up to two
//! dimensions is small, the cheapest pattern that protects it takes the place of the one found so.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are numbered by the lattice and every list here is as long as its nodes"
)]

use super::lacking::Lacking;
use super::lattice::{Dimensions, Lattice};
use super::lines::Margins;
use super::mover::Mover;
use super::optimum;
use super::pattern::{Direction, Pattern};

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
        let before = hidden.clone();
        weighed.protect(table, &mut stranger, &mut hidden);
        weighed.improve(table, &[&stranger.known], &before, &mut hidden, None);
    }
    if lattice.dimensions == 0 || !hidden[..lattice.own()].contains(&true) {
        return hidden;
    }
    let own = |node: usize| node < lattice.own();
    let large = Attacker::knowing(nodes.clone().map(|node| !own(node) && !sensitive[node]).collect());
    let margins = Attacker::knowing(nodes.map(|node| !own(node)).collect());
    let mut attackers = [large, margins];
    let before = hidden.clone();
    let lines = Margins::of(lattice, costs);
    weighed.protect_from_margins(&mut attackers, &lines, minimum, &mut hidden);
    let [large, margins] = &attackers;
    weighed.improve(
        lattice.whole(),
        &[&large.known, &margins.known],
        &before,
        &mut hidden,
        Some((&lines, minimum)),
    );
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
    /// The sensitive cells of a table and its margins that an attacker does not know.
    fn targets(&self, table: Dimensions, known: &[bool]) -> Vec<usize> {
        let mut targets: Vec<usize> = (0..self.lattice.nodes.len())
            .filter(|&node| self.sensitive[node] && !known[node])
            .filter(|&node| self.lattice.keyed(node) & !table == 0)
            .collect();
        // The hardest to protect first: what it needs shields others for nothing.
        targets.sort_by_key(|&node| (std::cmp::Reverse(self.costs[node]), node));
        targets
    }

    /// Protects the sensitive cells of one table and its margins.
    fn protect(&self, table: Dimensions, attacker: &mut Attacker, hidden: &mut [bool]) {
        let lattice = self.lattice;
        let targets = self.targets(table, &attacker.known);
        if targets.is_empty() || table == 0 {
            return;
        }
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

    /// Protects the cells of the whole table from attackers who know margins.
    ///
    /// Each margin by itself asks for more, and what is suppressed for one reason must not fall to another: nothing that is
    /// suppressed can be computed.
    fn protect_from_margins(
        &self,
        attackers: &mut [Attacker],
        lines: &Margins,
        minimum: u64,
        hidden: &mut [bool],
    ) {
        for attacker in &mut *attackers {
            self.protect(self.lattice.whole(), attacker, hidden);
        }
        let dark = |hidden: &[bool]| hidden.iter().filter(|&&hidden| hidden).count();
        for _ in 0..ROUNDS_MAX {
            let before = dark(hidden);
            lines.suppress(self.layers, minimum, hidden);
            for attacker in &mut *attackers {
                self.unsettle(attacker, hidden);
            }
            if dark(hidden) == before {
                return;
            }
        }
        hidden[..self.lattice.own()].fill(true);
    }

    /// Takes the cheapest pattern in place of a quick one, where a table is small and has two dimensions at most. What is suppressed in `before` stays so: it is
    /// what the table keeps back wherever it stands.
    fn improve(
        &self,
        table: Dimensions,
        attackers: &[&[bool]],
        before: &[bool],
        hidden: &mut Vec<bool>,
        lines: Option<(&Margins, u64)>,
    ) {
        let added = hidden.iter().zip(before).enumerate().filter(|(_, (now, before))| **now && !**before);
        let price: u64 = added.map(|(cell, _)| optimum::cost(self.costs, cell)).sum();
        let cells: Vec<usize> =
            (0..before.len()).filter(|&cell| self.lattice.keyed(cell) == table && !before[cell]).collect();
        // What a search for blocks overlooks would pass for what can't be protected.
        let is_flow = table.count_ones() <= 2;
        if price == 0 || !is_flow || cells.len() > optimum::CELLS_MAX {
            return;
        }
        let mut attackers: Vec<Lacking<'_>> = attackers
            .iter()
            .map(|known| {
                let targets = self.targets(table, known);
                Lacking::of(self.lattice, self.layers, table, known, &targets, before, lines.is_some())
            })
            .collect();
        let lacks = |pattern: &[bool]| {
            let of_lines = || lines.and_then(|(lines, minimum)| lines.wants(self.layers, minimum, pattern));
            of_lines().or_else(|| attackers.iter_mut().find_map(|attacker| attacker.lacks(pattern)))
        };
        if let Some(cheapest) = optimum::cheapest(before, &cells, self.costs, price, lacks) {
            *hidden = cheapest;
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
