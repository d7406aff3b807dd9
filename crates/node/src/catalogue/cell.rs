//! Reads the columns of a view into the types of the shared schema. A cell that can't be read becomes null and is
//! reported by its row and a reason; the reason never repeats the cell.

mod date;
mod list;
mod number;
mod text;
mod word;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use arrow::error::ArrowError;
use model::schema::{Column, ColumnType, ColumnUse};

use super::batch::text_list;

/// A cell that can't be read: its row in the batch, and why.
pub(super) type BadCell = (usize, &'static str);

/// A column of a batch, read.
pub(super) enum Cells {
    /// Words of a closed list, by their place in it.
    Words {
        /// The closed list.
        list: &'static [&'static str],
        /// For each row the word's place.
        codes: Vec<Option<u8>>,
        /// Rows whose word is not in the list, and whether it names a marking above what a node may hold.
        unknown: Vec<(usize, bool)>,
    },
    /// Anything else, with the cells that could not be read.
    Plain(ArrayRef, Vec<BadCell>),
}

/// The Arrow type in which a snapshot stores a column.
pub(super) fn stored_type(column: &Column) -> DataType {
    match (column.holds, column.used) {
        (ColumnType::Word(_), _) | (ColumnType::Text, ColumnUse::Group) => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        (ColumnType::Text, _) => DataType::Utf8,
        (ColumnType::TextList, _) => text_list(),
        (ColumnType::Date, _) => DataType::Date32,
        (ColumnType::Integer, _) => DataType::Int64,
    }
}

/// Reads `given`, or makes a column of nulls where the view has no such column.
pub(super) fn read(column: &Column, given: Option<&ArrayRef>, rows: usize) -> Result<Cells, ArrowError> {
    let Some(given) = given else {
        return Ok(match column.holds {
            ColumnType::Word(list) => Cells::Words { list, codes: vec![None; rows], unknown: Vec::new() },
            _ => Cells::Plain(new_null_array(&stored_type(column), rows), Vec::new()),
        });
    };
    Ok(match column.holds {
        ColumnType::Word(list) => word::read(list, &as_text(given)?),
        ColumnType::Text => {
            let group = column.used == ColumnUse::Group;
            Cells::Plain(text::read(&as_text(given)?, group), Vec::new())
        }
        ColumnType::TextList => Cells::Plain(list::read(given)?, Vec::new()),
        ColumnType::Date => date::read(given)?,
        ColumnType::Integer => number::read(given)?,
    })
}

/// The codes of a word column as the array that is stored.
pub(super) fn word_array(list: &[&str], codes: &[Option<u8>]) -> Result<ArrayRef, ArrowError> {
    let keys: Int32Array = codes.iter().map(|code| code.map(i32::from)).collect();
    let words = Arc::new(StringArray::from_iter_values(list));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, words)?))
}

fn as_text(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    match array.as_string_opt::<i32>() {
        Some(text) => Ok(text.clone()),
        None => {
            let text = cast(array, &DataType::Utf8)?;
            text.as_string_opt::<i32>()
                .cloned()
                .ok_or_else(|| ArrowError::CastError("a column is not text".to_owned()))
        }
    }
}

/// Cells of a text array, trimmed; empty ones are none.
fn trimmed(text: &StringArray) -> impl Iterator<Item = Option<&str>> {
    text.iter().map(|cell| cell.map(str::trim).filter(|cell| !cell.is_empty()))
}

/// Reads each text by `parse`, gathering the rows where it fails.
fn parsed<T>(
    text: &StringArray,
    why: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> (Vec<Option<T>>, Vec<BadCell>) {
    let mut values = Vec::with_capacity(text.len());
    let mut bad = Vec::new();
    for (row, cell) in trimmed(text).enumerate() {
        let value = cell.and_then(&parse);
        if cell.is_some() && value.is_none() {
            bad.push((row, why));
        }
        values.push(value);
    }
    (values, bad)
}
