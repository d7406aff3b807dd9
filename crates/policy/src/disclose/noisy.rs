//! The release of a table with noise: sound and bounded findings, every group of closed lists, others by a noisy number, and
//! noise on each figure. Nothing is suppressed, rounded or weighed against earlier tables; the budget holds them together.
//!
//! Figures leave as they were drawn, below zero too, so that sums of them stay right on average.

mod calibrate;

use std::collections::btree_map::{BTreeMap, Entry};

use model::reply::{Cell, Figure, TableRow};
use model::tabulation::{TOTAL, WITHHELD};
use model::{Measure, Refusal, Reply, TableReply, Tabulation};

pub(crate) use calibrate::Calibration;

use super::domain;
use super::margins::merge;
use super::table::canonical;
use crate::account::Booking;
use crate::bundle::noise::NoiseSection;
use crate::findings::{Counted, Found};
use crate::noise::bits::Bits;
use crate::noise::sampler::draw;
use crate::release::{HomeRecord, ReleaseSummary};
use crate::shares::{Bounds, nothing};
use crate::{Charge, Denial, EntitySet, Kept, Noise, Permit, Release, Remembered, kept};

type Keys = Vec<Option<String>>;

/// Figures beyond this would not travel. Nothing that is counted comes near it.
const FIGURE_MAX: i128 = 1 << 53;

/// The noise on a permitted table, and what it costs.
#[derive(Debug, Clone)]
pub(crate) struct Noisy {
    pub(crate) section: NoiseSection,
    pub(crate) calibration: Calibration,
    pub(crate) charge: Charge,
}

impl Noisy {
    fn bounds(&self) -> Bounds {
        Bounds { groups: self.section.groups_per_entity, rows: self.section.rows_per_group }
    }
}

/// How many groups a table has whose dimensions are all of closed lists, with its totals where it has them; none of any
/// other table. Depends on the question alone.
pub(crate) fn groups_of(asked: &Tabulation) -> Option<usize> {
    asked.by().iter().try_fold(1_usize, |groups, dimension| {
        let keys = domain::closed(asked.dataset(), dimension)?.len();
        groups.checked_mul(if asked.totals() { keys + 1 } else { keys })
    })
}

pub(super) fn release(
    permit: &Permit,
    booking: &Booking,
    noisy: &Noisy,
    found: Found,
    noise: &mut dyn Noise,
) -> Result<Release, Denial> {
    let failed = |why: &str| Denial::new(Refusal::Failed, why);
    let model::Ask::Tabulate(asked) = &permit.ask else { return Err(failed("the permit is of no table")) };
    let groups = match found {
        Found::Shares(shares) => shares.bounded(&noisy.bounds(), asked.measures()),
        Found::Groups(groups) if is_bounded(&groups) => groups,
        Found::Groups(_) => return Err(failed("an entity counts in more groups, or rows, than noise hides")),
        Found::Matches(_) | Found::Muddled => return Err(failed("the findings are of no table")),
    };
    let tabulation = &booking.ordered;
    let (margins, own) = canonical(asked, tabulation, groups)?;
    if !margins.is_empty() {
        return Err(failed("a margin was handed in by itself, where it is to be made of bounded groups"));
    }
    let lists: Vec<Option<Vec<Option<String>>>> =
        tabulation.by().iter().map(|by| domain::closed(tabulation.dataset(), by)).collect();
    let table = Table { tabulation, lists, calibration: &noisy.calibration };
    let mut bits = Bits::of(noise);
    let mut rows = Vec::new();
    let whole = (1_usize << tabulation.by().len()) - 1;
    for kept in (if tabulation.totals() { 0 } else { whole }..=whole).rev() {
        table.tell(&own, kept, &mut bits, &mut rows);
    }
    rows.sort_by(|one, other| one.keys.cmp(&other.keys));
    let measures = tabulation.measures().len().max(1);
    if rows.len() > usize::try_from(permit.cells_max()).unwrap_or(usize::MAX) / measures {
        let reason = format!("the table has more than the {} cells that are allowed", permit.cells_max());
        return Err(Denial::new(Refusal::TooLarge, reason));
    }
    let cells_released = u64::try_from(rows.len().saturating_mul(measures)).unwrap_or(u64::MAX);
    let summary = ReleaseSummary { cells_released, ..ReleaseSummary::default() };
    let protection = noisy.calibration.protection();
    let reply = TableReply { columns: tabulation.headings(), rows, protection };
    let answer = kept::write(&booking.key, summary, &reply)?;
    // Whom it speaks of is not remembered: noise covers it, and the budget counts it.
    let kept = Some(Kept { answer, told: Remembered::default(), memberships: 0, linked: None });
    let home = HomeRecord { kept, alerts: permit.decided.alerts.clone(), ..HomeRecord::default() };
    Ok(Release::new(Reply::Table(kept::as_asked(reply, asked)), home, summary))
}

/// Whether each entity stands in one group with one row, which every bound allows.
fn is_bounded(groups: &[Counted]) -> bool {
    let mut all = EntitySet::default();
    let mut memberships = 0_u64;
    for group in groups {
        let Some(members) = &group.members else { return false };
        let one_row = |figure: &Figure| match figure {
            Figure::Count(rows) => *rows <= members.len(),
            Figure::Mean { over, .. } => *over <= members.len(),
            _ => true,
        };
        if members.len() != group.entities || !group.figures.iter().all(one_row) {
            return false;
        }
        memberships = memberships.saturating_add(members.len());
        all.add(members);
    }
    all.len() == memberships
}

/// A table that is being told.
struct Table<'a> {
    tabulation: &'a Tabulation,
    /// For each dimension its closed list, where it has one.
    lists: Vec<Option<Vec<Option<String>>>>,
    calibration: &'a Calibration,
}

impl Table<'_> {
    /// Tells the groups by those dimensions that `kept` picks, all others taken together.
    fn tell(&self, own: &[Counted], kept: usize, bits: &mut Bits<'_>, rows: &mut Vec<TableRow>) {
        let kept: Vec<usize> = (0..self.lists.len()).filter(|at| kept >> at & 1 == 1).collect();
        let groups = self.together(own, &kept);
        let lists: Option<Vec<Keys>> = kept.iter().map(|&at| self.lists.get(at).cloned().flatten()).collect();
        if let Some(lists) = lists {
            let nothing = self.tabulation.measures().iter().map(nothing).collect();
            let nobody = Counted { figures: nothing, ..Counted::default() };
            for keys in domain::combinations(&lists) {
                let group = groups.get(&keys).unwrap_or(&nobody);
                rows.push(self.row(&kept, keys, group, bits));
            }
            return;
        }
        let threshold = i128::from(self.calibration.threshold.unwrap_or(u64::MAX));
        for (keys, group) in groups.into_iter().filter(|(keys, _)| self.may_stand(&kept, keys)) {
            let number = i128::from(group.entities) + self.noise(self.calibration.counts_milli, bits);
            if number >= threshold {
                rows.push(self.row(&kept, keys, &group, bits));
            }
        }
    }

    /// Whether the keys of closed lists are among their words, and no other is in the form of a mark, for which it would be
    /// taken.
    fn may_stand(&self, kept: &[usize], keys: &[Option<String>]) -> bool {
        kept.iter().zip(keys).all(|(&at, key)| match self.lists.get(at).and_then(Option::as_ref) {
            Some(list) => list.contains(key),
            None => key.as_ref().is_none_or(|key| ![TOTAL, WITHHELD].contains(&key.as_str())),
        })
    }

    fn row(&self, kept: &[usize], keys: Keys, group: &Counted, bits: &mut Bits<'_>) -> TableRow {
        let mut told = vec![Some(TOTAL.to_owned()); self.lists.len()];
        for (&at, key) in kept.iter().zip(keys) {
            if let Some(told) = told.get_mut(at) {
                *told = key;
            }
        }
        let Calibration { counts_milli, sums_milli, .. } = *self.calibration;
        let mut noisy = |exact: i128, scale| {
            let figure = exact + self.noise(scale, bits);
            i64::try_from(figure.clamp(-FIGURE_MAX, FIGURE_MAX)).unwrap_or(0)
        };
        let cell = |figure: &Figure| {
            Cell::Released(match *figure {
                Figure::Count(count) => Figure::Estimate(noisy(count.into(), counts_milli)),
                Figure::Sum(sum) => Figure::Sum(noisy(sum.into(), sums_milli)),
                Figure::Mean { sum, over } => Figure::EstimatedMean {
                    sum: noisy(sum.into(), sums_milli),
                    over: noisy(over.into(), counts_milli),
                },
                // Variances are not told with noise, and no finding is an estimate: both were refused.
                Figure::Variance(_) | Figure::Estimate(_) | Figure::EstimatedMean { .. } => {
                    return Cell::Suppressed;
                }
            })
        };
        TableRow { keys: told, cells: group.figures.iter().map(cell).collect() }
    }

    fn noise(&self, scale_milli: u64, bits: &mut Bits<'_>) -> i128 {
        draw(self.calibration.distribution, scale_milli, bits)
    }

    /// The groups by some of the dimensions, each by its keys. One who stands in several of the table's groups is one in
    /// theirs together.
    fn together(&self, own: &[Counted], kept: &[usize]) -> BTreeMap<Keys, Counted> {
        let mut groups: BTreeMap<Keys, Counted> = BTreeMap::new();
        for group in own {
            let keys: Keys = kept.iter().filter_map(|&at| group.keys.get(at).cloned()).collect();
            match groups.entry(keys) {
                Entry::Vacant(place) => drop(place.insert(group.clone())),
                Entry::Occupied(mut known) => merge(known.get_mut(), group),
            }
        }
        for group in groups.values_mut() {
            group.entities = group.members.as_ref().map_or(group.entities, EntitySet::len);
            for (figure, measure) in group.figures.iter_mut().zip(self.tabulation.measures()) {
                if matches!(measure, Measure::Distinct) {
                    *figure = Figure::Count(group.entities);
                }
            }
        }
        groups
    }
}
