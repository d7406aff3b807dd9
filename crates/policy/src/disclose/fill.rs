//! What absence tells. A combination of keys without records is left out of a table, and so is told to be zero; and a group
//! of which only one combination is there is told to fall into it whole. Where a profile keeps these to itself,
//! the missing combinations stand in the table like small cells, and can't be told from them.

use std::collections::{BTreeMap, BTreeSet};

use model::Measure;

use crate::EntitySet;
use crate::bundle::profile::{Empty, Profile};
use crate::findings::Counted;
use crate::shares::nothing;

/// The groups with what must stand beside them, and which of them are to be treated as sensitive whatever they hold.
pub(super) struct Filled {
    pub(super) groups: Vec<Counted>,
    pub(super) marked: BTreeSet<Vec<Option<String>>>,
}

/// Fills in empty groups as the profile says; gives up beyond `most` groups. Takes and gives groups sorted by keys.
pub(super) fn fill(
    profile: &Profile,
    dimensions: usize,
    measures: &[Measure],
    mut groups: Vec<Counted>,
    most: usize,
) -> Option<Filled> {
    if profile.zeros != Empty::Suppress && profile.homogeneous != Empty::Suppress {
        return (groups.len() <= most).then_some(Filled { groups, marked: BTreeSet::new() });
    }
    let keys: Vec<BTreeSet<Option<String>>> = (0..dimensions)
        .map(|place| groups.iter().filter_map(|group| group.keys.get(place)).cloned().collect())
        .collect();
    let mut marked = BTreeSet::new();
    let mut missing = BTreeSet::new();
    if profile.zeros == Empty::Suppress {
        let combinations = keys.iter().fold(1_usize, |all, keys| all.saturating_mul(keys.len()));
        if combinations > most {
            return None;
        }
        missing.extend(every(&keys));
    }
    if profile.homogeneous == Empty::Suppress {
        for place in (0..dimensions).filter(|&place| keys.get(place).is_some_and(|keys| keys.len() > 1)) {
            for alone in alone_along(&groups, place) {
                for key in keys.get(place).into_iter().flatten() {
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
    for group in &groups {
        missing.remove(&group.keys);
    }
    groups.extend(missing.into_iter().map(|keys| empty(keys, measures)));
    groups.sort_by(|one, other| one.keys.cmp(&other.keys));
    (groups.len() <= most).then_some(Filled { groups, marked })
}

/// Every combination of keys.
fn every(keys: &[BTreeSet<Option<String>>]) -> Vec<Vec<Option<String>>> {
    let longer = |combinations: Vec<Vec<Option<String>>>, keys: &BTreeSet<Option<String>>| {
        let with = |one: &Vec<Option<String>>| {
            let one = one.clone();
            keys.iter().map(move |key| one.iter().chain([key]).cloned().collect()).collect::<Vec<_>>()
        };
        combinations.iter().flat_map(with).collect()
    };
    keys.iter().fold(vec![Vec::new()], longer)
}

/// The keys of the groups that are alone when only the dimension at `place` varies.
fn alone_along(groups: &[Counted], place: usize) -> Vec<Vec<Option<String>>> {
    let mut beside: BTreeMap<Vec<&Option<String>>, Vec<&Counted>> = BTreeMap::new();
    for group in groups {
        let others = group.keys.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, key)| key);
        beside.entry(others.collect()).or_default().push(group);
    }
    let alone = |groups: Vec<&Counted>| match groups.as_slice() {
        [one] => Some(one.keys.clone()),
        _ => None,
    };
    beside.into_values().filter_map(alone).collect()
}

fn empty(keys: Vec<Option<String>>, measures: &[Measure]) -> Counted {
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
