//! The ways out of a node of a decision diagram: what of a column's values leads where. Kept so that each way of
//! telling values apart is written down in one way only.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::filter::GridPoint;
use crate::schema::{Column, ColumnType, ColumnUse};

/// A node of the diagram.
pub(super) type Id = u32;
/// Holds for no record.
pub(super) const NEVER: Id = 0;
/// Holds for every record.
pub(super) const ALWAYS: Id = 1;

/// Where the values of a column lead, other than null.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Split {
    /// The words of a closed list, each in its place: sources hold no others.
    Words { words: &'static [&'static str], at: Vec<Id> },
    /// Free text: some values, none of which leads where the rest does.
    Values { at: BTreeMap<String, Id>, rest: Id },
    /// Text by its beginnings: the longest that fits decides, and none leads where the next shorter does.
    Prefixes { at: BTreeMap<String, Id>, rest: Id },
    /// Numbers or months in order: from each point on until the next; neighbours lead to different nodes.
    Steps { first: Id, from: BTreeMap<i64, Id> },
}

impl Split {
    /// Every value of `column` leads to `id`.
    pub(super) fn constant(column: &'static Column, id: Id) -> Self {
        match (column.used, column.holds) {
            (ColumnUse::Calendar | ColumnUse::Measure { .. }, _) => {
                Self::Steps { first: id, from: BTreeMap::new() }
            }
            (ColumnUse::Prefix { .. }, _) => Self::Prefixes { at: BTreeMap::new(), rest: id },
            (_, ColumnType::Word(words)) => Self::Words { words, at: vec![id; words.len()] },
            _ => Self::Values { at: BTreeMap::new(), rest: id },
        }
    }

    /// These values hold and no others.
    pub(super) fn of_values(column: &'static Column, values: &[String]) -> Self {
        let named: BTreeMap<String, Id> = values.iter().map(|value| (value.clone(), ALWAYS)).collect();
        match Self::constant(column, NEVER) {
            Self::Words { words, .. } => {
                let at = words.iter().map(|word| if named.contains_key(*word) { ALWAYS } else { NEVER });
                Self::Words { words, at: at.collect() }
            }
            Self::Prefixes { .. } => Self::prefixes(named, NEVER),
            _ => Self::Values { at: named, rest: NEVER },
        }
    }

    /// What lies on or after `from` and before `below` holds.
    pub(super) fn of_range(from: Option<&GridPoint>, below: Option<&GridPoint>) -> Self {
        let (from, below) = (from.map(place), below.map(place));
        let first = if from.is_none() { ALWAYS } else { NEVER };
        let empty = from.zip(below).is_some_and(|(from, below)| from >= below);
        let begins = from.filter(|_| !empty).map(|from| (from, ALWAYS));
        let ends = below.filter(|_| !empty).map(|below| (below, NEVER));
        Self::Steps { first, from: begins.into_iter().chain(ends).collect() }
    }

    /// A split of the same column in which every value leads to `id`.
    pub(super) fn same_everywhere(&self, id: Id) -> Self {
        match self {
            Self::Words { words, .. } => Self::Words { words, at: vec![id; words.len()] },
            Self::Values { .. } => Self::Values { at: BTreeMap::new(), rest: id },
            Self::Prefixes { .. } => Self::Prefixes { at: BTreeMap::new(), rest: id },
            Self::Steps { .. } => Self::Steps { first: id, from: BTreeMap::new() },
        }
    }

    /// Whether every value leads to `id`.
    pub(super) fn is_constant(&self, id: Id) -> bool {
        match self {
            Self::Words { at, .. } => at.iter().all(|&way| way == id),
            Self::Values { at, rest } | Self::Prefixes { at, rest } => at.is_empty() && *rest == id,
            Self::Steps { first, from } => from.is_empty() && *first == id,
        }
    }

    /// How many ways out are written down.
    pub(super) fn ways(&self) -> usize {
        match self {
            Self::Words { at, .. } => at.len(),
            Self::Values { at, .. } | Self::Prefixes { at, .. } => at.len() + 1,
            Self::Steps { from, .. } => from.len() + 1,
        }
    }

    /// Joins two splits of one column, value by value.
    pub(super) fn zip<E>(
        &self,
        other: &Self,
        mut join: impl FnMut(Id, Id) -> Result<Id, E>,
    ) -> Result<Self, E> {
        Ok(match (self, other) {
            (Self::Words { words, at }, Self::Words { at: others, .. }) => {
                let at =
                    at.iter().zip(others).map(|(&one, &other)| join(one, other)).collect::<Result<_, E>>()?;
                Self::Words { words, at }
            }
            (Self::Values { at, rest }, Self::Values { at: others, rest: rest_other }) => {
                let rest_joined = join(*rest, *rest_other)?;
                let mut joined = BTreeMap::new();
                for value in at.keys().chain(others.keys()).collect::<BTreeSet<_>>() {
                    let way = join(*at.get(value).unwrap_or(rest), *others.get(value).unwrap_or(rest_other))?;
                    if way != rest_joined {
                        joined.insert(value.clone(), way);
                    }
                }
                Self::Values { at: joined, rest: rest_joined }
            }
            (Self::Prefixes { at, rest }, Self::Prefixes { at: others, rest: rest_other }) => {
                let mut joined = BTreeMap::new();
                for text in at.keys().chain(others.keys()).collect::<BTreeSet<_>>() {
                    let way = join(by_prefix(at, *rest, text), by_prefix(others, *rest_other, text))?;
                    joined.insert(text.clone(), way);
                }
                Self::prefixes(joined, join(*rest, *rest_other)?)
            }
            (Self::Steps { first, from }, Self::Steps { first: first_other, from: others }) => {
                let first_joined = join(*first, *first_other)?;
                let (mut last, mut one, mut other) = (first_joined, *first, *first_other);
                let mut joined = BTreeMap::new();
                for point in from.keys().chain(others.keys()).collect::<BTreeSet<_>>() {
                    one = *from.get(point).unwrap_or(&one);
                    other = *others.get(point).unwrap_or(&other);
                    let way = join(one, other)?;
                    if way != last {
                        joined.insert(*point, way);
                        last = way;
                    }
                }
                Self::Steps { first: first_joined, from: joined }
            }
            // Both splits are of one column, whose declared use fixes the kind.
            _ => self.clone(),
        })
    }

    /// Leaves out every beginning that leads where the next shorter one does. In the order of texts a beginning stands
    /// before what it begins.
    fn prefixes(all: BTreeMap<String, Id>, rest: Id) -> Self {
        let mut at = BTreeMap::new();
        for (text, way) in all {
            if by_prefix(&at, rest, &text) != way {
                at.insert(text, way);
            }
        }
        Self::Prefixes { at, rest }
    }

    /// Spells the ways out; `way` spells where each leads.
    pub(super) fn spell(&self, text: &mut String, mut way: impl FnMut(Id, &mut String)) {
        let mut one = |label: std::fmt::Arguments<'_>, id: Id, text: &mut String| {
            // Writing to a String can't fail.
            let _ = text.write_fmt(label);
            way(id, text);
        };
        match self {
            Self::Words { words, at } => {
                words.iter().zip(at).for_each(|(word, &id)| one(format_args!(",{word}:"), id, text));
            }
            Self::Values { at, rest } => {
                at.iter().for_each(|(value, &id)| one(format_args!(",{value:?}:"), id, text));
                one(format_args!(",else:"), *rest, text);
            }
            Self::Prefixes { at, rest } => {
                at.iter().for_each(|(value, &id)| one(format_args!(",{value:?}*:"), id, text));
                one(format_args!(",else:"), *rest, text);
            }
            Self::Steps { first, from } => {
                one(format_args!(",first:"), *first, text);
                from.iter().for_each(|(point, &id)| one(format_args!(",from {point}:"), id, text));
            }
        }
    }
}

/// Where a text leads: the longest beginning of it decides.
fn by_prefix(at: &BTreeMap<String, Id>, rest: Id, text: &str) -> Id {
    let ends = text.char_indices().map(|(start, letter)| start + letter.len_utf8());
    let longest = ends.rev().filter_map(|end| text.get(..end)).find_map(|begin| at.get(begin));
    longest.copied().unwrap_or(rest)
}

/// A grid point's place in the order of its column: months since year 0, or the number itself.
fn place(point: &GridPoint) -> i64 {
    match *point {
        GridPoint::Month { year, month } => i64::from(year) * 12 + i64::from(month) - 1,
        GridPoint::Number(number) => number,
    }
}
