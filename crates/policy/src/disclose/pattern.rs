//! Which cells of a table are not told, while that is found out, and how far each has been moved.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are numbered by the lattice and every list here is as long as its nodes"
)]

use super::suppress::Layer;

/// Whether a figure grows or shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    Up,
    Down,
}

impl Direction {
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// Cells that move together, each with its direction.
pub(super) type Moves = Vec<(usize, Direction)>;

/// Which cells are not told, while that is found out.
pub(super) struct Pattern<'a> {
    pub(super) layer: &'a Layer,
    /// What suppressing each costs.
    pub(super) costs: &'a [u64],
    pub(super) hidden: &'a mut [bool],
    /// Cells that may be suppressed: those of the table at hand, whose margins are settled.
    pub(super) open: &'a [bool],
    /// Cells that the attacker at hand knows whether or not they are told.
    pub(super) known: &'a [bool],
    /// How far each cell has been moved for the interval at hand.
    pub(super) moved: &'a mut [i64],
}

impl Pattern<'_> {
    /// Whether a cell is suppressed, and unknown to the attacker at hand.
    pub(super) fn hidden(&self, cell: usize) -> bool {
        self.hidden[cell] && !self.known[cell]
    }

    /// What suppressing a cell costs: nothing where it is; none where it may not be.
    pub(super) fn cost(&self, cell: usize) -> Option<u64> {
        match (self.hidden(cell), self.open[cell]) {
            (true, _) => Some(0),
            (false, true) => Some(self.costs[cell].saturating_add(1)),
            (false, false) => None,
        }
    }

    /// How far a cell can still fall.
    pub(super) fn room(&self, cell: usize) -> u64 {
        let least = self.layer.values[cell].saturating_sub(self.layer.floors[cell]);
        least.saturating_add_signed(self.moved[cell])
    }

    /// Whether a cell can move by `least` in this direction: nothing keeps a figure from growing.
    pub(super) fn goes(&self, cell: usize, way: Direction, least: u64) -> bool {
        way == Direction::Up || self.room(cell) >= least
    }

    /// Moves cells together.
    pub(super) fn shift(&mut self, moves: &[(usize, Direction)], by: u64) {
        let by = i64::try_from(by).unwrap_or(i64::MAX);
        for &(cell, way) in moves {
            let moved = &mut self.moved[cell];
            *moved = if way == Direction::Up { moved.saturating_add(by) } else { moved.saturating_sub(by) };
        }
    }
}
