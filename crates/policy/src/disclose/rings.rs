//! Margins combined. In a table of two dimensions the suppressed cells form a graph: a row and a column are joined
//! by their cell. A cell can be computed from the margins exactly when it is a bridge of that graph, on no ring;
//! so every suppressed cell is put on a ring of suppressed cells, where the whole graph has one.
#![expect(
    clippy::indexing_slicing,
    reason = "vertices and edges are numbered in this file and every list is made with their number"
)]

use super::suppress::{Body, Codes};

/// The slices of a table: its parts with all dimensions but two fixed, as graphs.
///
/// Each slice stands here twice: with all its margins, and with those too small to be published run together, since
/// an attacker may know only the larger ones. A cell alone in its row is safe from the second attacker only.
pub(super) struct Slices {
    graphs: Vec<Graph>,
}

impl Slices {
    pub(super) fn of(rows: &[Body<'_>], codes: &Codes, minimum: u64) -> Self {
        let mut graphs = Vec::new();
        for across in 0..codes.dimensions() {
            for down in 0..across {
                for slice in codes.gather(|dimension| dimension != across && dimension != down) {
                    let mut sides = [down, across].map(|d| Side::of(&slice, |row| codes.code(d, row)));
                    let whole = Graph::of(rows, &slice, &sides);
                    let changed = sides.each_mut().map(|side| side.run_together(rows, &slice, minimum));
                    if changed.contains(&true) {
                        graphs.push(Graph::of(rows, &slice, &sides));
                    }
                    graphs.push(whole);
                }
            }
        }
        Self { graphs }
    }

    /// Suppresses further rows until every suppressed one that can lie on a ring does. Says whether anything changed.
    pub(super) fn suppress(&self, hidden: &mut [bool]) -> bool {
        let mut changed = false;
        for graph in &self.graphs {
            if graph.edges.iter().any(|edge| hidden[edge.row]) {
                changed |= graph.suppress(hidden);
            }
        }
        changed
    }
}

/// One of the two dimensions of a slice: for each of its rows, the vertex that it belongs to.
struct Side {
    vertices: Vec<usize>,
    count: usize,
}

impl Side {
    fn of(slice: &[usize], code: impl Fn(usize) -> usize) -> Self {
        let mut seen = std::collections::BTreeMap::new();
        let vertices = slice
            .iter()
            .map(|&row| {
                let next = seen.len();
                *seen.entry(code(row)).or_insert(next)
            })
            .collect();
        Self { vertices, count: seen.len() }
    }

    /// Makes one vertex of those whose margin is below `minimum`. Says whether there were several.
    fn run_together(&mut self, rows: &[Body<'_>], slice: &[usize], minimum: u64) -> bool {
        let mut margins = vec![0_u64; self.count];
        for (&row, &vertex) in slice.iter().zip(&self.vertices) {
            margins[vertex] = margins[vertex].saturating_add(rows[row].entities);
        }
        let small: Vec<bool> = margins.iter().map(|&margin| margin < minimum).collect();
        let Some(first) = small.iter().position(|&small| small) else { return false };
        for vertex in &mut self.vertices {
            if small[*vertex] {
                *vertex = first;
            }
        }
        small.iter().filter(|&&small| small).count() > 1
    }
}

struct Edge {
    row: usize,
    ends: [usize; 2],
    weight: u64,
}

struct Graph {
    vertices: usize,
    edges: Vec<Edge>,
}

impl Graph {
    fn of(rows: &[Body<'_>], slice: &[usize], sides: &[Side; 2]) -> Self {
        let [down, across] = sides;
        let ends = down.vertices.iter().zip(&across.vertices);
        let edges = slice
            .iter()
            .zip(ends)
            .map(|(&row, (&d, &a))| Edge { row, ends: [d, down.count + a], weight: rows[row].entities })
            .collect();
        Self { vertices: down.count + across.count, edges }
    }

    /// Takes a spanning forest that prefers suppressed and then small edges. An edge outside it closes one ring with
    /// the path between its ends; every edge on some ring lies on one of these. Near-linear in the edges.
    fn suppress(&self, hidden: &mut [bool]) -> bool {
        let mut order: Vec<usize> = (0..self.edges.len()).collect();
        order.sort_by_key(|&e| (!hidden[self.edges[e].row], self.edges[e].weight, self.edges[e].row));
        let (forest, closing) = self.forest(&order);
        // The first edge, in the order of preference, whose ring runs through each edge of the forest.
        let mut ring_of: Vec<Option<usize>> = vec![None; self.edges.len()];
        let mut walk = forest.walk();
        for &closer in &closing {
            walk.path(self.edges[closer].ends, |edge| ring_of[edge] = Some(closer));
        }
        let mut changed = false;
        let mut on_ring = vec![false; self.edges.len()];
        let mut walk = forest.walk();
        let mut close = |closer: usize, hidden: &mut [bool], on_ring: &mut Vec<bool>| {
            let mut hide = |edge: usize| {
                on_ring[edge] = true;
                changed |= !hidden[self.edges[edge].row];
                hidden[self.edges[edge].row] = true;
            };
            hide(closer);
            walk.path(self.edges[closer].ends, hide);
        };
        for &closer in
            closing.iter().take_while(|&&closer| hidden[self.edges[closer].row]).collect::<Vec<_>>()
        {
            close(closer, hidden, &mut on_ring);
        }
        for &edge in &order {
            if hidden[self.edges[edge].row]
                && !on_ring[edge]
                && let Some(closer) = ring_of[edge]
            {
                close(closer, hidden, &mut on_ring);
            }
        }
        changed
    }

    /// A spanning forest taken in `order`, and the edges left out of it in that order.
    fn forest(&self, order: &[usize]) -> (Forest, Vec<usize>) {
        let mut groups = Groups::new(self.vertices);
        let mut neighbours = vec![Vec::new(); self.vertices];
        let mut closing = Vec::new();
        for &e in order {
            let [one, other] = self.edges[e].ends;
            if groups.join(one, other) {
                neighbours[one].push((other, e));
                neighbours[other].push((one, e));
            } else {
                closing.push(e);
            }
        }
        (Forest::rooted(&neighbours), closing)
    }
}

/// A forest in which every vertex knows the way to its root.
struct Forest {
    up: Vec<Option<(usize, usize)>>,
    depth: Vec<usize>,
}

impl Forest {
    fn rooted(neighbours: &[Vec<(usize, usize)>]) -> Self {
        let mut up = vec![None; neighbours.len()];
        let mut depth = vec![usize::MAX; neighbours.len()];
        for root in 0..neighbours.len() {
            if depth[root] != usize::MAX {
                continue;
            }
            depth[root] = 0;
            let mut waiting = vec![root];
            while let Some(vertex) = waiting.pop() {
                for &(next, edge) in &neighbours[vertex] {
                    if depth[next] == usize::MAX {
                        depth[next] = depth[vertex] + 1;
                        up[next] = Some((vertex, edge));
                        waiting.push(next);
                    }
                }
            }
        }
        Self { up, depth }
    }

    fn walk(&self) -> Walk<'_> {
        Walk { forest: self, groups: Groups::new(self.up.len()) }
    }
}

/// Walks paths of a forest and goes along each edge once: edges already walked are skipped at no cost.
struct Walk<'f> {
    forest: &'f Forest,
    groups: Groups,
}

impl Walk<'_> {
    fn path(&mut self, ends: [usize; 2], mut visit: impl FnMut(usize)) {
        let [mut one, mut other] = ends.map(|end| self.groups.top(end));
        while one != other {
            if self.forest.depth[one] < self.forest.depth[other] {
                std::mem::swap(&mut one, &mut other);
            }
            let Some((parent, edge)) = self.forest.up[one] else { return };
            visit(edge);
            self.groups.hang(one, parent);
            one = self.groups.top(one);
        }
    }
}

/// Disjoint groups of vertices.
struct Groups {
    above: Vec<usize>,
}

impl Groups {
    fn new(vertices: usize) -> Self {
        Self { above: (0..vertices).collect() }
    }

    fn top(&mut self, mut vertex: usize) -> usize {
        while self.above[vertex] != vertex {
            self.above[vertex] = self.above[self.above[vertex]];
            vertex = self.above[vertex];
        }
        vertex
    }

    /// Joins the groups of two vertices. Says whether they were two.
    fn join(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.top(one), self.top(other));
        self.above[one] = other;
        one != other
    }

    /// Puts the group of `below`, its top, under `above`, so that the top of both is the upper one.
    fn hang(&mut self, below: usize, above: usize) {
        self.above[below] = self.top(above);
    }
}
