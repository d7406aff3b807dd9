//! Margins: what the groups of a table come to when some of its dimensions are taken together.

use model::ranks::Ranks;
use model::reply::Figure;

use super::lattice::{Codes, Lattice, only};
use crate::EntitySet;
use crate::findings::Counted;

/// The groups of a table, numbered, with those of its margins.
pub(super) struct Numbered {
    /// All cells, in the order of the table's own groups and then of its margins.
    pub(super) lattice: Lattice,
    /// What is known of each cell.
    pub(super) cells: Vec<Counted>,
}

impl Numbered {
    /// Numbers the groups `own`, sorted by their keys, and reckons every margin: as it was handed in where it was, else
    /// from its parts. Whom a margin speaks of is put together only where margins are `shown`.
    pub(super) fn of(dimensions: usize, own: Vec<Counted>, margins: Vec<Counted>, shown: bool) -> Self {
        let keys = |place: usize| own.iter().filter_map(move |group| group.keys.get(place));
        let numbers: Vec<Ranks<'_>> = (0..dimensions).map(|place| Ranks::of(keys(place))).collect();
        let code = |place: usize, key: &Option<String>| {
            let at = numbers.get(place).and_then(|ranks| ranks.keys.binary_search(&key).ok());
            at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(u32::MAX)
        };
        let codes_of = |group: &Counted| {
            let mut codes = Codes::default();
            for (place, (code_at, key)) in codes.iter_mut().zip(&group.keys).enumerate() {
                *code_at = if group.together.contains(&place) { 0 } else { code(place, key) };
            }
            codes
        };
        let codes = |at: usize| {
            let mut codes = Codes::default();
            for (code, ranks) in codes.iter_mut().zip(&numbers) {
                *code = ranks.of.get(at).map_or(u32::MAX, |rank| rank + 1);
            }
            codes
        };
        let codes: Vec<Codes> = (0..own.len()).map(codes).collect();
        let given: Vec<(Codes, Counted)> =
            margins.into_iter().map(|group| (codes_of(&group), group)).collect();
        let lattice = Lattice::new(dimensions, codes.clone());
        let parts = own.len();
        let mut cells = own;
        cells.resize_with(lattice.nodes.len(), || Counted {
            units: Some(0),
            referred: Some(0),
            linked: Some(EntitySet::default()),
            ..Counted::default()
        });
        let (own, reckoned) = cells.split_at_mut(parts);
        let mut under: Vec<Vec<&Counted>> = vec![Vec::new(); reckoned.len()];
        for (group, codes) in own.iter().zip(codes) {
            for kept in (0..lattice.whole()).filter(|_| dimensions > 0) {
                let at = lattice.at(&only(codes, kept)).and_then(|at| at.checked_sub(parts));
                let Some(margin) = at.and_then(|at| reckoned.get_mut(at)) else { continue };
                if margin.keys.is_empty() {
                    *margin = without_sets(group);
                    margin.together = (0..dimensions).filter(|d| kept >> d & 1 == 0).collect();
                } else {
                    merge_figures(margin, group);
                }
                at.and_then(|at| under.get_mut(at)).into_iter().for_each(|under| under.push(group));
            }
        }
        // All parts at once: added one by one, a growing set would be copied for each.
        for (margin, under) in reckoned.iter_mut().zip(&under) {
            if shown {
                margin.members = all(under, |group| group.members.as_ref());
            }
            margin.linked = all(under, |group| group.linked.as_ref());
        }
        for (codes, group) in given {
            let at = lattice.at(&codes).and_then(|at| at.checked_sub(parts));
            if let Some(margin) = at.and_then(|at| reckoned.get_mut(at)) {
                *margin = group;
            }
        }
        Self { lattice, cells }
    }
}

/// Whom groups speak of together; nothing where the node did not say it of one that anybody stands in.
fn all(groups: &[&Counted], of: impl Fn(&Counted) -> Option<&EntitySet>) -> Option<EntitySet> {
    let known = groups.iter().filter(|group| group.entities > 0 || of(group).is_some());
    Some(EntitySet::union(known.map(|group| of(group)).collect::<Option<Vec<_>>>()?))
}

fn without_sets(group: &Counted) -> Counted {
    Counted {
        keys: group.keys.clone(),
        together: group.together.clone(),
        entities: group.entities,
        members: None,
        linked: None,
        referred: group.referred,
        units: group.units,
        largest: group.largest.clone(),
        figures: group.figures.clone(),
    }
}

/// Adds a group to another.
pub(super) fn merge(into: &mut Counted, group: &Counted) {
    into.members = all(&[&*into, group], |group| group.members.as_ref());
    into.linked = all(&[&*into, group], |group| group.linked.as_ref());
    merge_figures(into, group);
}

/// Adds a group's figures to another's. Of units, which may stand behind both, the larger number is all that is certain.
fn merge_figures(into: &mut Counted, group: &Counted) {
    into.entities = into.entities.saturating_add(group.entities);
    into.referred = match (into.referred, group.referred) {
        (referred, None) if group.entities == 0 => referred,
        (one, other) => one.zip(other).map(|(one, other)| one.max(other)),
    };
    into.units = into.units.zip(group.units).map(|(one, other)| one.max(other));
    for (one, other) in into.largest.iter_mut().zip(&group.largest) {
        *one = one.zip(*other).map(|(one, other)| two_largest(one, other));
    }
    for (one, other) in into.figures.iter_mut().zip(&group.figures) {
        *one = match (*one, *other) {
            (Figure::Count(a), Figure::Count(b)) => Figure::Count(a.saturating_add(b)),
            (Figure::Sum(a), Figure::Sum(b)) => Figure::Sum(a.saturating_add(b)),
            (Figure::Mean { sum: a, over: m }, Figure::Mean { sum: b, over: n }) => {
                Figure::Mean { sum: a.saturating_add(b), over: m.saturating_add(n) }
            }
            (Figure::Variance(a), Figure::Variance(b)) => Figure::Variance(a.plus(b).unwrap_or(a)),
            (figure, _) => figure,
        };
    }
}

fn two_largest([a, b]: [u64; 2], [c, d]: [u64; 2]) -> [u64; 2] {
    if a >= c { [a, b.max(c)] } else { [c, d.max(a)] }
}
