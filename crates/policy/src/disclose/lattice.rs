//! A table with all its margins as one system of cells and lines. A line is a margin's cell and the cells that it adds
//! up: whoever knows all of a line but one cell knows that one too.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and lines are numbered in this file and every list is made with their number"
)]

use std::collections::HashMap;

use model::tabulation::DIMENSIONS_MAX;

/// A cell by its key in each dimension, from 1; 0 stands for all keys together.
pub(super) type Codes = [u32; DIMENSIONS_MAX];

/// A set of dimensions, one bit for each.
pub(super) type Dimensions = usize;

/// A margin's cell and its parts.
pub(super) struct Line {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

/// The cells of a table, its own first and then its margins'.
pub(super) struct Lattice {
    pub(super) dimensions: usize,
    pub(super) nodes: Vec<Codes>,
    pub(super) lines: Vec<Line>,
    own: usize,
    lines_of: Vec<[usize; DIMENSIONS_MAX]>,
    places: Places,
}

impl Lattice {
    /// The table whose cells have these codes, each once, none of them 0 in one of the `dimensions`.
    pub(super) fn new(dimensions: usize, own: Vec<Codes>) -> Self {
        let count = own.len();
        // A table without dimensions is its own grand total.
        let margins = if dimensions == 0 { 0..0 } else { 0..(1_usize << dimensions) - 1 };
        let mut margins: Vec<Codes> = margins.flat_map(|kept| each_once(&own, kept)).collect();
        margins.sort_unstable();
        let mut nodes = own;
        nodes.extend(margins);
        let places = Places::of(&nodes);
        let mut lines = Vec::new();
        let mut lines_of = vec![[usize::MAX; DIMENSIONS_MAX]; nodes.len()];
        for dimension in 0..dimensions {
            let mut line_at = vec![usize::MAX; nodes.len()];
            for (node, codes) in nodes.iter().enumerate() {
                let mut whole = *codes;
                whole[dimension] = 0;
                let Some(total) = places.get(&whole) else { continue };
                if line_at[total] == usize::MAX {
                    line_at[total] = lines.len();
                    lines.push(Line { total, parts: Vec::new() });
                }
                let line = line_at[total];
                lines_of[node][dimension] = line;
                if node != total {
                    lines[line].parts.push(node);
                }
            }
        }
        Self { dimensions, nodes, lines, own: count, lines_of, places }
    }

    /// How many cells are the table's own.
    pub(super) fn own(&self) -> usize {
        self.own
    }

    /// All dimensions of the table.
    pub(super) fn whole(&self) -> Dimensions {
        (1 << self.dimensions) - 1
    }

    /// The dimensions in which a cell has a key: those of the coarsest table that shows it.
    pub(super) fn keyed(&self, node: usize) -> Dimensions {
        self.nodes[node].iter().enumerate().filter(|(_, code)| **code > 0).map(|(d, _)| 1 << d).sum()
    }

    /// The line that runs through a cell in a dimension.
    pub(super) fn line(&self, node: usize, dimension: usize) -> usize {
        self.lines_of[node][dimension]
    }

    /// The cells of the line that runs through a cell in a dimension, its total last.
    pub(super) fn along(&self, node: usize, dimension: usize) -> impl Iterator<Item = usize> {
        let line = &self.lines[self.line(node, dimension)];
        line.parts.iter().copied().chain([line.total])
    }

    /// The cell with these codes.
    pub(super) fn at(&self, codes: &Codes) -> Option<usize> {
        self.places.get(codes)
    }

    /// Values of all cells from those of the table's own.
    pub(super) fn add_up(&self, own: &[u64]) -> Vec<u64> {
        let mut values = vec![0_u64; self.nodes.len()];
        values[..self.own].copy_from_slice(own);
        let mut margins: Vec<usize> = (self.own..self.nodes.len()).collect();
        // A margin's parts have one key more than it has.
        margins.sort_by_key(|&node| std::cmp::Reverse(self.keyed(node).count_ones()));
        for node in margins {
            let open = (0..self.dimensions).find(|&dimension| self.nodes[node][dimension] == 0);
            if let Some(dimension) = open {
                let parts = &self.lines[self.lines_of[node][dimension]].parts;
                values[node] = parts.iter().fold(0, |sum, &part| sum.saturating_add(values[part]));
            }
        }
        values
    }
}

/// The codes that are left of these with all keys together but in the dimensions `kept`.
fn each_once(own: &[Codes], kept: Dimensions) -> Vec<Codes> {
    let mut codes: Vec<Codes> = own.iter().map(|codes| only(*codes, kept)).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Codes with all keys together but in these dimensions.
pub(super) fn only(mut codes: Codes, kept: Dimensions) -> Codes {
    for (dimension, code) in codes.iter_mut().enumerate() {
        if kept >> dimension & 1 == 0 {
            *code = 0;
        }
    }
    codes
}

/// Finds a cell by its codes: by a plain array where the codes leave few gaps.
enum Places {
    Dense { sizes: [usize; DIMENSIONS_MAX], at: Vec<u32> },
    Sparse(HashMap<Codes, usize>),
}

/// Largest plain array.
const DENSE_MAX: usize = 1 << 22;

impl Places {
    fn of(nodes: &[Codes]) -> Self {
        let mut sizes = [1_usize; DIMENSIONS_MAX];
        for codes in nodes {
            for (size, &code) in sizes.iter_mut().zip(codes) {
                *size = (*size).max(code as usize + 1);
            }
        }
        let space = sizes.iter().fold(1_usize, |space, &size| space.saturating_mul(size));
        if space > DENSE_MAX {
            return Self::Sparse(nodes.iter().enumerate().map(|(node, codes)| (*codes, node)).collect());
        }
        let mut at = vec![u32::MAX; space];
        for (node, codes) in (0_u32..).zip(nodes) {
            at[place(&sizes, codes)] = node;
        }
        Self::Dense { sizes, at }
    }

    fn get(&self, codes: &Codes) -> Option<usize> {
        match self {
            Self::Dense { sizes, at } => {
                at.get(place(sizes, codes)).filter(|&&node| node != u32::MAX).map(|&node| node as usize)
            }
            Self::Sparse(at) => at.get(codes).copied(),
        }
    }
}

fn place(sizes: &[usize; DIMENSIONS_MAX], codes: &Codes) -> usize {
    sizes.iter().zip(codes).fold(0, |place, (size, &code)| place * size + code as usize)
}

#[cfg(test)]
mod tests {
    use super::{Lattice, Line};

    #[test]
    fn margins_add_up_along_every_line() {
        let own = vec![[1, 1, 1, 0], [1, 2, 1, 0], [2, 1, 1, 0], [2, 1, 2, 0]];
        let lattice = Lattice::new(3, own);
        let values = lattice.add_up(&[1, 20, 300, 4_000]);
        for Line { total, parts } in &lattice.lines {
            assert_eq!(values[*total], parts.iter().map(|&part| values[part]).sum::<u64>());
        }
        let at = |codes| values[lattice.at(&codes).unwrap()];
        assert_eq!((at([0, 0, 0, 0]), at([0, 1, 0, 0]), at([2, 1, 0, 0])), (4_321, 4_301, 4_300));
        assert_eq!(lattice.at(&[2, 2, 0, 0]), None);
        assert!(lattice.nodes.iter().enumerate().all(|(node, codes)| lattice.at(codes) == Some(node)));
        let grand = Lattice::new(0, vec![[0; 4]]);
        assert_eq!((grand.nodes.len(), grand.lines.len(), grand.own()), (1, 0, 1));
    }
}
