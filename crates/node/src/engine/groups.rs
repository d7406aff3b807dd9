//! Batches of groups as DataFusion gives them, read back into findings.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, UInt32Type};
use model::{Dimension, Grain, Tabulation};
use policy::{Counted, EntitySet, Findings};

use super::expression::{Weighs, summed};
use super::measured::Measured;
use super::{Known, period};

/// The two largest contributions to each sum, mean and variance, by the keys of their group.
#[derive(Default)]
pub(super) struct Contributions(HashMap<Vec<Option<String>>, Vec<Option<[u64; 2]>>>);

impl Contributions {
    /// Reads a batch. Columns: the dimensions, then two for each sum, mean or variance.
    pub(super) fn read(
        &mut self,
        asked: &Tabulation,
        together: &BTreeSet<usize>,
        batch: &RecordBatch,
    ) -> Option<()> {
        let mut columns = batch.columns().iter();
        let keys = keys(asked, together, &mut columns)?;
        let pairs = pairs(asked, &mut columns)?;
        for row in 0..batch.num_rows() {
            let key = keys.iter().map(|keys| keys.as_ref().and_then(|keys| keys.text(row))).collect();
            self.0.insert(key, of_row(&pairs, row)?);
        }
        Some(())
    }
}

pub(super) type Pair = Option<[Vec<i64>; 2]>;

/// For each measure, the columns of its two largest contributions where it has any.
pub(super) fn pairs<'a>(
    asked: &Tabulation,
    columns: &mut impl Iterator<Item = &'a Arc<dyn Array>>,
) -> Option<Vec<Pair>> {
    let has: BTreeSet<usize> = summed(asked).map(|(at, _)| at).collect();
    let mut pair = |at: usize| match has.contains(&at) {
        true => Some(Some([numbers(columns.next()?)?, numbers(columns.next()?)?])),
        false => Some(None),
    };
    (0..asked.measures().len()).map(&mut pair).collect()
}

pub(super) fn of_row(pairs: &[Pair], row: usize) -> Option<Vec<Option<[u64; 2]>>> {
    let of = |pair: &Pair| match pair {
        None => Some(None),
        Some([first, second]) => {
            Some(Some([first.get(row)?.unsigned_abs(), second.get(row)?.unsigned_abs()]))
        }
    };
    pairs.iter().map(of).collect()
}

/// For each dimension, its keys where it is not taken together with others.
pub(super) fn keys<'a>(
    asked: &Tabulation,
    together: &BTreeSet<usize>,
    columns: &mut impl Iterator<Item = &'a Arc<dyn Array>>,
) -> Option<Vec<Option<Keys>>> {
    let of = |(at, dimension): (usize, &Dimension)| match together.contains(&at) {
        true => Some(None),
        false => Some(Some(Keys::new(dimension.grain, columns.next()?)?)),
    };
    asked.by().iter().enumerate().map(of).collect()
}

/// Writes a batch of groups into the findings. Columns: the dimensions, the members, those linked and the number of those
/// referred to where the table has any, the distinct units where they are weighed, then one column for each count or sum, two for each mean and three for each variance, then the two largest contributions where they came
/// in the same pass. Entities are written by the numbers that are `known` across epochs.
pub(super) fn write(
    asked: &Tabulation,
    weighs: Weighs<'_>,
    (together, known): (&BTreeSet<usize>, &Known),
    batch: &RecordBatch,
    largest: &Contributions,
    findings: &mut Findings,
) -> Option<()> {
    let mut columns = batch.columns().iter();
    let keys = keys(asked, together, &mut columns)?;
    let members = columns.next()?.as_list_opt::<i32>()?;
    let linked = match asked.path().linked() {
        Some(_) => Some(columns.next()?.as_list_opt::<i32>()?),
        None => None,
    };
    let mut counted = |wanted: bool| match wanted {
        true => Some(Some(numbers(columns.next()?)?)),
        false => Some(None),
    };
    let (referred, units) = (counted(asked.path().reference().is_some())?, counted(weighs.units.is_some())?);
    let number = |of: &Option<Vec<i64>>, row: usize| match of {
        Some(numbers) => Some(Some(u64::try_from(*numbers.get(row)?).ok()?)),
        None => Some(None),
    };
    let mut measures = Vec::with_capacity(asked.measures().len());
    for measure in asked.measures() {
        measures.push(Measured::read(measure, &mut columns)?);
    }
    let mut columns = columns.peekable();
    let pairs = if columns.peek().is_some() { Some(pairs(asked, &mut columns)?) } else { None };
    for row in 0..batch.num_rows() {
        let linked = match &linked {
            Some(linked) => Some(EntitySet::of(entities(&linked.value(row), &known.linked)?)),
            None => None,
        };
        let entities = entities(&members.value(row), &known.own)?;
        let figures = measures.iter().map(|measured| measured.figure(row, entities.len()));
        let key: Vec<Option<String>> =
            keys.iter().map(|keys| keys.as_ref().and_then(|keys| keys.text(row))).collect();
        let figures = figures.collect::<Option<Vec<_>>>()?;
        findings.add_counted(Counted {
            entities: u64::try_from(entities.len()).ok()?,
            members: Some(EntitySet::of(entities)),
            linked,
            referred: number(&referred, row)?,
            units: number(&units, row)?,
            largest: match &pairs {
                Some(pairs) => of_row(pairs, row)?,
                None => largest.0.get(&key).cloned().unwrap_or_default(),
            },
            figures,
            together: together.clone(),
            keys: key,
        });
    }
    Some(())
}

/// The distinct entities among a group's members, by the numbers that hold across epochs.
pub(super) fn entities(members: &Arc<dyn Array>, known: &[u32]) -> Option<Vec<u32>> {
    let members = members.as_primitive_opt::<UInt32Type>()?.values();
    let mut entities: Vec<u32> =
        members.iter().map(|&member| known.get(member as usize).copied()).collect::<Option<_>>()?;
    // Records stand in runs of ascending entities, which this sort takes as they are.
    entities.sort();
    entities.dedup();
    Some(entities)
}

/// Whole numbers of a column; null is zero (a sum over nothing).
pub(super) fn numbers(column: &Arc<dyn Array>) -> Option<Vec<i64>> {
    let column = match column.data_type() {
        DataType::Float64 => {
            return Some(
                column.as_primitive::<Float64Type>().iter().map(|v| v.unwrap_or(0.0) as i64).collect(),
            );
        }
        _ => cast(column, &DataType::Int64).ok()?,
    };
    Some(column.as_primitive::<Int64Type>().iter().map(Option::unwrap_or_default).collect())
}

/// The values of one dimension in a batch, as they are told.
pub(super) enum Keys {
    Text(Arc<dyn Array>),
    Period(Grain, Arc<dyn Array>),
}

impl Keys {
    pub(super) fn new(grain: Grain, column: &Arc<dyn Array>) -> Option<Self> {
        Some(match grain {
            Grain::Month | Grain::Quarter | Grain::Year => {
                Self::Period(grain, cast(column, &DataType::Int32).ok()?)
            }
            _ => Self::Text(cast(column, &DataType::Utf8).ok()?),
        })
    }

    pub(super) fn text(&self, row: usize) -> Option<String> {
        match self {
            Self::Text(column) => {
                let column = column.as_string::<i32>();
                column.is_valid(row).then(|| column.value(row).to_owned())
            }
            Self::Period(grain, column) => {
                let column = column.as_primitive::<Int32Type>();
                column.is_valid(row).then(|| period::told(*grain, column.value(row)))
            }
        }
    }
}
