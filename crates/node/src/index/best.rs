//! One match for each entity: of its records the one that fits best, and among equals the one whose words come first.

use std::collections::BTreeMap;

use model::vocabulary::EntityKind;
use model::{Dataset, LabelId, LabelTable, Probability, SameBy};
use policy::Permit;

use super::Index;
use super::referent::Name;

/// The best match of one entity so far.
pub(super) struct Best {
    pub(super) record: String,
    pub(super) labels: Vec<LabelId>,
    pub(super) kind: EntityKind,
    pub(super) probability: Probability,
    pub(super) owner: Option<u64>,
    /// The dataset and name of what is told of, where facets may be known of it.
    pub(super) named: Option<(Dataset, Name)>,
    /// What another force's record of the same person has in common with it.
    pub(super) features: Vec<(SameBy, Vec<u8>)>,
}

impl Index {
    /// One entity counts once, by its best record. Silent and open records of one entity stay apart.
    pub(super) fn best_of_each(&self, found: impl Iterator<Item = Best>, permit: &Permit) -> Vec<Best> {
        let mut kept: BTreeMap<(u64, String), Best> = BTreeMap::new();
        for best in found.filter(|best| best.labels.iter().all(|&label| permit.may_count(label))) {
            let silent = best.labels.iter().any(|&label| permit.is_watched(label));
            let apart = if best.owner.is_none() || silent { best.record.clone() } else { String::new() };
            let place = (best.owner.unwrap_or(u64::MAX), apart);
            if kept.get(&place).is_none_or(|held| self.is_better(&best, held)) {
                kept.insert(place, best);
            }
        }
        kept.into_values().collect()
    }

    /// Of two records that fit alike the one is told whose labels, id and features come first: never the one that happens
    /// to stand first.
    fn is_better(&self, best: &Best, held: &Best) -> bool {
        let ranks = |best: &Best| -> Vec<usize> {
            let rank = |label: &LabelId| usize::try_from(label.0).ok().and_then(|at| self.ranks.get(at));
            best.labels.iter().map(|label| rank(label).copied().unwrap_or(usize::MAX)).collect()
        };
        let by_chance =
            || (ranks(best), &best.record, &best.features).cmp(&(ranks(held), &held.record, &held.features));
        best.probability.value().total_cmp(&held.probability.value()).reverse().then_with(by_chance).is_lt()
    }
}

/// The probability, where it makes a match.
pub(super) fn fits(probability: Probability) -> Option<Probability> {
    (probability.value() >= linkage::MATCH_THRESHOLD).then_some(probability)
}

/// The place of each label in the order of what they say.
pub(super) fn ranks(labels: &LabelTable) -> Vec<usize> {
    let mut said: Vec<(String, usize)> =
        labels.iter().map(|(_, label)| format!("{label:?}")).zip(0..).collect();
    said.sort_unstable();
    let mut ranks = vec![0; said.len()];
    for (rank, (_, at)) in said.into_iter().enumerate() {
        ranks.iter_mut().skip(at).take(1).for_each(|slot| *slot = rank);
    }
    ranks
}
