//! Controlled rounding: all figures of a table go to the multiple below or above together, so that rounded cells add up to
//! rounded margins (Cox, *A constructive procedure for unbiased controlled rounding*, JASA 82, 1987).
//!
//! In a table of one or two dimensions the remainders are a flow. Along any ring of cells with a remainder some can grow
//! while others shrink by as much and nothing else changes, until one of them has none left. When no cell has, the
//! table is rounded: every figure lies within one base of what it was, and multiples stay as they are. In three
//! dimensions and more such a rounding need not exist.
//!
//! A figure that nobody sees can be taken for any: lines with such figures need not add up, and all their vertices are one, at
//! which any remainder may be left.
#![expect(
    clippy::indexing_slicing,
    reason = "vertices and arcs are numbered by the network and every list is made with their number"
)]

use super::flow::Network;
use super::lattice::{Lattice, Line};

/// The rounded values of all cells; none where the table has more than two dimensions or its values don't add up. Those that
/// are `unseen` change nothing.
pub(super) fn round(lattice: &Lattice, values: &[u64], unseen: &[bool], base: u64) -> Option<Vec<u64>> {
    let seen = |line: &&Line| !line.parts.iter().chain([&line.total]).any(|&cell| unseen[cell]);
    let adds_up = lattice.lines.iter().filter(seen).all(|line| {
        let sum = line.parts.iter().try_fold(0_u64, |sum, &part| sum.checked_add(values[part]));
        sum == Some(values[line.total])
    });
    if !adds_up || lattice.dimensions > 2 {
        return None;
    }
    if lattice.dimensions == 0 {
        let nearest = |&value: &u64| (value.saturating_add(base / 2) / base).saturating_mul(base);
        return Some(values.iter().map(nearest).collect());
    }
    let walks = Walks::of(&Network::of(lattice, lattice.whole()), unseen);
    let rest = |(value, unseen): (&u64, &bool)| if *unseen { 0 } else { value % base };
    let mut rest: Vec<u64> = values.iter().zip(unseen).map(rest).collect();
    let mut next = vec![0; walks.arcs.len()];
    for start in 0..walks.arcs.len() {
        while let Some(ring) = ring(&walks, |arc| !rest[arc].is_multiple_of(base), &mut next, start) {
            turn(&mut rest, &ring, base);
        }
    }
    let rounded = values.iter().zip(rest).map(|(value, rest)| (value - value % base).saturating_add(rest));
    Some(rounded.collect())
}

/// Where walks along cells with a remainder lead: the network with all vertices made one at which an unseen figure stands.
struct Walks {
    arcs: Vec<Vec<usize>>,
    ends: Vec<Option<[usize; 2]>>,
}

impl Walks {
    fn of(network: &Network, unseen: &[bool]) -> Self {
        let open = |vertex: &usize| network.arcs(*vertex).iter().any(|&arc| unseen[arc]);
        let together = (0..network.vertices()).find(open);
        let at = |vertex: usize| together.filter(|_| open(&vertex)).unwrap_or(vertex);
        let mut arcs = vec![Vec::new(); network.vertices()];
        for vertex in 0..network.vertices() {
            arcs[at(vertex)].extend_from_slice(network.arcs(vertex));
        }
        let ends = (0..unseen.len()).map(|arc| network.ends(arc).map(|ends| ends.map(at))).collect();
        Self { arcs, ends }
    }
}

/// A ring of cells with a remainder, found by walking from `start`; each with whether it is walked along its arc.
///
/// Remainders balance at every vertex, so a walk that came in by one cell with a remainder can go on by another. `next`
/// remembers the cells at each vertex that are known to have none: a cell that has lost its remainder never
/// regains one.
fn ring(
    walks: &Walks,
    has_rest: impl Fn(usize) -> bool,
    next: &mut [usize],
    start: usize,
) -> Option<Vec<(usize, bool)>> {
    let mut path: Vec<(usize, bool)> = Vec::new();
    let mut seen: std::collections::BTreeMap<usize, usize> = [(start, 0)].into();
    let mut vertex = start;
    loop {
        let arcs = &walks.arcs[vertex];
        while next[vertex] < arcs.len() && !has_rest(arcs[next[vertex]]) {
            next[vertex] += 1;
        }
        let came = path.last().map(|&(arc, _)| arc);
        let on = arcs[next[vertex]..].iter().copied().find(|&arc| has_rest(arc) && Some(arc) != came)?;
        let [tail, head] = walks.ends[on]?;
        path.push((on, vertex == tail));
        vertex = if vertex == tail { head } else { tail };
        if let Some(&first) = seen.get(&vertex) {
            return Some(path.split_off(first));
        }
        seen.insert(vertex, path.len());
    }
}

/// Moves the remainders of a ring until one of its cells has none, the way that takes the smaller move.
fn turn(rest: &mut [u64], ring: &[(usize, bool)], base: u64) {
    let room = |with: bool| {
        let far = |&(arc, along): &(usize, bool)| if along == with { base - rest[arc] } else { rest[arc] };
        ring.iter().map(far).min().unwrap_or(0)
    };
    let (with, by) = match (room(true), room(false)) {
        (one, other) if one <= other => (true, one),
        (_, other) => (false, other),
    };
    for &(arc, along) in ring {
        rest[arc] = if along == with { rest[arc] + by } else { rest[arc] - by };
    }
}
