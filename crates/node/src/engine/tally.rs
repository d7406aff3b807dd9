//! Counting over prepared tables: one pass over the rows that a permit lets count, block by block. Keys, filters and sums are
//! read off small numbers, and who stands in each group is collected as numbers that hold across epochs.
//!
//! What a label does not allow is not read at all: which rows may be seen is known from where each label's rows stand. Along edges a
//! row is an edge whose own label, and those of both of its ends, are allowed; a reference to a row that is not allowed leads nowhere.
//!
//! Between blocks the count asks whether anybody still waits for it, and ends where nobody does.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use mapped::Column;
use model::reply::Figure;
use model::tabulation::DIMENSIONS_MAX;
use model::{Dataset, Dimension, LabelId, Measure, Spread, Tabulation};
use policy::{Counted, EntitySets, Permit};

use super::prepared::{Edges, NOWHERE, NULL, Prepared, Unprepared};
use super::records::Records;
use super::rows::Rows;
use super::sets::Sets;

mod bound;
mod found;

use super::{EngineLimits, Known};
use bound::{Block, Bound, Condition, Key, Side, Summed, adds, condition, holds, key};
use found::{Found, Groups, Sum, whole};

/// Rows that are looked at together.
const BLOCK: u32 = 8_192;

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

/// What a permit says of the rows that count: which of each dataset do, and within which bounds values are held.
pub(super) struct Admits {
    rows: HashMap<Dataset, Rows>,
    clamps: HashMap<String, (i64, i64)>,
}

impl Admits {
    pub(super) fn of(permit: &Permit, asked: &Tabulation, records: &Records) -> Self {
        let allowed: HashSet<LabelId> = permit.allowed_labels().collect();
        let rows = |dataset: Dataset| {
            let table = records.table(dataset)?;
            Some((dataset, table.runs.rows(|label| allowed.contains(&label))))
        };
        let clamp = |(_, name): (usize, &String)| Some((name.clone(), permit.clamp(name)?));
        Self {
            rows: asked.path().datasets().into_iter().filter_map(rows).collect(),
            clamps: super::expression::summed(asked).filter_map(clamp).collect(),
        }
    }
}

/// A table as it is read from prepared columns.
pub(super) struct Tally {
    asked: Tabulation,
    known: Known,
    /// Whether the lasting numbers, own and linked, are the epoch's own: so until entities go.
    same: [bool; 2],
    weighs: Weighs,
    rows: Seen,
    keys: Vec<Key>,
    filter: Option<Condition>,
    sums: Vec<Summed>,
    unit: Option<Bound>,
    ties: Ties,
    entities: Column<u32>,
    linked: Option<Column<u32>>,
    referred: Option<Column<u32>>,
}

/// The rows that may be seen on each side.
struct Seen {
    own: Rows,
    edge: Rows,
    linked: Rows,
    referred: Rows,
}

/// What ties the rows of the datasets on the path.
struct Ties {
    edges: Option<Edges>,
    reference: Option<Column<u32>>,
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
        let rows = |of: Option<Dataset>| of.and_then(|of| admits.rows.get(&of).cloned()).unwrap_or_default();
        let rows = Seen {
            own: rows(Some(own)),
            edge: rows(path.edges().map(|_| Dataset::Link)),
            linked: rows(path.linked()),
            referred: rows(path.reference().map(|link| link.to)),
        };
        let ties = Ties {
            edges: path.edges().map(|link| prepared.edges(link)).transpose()?,
            reference: path.reference().map(|link| prepared.reference(link)).transpose()?,
            refers_linked: path.reference().is_some_and(|link| link.from != own),
            forward: path.edges().is_some_and(|link| link.from == own),
        };
        let entities = prepared.entities(own)?;
        let linked = path.linked().map(|linked| prepared.entities(linked)).transpose()?;
        let referred = path.reference().map(|link| prepared.entities(link.to)).transpose()?;
        let same = [&known.own, &known.linked].map(|known| known.iter().copied().eq(0..known.len() as u32));
        Ok(Self {
            asked,
            known,
            same,
            weighs,
            rows,
            keys,
            filter,
            sums,
            unit,
            ties,
            entities,
            linked,
            referred,
        })
    }

    /// Counts, and gives each group: of the table, and of its margins where they are wanted. Ends early once it is `abandoned`.
    pub(super) fn count(&self, abandoned: &dyn Fn() -> bool) -> Result<Vec<Counted>, Stop> {
        let combinations = self.keys.iter().map(|key| key.texts.len() as u64).try_fold(1, u64::checked_mul);
        let mut groups = Groups::new(combinations.ok_or(Stop::Unprepared)?);
        let mut found = self.nothing();
        let mut left: Vec<Range<u32>> = match &self.ties.edges {
            // A row number fits 32 bits: preparing stops beyond.
            Some(edges) => std::iter::once(0..edges.edge.len() as u32).collect(),
            None => self.rows.own.runs().iter().rev().cloned().collect(),
        };
        let (mut block, mut group, mut places) = (Block::default(), Vec::new(), Vec::new());
        let (mut keys, mut codes) = (Vec::new(), Vec::new());
        while !left.is_empty() {
            if abandoned() {
                return Err(Stop::Abandoned);
            }
            block.clear();
            let mut room = BLOCK;
            while room > 0
                && let Some(run) = left.pop()
            {
                let end = run.end.min(run.start.saturating_add(room));
                self.fill(&mut block, run.start..end);
                room -= end - run.start;
                left.extend((end < run.end).then_some(end..run.end));
            }
            self.select(&mut block);
            if block.own.is_empty() {
                continue;
            }
            group.clear();
            group.resize(block.own.len(), 0_u64);
            for key in &self.keys {
                key.bound.told.codes.look_up(block.side(key.bound.side), &key.of, &mut keys);
                let many = key.texts.len() as u64;
                group.iter_mut().zip(&keys).for_each(|(group, &key)| *group = *group * many + u64::from(key));
            }
            groups.places(&group, self.weighs.limits.groups, &mut places).ok_or(Stop::TooLarge)?;
            found.grow(groups.codes.len());
            self.add(&mut found, &block, &places, &mut codes);
            if found.bytes() > self.weighs.limits.memory_bytes {
                return Err(Stop::TooLarge);
            }
        }
        self.told(&groups, found, abandoned)
    }

    fn nothing(&self) -> Found {
        let below = |numbers: &[u32]| numbers.iter().max().map_or(0, |&most| most as usize + 1);
        Found {
            counts: Vec::new(),
            sums: vec![Vec::new(); self.sums.len()],
            members: Sets::new(below(&self.known.own)),
            linked: Sets::new(self.linked.as_ref().map_or(0, |_| below(&self.known.linked))),
            referred: Sets::new(self.referred.as_ref().map_or(0, |entities| below(entities))),
            // Codes begin with that of what is not known.
            units: Sets::new(self.unit.as_ref().map_or(0, |unit| unit.told.values.len() + 1)),
        }
    }

    /// The rows of a stretch that may be seen: of the dataset's own rows, all of which may, or of edges.
    fn fill(&self, block: &mut Block, stretch: Range<u32>) {
        let (Seen { own, edge, linked, .. }, Ties { edges, forward, .. }) = (&self.rows, &self.ties);
        let Some(ends) = edges else { return block.own.extend(stretch) };
        let [edges, from, to] = [&ends.edge, &ends.from, &ends.to]
            .map(|end| end.get(stretch.start as usize..stretch.end as usize).unwrap_or_default());
        let (near, far) = if *forward { (from, to) } else { (to, from) };
        for ((&at, &near), &far) in edges.iter().zip(near).zip(far) {
            if edge.has(at) && own.has(near) && linked.has(far) {
                block.own.push(near);
                block.edge.push(at);
                block.linked.push(far);
            }
        }
    }

    /// Keeps those rows of a block that the filter holds for, and follows the reference from them.
    fn select(&self, block: &mut Block) {
        let early = self.filter.as_ref().is_some_and(|filter| filter.looks_at(Side::Referred));
        if early {
            self.refer(block);
        }
        if let Some(filter) = &self.filter {
            let keep = holds(filter, block);
            block.retain(&keep);
        }
        if !early {
            self.refer(block);
        }
    }

    fn refer(&self, block: &mut Block) {
        let Some(leads) = &self.ties.reference else { return };
        let (leads, seen): (&[u32], &Rows) = (leads, &self.rows.referred);
        let from = if self.ties.refers_linked { &block.linked } else { &block.own };
        let to = |&row: &u32| leads.get(row as usize).copied().filter(|&to| seen.has(to)).unwrap_or(NOWHERE);
        block.referred.extend(from.iter().map(to));
    }

    fn add(&self, found: &mut Found, block: &Block, places: &[u32], codes: &mut Vec<u32>) {
        fn number(numbers: &[u32], at: u32) -> Option<u32> {
            numbers.get(at as usize).copied()
        }
        for &place in places {
            found.counts.get_mut(place as usize).into_iter().for_each(|count| *count += 1);
        }
        let put = |sets: &mut Sets, entities: &[u32], known: &[u32], same: bool, rows: &[u32]| {
            for (&place, &row) in places.iter().zip(rows) {
                let entity = number(entities, row);
                // Looked up only where it is not the same: these lie far apart in memory.
                let known = match same {
                    true => entity.filter(|&entity| (entity as usize) < known.len()),
                    false => entity.and_then(|entity| number(known, entity)),
                };
                known.into_iter().for_each(|entity| sets.put(place, entity));
            }
        };
        let [own_same, linked_same] = self.same;
        put(&mut found.members, &self.entities, &self.known.own, own_same, &block.own);
        if let Some(entities) = &self.linked {
            put(&mut found.linked, entities, &self.known.linked, linked_same, &block.linked);
        }
        if let Some(entities) = &self.referred {
            let entities: &[u32] = entities;
            for (&place, &row) in places.iter().zip(&block.referred) {
                number(entities, row).into_iter().for_each(|entity| found.referred.put(place, entity));
            }
        }
        if let Some(unit) = &self.unit {
            unit.told.codes.gather(block.side(unit.side), codes);
            let known = places.iter().zip(codes.iter()).filter(|(_, code)| **code != NULL);
            known.for_each(|(&place, &code)| found.units.put(place, code));
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
        mut found: Found,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<Vec<Counted>, Stop> {
        let dimensions = self.keys.len();
        let all = (1_usize << dimensions) - 1;
        let (mut counted, mut of) = (Vec::new(), Vec::new());
        let [mut members, mut linked] = [EntitySets::default(), EntitySets::default()];
        for kept in (if self.weighs.margins { 0 } else { all }..=all).rev() {
            let together: BTreeSet<usize> = (0..dimensions).filter(|at| kept >> at & 1 == 0).collect();
            let codes = groups.codes.iter().map(|&code| self.keeping(code, kept));
            let mut parts: Vec<(u64, usize)> = codes.zip(0..).collect();
            parts.sort_unstable();
            for parts in parts.chunk_by(|one, next| one.0 == next.0) {
                if abandoned() {
                    return Err(Stop::Abandoned);
                }
                of.clear();
                of.extend(parts.iter().map(|(_, at)| *at));
                let number = found.members.add(&of, &mut members);
                if self.linked.is_some() {
                    found.linked.add(&of, &mut linked);
                }
                let sums: Vec<Sum> = found.sums.iter().map(|sums| whole(sums, &of)).collect();
                let count: u64 = of.iter().filter_map(|&at| found.counts.get(at)).sum();
                let keys = self.keys_of(parts.first().map_or(0, |(code, _)| *code));
                let texts = self.keys.iter().zip(keys).enumerate().map(|(place, (of, key))| {
                    let told = of.texts.get(key as usize).filter(|_| !together.contains(&place));
                    told.cloned().flatten()
                });
                counted.push(Counted {
                    keys: texts.collect(),
                    together: together.clone(),
                    entities: number,
                    members: None,
                    linked: None,
                    referred: self.referred.as_ref().map(|_| found.referred.number(&of)),
                    units: self.unit.as_ref().map(|_| found.units.number(&of)),
                    largest: self.largest(&sums),
                    figures: self.figures(&sums, count, number),
                });
            }
        }
        counted.iter_mut().zip(members.finish()).for_each(|(group, set)| group.members = Some(set));
        counted.iter_mut().zip(linked.finish()).for_each(|(group, set)| group.linked = Some(set));
        Ok(counted)
    }

    /// The keys behind a combination of them, each as its place among those of its dimension.
    fn keys_of(&self, mut code: u64) -> [u32; DIMENSIONS_MAX] {
        let mut keys = [0; DIMENSIONS_MAX];
        for (of, key) in self.keys.iter().zip(&mut keys).rev() {
            let many = (of.texts.len() as u64).max(1);
            // A key's place is below their number, which fits.
            *key = (code % many) as u32;
            code /= many;
        }
        keys
    }

    /// The same combination without the keys of dimensions that are not `kept`, each by its bit.
    fn keeping(&self, code: u64, kept: usize) -> u64 {
        let keys = self.keys.iter().zip(self.keys_of(code)).enumerate();
        keys.fold(0, |code, (place, (of, key))| {
            code * of.texts.len() as u64 + if kept >> place & 1 == 1 { u64::from(key) } else { 0 }
        })
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
