//! The two largest values of a group in one pass: the aggregate that dominance is weighed by.

use std::mem::size_of_val;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_datafusion_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};

/// The `rank`th largest of a column of whole numbers by size, from 1, each row counting once: 1 for the largest, 2 for the
/// second. Null where there are fewer.
pub(super) fn largest(rank: usize, column: Expr) -> Expr {
    function(rank).call(vec![column])
}

/// The function itself.
pub(super) fn function(rank: usize) -> AggregateUDF {
    let signature = Signature::exact(vec![DataType::Int64], Volatility::Immutable);
    AggregateUDF::from(Largest { rank, signature })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Largest {
    rank: usize,
    signature: Signature,
}

impl AggregateUDFImpl for Largest {
    fn name(&self) -> &str {
        match self.rank {
            1 => "largest",
            _ => "second_largest",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Two { rank: self.rank, held: [None; 2] }))
    }

    fn state_fields(&self, _: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(["first", "second"].map(|name| Field::new(name, DataType::Int64, true).into()).to_vec())
    }
}

/// The two largest values so far, the larger first.
#[derive(Debug)]
struct Two {
    rank: usize,
    held: [Option<i64>; 2],
}

impl Two {
    fn put_all(&mut self, values: &ArrayRef) -> Result<()> {
        let numbers = values
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| plan_datafusion_err!("contributions are whole numbers"))?;
        for number in numbers.iter().flatten() {
            let number = number.saturating_abs();
            let [first, second] = self.held;
            if first.is_none_or(|first| number > first) {
                self.held = [Some(number), first];
            } else if second.is_none_or(|second| number > second) {
                self.held = [first, Some(number)];
            }
        }
        Ok(())
    }
}

impl Accumulator for Two {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        values.iter().try_for_each(|values| self.put_all(values))
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states.iter().try_for_each(|state| self.put_all(state))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let [first, second] = self.held;
        Ok(ScalarValue::Int64(if self.rank == 1 { first } else { second }))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(self.held.map(ScalarValue::Int64).to_vec())
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int64Array};
    use datafusion::logical_expr::Accumulator;

    use super::Two;

    #[test]
    fn the_two_largest_are_found_in_any_parts() {
        let column = |values: &[Option<i64>]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
        for (parts, expected) in [
            (vec![vec![]], [None, None]),
            (vec![vec![Some(3)], vec![None]], [Some(3), None]),
            (vec![vec![Some(3), Some(9)], vec![Some(9), Some(1)]], [Some(9), Some(9)]),
            (vec![vec![Some(-20), Some(4)], vec![], vec![Some(7)]], [Some(20), Some(7)]),
        ] {
            let mut whole = Two { rank: 1, held: [None; 2] };
            for part in parts {
                let mut one = Two { rank: 1, held: [None; 2] };
                one.update_batch(&[column(&part)]).unwrap();
                let states: Vec<ArrayRef> =
                    one.state().unwrap().iter().map(|state| state.to_array().unwrap()).collect();
                whole.merge_batch(&states).unwrap();
            }
            assert_eq!(whole.held, expected);
        }
    }
}
