//! What a pattern lacks: whether suppressed cells leave every sensitive one its protection interval against somebody who knows
//! some cells anyway, and if not, which cells could help.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are numbered by the lattice and every list here is as long as its nodes"
)]

use super::lattice::{Dimensions, Lattice};
use super::mover::Mover;
use super::pattern::{Direction, Pattern};
use super::suppress::Layer;

/// What is asked of the patterns of one table, against one attacker.
pub(super) struct Lacking<'a> {
    layers: &'a [Layer],
    known: &'a [bool],
    mover: Mover<'a>,
    /// The pattern that is looked at.
    hidden: Vec<bool>,
    /// No cell, and how far each was moved: not at all between two questions.
    open: Vec<bool>,
    moved: Vec<i64>,
    /// Cells of the table that may be suppressed.
    may: Vec<bool>,
    demands: Vec<Demand>,
}

/// A cell that must be able to move in figures of one kind, so far as it can when the whole table is suppressed.
struct Demand {
    layer: usize,
    cell: usize,
    ways: Ways,
}

enum Ways {
    /// By so much, but for what is given away whatever is suppressed.
    This { direction: Direction, need: u64, given_away: u64 },
    /// By one, up or down, once the cell is suppressed.
    Either,
}

const NO_COSTS: &[u64] = &[];

impl<'a> Lacking<'a> {
    /// What `targets` ask for in a table, and, if `all_move`, what each suppressed cell of its own asks for.
    pub(super) fn of(
        lattice: &'a Lattice,
        layers: &'a [Layer],
        table: Dimensions,
        known: &'a [bool],
        targets: &[usize],
        hidden: &[bool],
        all_move: bool,
    ) -> Self {
        let mover = Mover::of(lattice, table);
        let may: Vec<bool> = mover.open().iter().zip(known).map(|(open, known)| *open && !*known).collect();
        // What is suppressed costs nothing, and nothing else may be.
        let (open, moved) = (vec![false; known.len()], vec![0; known.len()]);
        let everything: Vec<bool> = hidden.iter().zip(&may).map(|(one, other)| *one || *other).collect();
        let demands = Vec::new();
        let mut lacking = Self { layers, known, mover, hidden: Vec::new(), open, moved, may, demands };
        lacking.look(&everything);
        for (layer, figures) in layers.iter().enumerate() {
            for &cell in targets {
                let interval = figures.intervals[cell];
                for (direction, need) in [(Direction::Up, interval.above), (Direction::Down, interval.below)]
                {
                    let (given_away, _) = lacking.shortfall(layer, cell, direction, need);
                    lacking.demands.push(Demand {
                        layer,
                        cell,
                        ways: Ways::This { direction, need, given_away },
                    });
                }
            }
        }
        if all_move && !layers.is_empty() {
            let own = (0..lattice.own()).filter(|&cell| lacking.may[cell]).collect::<Vec<usize>>();
            for cell in own {
                if lacking.stuck(0, cell).is_none() {
                    lacking.demands.push(Demand { layer: 0, cell, ways: Ways::Either });
                }
            }
        }
        lacking
    }

    /// Nothing where every demand is met; otherwise cells of which any pattern that holds this one and meets them has one.
    pub(super) fn lacks(&mut self, hidden: &[bool]) -> Option<Vec<usize>> {
        self.look(hidden);
        for at in 0..self.demands.len() {
            let Demand { layer, cell, ref ways } = self.demands[at];
            match *ways {
                Ways::This { direction, need, given_away } => {
                    let (left, wanted) = self.shortfall(layer, cell, direction, need);
                    if left > given_away {
                        return Some(wanted);
                    }
                }
                Ways::Either if hidden[cell] => {
                    if let Some(wanted) = self.stuck(layer, cell) {
                        return Some(wanted);
                    }
                }
                Ways::Either => {}
            }
        }
        None
    }

    /// The cells that would let `cell` move up or down, if it can do neither.
    fn stuck(&mut self, layer: usize, cell: usize) -> Option<Vec<usize>> {
        let (left, mut wanted) = self.shortfall(layer, cell, Direction::Up, 1);
        if left == 0 {
            return None;
        }
        if self.layers[layer].values[cell] > self.layers[layer].floors[cell] {
            let (left, others) = self.shortfall(layer, cell, Direction::Down, 1);
            if left == 0 {
                return None;
            }
            wanted.extend(others);
        }
        Some(wanted)
    }

    /// Takes up a pattern. Nothing more is suppressed while it is asked about.
    fn look(&mut self, hidden: &[bool]) {
        hidden.clone_into(&mut self.hidden);
        let (mover, pattern, _) = self.parts(0);
        mover.look(&pattern);
    }

    fn shortfall(&mut self, layer: usize, cell: usize, direction: Direction, need: u64) -> (u64, Vec<usize>) {
        let (mover, mut pattern, may) = self.parts(layer);
        mover.shortfall(&mut pattern, cell, direction, need, |cell| may[cell])
    }

    fn parts(&mut self, layer: usize) -> (&mut Mover<'a>, Pattern<'_>, &[bool]) {
        let pattern = Pattern {
            layer: &self.layers[layer],
            costs: NO_COSTS,
            hidden: &mut self.hidden,
            open: &self.open,
            known: self.known,
            moved: &mut self.moved,
        };
        (&mut self.mover, pattern, &self.may)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, proptest};

    use super::super::lattice::{Codes, Lattice};
    use super::super::suppress::{Interval, Layer};
    use super::Lacking;

    /// Cells of a table of two dimensions, the least of which are sensitive.
    fn cells() -> impl Strategy<Value = Vec<(Codes, u64)>> {
        let count = proptest::prop_oneof![1_u64..10, 10_u64..60];
        prop::collection::btree_map([1_u32..4, 1_u32..4].prop_map(|[a, b]| [a, b, 0, 0]), count, 2..9)
            .prop_map(|cells| cells.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_meets_every_demand_has_one_of_the_cells_that_a_part_of_it_lacks(
            cells in cells(),
            (more, part) in (any::<u16>(), any::<u16>()),
            margins_known in any::<bool>(),
        ) {
            let (own, values): (Vec<Codes>, Vec<u64>) = cells.into_iter().unzip();
            let lattice = Lattice::new(2, own);
            let values = lattice.add_up(&values);
            let floors = lattice.add_up(&vec![1; lattice.own()]);
            let sensitive = |cell: usize| cell < lattice.own() && values[cell] < 10;
            let of = |cell| if sensitive(cell) { Interval { below: 10, above: 10 } } else { Interval::default() };
            let intervals = (0..values.len()).map(of).collect();
            let targets: Vec<usize> = (0..values.len()).filter(|&cell| sensitive(cell)).collect();
            let layers = [Layer { counts: true, unseen: false, values, floors, intervals }.settled()];
            let known: Vec<bool> = (0..lattice.nodes.len()).map(|cell| margins_known && cell >= lattice.own()).collect();
            let pattern = |bits: u16| -> Vec<bool> {
                (0..known.len()).map(|cell| targets.contains(&cell) || (cell < lattice.own() && bits >> cell & 1 == 1)).collect()
            };
            let (larger, smaller) = (pattern(more | part), pattern(part));
            let table = lattice.whole();
            let mut lacking = Lacking::of(&lattice, &layers, table, &known, &targets, &smaller, true);
            if let (None, Some(wanted)) = (lacking.lacks(&larger), lacking.lacks(&smaller)) {
                assert!(wanted.iter().any(|&cell| larger[cell] && !smaller[cell]), "{wanted:?}");
            }
            let everything = pattern(u16::MAX);
            assert_eq!(lacking.lacks(&everything), None, "whatever can be protected is");
        }
    }
}
