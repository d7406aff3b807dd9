//! The handling filter as a DataFusion function: is this row's label one of those that the permit allows? A look-up in a
//! table of bits, so that a permit for hundreds of labels plans and runs as fast as one for two.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray};
use datafusion::arrow::datatypes::{DataType, UInt32Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use model::LabelId;

/// Whether `label` is one of `ids`.
pub(super) fn is_allowed(label: Expr, ids: &[LabelId]) -> Expr {
    let places: Vec<usize> = ids.iter().filter_map(|id| usize::try_from(id.0).ok()).collect();
    let mut allowed = vec![false; places.iter().max().map_or(0, |most| most + 1)];
    for place in places {
        if let Some(bit) = allowed.get_mut(place) {
            *bit = true;
        }
    }
    let signature = Signature::exact(vec![DataType::UInt32], Volatility::Immutable);
    ScalarUDF::new_from_impl(Allowed { allowed, signature }).call(vec![label])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Allowed {
    /// By label id. What lies beyond its end is not allowed.
    allowed: Vec<bool>,
    signature: Signature,
}

impl ScalarUDFImpl for Allowed {
    fn name(&self) -> &str {
        "label_allowed"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [labels] = arrays.as_slice() else { return exec_err!("one label is wanted") };
        let Some(labels) = labels.as_primitive_opt::<UInt32Type>() else {
            return exec_err!("a label is wanted");
        };
        // A row without a label is not allowed either.
        let allowed = |label: Option<u32>| {
            let place = label.and_then(|label| usize::try_from(label).ok());
            Some(place.and_then(|place| self.allowed.get(place)).copied().unwrap_or(false))
        };
        Ok(ColumnarValue::Array(Arc::new(labels.iter().map(allowed).collect::<BooleanArray>())))
    }
}
