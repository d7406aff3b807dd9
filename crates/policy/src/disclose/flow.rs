//! Tables of one and two dimensions as a network. Lines are its vertices and every cell an arc between its two lines:
//! figures can move along a ring without moving any total, so how far a cell can move is a question of flow.
#![expect(
    clippy::indexing_slicing,
    reason = "vertices and arcs are numbered in this file and every list is made with their number"
)]

use super::lattice::{Codes, Dimensions, Lattice};
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
    /// For each vertex, the codes that all cells at it have in common; nothing where there is one alone.
    codes: Vec<Codes>,
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
        let codes = match inside.len() {
            2 => lattice.lines.iter().map(|line| lattice.nodes[line.total]).collect(),
            _ => Vec::new(),
        };
        Self { ends, arcs, codes }
    }

    /// The cell between two vertices of a table of two dimensions.
    pub(super) fn between(&self, lattice: &Lattice, one: usize, other: usize) -> Option<usize> {
        let mut codes = *self.codes.get(one)?;
        codes.iter_mut().zip(self.codes.get(other)?).for_each(|(code, other)| *code = (*code).max(*other));
        let cell = lattice.at(&codes)?;
        self.ends[cell].filter(|ends| ends.contains(&one) && ends.contains(&other)).map(|_| cell)
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

    /// The vertices that a ring through a cell's arc leads from and to, the cell itself left out.
    pub(super) fn gap(&self, cell: usize, direction: Direction) -> Option<[usize; 2]> {
        let [tail, head] = self.ends[cell]?;
        Some(if direction == Direction::Up { [head, tail] } else { [tail, head] })
    }

    /// Where an arc leads from one of its ends, and which way its cell moves then.
    pub(super) fn step(&self, vertex: usize, arc: usize) -> Option<(usize, Direction)> {
        let [tail, head] = self.ends[arc]?;
        Some(if vertex == tail { (head, Direction::Up) } else { (tail, Direction::Down) })
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
        let Some([from, _]) = self.gap(cell, direction) else { return Vec::new() };
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
        self.step(vertex, arc).filter(|&(_, way)| pattern.goes(arc, way, 1)).map(|(next, _)| next)
    }
}
