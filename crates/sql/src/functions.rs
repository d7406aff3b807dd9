//! Functions that statements may call: those of DataFusion that look at no clock, file or chance, and periods and bands as
//! tables tell them.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use jiff::civil::Date;

use crate::judge;

/// DataFusion's scalar functions that may be called. Each depends on its arguments alone and makes nothing much larger.
const SCALAR: &[&str] = &[
    "abs",
    "ceil",
    "exp",
    "floor",
    "ln",
    "log10",
    "power",
    "round",
    "sqrt",
    "trunc",
    "btrim",
    "character_length",
    "coalesce",
    "concat",
    "concat_ws",
    "contains",
    "date_part",
    "date_trunc",
    "ends_with",
    "greatest",
    "initcap",
    "least",
    "left",
    "lower",
    "ltrim",
    "make_date",
    "nullif",
    "nvl",
    "replace",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "to_char",
    "to_date",
    "upper",
];

/// DataFusion's aggregate functions that may be called.
const AGGREGATE: &[&str] = &[
    "avg",
    "bool_and",
    "bool_or",
    "count",
    "grouping",
    "max",
    "median",
    "min",
    "stddev",
    "stddev_pop",
    "string_agg",
    "sum",
    "var",
    "var_pop",
];

/// Every scalar function that a statement may call.
pub(crate) fn scalar() -> Vec<Arc<ScalarUDF>> {
    let theirs = SessionStateDefaults::default_scalar_functions();
    let theirs = theirs.into_iter().filter(|function| SCALAR.contains(&function.name()));
    let ours = OURS.iter().map(|&(name, does)| Arc::new(ScalarUDF::new_from_impl(Ours::new(name, does))));
    theirs.chain(ours).chain([Arc::new(judge::status())]).collect()
}

/// Every aggregate function that a statement may call.
pub(crate) fn aggregate() -> Vec<Arc<AggregateUDF>> {
    let theirs = SessionStateDefaults::default_aggregate_functions();
    theirs.into_iter().filter(|function| AGGREGATE.contains(&function.name())).collect()
}

/// The names of all functions that a statement may call.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    AGGREGATE.iter().copied().chain(scalar_names())
}

/// The names of all scalar functions that a statement may call.
pub fn scalar_names() -> impl Iterator<Item = &'static str> + Clone {
    let ours = OURS.iter().map(|(name, _)| *name);
    SCALAR.iter().copied().chain(ours).chain([judge::STATUS])
}

/// What a function of ours does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Does {
    /// `2024-03` of a date.
    Month,
    /// `2024-Q1` of a date.
    Quarter,
    /// The year of a date.
    Year,
    /// The lower end of a number's band of a width.
    Band,
}

const OURS: &[(&str, Does)] =
    &[("month", Does::Month), ("quarter", Does::Quarter), ("year", Does::Year), ("band", Does::Band)];

#[derive(Debug, PartialEq, Eq, Hash)]
struct Ours {
    name: &'static str,
    does: Does,
    signature: Signature,
}

impl Ours {
    fn new(name: &'static str, does: Does) -> Self {
        let exact = |types: &[DataType]| TypeSignature::Exact(types.to_vec());
        let takes = match does {
            Does::Month | Does::Quarter | Does::Year => vec![exact(&[DataType::Date32])],
            Does::Band => vec![exact(&[DataType::Int64, DataType::Int64])],
        };
        Self { name, does, signature: Signature::one_of(takes, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Ours {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.does {
            Does::Month | Does::Quarter => DataType::Utf8,
            Does::Year => DataType::Int32,
            Does::Band => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let told: Option<ArrayRef> = match self.does {
            Does::Month => dates(&arrays).map(|dates| text(dates, |day| Some(month(day)))),
            Does::Quarter => dates(&arrays).map(|dates| text(dates, |day| Some(quarter(day)))),
            Does::Year => dates(&arrays).map(|dates| {
                let years = dates.into_iter().map(|day| day.map(|day| i32::from(day.year())));
                Arc::new(years.collect::<Int32Array>()) as ArrayRef
            }),
            Does::Band => band(&arrays),
        };
        match told {
            Some(told) => Ok(ColumnarValue::Array(told)),
            None => exec_err!("{} takes other arguments", self.name),
        }
    }
}

fn dates(arrays: &[ArrayRef]) -> Option<Vec<Option<Date>>> {
    let days = arrays.first()?.as_primitive_opt::<Date32Type>()?;
    Some(days.iter().map(|days| days.and_then(date)).collect())
}

/// The date so many days after 1970-01-01; none outside the calendar.
pub(crate) fn date(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

fn text(dates: Vec<Option<Date>>, told: impl Fn(Date) -> Option<String>) -> ArrayRef {
    Arc::new(dates.into_iter().map(|day| day.and_then(&told)).collect::<StringArray>())
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

fn quarter(day: Date) -> String {
    format!("{:04}-Q{}", day.year(), (day.month() + 2) / 3)
}

fn band(arrays: &[ArrayRef]) -> Option<ArrayRef> {
    let [values, widths] = arrays else { return None };
    let (values, widths) = (values.as_primitive_opt::<Int64Type>()?, widths.as_primitive_opt::<Int64Type>()?);
    let ends = values.iter().zip(widths.iter()).map(|(value, width)| {
        let (value, width) = (value?, width.filter(|width| *width > 0)?);
        value.checked_sub(value.rem_euclid(width))
    });
    Some(Arc::new(ends.collect::<Int64Array>()))
}
