//! The columns of one measure in a batch of groups, read back into figures.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use model::reply::Figure;
use model::{Measure, Spread};

use super::groups::numbers;

/// The columns of one measure: as many as its figures have parts.
pub(super) enum Measured {
    /// None: the members of a group tell.
    Distinct,
    Count(Vec<i64>),
    Sum(Vec<i64>),
    Mean {
        sums: Vec<i64>,
        overs: Vec<i64>,
    },
    Variance {
        sums: Vec<i64>,
        squares: Vec<i128>,
        overs: Vec<i64>,
    },
}

impl Measured {
    /// Takes the measure's columns from those of a batch.
    pub(super) fn read<'a>(
        measure: &Measure,
        columns: &mut impl Iterator<Item = &'a Arc<dyn Array>>,
    ) -> Option<Self> {
        let mut next = || numbers(columns.next()?);
        Some(match measure {
            Measure::Distinct => Self::Distinct,
            Measure::Count => Self::Count(next()?),
            Measure::Sum(_) => Self::Sum(next()?),
            Measure::Mean(_) => Self::Mean { sums: next()?, overs: next()? },
            Measure::Variance(_) => {
                let sums = next()?;
                let squares = wide(columns.next()?)?;
                Self::Variance { sums, squares, overs: numbers(columns.next()?)? }
            }
        })
    }

    /// The figure of a group with so many distinct entities.
    pub(super) fn figure(&self, row: usize, entities: usize) -> Option<Figure> {
        let natural = |numbers: &[i64]| u64::try_from(*numbers.get(row)?).ok();
        Some(match self {
            Self::Distinct => Figure::Count(u64::try_from(entities).ok()?),
            Self::Count(counts) => Figure::Count(natural(counts)?),
            Self::Sum(sums) => Figure::Sum(*sums.get(row)?),
            Self::Mean { sums, overs } => Figure::Mean { sum: *sums.get(row)?, over: natural(overs)? },
            Self::Variance { sums, squares, overs } => Figure::Variance(Spread {
                sum: *sums.get(row)?,
                squares: u128::try_from(*squares.get(row)?).ok()?,
                over: natural(overs)?,
            }),
        })
    }
}

/// Whole numbers of a decimal column; null is zero.
fn wide(column: &Arc<dyn Array>) -> Option<Vec<i128>> {
    let column = cast(column, &DataType::Decimal128(38, 0)).ok()?;
    Some(column.as_primitive_opt::<Decimal128Type>()?.iter().map(Option::unwrap_or_default).collect())
}
