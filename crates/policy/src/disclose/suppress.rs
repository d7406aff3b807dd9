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

impl Interval {
    /// As far below as above, and never nothing.
    pub(super) fn alike(far: u128) -> Self {
        let far = u64::try_from(far).unwrap_or(u64::MAX).max(1);
        Self { below: far, above: far }
    }
}

/// Figures of one kind that add up: what an attacker sets up equations for.
#[derive(PartialEq, Eq)]
pub(super) struct Layer {
    /// Whether they count, so that few of them point at somebody.
    pub(super) counts: bool,
    /// Whether nothing is seen of sensitive cells: they stand here as 0, and may be anything that can't be told.
    pub(super) unseen: bool,
    /// The figure of each cell.
    pub(super) values: Vec<u64>,
    /// The least that an attacker knows each to be: a cell that is there holds at least one record.
    pub(super) floors: Vec<u64>,
    /// The protection interval of each sensitive cell; nothing for all others.
    pub(super) intervals: Vec<Interval>,
}

impl Layer {
    /// The same with intervals that ask for no figure below what an attacker knows it to be at least.
    pub(super) fn settled(mut self) -> Self {
        if !self.unseen {
            let room =
                self.values.iter().zip(&self.floors).map(|(value, floor)| value.saturating_sub(*floor));
            self.intervals.iter_mut().zip(room).for_each(|(of, room)| of.below = of.below.min(room));
        }
        self
    }

    /// Whether the suppressed figures under a margin, which come to `dark`, are too few to be told together; all of them come to
    /// `whole`. What is not seen may be few even where it comes to nothing, unless there is nothing at all to be seen.
    pub(super) fn is_few(&self, dark: u64, whole: impl Fn() -> u64, minimum: u64) -> bool {
        dark < minimum && if self.unseen { whole() > 0 } else { dark > 0 }
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
    let mut hidden = vec![false; lattice.nodes.len()];
    let whole = lattice.whole();
    let mut tables: Vec<Dimensions> = (0..whole).collect();
    tables.sort_by_key(|table| table.count_ones());
    let weighed = Weighed { lattice, layers, costs, sensitive };
    let stranger = || Attacker::knowing(vec![false; lattice.nodes.len()], layers.len());
    for table in tables {
        let mut attackers = [stranger()];
        weighed.protect_by_itself(&mut Mover::of(lattice, table), &mut attackers, &mut hidden);
    }
    let own = |node: usize| node < lattice.own();
    let who = |knows: &dyn Fn(usize) -> bool| {
        Attacker::knowing((0..lattice.nodes.len()).map(knows).collect(), layers.len())
    };
    let large = who(&|node| !own(node) && !sensitive[node]);
    let margins = who(&|node| !own(node));
    let (mut mover, mut attackers) = (Mover::of(lattice, whole), [stranger(), large, margins]);
    weighed.protect_by_itself(&mut mover, &mut attackers, &mut hidden);
    if lattice.dimensions == 0 || !hidden[..lattice.own()].contains(&true) {
        return hidden;
    }
    let before = hidden.clone();
    let lines = Margins::of(lattice, costs);
    let [_, beside @ ..] = &mut attackers;
    weighed.protect_from_margins(&mut mover, beside, &lines, minimum, &mut hidden);
    let known: Vec<&[bool]> = beside.iter().map(|attacker| attacker.known.as_slice()).collect();
    weighed.improve(whole, &known, &before, &mut hidden, Some((&lines, minimum)));
    hidden
}

/// Rounds after which all of a table is suppressed instead: tables settle in a handful.
const ROUNDS_MAX: usize = 100;

/// Somebody who knows some cells whether or not they are told.
struct Attacker {
    known: Vec<bool>,
    /// For each layer, how far each figure was found to go up and down. What was found for one cell of a ring shows
    /// something of all its others, and to everybody who knows none of them.
    found: Vec<Vec<[u64; 2]>>,
    /// Cells whose figures were found able to move, or that margins give away.
    settled: Vec<bool>,
}

impl Attacker {
    fn knowing(known: Vec<bool>, layers: usize) -> Self {
        let mut attacker = Self { known, found: Vec::new(), settled: Vec::new() };
        attacker.found.resize(layers, Vec::new());
        attacker.forget();
        attacker
    }

    /// Forgets what was found, since less is suppressed now.
    fn forget(&mut self) {
        self.found.iter_mut().for_each(|of| *of = vec![[0, 0]; self.known.len()]);
        self.settled = vec![false; self.known.len()];
    }

    /// Notes how far these cells moved together in a layer.
    fn note(&mut self, layer: usize, cells: &[usize], moved: &[i64]) {
        if cells.iter().any(|&cell| self.known[cell]) {
            return;
        }
        for &cell in cells {
            let [up, down] = &mut self.found[layer][cell];
            let way = if moved[cell] > 0 { up } else { down };
            *way = (*way).max(moved[cell].unsigned_abs());
            // What can move in one kind of figures need not in another: the first alone settles a cell.
            self.settled[cell] |= layer == 0;
        }
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

    /// Protects a table as though it had been asked for by itself, from the first of the attackers.
    fn protect_by_itself(&self, mover: &mut Mover<'_>, attackers: &mut [Attacker], hidden: &mut Vec<bool>) {
        let table = mover.table();
        for node in (0..hidden.len()).filter(|&node| self.lattice.keyed(node) == table) {
            hidden[node] |= self.sensitive[node];
        }
        let before = hidden.clone();
        self.protect(mover, attackers, hidden);
        let known: Vec<&[bool]> = attackers.iter().take(1).map(|first| first.known.as_slice()).collect();
        if self.improve(table, &known, &before, hidden, None) {
            attackers.iter_mut().for_each(Attacker::forget);
        }
    }

    /// Protects the sensitive cells of a table and its margins from the first of the attackers. What is found on the way
    /// is noted for all.
    fn protect(&self, mover: &mut Mover<'_>, attackers: &mut [Attacker], hidden: &mut [bool]) {
        let table = mover.table();
        let Some(known) = attackers.first().map(|first| first.known.clone()) else { return };
        let targets = self.targets(table, &known);
        if targets.is_empty() || table == 0 {
            return;
        }
        let (open, mut moved) = (mover.open(), vec![0; hidden.len()]);
        for (at, layer) in self.layers.iter().enumerate() {
            let (costs, moved) = (self.costs, &mut moved);
            let mut pattern = Pattern { layer, costs, hidden, open: &open, known: &known, moved };
            mover.look(&pattern);
            for &cell in &targets {
                let interval = layer.intervals[cell];
                let below = interval.below;
                let found = |attackers: &[Attacker]| attackers.first().map_or([0, 0], |a| a.found[at][cell]);
                if found(attackers)[0] < interval.above {
                    let cells = mover.protect(&mut pattern, cell, Direction::Up, interval.above);
                    note(attackers, at, &cells, &mut pattern);
                }
                if found(attackers)[1] < below {
                    let cells = mover.protect(&mut pattern, cell, Direction::Down, below);
                    note(attackers, at, &cells, &mut pattern);
                }
            }
        }
    }

    /// Protects the cells of the whole table from attackers who know margins.
    ///
    /// Each margin by itself asks for more, and what is suppressed for one reason must not fall to another: nothing that is
    /// suppressed can be computed.
    fn protect_from_margins(
        &self,
        mover: &mut Mover<'_>,
        attackers: &mut [Attacker],
        lines: &Margins,
        minimum: u64,
        hidden: &mut [bool],
    ) {
        for first in 0..attackers.len() {
            self.protect(mover, &mut attackers[first..], hidden);
        }
        let dark = |hidden: &[bool]| hidden.iter().filter(|&&hidden| hidden).count();
        for _ in 0..ROUNDS_MAX {
            let before = dark(hidden);
            lines.suppress(self.layers, minimum, hidden);
            for first in 0..attackers.len() {
                self.unsettle(mover, &mut attackers[first..], hidden);
            }
            if dark(hidden) == before {
                return;
            }
        }
        hidden[..self.lattice.own()].fill(true);
    }

    /// Takes the cheapest pattern in place of a quick one, where a table is small and has two dimensions at most, and says
    /// whether it did. What is suppressed in `before` stays so: it is what the table keeps back wherever it stands.
    fn improve(
        &self,
        table: Dimensions,
        attackers: &[&[bool]],
        before: &[bool],
        hidden: &mut Vec<bool>,
        lines: Option<(&Margins, u64)>,
    ) -> bool {
        let added = hidden.iter().zip(before).enumerate().filter(|(_, (now, before))| **now && !**before);
        let price: u64 = added.map(|(cell, _)| optimum::cost(self.costs, cell)).sum();
        let cells: Vec<usize> =
            (0..before.len()).filter(|&cell| self.lattice.keyed(cell) == table && !before[cell]).collect();
        // What a search for blocks overlooks would pass for what can't be protected.
        let is_flow = table.count_ones() <= 2;
        if price == 0 || !is_flow || cells.len() > optimum::CELLS_MAX {
            return false;
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
        let cheapest = optimum::cheapest(before, &cells, self.costs, price, lacks);
        let found = cheapest.is_some();
        cheapest.into_iter().for_each(|cheapest| *hidden = cheapest);
        found
    }

    /// Sees to it that every suppressed cell of the whole table can move, at least by one.
    fn unsettle(&self, mover: &mut Mover<'_>, attackers: &mut [Attacker], hidden: &mut [bool]) {
        let Some((layer, first)) = self.layers.first().zip(attackers.first()) else { return };
        let waits = |first: &Attacker, hidden: &[bool], cell: usize| hidden[cell] && !first.settled[cell];
        if !(0..self.lattice.own()).any(|cell| waits(first, hidden, cell)) {
            return;
        }
        let known = first.known.clone();
        let (open, costs, mut moved) = (mover.open(), self.costs, vec![0; hidden.len()]);
        let mut pattern = Pattern { layer, costs, hidden, open: &open, known: &known, moved: &mut moved };
        mover.look(&pattern);
        for cell in 0..self.lattice.own() {
            if attackers.first().is_some_and(|first| waits(first, pattern.hidden, cell)) {
                let cells = mover.protect(&mut pattern, cell, Direction::Up, 1);
                note(attackers, 0, &cells, &mut pattern);
                attackers.iter_mut().take(1).for_each(|first| first.settled[cell] = true);
            }
        }
    }
}

/// Notes for all attackers how far cells moved, and puts them back.
fn note(attackers: &mut [Attacker], layer: usize, cells: &[usize], pattern: &mut Pattern<'_>) {
    attackers.iter_mut().for_each(|attacker| attacker.note(layer, cells, pattern.moved));
    cells.iter().for_each(|&cell| pattern.moved[cell] = 0);
}
