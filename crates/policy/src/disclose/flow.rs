//! Tables of one and two dimensions as a network. Lines are its vertices and every cell an arc between its two lines:
//! figures can move along a ring without moving any total, so how far a cell can move is a question of flow.
#![expect(
    clippy::indexing_slicing,
    reason = "vertices and arcs are numbered in this file and every list is made with their number"
)]

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::lattice::{Dimensions, Lattice};
use super::pattern::{Direction, Pattern};

/// The network of a table of one or two dimensions with its margins.
///
/// Every second kind of line counts negative, so that a cell stands positive in one of its lines and negative in the
/// other: it is an arc, along which its figure grows. A table of one dimension has one line; a second vertex that
/// nothing is asked of stands for the missing ones.
pub(super) struct Network {
    /// Tail and head of each cell's arc; none for cells outside this table.
    ends: Vec<Option<[usize; 2]>>,
    arcs: Vec<Vec<usize>>,
}

impl Network {
    pub(super) fn of(lattice: &Lattice, dimensions: Dimensions) -> Self {
        let inside: Vec<usize> = (0..lattice.dimensions).filter(|d| dimensions >> d & 1 == 1).collect();
        let mut arcs = vec![Vec::new(); lattice.lines.len() + 1];
        let nobody = lattice.lines.len();
        let ends: Vec<Option<[usize; 2]>> = (0..lattice.nodes.len())
            .map(|node| {
                if lattice.keyed(node) & !dimensions != 0 {
                    return None;
                }
                let open = inside.iter().filter(|&&d| lattice.nodes[node][d] == 0).count();
                let [one, other] = match *inside {
                    [along] => [nobody, lattice.line(node, along)],
                    [down, across] => [lattice.line(node, down), lattice.line(node, across)],
                    _ => return None,
                };
                Some(if open.is_multiple_of(2) { [one, other] } else { [other, one] })
            })
            .collect();
        for (node, ends) in ends.iter().enumerate() {
            for &end in ends.iter().flatten() {
                arcs[end].push(node);
            }
        }
        Self { ends, arcs }
    }

    /// Vertices are numbered up to this.
    pub(super) fn vertices(&self) -> usize {
        self.arcs.len()
    }

    /// The cells that have a vertex at one end.
    pub(super) fn arcs(&self, vertex: usize) -> &[usize] {
        &self.arcs[vertex]
    }

    /// Tail and head of a cell's arc.
    pub(super) fn ends(&self, cell: usize) -> Option<[usize; 2]> {
        self.ends[cell]
    }

    /// The cells that move with `cell` along the cheapest ring, each with its direction; none if there is no ring.
    /// A cell that falls can fall by `least` or more.
    pub(super) fn ring(
        &self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        least: u64,
        free: bool,
    ) -> Option<Vec<(usize, Direction)>> {
        let [tail, head] = self.ends[cell]?;
        let [from, to] = if direction == Direction::Up { [head, tail] } else { [tail, head] };
        let step = |vertex: usize, arc: usize| {
            if arc == cell {
                return None;
            }
            let [tail, head] = self.ends[arc]?;
            let (next, way) = if vertex == tail { (head, Direction::Up) } else { (tail, Direction::Down) };
            let room = way == Direction::Up || pattern.room(arc) >= least;
            let cost = pattern.cost(arc)?;
            (room && (!free || cost == 0)).then_some((next, way, cost))
        };
        let came = if free { self.nearest(from, to, step) } else { self.cheapest(from, to, step) }?;
        let mut ring = Vec::new();
        let mut vertex = to;
        while vertex != from {
            let (before, arc, way) = came[vertex]?;
            ring.push((arc, way));
            vertex = before;
        }
        Some(ring)
    }

    /// The cells that `may` be suppressed and would let `cell` move further, once what is suppressed has moved as far as
    /// it can: any way on crosses the cut at one of them.
    pub(super) fn beyond(
        &self,
        pattern: &Pattern<'_>,
        cell: usize,
        direction: Direction,
        may: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let Some([tail, head]) = self.ends[cell] else { return Vec::new() };
        let from = if direction == Direction::Up { head } else { tail };
        let mut reached = vec![false; self.arcs.len()];
        reached[from] = true;
        let mut waiting = vec![from];
        while let Some(vertex) = waiting.pop() {
            for &arc in self.arcs[vertex].iter().filter(|&&arc| arc != cell && pattern.hidden(arc)) {
                if let Some(next) = self.across(pattern, vertex, arc)
                    && !reached[next]
                {
                    reached[next] = true;
                    waiting.push(next);
                }
            }
        }
        let crosses = |arc: usize| {
            let ends = self.ends[arc].into_iter().flatten();
            ends.filter(|&end| reached[end])
                .any(|end| self.across(pattern, end, arc).is_some_and(|to| !reached[to]))
        };
        (0..self.ends.len())
            .filter(|&arc| arc != cell && !pattern.hidden(arc) && may(arc) && crosses(arc))
            .collect()
    }

    /// Where an arc leads from one of its ends, were it suppressed; nowhere if its cell can't fall.
    fn across(&self, pattern: &Pattern<'_>, vertex: usize, arc: usize) -> Option<usize> {
        let [tail, head] = self.ends[arc]?;
        if vertex == tail { Some(head) } else { (pattern.room(arc) > 0).then_some(tail) }
    }

    /// Breadth first: along arcs that cost nothing.
    fn nearest(&self, from: usize, to: usize, step: impl Fn(usize, usize) -> Option<Step>) -> Option<Came> {
        let mut came: Came = vec![None; self.arcs.len()];
        let mut waiting = VecDeque::from([from]);
        while let Some(vertex) = waiting.pop_front() {
            for &arc in &self.arcs[vertex] {
                let Some((next, way, _)) = step(vertex, arc) else { continue };
                if next != from && came[next].is_none() {
                    came[next] = Some((vertex, arc, way));
                    if next == to {
                        return Some(came);
                    }
                    waiting.push_back(next);
                }
            }
        }
        None
    }

    /// Dijkstra's: the path whose newly suppressed cells cost least.
    fn cheapest(&self, from: usize, to: usize, step: impl Fn(usize, usize) -> Option<Step>) -> Option<Came> {
        let mut came: Came = vec![None; self.arcs.len()];
        let mut far = vec![u64::MAX; self.arcs.len()];
        far[from] = 0;
        let mut waiting = BinaryHeap::from([Reverse((0_u64, from))]);
        while let Some(Reverse((so_far, vertex))) = waiting.pop() {
            if vertex == to || far[to] == so_far {
                break;
            }
            if so_far > far[vertex] {
                continue;
            }
            for &arc in &self.arcs[vertex] {
                let Some((next, way, cost)) = step(vertex, arc) else { continue };
                let then = so_far.saturating_add(cost);
                if then < far[next] {
                    far[next] = then;
                    came[next] = Some((vertex, arc, way));
                    waiting.push(Reverse((then, next)));
                }
            }
        }
        (far[to] < u64::MAX).then_some(came)
    }
}

type Step = (usize, Direction, u64);
/// For each vertex reached: the one before it, the arc between, and the way along it.
type Came = Vec<Option<(usize, usize, Direction)>>;
