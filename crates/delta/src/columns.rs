//! A table's columns as its log declares them, in Arrow's types. What its files call a column differently stands beside it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType as Arrow, Field, Schema, SchemaRef, TimeUnit};
use delta_kernel::schema::{
    ColumnMetadataKey, DataType, MetadataValue, PrimitiveType, StructField, StructType,
};
use delta_kernel::table_features::ColumnMappingMode;
use parquet::arrow::PARQUET_FIELD_ID_META_KEY;

use crate::error::DeltaError;

/// The key beside a field under which the name that the files have for it stands; none where that is its own. Where files are to
/// be searched by number instead, that stands under Parquet's own key.
pub const PHYSICAL_NAME: &str = "delta.columnMapping.physicalName";
/// The key beside a field whose values the log tells, whatever a file holds.
pub const PARTITION: &str = "delta.partition";

/// The columns of a table in `folder`.
pub(crate) fn columns(
    folder: &Path,
    schema: &StructType,
    mode: ColumnMappingMode,
    partitions: &[String],
) -> Result<SchemaRef, DeltaError> {
    let fields = schema.fields().map(|field| {
        let refused = |what: String| DeltaError::Feature {
            folder: folder.to_owned(),
            feature: format!("{what} (column {:?})", field.name()),
        };
        let arrow = arrow_field(field, mode).map_err(refused)?;
        Ok(match partitions.contains(field.name()) {
            true if *arrow.data_type() == Arrow::Binary => {
                return Err(refused("partitions of binary values".to_owned()));
            }
            true => {
                let mut beside = arrow.metadata().clone();
                beside.insert(PARTITION.to_owned(), "true".to_owned());
                arrow.with_metadata(beside)
            }
            false => arrow,
        })
    });
    Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<_>, _>>()?)))
}

/// A field, or the type that is not understood. All may be null: an older file may lack the column.
fn arrow_field(field: &StructField, mode: ColumnMappingMode) -> Result<Field, String> {
    let mut beside = HashMap::new();
    if mode == ColumnMappingMode::Id
        && let Some(MetadataValue::Number(id)) =
            field.metadata.get(ColumnMetadataKey::ColumnMappingId.as_ref())
    {
        beside.insert(PARQUET_FIELD_ID_META_KEY.to_owned(), id.to_string());
    }
    let physical = field.physical_name(mode);
    if physical != field.name() {
        beside.insert(PHYSICAL_NAME.to_owned(), physical.to_owned());
    }
    let holds = arrow_type(field.data_type(), mode)?;
    Ok(Field::new(field.name(), holds, true).with_metadata(beside))
}

fn arrow_type(holds: &DataType, mode: ColumnMappingMode) -> Result<Arrow, String> {
    Ok(match holds {
        DataType::Primitive(primitive) => primitive_type(primitive).ok_or_else(|| holds.to_string())?,
        DataType::Array(items) => {
            Arrow::List(Arc::new(Field::new_list_field(arrow_type(&items.element_type, mode)?, true)))
        }
        DataType::Struct(fields) => {
            let fields = fields.fields().map(|field| arrow_field(field, mode));
            Arrow::Struct(fields.collect::<Result<Vec<_>, _>>()?.into())
        }
        DataType::Map(entries) => {
            let key = Field::new("key", arrow_type(&entries.key_type, mode)?, false);
            let value = Field::new("value", arrow_type(&entries.value_type, mode)?, true);
            let entry = Arrow::Struct(vec![key, value].into());
            Arrow::Map(Arc::new(Field::new("key_value", entry, false)), false)
        }
        _ => return Err(holds.to_string()),
    })
}

fn primitive_type(holds: &PrimitiveType) -> Option<Arrow> {
    Some(match holds {
        PrimitiveType::String => Arrow::Utf8,
        PrimitiveType::Long => Arrow::Int64,
        PrimitiveType::Integer => Arrow::Int32,
        PrimitiveType::Short => Arrow::Int16,
        PrimitiveType::Byte => Arrow::Int8,
        PrimitiveType::Float => Arrow::Float32,
        PrimitiveType::Double => Arrow::Float64,
        PrimitiveType::Boolean => Arrow::Boolean,
        PrimitiveType::Binary => Arrow::Binary,
        PrimitiveType::Date => Arrow::Date32,
        PrimitiveType::Timestamp => Arrow::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        PrimitiveType::TimestampNtz => Arrow::Timestamp(TimeUnit::Microsecond, None),
        PrimitiveType::Decimal(digits) => {
            Arrow::Decimal128(digits.precision(), i8::try_from(digits.scale()).ok()?)
        }
        PrimitiveType::Void => Arrow::Null,
        _ => return None,
    })
}
