//! The closed grammar as DataFusion expressions. Names and values become typed columns and literals; no text is
//! ever parsed as an expression.

use datafusion::arrow::datatypes::DataType;
use datafusion::functions::expr_fn::left;
use datafusion::functions::string::expr_fn::starts_with;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::expr_fn::{count, count_distinct, sum};
use datafusion::logical_expr::{Expr, cast, ident, in_list, lit, when};
use datafusion::scalar::ScalarValue;
use model::filter::GridPoint;
use model::schema::ColumnUse;
use model::{Dataset, Dimension, Filter, Grain, Measure, Tabulation};
use policy::Permit;

use super::along::called;
use super::largest::largest;
use super::members::members;
use super::period::period_of;
use crate::catalogue::ENTITY;

/// The parts of one aggregate.
pub(super) struct Plan {
    pub(super) filter: Option<Expr>,
    /// What is grouped by: each dimension with its name.
    pub(super) groups: Vec<Expr>,
    /// The members first, then those linked and the number of those referred to, then units where they are weighed, then the measures except distinct entities, which
    /// the members tell, then the two largest contributions to each sum, mean and variance where they are weighed.
    pub(super) measures: Vec<Expr>,
}

/// What disclosure control weighs besides the measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighs<'a> {
    /// The two largest contributions to every sum and mean.
    pub(super) dominance: bool,
    /// The distinct units, by this column.
    pub(super) units: Option<&'a str>,
}

/// Plans a tabulation over the rows that its permit admits, grouped by those of its dimensions that `kept` picks.
pub(super) fn plan(
    permit: &Permit,
    asked: &Tabulation,
    kept: impl Fn(usize) -> bool,
    entity_per_row: bool,
    weighs: Weighs<'_>,
) -> Plan {
    let clamped = |column: &str| clamped(asked.dataset(), column, permit.clamp(column));
    let mut measures = vec![members(ident(ENTITY)).alias("members")];
    measures
        .extend(asked.path().linked().map(|linked| members(ident(called(linked, ENTITY))).alias("linked")));
    measures.extend(
        asked.path().reference().map(|link| count_distinct(ident(called(link.to, ENTITY))).alias("referred")),
    );
    measures.extend(weighs.units.map(|unit| count_distinct(ident(unit)).alias("units")));
    for (at, measure) in asked.measures().iter().enumerate() {
        match measure {
            Measure::Distinct => {}
            Measure::Count => measures.push(count(lit(1_i64)).alias(format!("m{at}"))),
            Measure::Sum(column) => measures.push(sum(clamped(column)).alias(format!("m{at}"))),
            Measure::Mean(column) => {
                measures.push(sum(clamped(column)).alias(format!("m{at}")));
                measures.push(count_udaf().call(vec![ident(column)]).alias(format!("n{at}")));
            }
            Measure::Variance(column) => {
                measures.push(sum(clamped(column)).alias(format!("m{at}")));
                measures.push(sum(squared(clamped(column))).alias(format!("q{at}")));
                measures.push(count_udaf().call(vec![ident(column)]).alias(format!("n{at}")));
            }
        }
    }
    // Where each row is an entity of its own, its values are its contributions.
    if weighs.dominance && entity_per_row {
        for (at, column) in summed(asked) {
            measures.extend(two_largest(at, clamped(column)));
        }
    }
    Plan { filter: filter(asked), groups: groups(asked, kept), measures }
}

/// Plans the two largest contributions where entities have several rows: first each entity's own sums in each group, then the
/// two largest of these in each group.
pub(super) fn contributions(asked: &Tabulation, kept: impl Fn(usize) -> bool) -> [Plan; 2] {
    let of_entity = summed(asked)
        .map(|(at, column)| sum(clamped(asked.dataset(), column, None)).alias(format!("m{at}")))
        .collect();
    let first = groups(asked, &kept).into_iter().chain([ident(ENTITY).alias("entity")]).collect();
    let then = (0..asked.by().len()).filter(|&at| kept(at)).map(|at| ident(format!("key{at}"))).collect();
    let largest = summed(asked).flat_map(|(at, _)| two_largest(at, ident(format!("m{at}")))).collect();
    [
        Plan { filter: filter(asked), groups: first, measures: of_entity },
        Plan { filter: None, groups: then, measures: largest },
    ]
}

/// Plans what each entity has in each group: the dimensions, the entity, its rows, and for each sum or mean the sum of its
/// values and how many there are.
pub(super) fn shares(permit: &Permit, asked: &Tabulation) -> Plan {
    let all = groups(asked, |_| true).into_iter().chain([ident(ENTITY).alias("entity")]).collect();
    let mut measures = vec![count(lit(1_i64)).alias("rows")];
    for (at, column) in summed(asked) {
        let values = clamped(asked.dataset(), column, permit.clamp(column));
        measures.push(sum(values).alias(format!("m{at}")));
        measures.push(count_udaf().call(vec![ident(column)]).alias(format!("n{at}")));
    }
    Plan { filter: filter(asked), groups: all, measures }
}

/// The measures that have contributions, with their places and columns.
pub(super) fn summed(asked: &Tabulation) -> impl Iterator<Item = (usize, &String)> {
    asked.measures().iter().enumerate().filter_map(|(at, measure)| match measure {
        Measure::Sum(column) | Measure::Mean(column) | Measure::Variance(column) => Some((at, column)),
        Measure::Count | Measure::Distinct => None,
    })
}

fn two_largest(at: usize, contribution: Expr) -> [Expr; 2] {
    [1, 2]
        .map(|rank| largest(rank, cast(contribution.clone(), DataType::Int64)).alias(format!("l{at}_{rank}")))
}

fn filter(asked: &Tabulation) -> Option<Expr> {
    asked.filter().map(|filter| condition(asked.dataset(), filter))
}

fn groups(asked: &Tabulation, kept: impl Fn(usize) -> bool) -> Vec<Expr> {
    let named = |(at, d): (usize, &Dimension)| dimension(d).alias(format!("key{at}"));
    asked.by().iter().enumerate().filter(|(at, _)| kept(*at)).map(named).collect()
}

fn dimension(dimension: &Dimension) -> Expr {
    let column = ident(&dimension.column);
    match dimension.grain {
        Grain::Value => column,
        Grain::Month | Grain::Quarter | Grain::Year => period_of(column, dimension.grain),
        // The lower end of the band, also below zero.
        Grain::Band(width) => {
            let over = (column.clone() % lit(width) + lit(width)) % lit(width);
            column - over
        }
        Grain::Prefix(letters) => left(cast(column, DataType::Utf8), lit(i64::from(letters))),
    }
}

/// A measured column held inside its declared bounds, or those that a permit narrows them to, so that one record can't
/// dominate by a slip of the keyboard.
fn clamped(dataset: Dataset, name: &str, narrowed: Option<(i64, i64)>) -> Expr {
    let column = ident(name);
    let declared = match dataset.column(name).map(|c| c.used) {
        Ok(ColumnUse::Measure { low, high, .. }) => Some((low, high)),
        _ => None,
    };
    let Some((low, high)) = narrowed.or(declared) else { return column };
    when(column.clone().lt(lit(low)), lit(low))
        .when(column.clone().gt(lit(high)), lit(high))
        .otherwise(column.clone())
        .unwrap_or(column)
}

/// The square of a whole number, as a decimal: sums of squares soon leave 64 bits.
fn squared(value: Expr) -> Expr {
    let wide = cast(value, DataType::Decimal128(19, 0));
    wide.clone() * wide
}

fn condition(dataset: Dataset, filter: &Filter) -> Expr {
    let join = |parts: &[Filter], with: fn(Expr, Expr) -> Expr, empty: bool| {
        parts.iter().map(|part| condition(dataset, part)).reduce(with).unwrap_or_else(|| lit(empty))
    };
    match filter {
        Filter::And(parts) => join(parts, Expr::and, true),
        Filter::Or(parts) => join(parts, Expr::or, false),
        Filter::In { column, values } => {
            let held = cast(ident(column), DataType::Utf8);
            let prefixed =
                matches!(dataset.reach(column).map(|r| r.column.used), Ok(ColumnUse::Prefix { .. }));
            if prefixed {
                let begins = values.iter().map(|value| starts_with(held.clone(), lit(value.as_str())));
                begins.reduce(Expr::or).unwrap_or_else(|| lit(false))
            } else {
                in_list(held, values.iter().map(|value| lit(value.as_str())).collect(), false)
            }
        }
        Filter::Range { column, from, below } => {
            let held = ident(column);
            let from = from.map(|point| held.clone().gt_eq(end(point)));
            let below = below.map(|point| held.clone().lt(end(point)));
            match (from, below) {
                (Some(from), Some(below)) => from.and(below),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => lit(true),
            }
        }
        Filter::Null { column, is_null: true } => ident(column).is_null(),
        Filter::Null { column, is_null: false } => ident(column).is_not_null(),
    }
}

fn end(point: GridPoint) -> Expr {
    match point {
        GridPoint::Number(number) => lit(number),
        month @ GridPoint::Month { .. } => {
            let epoch = jiff::civil::Date::constant(1970, 1, 1);
            let days = month.first_day().and_then(|day| day.since(epoch).ok()).map(|span| span.get_days());
            Expr::Literal(ScalarValue::Date32(days), None)
        }
    }
}
