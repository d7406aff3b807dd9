//! What an expression without columns comes to, and the kinds of values that filters are written with.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use jiff::civil::Date;

use crate::functions::date;

/// The value of an expression that depends on nothing.
pub(crate) fn constant(state: &SessionState, expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Literal(value, _) => return Some(value.clone()),
        Expr::Alias(alias) => return constant(state, &alias.expr),
        _ => {}
    }
    let reads = |expr: &Expr| {
        matches!(
            expr,
            Expr::Column(_)
                | Expr::OuterReferenceColumn(..)
                | Expr::ScalarSubquery(_)
                | Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::Placeholder(_)
                | Expr::AggregateFunction(_)
                | Expr::WindowFunction(_)
        )
    };
    if crate::expressions::any(expr, reads) {
        return None;
    }
    let plan = LogicalPlanBuilder::empty(true).project([expr.clone().alias("value")]).ok()?.build().ok()?;
    let LogicalPlan::Projection(folded) = state.optimize(&plan).ok()? else { return None };
    match folded.expr.first()?.clone().unalias() {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    }
}

/// The value as a whole number, if it is one.
pub(crate) fn whole(value: &ScalarValue) -> Option<i64> {
    let fits = |wide: f64| wide.fract() == 0.0 && wide.abs() < 9e15;
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and inside the range")]
        ScalarValue::Float64(Some(wide)) => fits(*wide).then_some(*wide as i64),
        ScalarValue::Utf8(_) | ScalarValue::Boolean(_) | ScalarValue::Null => None,
        other => match other.cast_to(&DataType::Int64).ok()? {
            ScalarValue::Int64(number) => number,
            _ => None,
        },
    }
}

/// The value as a day, if it is one: a date, a moment at midnight, or a text such as `2024-03-01`.
pub(crate) fn day(value: &ScalarValue) -> Option<Date> {
    let days = match value {
        ScalarValue::Date32(days) => *days,
        ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => return text.trim().parse().ok(),
        ScalarValue::TimestampSecond(..)
        | ScalarValue::TimestampMillisecond(..)
        | ScalarValue::TimestampMicrosecond(..)
        | ScalarValue::TimestampNanosecond(..)
        | ScalarValue::Date64(_) => {
            let ScalarValue::Date32(days) = value.cast_to(&DataType::Date32).ok()? else { return None };
            let midnight = ScalarValue::Date32(days).cast_to(&value.data_type()).ok()?;
            days.filter(|_| midnight == *value)
        }
        _ => None,
    };
    days.and_then(date)
}

/// The value as text, if it is one.
pub(crate) fn text(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => text.clone(),
        _ => None,
    }
}
