//! The release of a table: sound findings in canonical order, primary rules, secondary suppression together with what was
//! told before, rounding.
//! A suppressed row is suppressed in all its measures; its presence is told, its figures are not.

use model::reply::{Cell, Figure, TableRow};
use model::tabulation::TOTAL;
use model::{Path, Refusal, Reply, Spread, TableReply, Tabulation, ranks};

use super::differencing::{Held, New, hold};
use super::fill::fill;
use super::headings::Headings;
use super::keys::withhold;
use super::layers::{layers, seen};
use super::margins::Numbered;
use super::primary::is_sensitive;
use super::rounding::Rounded;
use super::suppress::suppress;
use crate::bundle::profile::Empty;
use crate::findings::Counted;
use crate::meaning::Meaning;
use crate::release::{HomeRecord, ReleaseSummary};
use crate::{Denial, EntitySet, History, Kept, Permit, Release, Remembered, Told, kept};

pub(super) fn release(
    permit: &Permit,
    asked: &Tabulation,
    groups: Vec<Counted>,
    history: &History,
) -> Result<Release, Denial> {
    let Some(booking) = &permit.booking else {
        return Err(Denial::new(Refusal::Failed, "the permit is of no table"));
    };
    let tabulation = &booking.ordered;
    let profile = permit.profile();
    let measures = tabulation.measures().len().max(1);
    let most = usize::try_from(permit.cells_max()).unwrap_or(usize::MAX) / measures;
    let (mut margins, mut own) = canonical(asked, tabulation, groups)?;
    // A filter that fits a few must not be told from one that fits nobody: a suppressed figure would say that somebody is
    // there, and a filter can say who and what.
    let path = tabulation.path();
    if tabulation.filter().is_some() && fitting(path, &own, profile.minimum_cell) < profile.minimum_cell {
        own.clear();
        margins.clear();
    }
    // Whether a table is too large is found out from what its release would show.
    let too_large = || {
        let reason = format!("the table has more than the {} cells that are allowed", permit.cells_max());
        Denial::new(Refusal::TooLarge, reason)
    };
    let headings = match profile.zeros {
        Empty::Suppress => Headings::always(tabulation, &own, profile.minimum_cell, most),
        Empty::Tell => (own.len() <= most).then(|| Headings::found(tabulation, &own, profile.minimum_cell)),
    };
    let headings = headings.ok_or_else(too_large)?;
    let strange =
        || Denial::new(Refusal::Failed, "a group has a key that its column or the filter rules out");
    let [own, margins] = withhold(&headings, own, margins).ok_or_else(strange)?;
    let dimensions = tabulation.by().len();
    let filled = fill(profile, tabulation, &headings, own, most).ok_or_else(too_large)?;
    let own_rows = filled.groups.len();
    let Numbered { lattice, cells } = Numbered::of(dimensions, filled.groups, margins, tabulation.totals());
    let shown = if tabulation.totals() { cells.len() } else { own_rows };
    if shown > most {
        return Err(too_large());
    }
    let sensitive: Vec<bool> = cells
        .iter()
        .map(|cell| is_sensitive(profile, path, cell) || filled.marked.contains(&cell.keys))
        .collect();
    let costs: Vec<u64> = cells.iter().map(|cell| cell.entities).collect();
    let shield = |pointed: &[bool]| {
        let marked = pointed.iter().chain(std::iter::repeat(&false));
        let sensitive: Vec<bool> = sensitive.iter().zip(marked).map(|(own, other)| *own || *other).collect();
        let layers = layers(profile, tabulation.measures(), &lattice, &cells, &sensitive);
        let costs = seen(profile, &costs, &sensitive);
        let mut hidden = suppress(&lattice, &layers, &costs, &sensitive, profile.minimum_cell);
        hidden.truncate(shown);
        hidden
    };
    let told = cells.get(..shown).unwrap_or_default();
    let silent = || Denial::new(Refusal::Failed, "a group does not say whom it counts");
    let members = members(told, |cell| cell.members.as_ref());
    // Where nobody says whom a cell counts, nothing is weighed nor remembered.
    let meant = if members.is_some() { told } else { &[] };
    let meaning = Meaning::of(tabulation, &booking.counted, meant);
    let linked = path.linked().map(|_| self::members(told, |cell| cell.linked.as_ref()).ok_or_else(silent));
    let linked = linked.transpose()?;
    let Held { hidden, lots } = match (&members, &linked) {
        (Some(members), linked) => {
            let own = New { rows: members, meaning: &meaning, earlier: history.earlier() };
            let linked = linked.as_ref();
            let linked = linked.map(|rows| New { rows, meaning: &meaning, earlier: history.linked() });
            let sides: Vec<New<'_>> = std::iter::once(own).chain(linked).collect();
            hold(&sides, profile.minimum_cell, shield)
        }
        (None, None) if history.is_empty() => Held { hidden: shield(&[]), lots: Vec::new() },
        (None, _) => return Err(silent()),
    };

    // How told figures are rounded together would tell of others.
    let told = |at: usize| profile.zeros == Empty::Tell || hidden.get(at).is_some_and(|hidden| !hidden);
    let unseen: Vec<bool> = (0..cells.len()).map(|at| !told(at)).collect();
    let rounded = Rounded::of(profile.protection(), tabulation, (&lattice, &unseen), &cells);
    let row = |(at, cell): (usize, &Counted)| {
        let keys = cell.keys.iter().enumerate().map(|(place, key)| {
            if cell.together.contains(&place) { Some(TOTAL.to_owned()) } else { key.clone() }
        });
        let hidden = hidden.get(at).copied().unwrap_or(true);
        let told = |measure| if hidden { Cell::Suppressed } else { rounded.told(measure, at) };
        TableRow { keys: keys.collect(), cells: (0..tabulation.measures().len()).map(told).collect() }
    };
    let mut rows: Vec<TableRow> = cells.iter().enumerate().take(shown).map(row).collect();
    // Where margins stand among the cells, nothing hints at the order in which they were reckoned.
    rows.sort_by(|one, other| one.keys.cmp(&other.keys));
    let summary = summary(measures, shown, &hidden, &sensitive, &costs);
    let reply = TableReply { columns: tabulation.headings(), rows, protection: rounded.protection() };
    let kept = match members {
        Some(members) => {
            let mut lots = lots.into_iter();
            let mut remembered = |members: Vec<EntitySet>| {
                let rows =
                    hidden.iter().enumerate().filter(|(_, hidden)| !**hidden).map(|(row, _)| row).collect();
                let told = members.into_iter().zip(&hidden).filter(|(_, hidden)| !**hidden);
                let told = Told::of(meaning.told(&hidden), told.map(|(set, _)| set));
                Remembered::new(told, lots.next().flatten().map(|lots| (lots, rows)))
            };
            let told = remembered(members);
            let linked = linked.map(remembered);
            let answer = kept::write(&booking.key, summary, &reply)?;
            Some(Kept { answer, memberships: told.told().memberships(), told, linked })
        }
        None => None,
    };
    let reply = kept::as_asked(reply, asked);
    let home = HomeRecord { kept, alerts: permit.decided.alerts.clone(), ..HomeRecord::default() };
    Ok(Release::new(Reply::Table(reply), home, summary))
}

/// How many entities fit the whole table, at most: of those counted or of those linked, whichever are fewer. Where that is `enough`, no
/// more than that many need be counted.
fn fitting(path: &Path, own: &[Counted], enough: u64) -> u64 {
    let all = |sets: Vec<&EntitySet>| {
        let one = sets.iter().map(|set| set.len()).find(|number| *number >= enough);
        one.unwrap_or_else(|| EntitySet::union(sets).len())
    };
    let counted = known(own, |cell| cell.members.as_ref()).map(all);
    let counted =
        counted.unwrap_or_else(|| own.iter().map(|group| group.entities).fold(0, u64::saturating_add));
    let linked = path.linked().map(|_| known(own, |cell| cell.linked.as_ref()).map_or(0, all));
    // Of what is referred to the groups together have at least as much as the one that has most; none at all tells of nobody.
    let referred = own.iter().filter_map(|group| group.referred).max().filter(|most| *most > 0);
    let referred = path.reference().and(referred);
    [linked, referred].into_iter().flatten().fold(counted, u64::min)
}

/// Whom each cell speaks of; nothing where the node did not say of one.
fn members(cells: &[Counted], of: impl Fn(&Counted) -> Option<&EntitySet>) -> Option<Vec<EntitySet>> {
    let of = |cell: &Counted| match of(cell) {
        None if cell.entities == 0 => Some(EntitySet::default()),
        members => members.cloned(),
    };
    cells.iter().map(of).collect()
}

/// The same of those cells that anybody stands in.
fn known<'c>(
    cells: &'c [Counted],
    of: impl Fn(&'c Counted) -> Option<&'c EntitySet>,
) -> Option<Vec<&'c EntitySet>> {
    cells.iter().filter(|cell| cell.entities > 0 || of(cell).is_some()).map(&of).collect()
}

/// What was told, and what suppression cost: cells and entities that are not told although they could be by themselves.
fn summary(
    measures: usize,
    shown: usize,
    hidden: &[bool],
    sensitive: &[bool],
    costs: &[u64],
) -> ReleaseSummary {
    let number = |rows: usize| u64::try_from(rows.saturating_mul(measures)).unwrap_or(u64::MAX);
    let rows = || hidden.iter().zip(sensitive).zip(costs).take(shown);
    let suppressed = rows().filter(|((hidden, _), _)| **hidden).count();
    let secondary = rows().filter(|((hidden, sensitive), _)| **hidden && !**sensitive);
    let all: u128 = rows().map(|(_, cost)| u128::from(*cost)).sum();
    let lost: u128 = secondary.clone().map(|(_, cost)| u128::from(*cost)).sum();
    ReleaseSummary {
        rung: None,
        hit: None,
        cells_released: number(shown.saturating_sub(suppressed)),
        cells_suppressed: number(suppressed),
        cells_secondary: number(secondary.count()),
        lost_permille: u64::try_from(lost * 1_000 / all.max(1)).unwrap_or(u64::MAX),
    }
}

/// Groups of margins, and groups of the table without empty ones, in canonical order of dimensions and measures and sorted by
/// their keys: what is told must not depend on how a question was worded. Findings of another shape than the question are
/// no basis for a release: their margins would not add up.
pub(super) fn canonical(
    tabulation: &Tabulation,
    ordered: &Tabulation,
    mut groups: Vec<Counted>,
) -> Result<(Vec<Counted>, Vec<Counted>), Denial> {
    let fits = |group: &Counted| {
        group.keys.len() == tabulation.by().len()
            && group.together.iter().all(|place| *place < group.keys.len())
            && group.figures.len() == tabulation.measures().len()
            && tabulation
                .measures()
                .iter()
                .zip(&group.figures)
                .all(|(measure, figure)| measure.fits(figure) && !figure.is_estimate())
    };
    if !groups.iter().all(fits) {
        return Err(Denial::new(Refusal::Failed, "a group does not have the shape of the question"));
    }
    let order = kept::Order::from(tabulation, ordered);
    if !order.is_same() {
        groups.iter_mut().for_each(|group| reorder(group, &order));
    }
    groups.retain(|group| group.entities > 0 || group.figures.iter().any(|figure| !is_zero(figure)));
    for group in &mut groups {
        // Keys of dimensions that are taken together are without meaning, and must not tell two groups apart.
        for (place, key) in group.keys.iter_mut().enumerate() {
            if group.together.contains(&place) {
                *key = None;
            }
        }
        // Records without an entity of their own stand for nobody.
        for figure in &group.figures {
            if let Figure::Count(count) = figure {
                group.entities = group.entities.min(*count);
            }
        }
    }
    let groups = ranks::sorted(groups, |group| group.together.clone(), |group| &group.keys);
    let alike = |one: &Counted, next: &Counted| (&one.together, &one.keys) == (&next.together, &next.keys);
    if groups.iter().zip(groups.iter().skip(1)).any(|(one, next)| alike(one, next)) {
        return Err(Denial::new(Refusal::Failed, "a group was found twice"));
    }
    Ok(groups.into_iter().partition(|group| !group.together.is_empty()))
}

fn reorder(group: &mut Counted, order: &kept::Order) {
    let together: Vec<bool> = (0..group.keys.len()).map(|place| group.together.contains(&place)).collect();
    let together = order.keys(&together).into_iter().enumerate();
    group.together = together.filter(|(_, together)| *together).map(|(place, _)| place).collect();
    group.keys = order.keys(&group.keys);
    group.figures = order.measures(&group.figures);
    group.largest = order.measures(&group.largest);
}

fn is_zero(figure: &Figure) -> bool {
    match figure {
        Figure::Count(0) | Figure::Sum(0) | Figure::Mean { sum: 0, over: 0 } => true,
        Figure::Variance(spread) => *spread == Spread::default(),
        _ => false,
    }
}
