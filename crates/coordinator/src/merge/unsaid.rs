//! Shares that a force does not tell and that are no zeros: its records may stand in a group of which it has no row, because
//! noise leaves out small groups, or because it put them under `(withheld)` where another force tells their heading.

use model::ForceId;
use model::reply::Protection;
use model::tabulation::{DIMENSIONS_MAX, WITHHELD};

use super::Share;

/// What each force left unsaid, by the ranks of its keys.
pub(super) struct Unsaid<'f>(Vec<Said<'f>>);

impl<'f> Unsaid<'f> {
    /// Of the rows of these forces, in any order.
    pub(super) fn of(forces: &'f [(ForceId, Protection)], shares: &[Share]) -> Self {
        let said = |(force, protection): &'f (ForceId, Protection)| Said {
            force,
            leaves_out: protection.leaves_out(),
            withheld: [0; DIMENSIONS_MAX],
            headings: Default::default(),
            rows: Vec::new(),
        };
        let mut all: Vec<Said<'f>> = forces.iter().map(said).collect();
        shares
            .iter()
            .for_each(|share| all.get_mut(share.force).into_iter().for_each(|said| said.take(share)));
        all.iter_mut().for_each(|said| said.rows.sort_unstable());
        Self(all)
    }

    /// The forces of which records may stand in a group although they have no row of it, where others have these.
    pub(super) fn by(&self, shares: &[Share]) -> impl Iterator<Item = &'f ForceId> {
        let ranks = shares.first().map(|share| share.ranks).unwrap_or_default();
        let silent = |at: &usize| !shares.iter().any(|share| share.force == *at);
        let silent = self.0.iter().enumerate().filter(move |(at, _)| silent(at));
        silent.filter(move |(_, said)| said.may_hold(ranks)).map(|(_, said)| said.force)
    }
}

/// What one force told, by its headings.
struct Said<'f> {
    force: &'f ForceId,
    leaves_out: bool,
    /// For each dimension the rank of `(withheld)`; 0, which is no rank, where the force withholds nothing.
    withheld: [u32; DIMENSIONS_MAX],
    /// For each dimension, whether the force has a heading of that rank.
    headings: [Vec<bool>; DIMENSIONS_MAX],
    /// The rows that stand under a withheld heading.
    rows: Vec<[u32; DIMENSIONS_MAX]>,
}

impl Said<'_> {
    fn take(&mut self, share: &Share) {
        let places =
            share.row.keys.iter().zip(share.ranks).zip(self.headings.iter_mut().zip(&mut self.withheld));
        let mut withholds = false;
        for ((key, rank), (headings, withheld)) in places {
            let at = rank as usize;
            if headings.len() <= at {
                headings.resize(at + 1, false);
            }
            headings.get_mut(at).into_iter().for_each(|has| *has = true);
            if key.as_deref() == Some(WITHHELD) {
                (*withheld, withholds) = (rank, true);
            }
        }
        self.rows.extend(withholds.then_some(share.ranks));
    }

    /// Whether records may stand in a group that it has no row of: what it holds of it then stands where headings that it has
    /// none of are withheld.
    fn may_hold(&self, mut ranks: [u32; DIMENSIONS_MAX]) -> bool {
        let places = ranks.iter_mut().zip(self.headings.iter().zip(&self.withheld));
        for (rank, (headings, withheld)) in places.filter(|(rank, _)| **rank != 0) {
            if headings.get(*rank as usize) != Some(&true) {
                *rank = *withheld;
            }
        }
        self.leaves_out || self.rows.binary_search(&ranks).is_ok()
    }
}
