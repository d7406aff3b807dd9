//! Counting over prepared tables: one pass over the rows that a permit lets count, block by block. Keys, filters and sums are
//! read off small numbers, and who stands in each group is collected as numbers that hold across epochs.
//!
//! What a label does not allow is not read further than its label. Along edges a row is an edge whose own label, and those of both of
//! its ends, are allowed; a reference to a row that is not allowed leads nowhere.
//!
//! Between blocks the count asks whether anybody still waits for it, and ends where nobody does.

use std::collections::{BTreeSet, HashMap};

use mapped::Column;
use model::path::Link;
use model::reply::Figure;
use model::{Dataset, Dimension, LabelId, Measure, Spread, Tabulation};
use policy::{Counted, Permit};

use super::prepared::{Edges, NOWHERE, NULL, Prepared, Unprepared};
use super::sets::Sets;

mod bound;
mod found;

use super::{EngineLimits, Known};
use bound::{Block, Bound, Condition, Key, Side, Summed, adds, condition, holds, key};
use found::{Found, Groups, Sum, whole};

/// Rows that are looked at together.
const BLOCK: usize = 8_192;
/// Most combinations of keys that have a place of their own before any is met.
const DENSE: u64 = 1 << 16;

/// What a table weighs besides its measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighs {
    pub(super) dominance: bool,
    pub(super) units: bool,
    /// Whether groups of margins are wanted.
    pub(super) margins: bool,
    /// What it may use.
    pub(super) limits: EngineLimits,
}

/// Why a table was not counted here.
pub(super) enum Stop {
    /// Something is not prepared.
    Unprepared,
    /// More groups than one table may have.
    TooLarge,
    /// Nobody waits for it any more.
    Abandoned,
}

impl From<Unprepared> for Stop {
    fn from(_: Unprepared) -> Self {
        Self::Unprepared
    }
}

/// What a permit says of the rows that count: whether each label does, and within which bounds values are held.
pub(super) struct Admits {
    allowed: Vec<bool>,
    clamps: HashMap<String, (i64, i64)>,
}

impl Admits {
    pub(super) fn of(permit: &Permit, asked: &Tabulation) -> Self {
        let mut allowed = Vec::new();
        for LabelId(label) in permit.allowed_labels() {
            let at = label as usize;
            if allowed.len() <= at {
                allowed.resize(at + 1, false);
            }
            allowed.get_mut(at).into_iter().for_each(|allowed| *allowed = true);
        }
        let clamp = |(_, name): (usize, &String)| Some((name.clone(), permit.clamp(name)?));
        Self { allowed, clamps: super::expression::summed(asked).filter_map(clamp).collect() }
    }
}

/// A table as it is read from prepared columns.
pub(super) struct Tally {
    asked: Tabulation,
    known: Known,
    weighs: Weighs,
    allowed: Vec<bool>,
    keys: Vec<Key>,
    filter: Option<Condition>,
    sums: Vec<Summed>,
    unit: Option<Bound>,
    rows: Rows,
    entities: Column<u32>,
    linked: Option<Column<u32>>,
    referred: Option<Column<u32>>,
}

/// The rows of each dataset on the path with their labels, and what ties them.
struct Rows {
    own: Column<u32>,
    edges: Option<(Edges, Column<u32>, Column<u32>)>,
    reference: Option<(Column<u32>, Column<u32>)>,
    /// Whether the reference starts from the linked dataset.
    refers_linked: bool,
    /// Whether the edges are recorded from the dataset that is counted on.
    forward: bool,
}

impl Tally {
    /// Opens all that a table reads.
    pub(super) fn new(
        prepared: &Prepared,
        admits: Admits,
        asked: Tabulation,
        known: Known,
        weighs: Weighs,
    ) -> Result<Self, Unprepared> {
        let (path, own) = (asked.path(), asked.dataset());
        let bind = |name: &str| -> Result<Bound, Unprepared> {
            let reached = own.reach(name).map_err(|_| Unprepared)?;
            let side = match reached.dataset {
                of if of == own => Side::Own,
                Dataset::Link => Side::Edge,
                of if path.linked() == Some(of) => Side::Linked,
                _ => Side::Referred,
            };
            Ok(Bound { side, told: prepared.column(reached.dataset, reached.column.name)? })
        };
        let of = |dimension: &Dimension| -> Result<Key, Unprepared> {
            Ok(key(bind(&dimension.column)?, dimension))
        };
        let keys = asked.by().iter().map(of).collect::<Result<_, _>>()?;
        let filter = asked.filter().map(|filter| condition(own, filter, &bind)).transpose()?;
        let mut sums = Vec::new();
        for (at, name) in super::expression::summed(&asked) {
            let bound = bind(name)?;
            let adds = adds(&bound.told.values, own, name, admits.clamps.get(name).copied())?;
            sums.push(Summed { at, bound, adds });
        }
        let unit = path.unit_key().filter(|_| weighs.units).map(|unit| bind(&unit)).transpose()?;
        let edges = match (path.edges(), path.linked()) {
            (Some(link), Some(linked)) => {
                Some((prepared.edges(link)?, prepared.labels(Dataset::Link)?, prepared.labels(linked)?))
            }
            _ => None,
        };
        let leads = |link: &Link| -> Result<_, Unprepared> {
            Ok((prepared.reference(link)?, prepared.labels(link.to)?))
        };
        let reference = path.reference().map(leads);
        let rows = Rows {
            own: prepared.labels(own)?,
            edges,
            reference: reference.transpose()?,
            refers_linked: path.reference().is_some_and(|link| link.from != own),
            forward: path.edges().is_some_and(|link| link.from == own),
        };
        let entities = prepared.entities(own)?;
        let linked = path.linked().map(|linked| prepared.entities(linked)).transpose()?;
        let referred = path.reference().map(|link| prepared.entities(link.to)).transpose()?;
        let allowed = admits.allowed;
        Ok(Self { asked, known, weighs, allowed, keys, filter, sums, unit, rows, entities, linked, referred })
    }

    fn is_allowed(&self, labels: &[u32], row: u32) -> bool {
        let label = labels.get(row as usize).and_then(|&label| self.allowed.get(label as usize));
        label.copied().unwrap_or(false)
    }

    /// Counts, and gives each group: of the table, and of its margins where they are wanted. Ends early once it is `abandoned`.
    pub(super) fn count(&self, abandoned: &dyn Fn() -> bool) -> Result<Vec<Counted>, Stop> {
        let places: u64 = self.keys.iter().map(|key| key.texts.len() as u64).fold(1, u64::saturating_mul);
        let mut groups = Groups { dense: places <= DENSE, places: HashMap::new(), codes: Vec::new() };
        if groups.dense {
            groups.codes = (0..places).collect();
        }
        let mut found = Found::new(groups.codes.len(), self.sums.len());
        let total = self.rows.edges.as_ref().map_or(self.rows.own.len(), |(edges, ..)| edges.edge.len());
        let (mut block, mut group, mut codes) = (Block::default(), Vec::new(), Vec::new());
        for start in (0..total).step_by(BLOCK) {
            if abandoned() {
                return Err(Stop::Abandoned);
            }
            block.clear();
            self.fill(&mut block, start, total.min(start + BLOCK));
            if let Some(filter) = &self.filter {
                let keep = holds(filter, &block);
                block.retain(&keep);
            }
            if block.own.is_empty() {
                continue;
            }
            group.clear();
            group.resize(block.own.len(), 0_u64);
            for key in &self.keys {
                key.bound.told.codes.gather(block.side(key.bound.side), &mut codes);
                let keys = key.texts.len() as u64;
                for (group, &code) in group.iter_mut().zip(&codes) {
                    *group = *group * keys + u64::from(key.of.get(code as usize).copied().unwrap_or(0));
                }
            }
            let places = groups.places(&group, self.weighs.limits.groups).ok_or(Stop::TooLarge)?;
            found.grow(groups.codes.len());
            self.add(&mut found, &block, &places, &mut codes);
            if found.bytes() > self.weighs.limits.memory_bytes {
                return Err(Stop::TooLarge);
            }
        }
        if found.counts.iter().filter(|count| **count > 0).count() > self.weighs.limits.groups {
            return Err(Stop::TooLarge);
        }
        self.told(&groups, found, abandoned)
    }

    /// The rows of a stretch that may count.
    fn fill(&self, block: &mut Block, start: usize, end: usize) {
        let Rows { own, edges, reference, refers_linked, forward } = &self.rows;
        match edges {
            None => {
                // A row number fits 32 bits: preparing stops beyond.
                let rows = (start as u32)..(end as u32);
                block.own.extend(rows.filter(|&row| self.is_allowed(own, row)));
            }
            Some((ends, edge_labels, linked_labels)) => {
                for at in start..end {
                    let end = |of: &[u32]| of.get(at).copied().unwrap_or(NOWHERE);
                    let (edge, from, to) = (end(&ends.edge), end(&ends.from), end(&ends.to));
                    let (near, far) = if *forward { (from, to) } else { (to, from) };
                    if self.is_allowed(edge_labels, edge)
                        && self.is_allowed(own, near)
                        && self.is_allowed(linked_labels, far)
                    {
                        block.own.push(near);
                        block.edge.push(edge);
                        block.linked.push(far);
                    }
                }
            }
        }
        if let Some((leads, labels)) = reference {
            let from = if *refers_linked { &block.linked } else { &block.own };
            let to = |&row: &u32| {
                let to = leads.get(row as usize).copied().unwrap_or(NOWHERE);
                if self.is_allowed(labels, to) { to } else { NOWHERE }
            };
            block.referred.extend(from.iter().map(to));
        }
    }

    fn add(&self, found: &mut Found, block: &Block, places: &[u32], codes: &mut Vec<u32>) {
        let number = |numbers: &[u32], at: u32| numbers.get(at as usize).copied();
        for (&place, &row) in places.iter().zip(&block.own) {
            if let Some(count) = found.counts.get_mut(place as usize) {
                *count += 1;
            }
            let entity = number(&self.entities, row).and_then(|entity| number(&self.known.own, entity));
            found.members.extend(entity.map(|entity| (place, entity)));
        }
        if let Some(entities) = &self.linked {
            let members = places.iter().zip(&block.linked).filter_map(|(&place, &row)| {
                Some((place, number(&self.known.linked, number(entities, row)?)?))
            });
            found.linked.extend(members);
        }
        if let Some(entities) = &self.referred {
            let rows = places.iter().zip(&block.referred).filter(|(_, row)| **row != NOWHERE);
            found.referred.extend(rows.filter_map(|(&place, &row)| Some((place, number(entities, row)?))));
        }
        if let Some(unit) = &self.unit {
            unit.told.codes.gather(block.side(unit.side), codes);
            let known = places.iter().zip(codes.iter()).filter(|(_, code)| **code != NULL);
            found.units.extend(known.map(|(&place, &code)| (place, code)));
        }
        for (summed, sums) in self.sums.iter().zip(&mut found.sums) {
            summed.bound.told.codes.gather(block.side(summed.bound.side), codes);
            for (&place, &code) in places.iter().zip(codes.iter()) {
                let value = summed.adds.get(code as usize).copied().flatten();
                if let (Some(value), Some(sum)) = (value, sums.get_mut(place as usize)) {
                    sum.add(value);
                }
            }
        }
    }

    /// The groups that were met, with those of margins.
    fn told(
        &self,
        groups: &Groups,
        found: Found,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<Vec<Counted>, Stop> {
        let size = groups.codes.len();
        let met: Vec<usize> =
            (0..size).filter(|&at| found.counts.get(at).is_some_and(|count| *count > 0)).collect();
        let sets = |pairs: Vec<(u32, u32)>| Sets::of(pairs, size);
        let (members, linked) = (sets(found.members), sets(found.linked));
        let (referred, units) = (sets(found.referred), sets(found.units));
        let dimensions = self.keys.len();
        let all = (1_usize << dimensions) - 1;
        let mut counted = Vec::new();
        for kept in (if self.weighs.margins { 0 } else { all }..=all).rev() {
            let together: BTreeSet<usize> = (0..dimensions).filter(|at| kept >> at & 1 == 0).collect();
            let mut parts: HashMap<Vec<u32>, Vec<usize>> = HashMap::new();
            for &at in &met {
                let mut keys = self.keys_of(groups.codes.get(at).copied().unwrap_or(0));
                keys.iter_mut()
                    .enumerate()
                    .filter(|(place, _)| together.contains(place))
                    .for_each(|(_, key)| *key = 0);
                parts.entry(keys).or_default().push(at);
            }
            for (keys, of) in parts {
                if abandoned() {
                    return Err(Stop::Abandoned);
                }
                let entities = members.union(&of);
                let number = entities.number();
                let sums: Vec<Sum> = found.sums.iter().map(|sums| whole(sums, &of)).collect();
                let count: u64 = of.iter().filter_map(|&at| found.counts.get(at)).sum();
                let texts = keys.iter().zip(&self.keys).enumerate().map(|(place, (&key, of))| {
                    let told = of.texts.get(key as usize).cloned().flatten();
                    told.filter(|_| !together.contains(&place))
                });
                counted.push(Counted {
                    keys: texts.collect(),
                    together: together.clone(),
                    entities: number,
                    members: Some(entities.set()),
                    linked: self.linked.as_ref().map(|_| linked.union(&of).set()),
                    referred: self.referred.as_ref().map(|_| referred.union(&of).number()),
                    units: self.unit.as_ref().map(|_| units.union(&of).number()),
                    largest: self.largest(&sums),
                    figures: self.figures(&sums, count, number),
                });
            }
        }
        Ok(counted)
    }

    /// The keys behind a combination of them.
    fn keys_of(&self, mut code: u64) -> Vec<u32> {
        let mut keys = vec![0; self.keys.len()];
        for (key, of) in keys.iter_mut().zip(&self.keys).rev() {
            let many = (of.texts.len() as u64).max(1);
            // A key's place is below their number, which fits.
            *key = (code % many) as u32;
            code /= many;
        }
        keys
    }

    fn sum<'s>(&self, sums: &'s [Sum], at: usize) -> Option<&'s Sum> {
        sums.get(self.sums.iter().position(|summed| summed.at == at)?)
    }

    fn largest(&self, sums: &[Sum]) -> Vec<Option<[u64; 2]>> {
        if !self.weighs.dominance {
            return Vec::new();
        }
        (0..self.asked.measures().len()).map(|at| self.sum(sums, at).map(|sum| sum.largest)).collect()
    }

    fn figures(&self, sums: &[Sum], count: u64, entities: u64) -> Vec<Figure> {
        let of = |(at, measure): (usize, &Measure)| {
            let Sum { sum, squares, over, .. } = self.sum(sums, at).copied().unwrap_or_default();
            match measure {
                Measure::Count => Figure::Count(count),
                Measure::Distinct => Figure::Count(entities),
                Measure::Sum(_) => Figure::Sum(sum),
                Measure::Mean(_) => Figure::Mean { sum, over },
                Measure::Variance(_) => Figure::Variance(Spread { sum, squares, over }),
            }
        };
        self.asked.measures().iter().enumerate().map(of).collect()
    }
}
