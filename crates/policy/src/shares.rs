//! What single entities add to the groups of a table that carries noise, and the bound on it: noise hides one entity only
//! as far as one entity can change the figures.
//!
//! Each entity is bounded by its own records alone, so that one more in the database changes nothing of the others. Which
//! of its groups count, where they are too many, is drawn by a lot of its own that falls the same way each time.

use std::collections::HashMap;

use model::reply::Figure;
use model::{Measure, Spread};
use sha2::{Digest, Sha256};

use crate::EntitySet;
use crate::findings::Counted;

type Keys = Vec<Option<String>>;

/// What one entity adds to one group, before it is bounded. Has no `Debug`.
pub struct Share {
    /// The entity, by a number that no other of the table has.
    pub entity: u32,
    /// A hash of the entity's key: it must not depend on whoever else is held.
    pub lot: u64,
    /// How many rows.
    pub rows: u64,
    /// For each measure, the sum of its values, each held within the permit's bounds, and how many there are; without
    /// meaning for measures that are no sums or means.
    pub amounts: Vec<(i64, u64)>,
}

/// How much one entity may add to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Most groups.
    pub(crate) groups: u64,
    /// Most rows in each.
    pub(crate) rows: u64,
}

/// Shares of all entities, in any order.
#[derive(Default)]
pub(crate) struct Shares {
    groups: HashMap<Keys, u32>,
    shares: Vec<(u32, Share)>,
}

impl Shares {
    /// Adds what an entity adds to the group with these keys, each pair once.
    pub(crate) fn add(&mut self, keys: Keys, share: Share) {
        let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let group = *self.groups.entry(keys).or_insert(next);
        self.shares.push((group, share));
    }

    /// The groups of these measures with no more of each entity than the bounds let in.
    pub(crate) fn bounded(self, bounds: &Bounds, measures: &[Measure]) -> Vec<Counted> {
        let mut keys: Vec<(u32, Keys)> = self.groups.into_iter().map(|(keys, group)| (group, keys)).collect();
        keys.sort_unstable_by_key(|(group, _)| *group);
        let mut counted: Vec<(Counted, Vec<u32>)> =
            keys.into_iter().map(|(_, keys)| (nobody(keys, measures), Vec::new())).collect();
        let mut shares = self.shares;
        shares.sort_unstable_by_key(|(group, share)| (share.entity, *group));
        let most = usize::try_from(bounds.groups).unwrap_or(usize::MAX);
        for of_entity in shares.chunk_by_mut(|(_, one), (_, next)| one.entity == next.entity) {
            if of_entity.len() > most {
                let keys = |group: u32| at(&counted, group).map(|(counted, _)| counted.keys.clone());
                of_entity
                    .sort_by_cached_key(|(group, share)| lot(share.lot, &keys(*group).unwrap_or_default()));
            }
            for (group, share) in of_entity.iter().take(most) {
                let place = usize::try_from(*group).unwrap_or(usize::MAX);
                if let Some((counted, members)) = counted.get_mut(place) {
                    members.push(share.entity);
                    add(counted, measures, bounds.rows, share);
                }
            }
        }
        let whole = |(counted, members): (Counted, Vec<u32>)| {
            let members = EntitySet::of(members);
            let figure = |(figure, measure): (Figure, &Measure)| match measure {
                Measure::Distinct => Figure::Count(members.len()),
                _ => figure,
            };
            let figures = counted.figures.into_iter().zip(measures).map(figure).collect();
            Counted { entities: members.len(), figures, members: Some(members), ..counted }
        };
        counted.into_iter().map(whole).collect()
    }
}

fn at<T>(list: &[T], place: u32) -> Option<&T> {
    list.get(usize::try_from(place).ok()?)
}

fn nobody(keys: Keys, measures: &[Measure]) -> Counted {
    Counted { keys, figures: measures.iter().map(nothing).collect(), ..Counted::default() }
}

/// The figure of a group without records.
pub(crate) fn nothing(measure: &Measure) -> Figure {
    match measure {
        Measure::Count | Measure::Distinct => Figure::Count(0),
        Measure::Sum(_) => Figure::Sum(0),
        Measure::Mean(_) => Figure::Mean { sum: 0, over: 0 },
        Measure::Variance(_) => Figure::Variance(Spread::default()),
    }
}

/// Adds a share that stands for at most `rows` rows. What an entity with more has in a sum is cut down in proportion, which
/// leaves its mean as it is.
fn add(counted: &mut Counted, measures: &[Measure], rows: u64, share: &Share) {
    for (at, (figure, measure)) in counted.figures.iter_mut().zip(measures).enumerate() {
        let (sum, over) = share.amounts.get(at).copied().unwrap_or_default();
        let (sum, over) = cut(sum, over, rows);
        *figure = match (*figure, measure) {
            (Figure::Count(count), Measure::Count) => {
                Figure::Count(count.saturating_add(share.rows.min(rows)))
            }
            (Figure::Sum(total), Measure::Sum(_)) => Figure::Sum(total.saturating_add(sum)),
            (Figure::Mean { sum: total, over: number }, Measure::Mean(_)) => {
                Figure::Mean { sum: total.saturating_add(sum), over: number.saturating_add(over) }
            }
            (figure, _) => figure,
        };
    }
}

fn cut(sum: i64, over: u64, rows: u64) -> (i64, u64) {
    if over <= rows {
        return (sum, over);
    }
    let part = i128::from(sum) * i128::from(rows) / i128::from(over);
    (i64::try_from(part).unwrap_or(0), rows)
}

/// Where a group stands among an entity's own: by SHA-256 over the entity's lot and the group's keys.
fn lot(of_entity: u64, keys: &[Option<String>]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(of_entity.to_be_bytes());
    for key in keys {
        let text = key.as_deref().unwrap_or_default();
        digest.update([u8::from(key.is_some())]);
        digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::reply::Figure;
    use model::{Dataset, Measure};
    use proptest::prelude::*;

    use super::{Bounds, Share, Shares};

    fn measures() -> Vec<Measure> {
        ["count", "distinct", "sum:loss_gbp", "mean:loss_gbp"]
            .iter()
            .map(|text| Measure::parse(Dataset::Report, text).unwrap())
            .collect()
    }

    /// Entity, group, rows, the sum of their values.
    type Row = (u32, usize, u64, i64);

    fn table(rows: &[Row], bounds: &Bounds) -> BTreeMap<String, [i64; 5]> {
        let mut shares = Shares::default();
        for &(entity, group, rows, sum) in rows {
            let share = Share {
                entity,
                lot: u64::from(entity).wrapping_mul(0x9e37_79b9_7f4a_7c15),
                rows,
                amounts: vec![(0, 0), (0, 0), (sum, rows), (sum, rows)],
            };
            shares.add(vec![Some(format!("g{group}"))], share);
        }
        let number = |figure: &Figure| match figure {
            Figure::Count(count) => vec![i64::try_from(*count).unwrap()],
            Figure::Sum(sum) => vec![*sum],
            Figure::Mean { sum, over } => vec![*sum, i64::try_from(*over).unwrap()],
            other => panic!("{other:?}"),
        };
        let groups = shares.bounded(bounds, &measures());
        let row = |group: super::Counted| {
            let figures: Vec<i64> = group.figures.iter().flat_map(number).collect();
            (group.keys[0].clone().unwrap(), figures.try_into().unwrap())
        };
        groups.into_iter().map(row).collect()
    }

    #[test]
    fn rows_beyond_the_bound_count_in_proportion() {
        let bounds = Bounds { groups: 1, rows: 2 };
        let told = table(&[(1, 0, 1, 10), (2, 0, 5, 50), (3, 1, 4, 100)], &bounds);
        assert_eq!(told["g0"], [3, 2, 30, 30, 3]);
        assert_eq!(told["g1"], [2, 1, 50, 50, 2]);
    }

    #[test]
    fn groups_beyond_the_bound_fall_by_lot_and_not_all_to_one_side() {
        let bounds = Bounds { groups: 1, rows: 1 };
        let rows: Vec<Row> = (0..400).flat_map(|entity| [(entity, 0, 1, 1), (entity, 1, 1, 1)]).collect();
        let told = table(&rows, &bounds);
        assert_eq!(told["g0"][1] + told["g1"][1], 400, "each counts once");
        assert!((150..=250).contains(&told["g0"][1]), "{}", told["g0"][1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// One more entity changes no more groups, and none by more, than the bounds say: what noise is measured by.
        #[test]
        fn one_entity_changes_no_more_than_its_bounds(
            rows in prop::collection::btree_map((0u32..12, 0usize..6), (1u64..6, 0i64..=100), 0..40),
            own in prop::collection::btree_map(0usize..8, (1u64..6, 0i64..=100), 1..8),
            groups in 1u64..4, most in 1u64..4,
        ) {
            let bounds = Bounds { groups, rows: most };
            let mut held: Vec<Row> = rows.into_iter().map(|((e, g), (n, v))| (e, g, n, v * i64::try_from(n).unwrap())).collect();
            let without = table(&held, &bounds);
            held.extend(own.into_iter().map(|(g, (n, v))| (99, g, n, v * i64::try_from(n).unwrap())));
            held.reverse();
            let with = table(&held, &bounds);
            let mut changed = 0;
            for (key, figures) in &with {
                let before = without.get(key).copied().unwrap_or_default();
                let by: Vec<i64> = figures.iter().zip(before).map(|(a, b)| a - b).collect();
                changed += u64::from(by.iter().any(|by| *by != 0));
                let most = i64::try_from(most).unwrap();
                for (by, bound) in by.iter().zip([most, 1, 100 * most, 100 * most, most]) {
                    prop_assert!((0..=bound).contains(by), "{key}: {by} of {bound}");
                }
            }
            prop_assert!(changed <= groups);
        }
    }
}
