//! Rows of a log, from JSON or Parquet alike, as the kernel visits them.

use std::ops::Range;

use delta_kernel::engine_data::{ListItem, MapItem, StringArrayAccessor};
use delta_kernel::expressions::{ArrayData, ColumnName};
use delta_kernel::schema::{DataType, MetadataColumnSpec, PrimitiveType, SchemaRef, StructType};
use delta_kernel::{EngineData, GetData, KernelError, KernelResult, RowVisitor};
use serde_json::{Map, Value};
use url::Url;

use crate::engine::not_here;

static NULL: Value = Value::Null;

/// The value at `path`; null where something on the way is.
pub(crate) fn at<'a>(row: &'a Value, path: &[String]) -> &'a Value {
    path.iter().fold(row, |value, name| value.get(name).unwrap_or(&NULL))
}

/// One row of the file `from`, as `schema` says, with the file's own name where that asks for it.
pub(crate) fn row(mut value: Value, schema: &SchemaRef, from: &Url) -> Result<Value, String> {
    let asked = schema
        .fields()
        .filter(|field| matches!(field.get_metadata_column_spec(), Some(MetadataColumnSpec::FilePath)));
    if let Value::Object(given) = &mut value {
        given.extend(asked.map(|field| (field.name().clone(), from.as_str().into())));
    }
    fitted(value, &schema.clone().into())
}

/// `value` as `holds` says, without what that does not name; or what does not fit, by its name alone.
fn fitted(value: Value, holds: &DataType) -> Result<Value, String> {
    match (holds, value) {
        (_, Value::Null) => Ok(Value::Null),
        (DataType::Struct(fields), Value::Object(mut given)) => {
            let mut kept = Map::new();
            for field in fields.fields() {
                let name = field.name();
                let value = fitted(given.remove(name).unwrap_or_default(), field.data_type());
                let value = value.map_err(|why| format!("{name}: {why}"))?;
                if value.is_null() && !field.is_nullable() {
                    return Err(format!("{name} is missing"));
                }
                kept.insert(name.clone(), value);
            }
            Ok(Value::Object(kept))
        }
        (DataType::Map(_), Value::Object(given)) => {
            match given.values().all(|value| value.is_null() || value.is_string()) {
                true => Ok(Value::Object(given)),
                false => Err("not texts by name".to_owned()),
            }
        }
        (DataType::Array(holds), Value::Array(given)) => {
            let kept = given.into_iter().map(|value| fitted(value, &holds.element_type));
            Ok(Value::Array(kept.collect::<Result<_, _>>()?))
        }
        (DataType::Primitive(PrimitiveType::String), Value::String(text)) => Ok(Value::String(text)),
        (DataType::Primitive(PrimitiveType::Boolean), Value::Bool(truth)) => Ok(Value::Bool(truth)),
        (DataType::Primitive(PrimitiveType::Long), Value::Number(number)) if number.is_i64() => {
            Ok(Value::Number(number))
        }
        (DataType::Primitive(PrimitiveType::Integer), Value::Number(number))
            if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()) =>
        {
            Ok(Value::Number(number))
        }
        (holds, _) => Err(format!("not of type {holds}")),
    }
}

/// Rows that fit a schema.
pub(crate) struct Rows {
    schema: SchemaRef,
    rows: Vec<Value>,
}

impl Rows {
    pub(crate) fn new(schema: SchemaRef, rows: Vec<Value>) -> Self {
        Self { schema, rows }
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.rows
    }
}

impl EngineData for Rows {
    fn visit_rows(&self, columns: &[ColumnName], visitor: &mut dyn RowVisitor) -> KernelResult<()> {
        if let Some(unknown) = columns.iter().find(|column| !self.has_field(column)) {
            return Err(KernelError::missing_column(unknown));
        }
        let leaves: Vec<Leaf<'_>> =
            columns.iter().map(|column| Leaf::of(&self.rows, column.path())).collect();
        let getters: Vec<&dyn GetData<'_>> = leaves.iter().map(|leaf| leaf as &dyn GetData<'_>).collect();
        visitor.visit(self.rows.len(), &getters)
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn append_columns(&self, _: SchemaRef, _: Vec<ArrayData>) -> KernelResult<Box<dyn EngineData>> {
        not_here("columns to add")
    }

    fn apply_selection_vector(self: Box<Self>, selected: Vec<bool>) -> KernelResult<Box<dyn EngineData>> {
        let Self { schema, rows } = *self;
        if selected.len() > rows.len() {
            return Err(KernelError::InvalidSelectionVector("longer than its rows".to_owned()));
        }
        let selected = selected.into_iter().chain(std::iter::repeat(true));
        let kept = rows.into_iter().zip(selected).filter_map(|(row, selected)| selected.then_some(row));
        Ok(Box::new(Self { schema, rows: kept.collect() }))
    }

    fn has_field(&self, name: &ColumnName) -> bool {
        let mut within: Option<&StructType> = Some(&self.schema);
        for part in name.path() {
            let Some(field) = within.and_then(|fields| fields.field(part)) else { return false };
            within = match field.data_type() {
                DataType::Struct(fields) => Some(fields),
                _ => None,
            };
        }
        true
    }
}

/// One column of all rows.
struct Leaf<'a> {
    cells: Vec<&'a Value>,
    /// The keys of maps, and the values of maps and lists, one row's after the other's.
    keys: Texts<'a>,
    values: Texts<'a>,
    spans: Vec<Range<usize>>,
}

struct Texts<'a>(Vec<Option<&'a str>>);

impl StringArrayAccessor for Texts<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn value(&self, index: usize) -> &str {
        self.0.get(index).copied().flatten().unwrap_or_default()
    }

    fn is_valid(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(Option::is_some)
    }
}

impl<'a> Leaf<'a> {
    fn of(rows: &'a [Value], path: &[String]) -> Self {
        let cells: Vec<&Value> = rows.iter().map(|row| at(row, path)).collect();
        let (mut keys, mut values, mut spans) = (Vec::new(), Vec::new(), Vec::with_capacity(cells.len()));
        for cell in &cells {
            let before = values.len();
            match cell {
                Value::Object(entries) => {
                    keys.extend(entries.keys().map(|key| Some(key.as_str())));
                    values.extend(entries.values().map(Value::as_str));
                }
                Value::Array(items) => values.extend(items.iter().map(Value::as_str)),
                _ => {}
            }
            spans.push(before..values.len());
        }
        Self { cells, keys: Texts(keys), values: Texts(values), spans }
    }

    fn cell<T>(
        &'a self,
        row: usize,
        name: &str,
        as_type: impl Fn(&'a Value) -> Option<T>,
    ) -> KernelResult<Option<T>> {
        match self.cells.get(row).copied() {
            None | Some(Value::Null) => Ok(None),
            Some(value) => as_type(value).map(Some).ok_or_else(|| KernelError::unexpected_column_type(name)),
        }
    }

    fn span(&self, row: usize) -> Range<usize> {
        self.spans.get(row).cloned().unwrap_or_default()
    }
}

impl<'a> GetData<'a> for Leaf<'a> {
    fn get_bool(&'a self, row: usize, name: &str) -> KernelResult<Option<bool>> {
        self.cell(row, name, Value::as_bool)
    }

    fn get_int(&'a self, row: usize, name: &str) -> KernelResult<Option<i32>> {
        self.cell(row, name, |value| i32::try_from(value.as_i64()?).ok())
    }

    fn get_long(&'a self, row: usize, name: &str) -> KernelResult<Option<i64>> {
        self.cell(row, name, Value::as_i64)
    }

    fn get_str(&'a self, row: usize, name: &str) -> KernelResult<Option<&'a str>> {
        self.cell(row, name, Value::as_str)
    }

    fn get_list(&'a self, row: usize, name: &str) -> KernelResult<Option<ListItem<'a>>> {
        self.cell(row, name, |value| value.is_array().then(|| ListItem::new(&self.values, self.span(row))))
    }

    fn get_map(&'a self, row: usize, name: &str) -> KernelResult<Option<MapItem<'a>>> {
        self.cell(row, name, |value| {
            value.is_object().then(|| MapItem::new(&self.keys, &self.values, self.span(row)))
        })
    }
}
