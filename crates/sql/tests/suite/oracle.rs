//! One database over the records of all forces: what a statement would come to if they were all in one place.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use jiff::civil::Date;
use model::Dataset;
use model::schema::ColumnType;
use sql::Answer;

use crate::forces::{Forces, Held, Record};

/// A result as columns, and rows of texts; none where there is nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows(pub Vec<Vec<Option<String>>>);

/// A cell as text: numbers to six places, so that the order of adding leaves no trace.
pub fn cell(values: &ArrayRef, row: usize) -> Option<String> {
    if values.is_null(row) {
        return None;
    }
    if values.data_type().is_numeric() {
        let number = cast(&values.slice(row, 1), &DataType::Float64).unwrap();
        let number = arrow::array::AsArray::as_primitive::<arrow::datatypes::Float64Type>(&number).value(0);
        // Adding zero makes a zero of either sign a plain one.
        return Some(format!("{:.6}", number + 0.0));
    }
    Some(array_value_to_string(values, row).unwrap())
}

/// The rows of an answer.
pub fn told(answer: &Answer) -> Rows {
    let row = |at| answer.columns.iter().map(|column| cell(&column.values, at)).collect();
    Rows((0..answer.rows).map(row).collect())
}

/// What one database says. A sum over no value is zero here.
pub async fn oracle(forces: &Forces, statement: &str) -> Result<Rows, String> {
    let statement = &statement.replace("sum(loss_gbp)", "coalesce(sum(loss_gbp), 0)");
    let config = SessionConfig::new().set_str("datafusion.sql_parser.default_null_ordering", "nulls_last");
    let context = SessionContext::new_with_config(config);
    let linked = [Dataset::Report, Dataset::Link, Dataset::Location];
    for dataset in [Dataset::Event, Dataset::Person].into_iter().chain(linked) {
        let (schema, batch) = table(forces, dataset);
        let table = MemTable::try_new(schema, vec![vec![batch]]).unwrap();
        context.register_table(dataset.as_str(), Arc::new(table)).unwrap();
    }
    let batches = context
        .sql(statement)
        .await
        .map_err(|e| e.to_string())?
        .collect()
        .await
        .map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    for batch in &batches {
        for at in 0..batch.num_rows() {
            rows.push(batch.columns().iter().map(|column| cell(column, at)).collect());
        }
    }
    Ok(Rows(rows))
}

fn table(forces: &Forces, dataset: Dataset) -> (Arc<Schema>, RecordBatch) {
    let mut records: Vec<(&str, &Record)> = Vec::new();
    for ((force, of), held) in &forces.records {
        if *of == dataset {
            records.extend(held.iter().map(|record| (force.as_str(), record)));
        }
    }
    let mut fields = vec![Field::new("force", DataType::Utf8, true)];
    let mut arrays: Vec<ArrayRef> =
        vec![Arc::new(records.iter().map(|(force, _)| Some(*force)).collect::<StringArray>())];
    for column in dataset.columns() {
        let held = || records.iter().map(|(_, record)| record.get(column.name));
        let array: ArrayRef = match column.holds {
            ColumnType::Date => Arc::new(
                held()
                    .map(|held| match held {
                        Some(Held::Day(day)) => {
                            Some(day.since(Date::constant(1970, 1, 1)).unwrap().get_days())
                        }
                        _ => None,
                    })
                    .collect::<Date32Array>(),
            ),
            ColumnType::Integer => Arc::new(
                held()
                    .map(|held| match held {
                        Some(Held::Number(number)) => Some(*number),
                        _ => None,
                    })
                    .collect::<Int64Array>(),
            ),
            _ => Arc::new(
                held()
                    .map(|held| match held {
                        Some(Held::Text(text)) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
        };
        fields.push(Field::new(column.name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    (schema.clone(), RecordBatch::try_new(schema, arrays).unwrap())
}
