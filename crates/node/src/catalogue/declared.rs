//! Columns that the log of a table declares, found in a file that may call them differently, hold them as another type, or lack
//! them. Where nothing is declared, a file's columns are what they say.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, RecordBatchOptions, StringArray, StructArray,
    new_null_array,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::util::display::FormatOptions;
use parquet::arrow::PARQUET_FIELD_ID_META_KEY;

use super::error::Damage;

/// The key beside a declared field under which the name that files have for it stands.
pub(super) const PHYSICAL_NAME: &str = "delta.columnMapping.physicalName";
/// The key beside a declared field that the log gives the values of, whatever a file holds.
pub(super) const PARTITION: &str = "delta.partition";

/// What can't be told in another type stops the ingest.
const STRICTLY: CastOptions<'_> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// The columns of a file by their declared names. Those that are not declared get a name that no column has, so that an old column
/// is not taken for a new one with its name.
pub(super) fn named(held: &SchemaRef, declared: &[Field]) -> Result<SchemaRef, Damage> {
    if declared.is_empty() {
        return Ok(held.clone());
    }
    let is_numbered = |field: &Field| field.metadata().contains_key(PARQUET_FIELD_ID_META_KEY);
    let in_files = || declared.iter().filter(|field| !field.metadata().contains_key(PARTITION));
    if in_files().any(is_numbered) && !held.fields().iter().any(|field| is_numbered(field)) {
        return Err(Damage::NoFieldIds);
    }
    let mut names = vec![None; held.fields().len()];
    for field in in_files() {
        if let Some(name) = place(field, held.fields()).and_then(|place| names.get_mut(place)) {
            *name = Some(field.name().clone());
        }
    }
    let fields = held.fields().iter().zip(names).map(|(field, name)| {
        let name = name.unwrap_or_else(|| format!("\u{0}{}", field.name()));
        field.as_ref().clone().with_name(name)
    });
    Ok(Arc::new(Schema::new(fields.collect::<Fields>())))
}

/// Where among `held` a declared field is: by its number where it has one, else by its name in files.
fn place(field: &Field, held: &Fields) -> Option<usize> {
    if let Some(number) = field.metadata().get(PARQUET_FIELD_ID_META_KEY) {
        return held.iter().position(|held| held.metadata().get(PARQUET_FIELD_ID_META_KEY) == Some(number));
    }
    let name = field.metadata().get(PHYSICAL_NAME).unwrap_or(field.name());
    held.iter().position(|held| held.name() == name)
}

/// Refuses the value of a partition that is not of the type that its column has in `schema`.
pub(super) fn check_partition(partition: &[(String, Option<String>)], schema: &Schema) -> Result<(), Damage> {
    for (name, value) in partition {
        let Some((_, field)) = schema.fields().find(name) else { continue };
        let text: ArrayRef = Arc::new(StringArray::from(vec![value.clone()]));
        cast_with_options(&text, field.data_type(), &STRICTLY)
            .map_err(|_| Damage::PartitionValue(name.clone()))?;
    }
    Ok(())
}

/// A batch of the columns at `kept` of a file, under the names of [`named`] and with the types of `schema`.
pub(super) fn conformed(
    batch: &RecordBatch,
    held: &Schema,
    kept: &[usize],
    schema: &Schema,
) -> Result<RecordBatch, Damage> {
    let mut fields = Vec::with_capacity(kept.len());
    let mut columns = Vec::with_capacity(kept.len());
    for (column, place) in batch.columns().iter().zip(kept) {
        let Some(name) = held.fields().get(*place).map(|field| field.name()) else { continue };
        let Some((_, wanted)) = schema.fields().find(name) else { continue };
        columns.push(as_declared(column, wanted)?);
        fields.push(wanted.clone());
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new_with_options(schema, columns, &options).map_err(|_| Damage::Undecodable)
}

/// An array as the type of `wanted`, parts of structs by what files call them.
fn as_declared(array: &ArrayRef, wanted: &Field) -> Result<ArrayRef, Damage> {
    if array.data_type() == wanted.data_type() {
        return Ok(array.clone());
    }
    let differs = || Damage::TypeDiffers {
        column: wanted.name().clone(),
        found: array.data_type().to_string(),
        expected: wanted.data_type().to_string(),
        other: "the table's log".to_owned(),
    };
    match wanted.data_type() {
        DataType::Struct(fields) => {
            let parts = array.as_struct_opt().ok_or_else(differs)?;
            Ok(Arc::new(struct_of(parts, fields, |_, field| place(field, parts.fields()))?))
        }
        DataType::List(item) => {
            let list = array.as_list_opt::<i32>().ok_or_else(differs)?;
            let values = as_declared(list.values(), item)?;
            let made =
                ListArray::try_new(item.clone(), list.offsets().clone(), values, list.nulls().cloned());
            made.map(|list| Arc::new(list) as ArrayRef).map_err(|_| differs())
        }
        DataType::Map(entry, sorted) => {
            let (map, DataType::Struct(fields)) =
                (array.as_map_opt().ok_or_else(differs)?, entry.data_type())
            else {
                return Err(differs());
            };
            // The two parts of an entry are told by their place.
            let entries = struct_of(map.entries(), fields, |at, _| Some(at))?;
            let made = MapArray::try_new(
                entry.clone(),
                map.offsets().clone(),
                entries,
                map.nulls().cloned(),
                *sorted,
            );
            made.map(|map| Arc::new(map) as ArrayRef).map_err(|_| differs())
        }
        // A text is no number, and a number no text, however alike they look.
        expected if is_text(array.data_type()) != is_text(expected) => Err(differs()),
        expected => cast_with_options(array, expected, &STRICTLY).map_err(|_| differs()),
    }
}

/// The declared parts of a struct, each where `place_of` finds it; null where it is not held.
fn struct_of(
    held: &StructArray,
    fields: &Fields,
    place_of: impl Fn(usize, &Field) -> Option<usize>,
) -> Result<StructArray, Damage> {
    let part = |(at, field): (usize, &FieldRef)| match place_of(at, field)
        .and_then(|place| held.columns().get(place))
    {
        Some(part) => as_declared(part, field),
        None => Ok(new_null_array(field.data_type(), held.len())),
    };
    let parts = fields.iter().enumerate().map(part).collect::<Result<Vec<_>, _>>()?;
    StructArray::try_new(fields.clone(), parts, held.nulls().cloned()).map_err(|_| Damage::Undecodable)
}

fn is_text(holds: &DataType) -> bool {
    match holds {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}
