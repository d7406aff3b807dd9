//! The steps from what is known of figures to what is known of what is reckoned with them, as functions that look at each
//! argument once: written out as conditions they would double at each step.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int8Array, StringArray};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{cast, nullif};
use arrow::datatypes::{DataType, Int8Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::told::{AT_LEAST, EXACT, ROUNDED, SUPPRESSED, word};

/// What statements ask how far a figure may be relied on by.
pub(crate) const STATUS: &str = "status";

/// The status of what is reckoned from figures of `status` in a way that no bound survives.
pub(crate) fn lost(status: Expr) -> Expr {
    call(Step::Lost, vec![status])
}

/// The status of a truth: one that is known is known, whatever was suppressed.
pub(crate) fn truth(value: Expr, status: Expr) -> Expr {
    call(Step::Truth, vec![value, status])
}

/// The value where it is one, and nothing where it is only a bound.
pub(crate) fn strict(value: Expr, status: Expr) -> Expr {
    call(Step::Strict, vec![value, status])
}

/// The value, or where it is only a bound the least that it can be.
pub(crate) fn bound(value: Expr, status: Expr, least: Expr) -> Expr {
    call(Step::Bound, vec![value, status, least])
}

/// The word for a status, which says nothing that its column does not say.
pub(crate) fn spelled(status: Expr) -> Expr {
    call(Step::Spelled, vec![status])
}

/// The function `status(figure)` of statements. Of what is no figure it is `exact`.
pub(crate) fn status() -> ScalarUDF {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(Judge { step: Step::Status, signature })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Lost,
    Truth,
    Strict,
    Bound,
    Spelled,
    Status,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Judge {
    step: Step,
    signature: Signature,
}

fn call(step: Step, arguments: Vec<Expr>) -> Expr {
    let signature = Signature::any(arguments.len(), Volatility::Immutable);
    ScalarUDF::new_from_impl(Judge { step, signature }).call(arguments)
}

impl ScalarUDFImpl for Judge {
    fn name(&self) -> &str {
        match self.step {
            Step::Lost => "_lost",
            Step::Truth => "_truth",
            Step::Strict => "_strict",
            Step::Bound => "_bound",
            Step::Spelled => "_spelled",
            Step::Status => STATUS,
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match (self.step, arguments.first()) {
            (Step::Strict | Step::Bound, Some(value)) => Ok(value.clone()),
            (Step::Spelled | Step::Status, _) => Ok(DataType::Utf8),
            _ => Ok(DataType::Int8),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let told: ArrayRef = match (self.step, arrays.as_slice()) {
            (Step::Lost, [status]) => {
                Arc::new(statuses(status)?.iter().map(|s| s.map(all_or_nothing)).collect::<Int8Array>())
            }
            (Step::Truth, [value, status]) => {
                let statuses = statuses(status)?;
                let of = |(at, status): (usize, Option<i8>)| match (value.is_null(at), status) {
                    (true, status) => status.map(all_or_nothing),
                    // No figure stands there, so something else decided it.
                    (false, None) => Some(EXACT),
                    // What decided it, whatever was suppressed, may have been rounded.
                    (false, Some(AT_LEAST..)) => Some(ROUNDED),
                    (false, status) => status,
                };
                Arc::new(statuses.iter().enumerate().map(of).collect::<Int8Array>())
            }
            (Step::Strict, [value, status]) => nullif(value, &where_status(status, |s| s >= AT_LEAST)?)?,
            (Step::Bound, [value, status, least]) => {
                let least = cast(least, value.data_type())?;
                zip(&where_status(status, |s| s == AT_LEAST)?, &least, value)?
            }
            (Step::Spelled, [status]) => {
                Arc::new(statuses(status)?.iter().map(|status| status.map(word)).collect::<StringArray>())
            }
            (Step::Status, [value]) => {
                Arc::new((0..value.len()).map(|_| Some(word(EXACT))).collect::<StringArray>())
            }
            _ => return exec_err!("{} takes other arguments", self.name()),
        };
        Ok(ColumnarValue::Array(told))
    }
}

fn all_or_nothing(status: i8) -> i8 {
    if status >= AT_LEAST { SUPPRESSED } else { status }
}

fn statuses(array: &ArrayRef) -> Result<Int8Array> {
    match array.as_primitive_opt::<Int8Type>() {
        Some(statuses) => Ok(statuses.clone()),
        None => Ok(cast(array, &DataType::Int8)?.as_primitive::<Int8Type>().clone()),
    }
}

fn where_status(array: &ArrayRef, holds: fn(i8) -> bool) -> Result<BooleanArray> {
    Ok(statuses(array)?.iter().map(|status| Some(status.is_some_and(holds))).collect())
}
