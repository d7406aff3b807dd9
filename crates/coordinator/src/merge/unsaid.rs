//! Shares that a force does not tell and that are no zeros: its records may stand in a group of which it has no row, because
//! noise leaves out small groups, or because it put them under `(withheld)` where another force tells their heading.

use std::collections::HashSet;

use model::tabulation::WITHHELD;
use model::{ForceId, TableReply};

type Keys = Vec<Option<String>>;

/// What one force told, by its headings.
pub(super) struct Said {
    force: ForceId,
    rows: HashSet<Keys>,
    /// For each dimension, the headings that it has.
    headings: Vec<HashSet<Option<String>>>,
    leaves_out: bool,
}

impl Said {
    pub(super) fn of(force: ForceId, reply: &TableReply) -> Self {
        let rows: HashSet<Keys> = reply.rows.iter().map(|row| row.keys.clone()).collect();
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let of = |place: usize| rows.iter().filter_map(|keys| keys.get(place)).cloned().collect();
        let headings = (0..width).map(of).collect();
        Self { force, rows, headings, leaves_out: reply.protection.leaves_out() }
    }

    /// The force, if records of it may stand in a group that others told of and that it has no row of.
    pub(super) fn unsaid(&self, keys: &Keys) -> Option<&ForceId> {
        let may = !self.rows.contains(keys) && (self.leaves_out || self.rows.contains(&self.withheld(keys)));
        may.then_some(&self.force)
    }

    /// Where the force keeps what it holds of a group: headings that it has none of are withheld.
    fn withheld(&self, keys: &Keys) -> Keys {
        let withheld = |(key, known): (&Option<String>, &HashSet<_>)| {
            if known.contains(key) { key.clone() } else { Some(WITHHELD.to_owned()) }
        };
        keys.iter().zip(&self.headings).map(withheld).collect()
    }
}
