//! What absence tells. A combination of keys without records is left out of a table, and so is told to be zero; and a group
//! of which only one combination is there is told to fall into it whole. Where a profile keeps these to itself,
//! the missing combinations stand in the table like small cells, and can't be told from them.

use std::collections::BTreeSet;

use model::Tabulation;
use model::ranks::{Ranks, ranked};
use model::tabulation::DIMENSIONS_MAX;

use super::domain::{Key, combinations};
use super::headings::Headings;
use crate::EntitySet;
use crate::bundle::profile::{Empty, Profile};
use crate::findings::Counted;
use crate::shares::nothing;

/// The groups with what must stand beside them, and which of them are to be treated as sensitive whatever they hold.
pub(super) struct Filled {
    pub(super) groups: Vec<Counted>,
    pub(super) marked: BTreeSet<Vec<Key>>,
}

/// Fills in empty groups as the profile says; gives up beyond `most` groups. Takes and gives groups sorted by keys.
pub(super) fn fill(
    profile: &Profile,
    tabulation: &Tabulation,
    headings: &Headings,
    mut groups: Vec<Counted>,
    most: usize,
) -> Option<Filled> {
    let always = profile.zeros == Empty::Suppress;
    let lists = headings.lists().filter(|_| always);
    let mut missing: BTreeSet<Vec<Key>> = lists.iter().flat_map(|lists| combinations(lists)).collect();
    let mut marked = BTreeSet::new();
    if profile.homogeneous == Empty::Suppress {
        // Where nobody may not be told from a few, whoever is alone but for a few is alone.
        let counts = |group: &&Counted| !always || group.fewest(tabulation.path()) >= profile.minimum_cell;
        let counted: Vec<&Counted> = groups.iter().filter(counts).collect();
        let ranks = ranked(counted.iter().map(|group| group.keys.as_slice()));
        let keys = lists.unwrap_or_else(|| keys(tabulation.by().len(), &groups));
        for (place, keys) in keys.iter().enumerate().filter(|(_, keys)| keys.len() > 1) {
            for alone in alone_along(&ranks, place) {
                let Some(alone) = counted.get(alone).map(|group| group.keys.clone()) else { continue };
                for key in keys.iter().filter(|_| !always) {
                    let mut beside = alone.clone();
                    if let Some(at) = beside.get_mut(place) {
                        at.clone_from(key);
                    }
                    missing.insert(beside);
                }
                marked.insert(alone);
                if missing.len() > most {
                    return None;
                }
            }
        }
    }
    if !missing.is_empty() {
        missing.retain(|keys| groups.binary_search_by(|group| group.keys.cmp(keys)).is_err());
    }
    groups.extend(missing.into_iter().map(|keys| empty(keys, tabulation)));
    groups.sort_by(|one, other| one.keys.cmp(&other.keys));
    (groups.len() <= most).then_some(Filled { groups, marked })
}

/// The keys of each dimension that some group bears.
fn keys(dimensions: usize, groups: &[Counted]) -> Vec<Vec<Key>> {
    let of = |place: usize| groups.iter().filter_map(move |group| group.keys.get(place));
    (0..dimensions).map(|place| Ranks::of(of(place)).keys.into_iter().cloned().collect()).collect()
}

/// Which groups are alone when only the dimension at `place` varies, by the ranks of the keys of all.
fn alone_along(ranks: &[[u32; DIMENSIONS_MAX]], place: usize) -> Vec<usize> {
    let others = |(at, ranks): (usize, &[u32; DIMENSIONS_MAX])| {
        let mut others = *ranks;
        others.get_mut(place).into_iter().for_each(|rank| *rank = 0);
        (others, at)
    };
    let mut beside: Vec<([u32; DIMENSIONS_MAX], usize)> = ranks.iter().enumerate().map(others).collect();
    beside.sort_unstable();
    let alone = |groups: &[([u32; DIMENSIONS_MAX], usize)]| match groups {
        [(_, one)] => Some(*one),
        _ => None,
    };
    beside.chunk_by(|one, next| one.0 == next.0).filter_map(alone).collect()
}

fn empty(keys: Vec<Key>, tabulation: &Tabulation) -> Counted {
    let measures = tabulation.measures();
    Counted {
        keys,
        units: Some(0),
        referred: Some(0),
        linked: Some(EntitySet::default()),
        largest: vec![Some([0, 0]); measures.len()],
        figures: measures.iter().map(nothing).collect(),
        ..Counted::default()
    }
}
