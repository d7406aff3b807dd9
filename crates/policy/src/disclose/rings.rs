//! Rings in the network of a table: the cells that can move together with one. Among loose cells the shortest ring is
//! looked for from both ends at once; where something must be suppressed besides, the cheapest.
#![expect(
    clippy::indexing_slicing,
    reason = "vertices and arcs are numbered by the network and every list is made with their number"
)]

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::flow::Network;
use super::lattice::Lattice;
use super::loose::Loose;
use super::pattern::{Direction, Moves, Pattern};

/// Searches rings. Lists are kept from one search to the next.
pub(super) struct Rings {
    ahead: Trail,
    back: Trail,
    /// For each vertex the cells that may be suppressed, the cheapest first; made when first asked for.
    dear: Option<Vec<Vec<usize>>>,
}

/// What is asked of a ring: through which cell, which way, and how far a cell that falls must be able to fall.
pub(super) struct Wanted<'a> {
    pub(super) lattice: &'a Lattice,
    pub(super) network: &'a Network,
    pub(super) loose: &'a Loose,
    pub(super) pattern: &'a Pattern<'a>,
    pub(super) cell: usize,
    pub(super) direction: Direction,
    pub(super) least: u64,
}

impl Rings {
    pub(super) fn of(network: &Network) -> Self {
        let trail = |backward| Trail {
            backward,
            round: 0,
            reached: vec![0; network.vertices()],
            came: vec![0; network.vertices()],
        };
        Self { ahead: trail(false), back: trail(true), dear: None }
    }

    /// The other cells of a shortest ring of loose cells.
    pub(super) fn loose(&mut self, wanted: &Wanted<'_>) -> Option<Moves> {
        let &Wanted { network, loose, .. } = wanted;
        let [from, to] = network.gap(wanted.cell, wanted.direction)?;
        self.ahead.start(from);
        self.back.start(to);
        let (mut ahead, mut back) = (vec![from], vec![to]);
        let work = |vertices: &[usize]| vertices.iter().map(|&vertex| loose.on(vertex).len()).sum::<usize>();
        while !ahead.is_empty() && !back.is_empty() {
            let (trail, other, edge) = if work(&ahead) <= work(&back) {
                (&mut self.ahead, &self.back, &mut ahead)
            } else {
                (&mut self.back, &self.ahead, &mut back)
            };
            for vertex in std::mem::take(edge) {
                for &arc in loose.on(vertex) {
                    let Some(next) = trail.step(wanted, vertex, arc) else { continue };
                    trail.mark(next, arc);
                    if other.has(next) {
                        let mut ring = self.ahead.way(network, from, next);
                        ring.extend(self.back.way(network, to, next));
                        return Some(ring);
                    }
                    edge.push(next);
                }
            }
        }
        None
    }

    /// The other cells of the ring whose newly suppressed cells cost least.
    ///
    /// Dijkstra's search, from the end with fewer cells. A vertex goes on by the cheapest of its cells that leads to one not yet
    /// reached, and by the next one only when that was gone, so that dear ones are hardly ever looked at. Loose cells
    /// cost nothing.
    pub(super) fn cheapest(&mut self, wanted: &Wanted<'_>) -> Option<Moves> {
        let &Wanted { network, loose, .. } = wanted;
        let [from, to] = network.gap(wanted.cell, wanted.direction)?;
        let forward = network.arcs(from).len() <= network.arcs(to).len();
        let (trail, start, end) =
            if forward { (&mut self.ahead, from, to) } else { (&mut self.back, to, from) };
        let dear = self.dear.get_or_insert_with(|| by_cost(network, wanted.pattern));
        trail.start(start);
        let mut reached = VecDeque::from([(start, 0_u64)]);
        let mut waiting = BinaryHeap::new();
        loop {
            while let Some((vertex, far)) = reached.pop_front() {
                for &arc in loose.on(vertex) {
                    let Some(next) = trail.step(wanted, vertex, arc) else { continue };
                    if trail.ends(wanted, next, arc, end) {
                        return Some(trail.way(network, start, end));
                    }
                    reached.push_back((next, far));
                }
                waiting.extend(trail.on(wanted, &dear[vertex], (vertex, far, 0)));
            }
            let Reverse(Waiting { far, vertex, before, place }) = waiting.pop()?;
            let arc = dear[vertex][place];
            if let Some(next) = trail.step(wanted, vertex, arc) {
                if trail.ends(wanted, next, arc, end) {
                    return Some(trail.way(network, start, end));
                }
                reached.push_back((next, far));
            }
            waiting.extend(trail.on(wanted, &dear[vertex], (vertex, before, place + 1)));
        }
    }
}

fn by_cost(network: &Network, pattern: &Pattern<'_>) -> Vec<Vec<usize>> {
    let at = |vertex: usize| {
        let mut arcs: Vec<usize> =
            network.arcs(vertex).iter().copied().filter(|&arc| pattern.open[arc]).collect();
        arcs.sort_unstable_by_key(|&arc| (pattern.costs[arc], arc));
        arcs
    };
    (0..network.vertices()).map(at).collect()
}

/// A vertex that is reached, and the next of its cells to go on by: ordered by what it takes to go there.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    far: u64,
    vertex: usize,
    before: u64,
    place: usize,
}

/// The vertices that a search reached, and the cell by which it came to each.
struct Trail {
    /// Whether the search goes against the direction in which the ring moves.
    backward: bool,
    round: u64,
    reached: Vec<u64>,
    came: Vec<usize>,
}

impl Trail {
    fn start(&mut self, vertex: usize) {
        self.round += 1;
        self.reached[vertex] = self.round;
    }

    fn has(&self, vertex: usize) -> bool {
        self.reached[vertex] == self.round
    }

    fn mark(&mut self, vertex: usize, arc: usize) {
        self.reached[vertex] = self.round;
        self.came[vertex] = arc;
    }

    /// Where a cell leads from a vertex, if it can move so and nobody was there.
    fn step(&self, wanted: &Wanted<'_>, vertex: usize, arc: usize) -> Option<usize> {
        let (next, way) = wanted.network.step(vertex, arc)?;
        let way = if self.backward { way.turned() } else { way };
        let goes = !self.has(next) && arc != wanted.cell && wanted.pattern.goes(arc, way, wanted.least);
        goes.then_some(next)
    }

    /// Marks where a cell leads, and says whether that, or a loose cell from there, is the end.
    fn ends(&mut self, wanted: &Wanted<'_>, next: usize, arc: usize, end: usize) -> bool {
        self.mark(next, arc);
        if next == end {
            return true;
        }
        let last =
            wanted.network.between(wanted.lattice, next, end).filter(|&last| wanted.pattern.hidden(last));
        let Some(last) = last.filter(|&last| self.step(wanted, next, last) == Some(end)) else {
            return false;
        };
        self.mark(end, last);
        true
    }

    /// The first of the cells from a place on that are told and lead on from a vertex.
    fn on(
        &self,
        wanted: &Wanted<'_>,
        dear: &[usize],
        (vertex, before, place): (usize, u64, usize),
    ) -> Option<Reverse<Waiting>> {
        let leads = |&place: &usize| {
            let arc = dear[place];
            !wanted.pattern.hidden(arc) && self.step(wanted, vertex, arc).is_some()
        };
        let place = (place..dear.len()).find(leads)?;
        let far = before.saturating_add(wanted.pattern.cost(dear[place])?);
        Some(Reverse(Waiting { far, vertex, before, place }))
    }

    /// The cells between where the search began and a vertex that it reached, each with its direction in the ring.
    fn way(&self, network: &Network, start: usize, mut vertex: usize) -> Moves {
        let mut way = Moves::new();
        while vertex != start {
            let arc = self.came[vertex];
            let Some((before, against)) = network.step(vertex, arc) else { break };
            way.push((arc, if self.backward { against } else { against.turned() }));
            vertex = before;
        }
        way
    }
}
