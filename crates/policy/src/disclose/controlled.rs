//! Controlled rounding: all figures of a table go to the multiple below or above together, so that rounded cells add up to
//! rounded margins (Cox, *A constructive procedure for unbiased controlled rounding*, JASA 82, 1987).
//!
//! In a table of one or two dimensions the remainders are a flow. Along any ring of cells with a remainder some can grow
//! while others shrink by as much and nothing else changes, until one of them has none left. When no cell has, the
//! table is rounded: every figure lies within one base of what it was, and multiples stay as they are. In three
//! dimensions and more such a rounding need not exist.
#![expect(
    clippy::indexing_slicing,
    reason = "vertices and arcs are numbered by the network and every list is made with their number"
)]

use super::flow::Network;
use super::lattice::Lattice;

/// The rounded values of all cells; none where the table has more than two dimensions or its values don't add up.
pub(super) fn round(lattice: &Lattice, values: &[u64], base: u64) -> Option<Vec<u64>> {
    let adds_up = lattice.lines.iter().all(|line| {
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
    let network = Network::of(lattice, lattice.whole());
    let mut rest: Vec<u64> = values.iter().map(|value| value % base).collect();
    let mut next = vec![0; network.vertices()];
    for start in 0..network.vertices() {
        while let Some(ring) = ring(&network, |arc| !rest[arc].is_multiple_of(base), &mut next, start) {
            turn(&mut rest, &ring, base);
        }
    }
    let rounded = values.iter().zip(rest).map(|(value, rest)| (value - value % base).saturating_add(rest));
    Some(rounded.collect())
}

/// A ring of cells with a remainder, found by walking from `start`; each with whether it is walked along its arc.
///
/// Remainders balance at every vertex, so a walk that came in by one cell with a remainder can go on by another. `next`
/// remembers the cells at each vertex that are known to have none: a cell that has lost its remainder never
/// regains one.
fn ring(
    network: &Network,
    has_rest: impl Fn(usize) -> bool,
    next: &mut [usize],
    start: usize,
) -> Option<Vec<(usize, bool)>> {
    let mut path: Vec<(usize, bool)> = Vec::new();
    let mut seen: std::collections::BTreeMap<usize, usize> = [(start, 0)].into();
    let mut vertex = start;
    loop {
        let arcs = network.arcs(vertex);
        while next[vertex] < arcs.len() && !has_rest(arcs[next[vertex]]) {
            next[vertex] += 1;
        }
        let came = path.last().map(|&(arc, _)| arc);
        let on = arcs[next[vertex]..].iter().copied().find(|&arc| has_rest(arc) && Some(arc) != came)?;
        let [tail, head] = network.ends(on)?;
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
