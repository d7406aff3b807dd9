//! What a table reads, bound to prepared columns: its rows on each side of its links, the key of each code, conditions decided for
//! each code beforehand, and what each code adds to a sum.

use std::collections::HashMap;

use model::filter::GridPoint;
use model::schema::ColumnUse;
use model::{Dataset, Dimension, Filter, Grain};

use crate::engine::period::told;
use crate::engine::prepared::{Told, Unprepared, Values};

/// Where a row of a table stands in each dataset on its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Own,
    Edge,
    Linked,
    Referred,
}

/// Rows of a block, side by side.
#[derive(Default)]
pub(super) struct Block {
    pub(super) own: Vec<u32>,
    pub(super) edge: Vec<u32>,
    pub(super) linked: Vec<u32>,
    pub(super) referred: Vec<u32>,
}

impl Block {
    pub(super) fn side(&self, side: Side) -> &[u32] {
        match side {
            Side::Own => &self.own,
            Side::Edge => &self.edge,
            Side::Linked => &self.linked,
            Side::Referred => &self.referred,
        }
    }

    pub(super) fn clear(&mut self) {
        [&mut self.own, &mut self.edge, &mut self.linked, &mut self.referred]
            .into_iter()
            .for_each(Vec::clear);
    }

    /// Keeps the rows that `keep` names, of which there are as many as rows on each side that has any.
    #[expect(clippy::indexing_slicing, reason = "what is kept never comes before its place")]
    pub(super) fn retain(&mut self, keep: &[bool]) {
        for side in [&mut self.own, &mut self.edge, &mut self.linked, &mut self.referred] {
            // Written over whether kept or not: no branch, which would be taken at random.
            let mut kept = 0;
            for (at, &keep) in keep.iter().enumerate().take(side.len()) {
                side[kept] = side[at];
                kept += usize::from(keep);
            }
            side.truncate(kept);
        }
    }
}

/// A column that a table reads, and on which side.
pub(super) struct Bound {
    pub(super) side: Side,
    pub(super) told: Told,
}

/// A dimension: the key of each code.
pub(super) struct Key {
    pub(super) bound: Bound,
    pub(super) of: Vec<u32>,
    pub(super) texts: Vec<Option<String>>,
}

/// A condition, decided for each code beforehand.
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Holds(Bound, Vec<bool>),
}

/// A measure that adds values up: what each code adds.
pub(super) struct Summed {
    pub(super) at: usize,
    pub(super) bound: Bound,
    pub(super) adds: Vec<Option<i64>>,
}

pub(super) fn key(bound: Bound, dimension: &Dimension) -> Key {
    let mut places: HashMap<Option<String>, u32> = HashMap::from([(None, 0)]);
    let mut texts = vec![None];
    let mut of = vec![0];
    let mut put = |text: String| {
        let next = texts.len() as u32;
        let place = *places.entry(Some(text.clone())).or_insert(next);
        if place == next {
            texts.push(Some(text));
        }
        of.push(place);
    };
    match bound.told.values.as_ref() {
        Values::Texts(values) => values.iter().for_each(|value| match dimension.grain {
            Grain::Prefix(letters) => put(value.chars().take(letters.into()).collect()),
            _ => put(value.clone()),
        }),
        Values::Months(months) => months.iter().for_each(|&month| {
            let period = match dimension.grain {
                Grain::Quarter => month.div_euclid(3),
                Grain::Year => month.div_euclid(12),
                _ => month,
            };
            put(told(dimension.grain, period));
        }),
        Values::Numbers(numbers) => numbers.iter().for_each(|&number| match dimension.grain {
            // The lower end of the band, also below zero.
            Grain::Band(width) if width > 0 => {
                put(number.saturating_sub(number.rem_euclid(width)).to_string())
            }
            _ => put(number.to_string()),
        }),
    }
    Key { bound, of, texts }
}

pub(super) fn condition(
    dataset: Dataset,
    filter: &Filter,
    bind: &impl Fn(&str) -> Result<Bound, Unprepared>,
) -> Result<Condition, Unprepared> {
    let parts = |parts: &[Filter]| {
        parts.iter().map(|part| condition(dataset, part, bind)).collect::<Result<Vec<_>, _>>()
    };
    let decided = |name: &str, null: bool, holds: &dyn Fn(&Values, usize) -> bool| {
        let bound = bind(name)?;
        let values = &bound.told.values;
        let of = std::iter::once(null).chain((0..values.len()).map(|at| holds(values, at))).collect();
        Ok(Condition::Holds(bound, of))
    };
    match filter {
        Filter::And(all) => Ok(Condition::All(parts(all)?)),
        Filter::Or(any) => Ok(Condition::Any(parts(any)?)),
        Filter::Null { column, is_null } => decided(column, *is_null, &|_, _| !is_null),
        Filter::In { column, values } => {
            let prefixed =
                dataset.reach(column).is_ok_and(|r| matches!(r.column.used, ColumnUse::Prefix { .. }));
            decided(column, false, &|held, at| {
                let Values::Texts(texts) = held else { return false };
                let fits = |text: &String| {
                    values
                        .iter()
                        .any(|value| if prefixed { text.starts_with(value.as_str()) } else { text == value })
                };
                texts.get(at).is_some_and(fits)
            })
        }
        Filter::Range { column, from, below } => {
            let place = |point: &GridPoint| match *point {
                GridPoint::Month { year, month } => i64::from(year) * 12 + i64::from(month) - 1,
                GridPoint::Number(number) => number,
            };
            let (from, below) = (from.as_ref().map(place), below.as_ref().map(place));
            decided(column, false, &|held, at| {
                let value = match held {
                    Values::Months(months) => months.get(at).map(|&month| i64::from(month)),
                    Values::Numbers(numbers) => numbers.get(at).copied(),
                    Values::Texts(_) => None,
                };
                value.is_some_and(|value| {
                    from.is_none_or(|from| value >= from) && below.is_none_or(|below| value < below)
                })
            })
        }
    }
}

impl Condition {
    /// Whether it looks at a side.
    pub(super) fn looks_at(&self, side: Side) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.looks_at(side)),
            Self::Holds(bound, _) => bound.side == side,
        }
    }
}

pub(super) fn holds(condition: &Condition, block: &Block) -> Vec<bool> {
    let joined = |parts: &[Condition], with: fn(bool, bool) -> bool, empty: bool| {
        let whole = parts.iter().map(|part| holds(part, block)).reduce(|mut one, other| {
            one.iter_mut().zip(other).for_each(|(one, other)| *one = with(*one, other));
            one
        });
        whole.unwrap_or_else(|| vec![empty; block.own.len()])
    };
    match condition {
        Condition::All(parts) => joined(parts, |one, other| one && other, true),
        Condition::Any(parts) => joined(parts, |one, other| one || other, false),
        Condition::Holds(bound, of) => {
            let mut holds = Vec::with_capacity(block.own.len());
            bound.told.codes.look_up(block.side(bound.side), of, &mut holds);
            holds
        }
    }
}

/// What each code adds to a sum: its value within the declared bounds, or those that a permit narrows them to.
pub(super) fn adds(
    values: &Values,
    dataset: Dataset,
    name: &str,
    narrowed: Option<(i64, i64)>,
) -> Result<Vec<Option<i64>>, Unprepared> {
    let Values::Numbers(numbers) = values else { return Err(Unprepared) };
    let declared = match dataset.column(name).map(|column| column.used) {
        Ok(ColumnUse::Measure { low, high, .. }) => (low, high),
        _ => return Err(Unprepared),
    };
    let (low, high) = narrowed.unwrap_or(declared);
    let within = numbers.iter().map(|&number| Some(number.max(low).min(high)));
    Ok(std::iter::once(None).chain(within).collect())
}
