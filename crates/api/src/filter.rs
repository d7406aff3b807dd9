//! Filters between model and wire. Reading is bounded in depth before it recurses.

use model::Filter;
use model::filter::{DEPTH_MAX, GridPoint};

use crate::question::{Misunderstood, malformed};
use crate::v1;
use crate::v1::filter::Condition;

pub(crate) fn to_wire(filter: &Filter) -> v1::Filter {
    let list = |parts: &[Filter]| v1::FilterList { parts: parts.iter().map(to_wire).collect() };
    let condition = match filter {
        Filter::And(parts) => Condition::And(list(parts)),
        Filter::Or(parts) => Condition::Or(list(parts)),
        Filter::In { column, values } => {
            Condition::In(v1::InValues { column: column.clone(), values: values.clone() })
        }
        Filter::Range { column, from, below } => Condition::Range(v1::Range {
            column: column.clone(),
            from: from.map(point_to_wire),
            below: below.map(point_to_wire),
        }),
        Filter::Null { column, is_null } => {
            Condition::Null(v1::NullTest { column: column.clone(), is_null: *is_null })
        }
    };
    v1::Filter { condition: Some(condition) }
}

pub(crate) fn from_wire(filter: v1::Filter, depth: usize) -> Result<Filter, Misunderstood> {
    if depth > DEPTH_MAX {
        return Err(malformed("tabulation.filter", "is nested too deep"));
    }
    let list = |list: v1::FilterList| {
        list.parts.into_iter().map(|part| from_wire(part, depth + 1)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match filter.condition {
        Some(Condition::And(parts)) => Filter::And(list(parts)?),
        Some(Condition::Or(parts)) => Filter::Or(list(parts)?),
        Some(Condition::In(within)) => Filter::In { column: within.column, values: within.values },
        Some(Condition::Range(range)) => Filter::Range {
            column: range.column,
            from: range.from.map(point_from_wire).transpose()?,
            below: range.below.map(point_from_wire).transpose()?,
        },
        Some(Condition::Null(test)) => Filter::Null { column: test.column, is_null: test.is_null },
        None => return Err(malformed("tabulation.filter", "holds an empty condition")),
    })
}

fn point_to_wire(point: GridPoint) -> v1::GridPoint {
    let point = match point {
        GridPoint::Month { year, month } => {
            v1::grid_point::Point::Month(i32::from(year) * 12 + i32::from(month) - 1)
        }
        GridPoint::Number(number) => v1::grid_point::Point::Number(number),
    };
    v1::GridPoint { point: Some(point) }
}

fn point_from_wire(point: v1::GridPoint) -> Result<GridPoint, Misunderstood> {
    match point.point {
        Some(v1::grid_point::Point::Month(months)) => {
            let outside = |_| malformed("tabulation.filter", "holds a month outside the calendar");
            Ok(GridPoint::Month {
                year: i16::try_from(months.div_euclid(12)).map_err(outside)?,
                month: i8::try_from(months.rem_euclid(12) + 1).map_err(outside)?,
            })
        }
        Some(v1::grid_point::Point::Number(number)) => Ok(GridPoint::Number(number)),
        None => Err(malformed("tabulation.filter", "holds an empty end of a range")),
    }
}
