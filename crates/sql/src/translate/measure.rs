//! Aggregate functions over records as measures, and which part of a measure's figure each of them is.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::AggregateFunction;
use model::schema::ColumnUse;
use model::{Dataset, Measure};

use crate::Refused;
use crate::expressions::shown;

/// What of a figure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The count or the sum.
    Whole,
    /// The mean.
    Mean,
    /// How many values a mean is over.
    Over,
    /// The variance of the values as a whole population.
    Variance,
    /// That as a sample's.
    SampleVariance,
    /// Its root.
    Deviation,
    /// The root of the sample's.
    SampleDeviation,
}

/// An aggregate over records as what the forces are asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// A part of a measure.
    Part(Measure, Part),
    /// Which of these expressions are taken together in a subtotal.
    Grouping(Vec<Expr>),
}

/// Translates an aggregate over records of `dataset`.
pub(crate) fn measure(dataset: Dataset, call: &AggregateFunction) -> Result<Asked, Refused> {
    let name = call.func.name();
    let params = &call.params;
    if name == "grouping" {
        return Ok(Asked::Grouping(params.args.clone()));
    }
    if params.filter.is_some() {
        return Err(Refused::new(format!("{name} … filter (where …) is not asked for by one question"))
            .help("put the condition into `where`, and join two such selects by their groups"));
    }
    if !params.order_by.is_empty() || params.null_treatment.is_some() {
        return Err(Refused::new(format!("figures of {name} know no order of records")));
    }
    let column = match params.args.first() {
        Some(Expr::Column(column)) => dataset.columns().find(|known| known.name == column.name),
        _ => None,
    };
    let measured = |build: fn(String) -> Measure, part: Part| match (column, params.args.as_slice()) {
        (Some(column), [_]) if matches!(column.used, ColumnUse::Measure { .. }) && !params.distinct => {
            Ok(Asked::Part(build(column.name.to_owned()), part))
        }
        _ => Err(not_summed(dataset, name, &params.args)),
    };
    match name {
        "count" => match (params.args.as_slice(), params.distinct, column) {
            ([], false, _) => Ok(Asked::Part(Measure::Count, Part::Whole)),
            ([Expr::Literal(value, _)], false, _) if *value != ScalarValue::Null && !value.is_null() => {
                Ok(Asked::Part(Measure::Count, Part::Whole))
            }
            #[expect(deprecated, reason = "a plan may still hold it")]
            ([Expr::Wildcard { .. }], false, _) => Ok(Asked::Part(Measure::Count, Part::Whole)),
            ([_], true, Some(column)) if column.used == ColumnUse::EntityKey => {
                Ok(Asked::Part(Measure::Distinct, Part::Whole))
            }
            ([_], false, Some(column)) if matches!(column.used, ColumnUse::Measure { .. }) => {
                Ok(Asked::Part(Measure::Mean(column.name.to_owned()), Part::Over))
            }
            ([value], true, _) => {
                Err(Refused::new(format!("distinct values of {} are not counted", shown(value)))
                    .help(format!("count(distinct {}) counts entities", dataset.entity_key())))
            }
            ([value], false, _) => {
                Err(Refused::new(format!("count({0}) is asked as a filter", shown(value)))
                    .help(format!("write count(*) … where {} is not null", shown(value))))
            }
            _ => Err(Refused::new("count takes one column")),
        },
        "sum" => measured(Measure::Sum, Part::Whole),
        "avg" => measured(Measure::Mean, Part::Mean),
        "var_pop" => measured(Measure::Variance, Part::Variance),
        "var" => measured(Measure::Variance, Part::SampleVariance),
        "stddev_pop" => measured(Measure::Variance, Part::Deviation),
        "stddev" => measured(Measure::Variance, Part::SampleDeviation),
        "min" | "max" | "median" | "string_agg" => {
            Err(Refused::new(format!("{name} tells a single record's value, which stays with its force"))
                .help("ask for avg or stddev, or group by bands"))
        }
        other => Err(Refused::new(format!("the forces can't be asked for {other} over their records"))
            .help("they tell count, count(distinct …), sum, avg, var and stddev")),
    }
}

fn not_summed(dataset: Dataset, name: &str, arguments: &[Expr]) -> Refused {
    let of = arguments.iter().map(shown).collect::<Vec<_>>().join(", ");
    let numbers: Vec<&str> = dataset
        .columns()
        .filter(|column| matches!(column.used, ColumnUse::Measure { .. }))
        .map(|column| column.name)
        .collect();
    let help = match numbers.as_slice() {
        [] => format!("{dataset} holds no number that can be summed"),
        known => {
            format!("of {dataset} these can: {}; reckon with the result, not within it", known.join(", "))
        }
    };
    Refused::new(format!("{name}({of}) is not asked of the forces")).help(help)
}
