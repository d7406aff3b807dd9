//! Margins one at a time: in the groups that one margin adds up, suppressed ones must be at least two and together too many
//! to point at anybody, so that whoever knows that margin and nothing else learns nothing.
#![expect(
    clippy::indexing_slicing,
    reason = "rows are numbered by the lattice and every list here is as long as its own cells"
)]

use super::lattice::{Lattice, only};
use super::suppress::Layer;

/// The rows of a table under each of its margins, the smallest first.
pub(super) struct Margins(Vec<Vec<usize>>);

impl Margins {
    pub(super) fn of(lattice: &Lattice, costs: &[u64]) -> Self {
        let mut order: Vec<usize> = (0..lattice.own()).collect();
        order.sort_unstable_by_key(|&row| (costs[row], row));
        let mut under = vec![Vec::new(); lattice.nodes.len() - lattice.own()];
        for row in order {
            for kept in 0..lattice.whole() {
                let margin = lattice.at(&only(lattice.nodes[row], kept));
                if let Some(at) = margin.and_then(|node| node.checked_sub(lattice.own())) {
                    under[at].push(row);
                }
            }
        }
        under.retain(|rows| rows.len() > 1);
        Self(under)
    }

    /// Suppresses the smallest rows under each margin that needs more. Says whether anything changed.
    pub(super) fn suppress(&self, layers: &[Layer], minimum: u64, hidden: &mut [bool]) -> bool {
        let counts = || layers.iter().filter(|layer| layer.counts);
        let mut changed = false;
        for rows in &self.0 {
            let mut dark = rows.iter().filter(|&&row| hidden[row]).count();
            if dark == 0 {
                continue;
            }
            let mut sums: Vec<u64> = counts()
                .map(|layer| rows.iter().filter(|&&row| hidden[row]).map(|&row| layer.values[row]).sum())
                .collect();
            let few = |(layer, &sum): (&Layer, &u64)| layer.is_few(sum, || whole(rows, layer), minimum);
            for &row in rows {
                if dark >= 2 && !counts().zip(&sums).any(few) {
                    break;
                }
                if !hidden[row] {
                    hidden[row] = true;
                    changed = true;
                    dark += 1;
                    sums.iter_mut().zip(counts()).for_each(|(sum, layer)| *sum += layer.values[row]);
                }
            }
        }
        changed
    }

    /// The rows of which at least one more must be suppressed, under the first margin that needs more.
    pub(super) fn wants(&self, layers: &[Layer], minimum: u64, hidden: &[bool]) -> Option<Vec<usize>> {
        let few = |rows: &[usize]| {
            let dark = || rows.iter().copied().filter(|&row| hidden[row]);
            let few = |layer: &Layer| {
                let sum = dark().map(|row| layer.values[row]).sum::<u64>();
                layer.is_few(sum, || whole(rows, layer), minimum)
            };
            match dark().count() {
                0 => false,
                1 => true,
                _ => layers.iter().filter(|layer| layer.counts).any(few),
            }
        };
        self.0
            .iter()
            .filter(|rows| few(rows))
            .map(|rows| rows.iter().copied().filter(|&row| !hidden[row]).collect::<Vec<usize>>())
            .find(|wanted| !wanted.is_empty())
    }
}

/// What the rows under a margin come to.
fn whole(rows: &[usize], layer: &Layer) -> u64 {
    rows.iter().map(|&row| layer.values[row]).sum()
}
