//! Which entities stand in each group, as a DataFusion aggregate: a list of their numbers, one for each record. Counting
//! distinct ones needs no second pass, and the memory of earlier releases needs them by name.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, UInt32Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
};

/// The numbers of the entities that stand in a group.
pub(super) fn members(entity: Expr) -> Expr {
    function().call(vec![entity])
}

/// The function itself.
pub(super) fn function() -> AggregateUDF {
    let signature = Signature::exact(vec![DataType::UInt32], Volatility::Immutable);
    AggregateUDF::new_from_impl(Members { signature })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Members {
    signature: Signature,
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::UInt32, false))
}

impl AggregateUDFImpl for Members {
    fn name(&self) -> &str {
        "members"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[members]", arguments.name), DataType::List(item()), true))])
    }

    fn accumulator(&self, _arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Whole::default()))
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        _arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::default()))
    }
}

fn numbers(column: Option<&ArrayRef>) -> Result<&UInt32Array> {
    match column.and_then(|column| column.as_primitive_opt::<UInt32Type>()) {
        Some(numbers) => Ok(numbers),
        None => exec_err!("numbers of entities are wanted"),
    }
}

fn lists(column: Option<&ArrayRef>) -> Result<&ListArray> {
    match column.and_then(|column| column.as_list_opt::<i32>()) {
        Some(lists) => Ok(lists),
        None => exec_err!("lists of entities are wanted"),
    }
}

fn list(offsets: Vec<i32>, numbers: Vec<u32>) -> Result<ListArray> {
    let values = Arc::new(UInt32Array::from(numbers));
    Ok(ListArray::try_new(item(), OffsetBuffer::new(ScalarBuffer::from(offsets)), values, None)?)
}

/// The members of the one group of a table without dimensions.
#[derive(Debug, Default)]
struct Whole(Vec<u32>);

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.extend_from_slice(numbers(values.first())?.values());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in lists(states.first())?.iter().flatten() {
            self.0.extend_from_slice(numbers(Some(&state))?.values());
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let members = std::mem::take(&mut self.0);
        let Ok(end) = i32::try_from(members.len()) else {
            return exec_err!("too many records for one group");
        };
        Ok(ScalarValue::List(Arc::new(list(vec![0, end], members)?)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.0.capacity() * size_of::<u32>()
    }
}

/// Members and their groups, side by side in the order of the records. Sorted into lists once, at the end.
#[derive(Debug, Default)]
struct Grouped {
    groups: Vec<u32>,
    members: Vec<u32>,
    total: usize,
}

impl Grouped {
    fn push(&mut self, group: usize, members: &[u32]) -> Result<()> {
        let Ok(group) = u32::try_from(group) else { return exec_err!("too many groups") };
        self.groups.extend(std::iter::repeat_n(group, members.len()));
        self.members.extend_from_slice(members);
        Ok(())
    }

    fn emit(&mut self, emit_to: EmitTo) -> Result<ListArray> {
        let (groups, members) = (std::mem::take(&mut self.groups), std::mem::take(&mut self.members));
        let emitted = match emit_to {
            EmitTo::All => std::mem::take(&mut self.total),
            EmitTo::First(first) => {
                self.total = self.total.saturating_sub(first);
                first
            }
        };
        // Counting sort: how many in each group, where each begins, then every member to its place.
        let mut ends = vec![0_usize; emitted + 1];
        for &group in &groups {
            if let Some(count) = ends.get_mut(group as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let Ok(offsets) = ends.iter().map(|&end| i32::try_from(end)).collect() else {
            return exec_err!("too many records for one batch of groups");
        };
        let mut sorted = vec![0; sum];
        for (&group, &member) in groups.iter().zip(&members) {
            let next = ends.get_mut(group as usize).filter(|_| (group as usize) < emitted);
            match next {
                Some(next) => {
                    if let Some(place) = sorted.get_mut(*next) {
                        *place = member;
                    }
                    *next += 1;
                }
                None => self.push((group as usize).saturating_sub(emitted), &[member])?,
            }
        }
        list(offsets, sorted)
    }
}

impl GroupsAccumulator for Grouped {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = total_num_groups;
        let members = numbers(values.first())?.values();
        if opt_filter.is_none() {
            // Groups are bounded far below 2^32 by the memory that they take.
            self.groups.extend(group_indices.iter().map(|&group| group as u32));
            self.members.extend_from_slice(members);
            return Ok(());
        }
        for (row, (&group, &member)) in group_indices.iter().zip(members.iter()).enumerate() {
            if opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row)) {
                self.push(group, &[member])?;
            }
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = total_num_groups;
        let lists = lists(values.first())?;
        let members = numbers(Some(lists.values()))?.values();
        for (row, &group) in group_indices.iter().enumerate() {
            if let [from, to] = lists.value_offsets().get(row..row + 2).unwrap_or_default()
                && let Some(members) = members.get(*from as usize..*to as usize)
            {
                self.push(group, members)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(self.emit(emit_to)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(emit_to)?])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut alone = Self::default();
        let rows: Vec<usize> = (0..values.first().map_or(0, Array::len)).collect();
        alone.update_batch(values, &rows, opt_filter, rows.len())?;
        alone.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        (self.groups.capacity() + self.members.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(numbers: &[u32]) -> Vec<ArrayRef> {
        vec![Arc::new(UInt32Array::from(numbers.to_vec()))]
    }

    fn told(array: &ArrayRef) -> Vec<Vec<u32>> {
        let lists = array.as_list::<i32>();
        lists.iter().map(|l| l.unwrap().as_primitive::<UInt32Type>().values().to_vec()).collect()
    }

    #[test]
    fn members_come_out_by_group_however_they_went_in() {
        let mut one = Grouped::default();
        one.update_batch(&column(&[7, 8, 9, 7]), &[1, 0, 1, 0], None, 2).unwrap();
        one.update_batch(&column(&[5]), &[2], None, 4).unwrap();
        let first = one.evaluate(EmitTo::First(1)).unwrap();
        assert_eq!(told(&first), [vec![8, 7]]);
        one.update_batch(&column(&[6]), &[0], None, 3).unwrap();
        let state = one.state(EmitTo::All).unwrap();
        assert_eq!(told(&state[0]), [vec![7, 9, 6], vec![5], vec![]]);

        let mut other = Grouped::default();
        other.merge_batch(&state, &[1, 1, 0], 2).unwrap();
        let filter = BooleanArray::from(vec![Some(true), Some(false), None]);
        let alone = other.convert_to_state(&column(&[1, 2, 3]), Some(&filter)).unwrap();
        assert_eq!(told(&alone[0]), [vec![1], vec![], vec![]]);
        other.merge_batch(&alone, &[0, 0, 1], 2).unwrap();
        assert_eq!(told(&other.evaluate(EmitTo::All).unwrap()), [vec![1], vec![7, 9, 6, 5]]);
    }

    #[test]
    fn a_table_without_dimensions_has_one_group() {
        let (mut one, mut other) = (Whole::default(), Whole::default());
        one.update_batch(&column(&[3, 1])).unwrap();
        let state = one.state().unwrap().remove(0).to_array().unwrap();
        other.merge_batch(&[state]).unwrap();
        other.update_batch(&column(&[2])).unwrap();
        assert_eq!(told(&other.evaluate().unwrap().to_array().unwrap()), [vec![3, 1, 2]]);
    }
}
