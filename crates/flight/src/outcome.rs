//! The answer to a statement as a record batch. Beside each column of figures stands one that says how far each may be relied
//! on; the coverage, the notes and the questions' ids stand in the schema's metadata. Many tools show none of that, so an answer
//! that may have gaps says in a column of its own whom it speaks for.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use model::coverage_json::CoverageJson;
use sql::{Answer, Heading};

/// Keys in the schema's metadata; the values are JSON.
pub(crate) const COVERAGE: &str = "bluelamp.coverage";
const NOTES: &str = "bluelamp.notes";
const QUESTIONS: &str = "bluelamp.questions";
/// The column that says which forces an answer with gaps speaks for.
const COVERED: &str = "coverage";

/// The columns that a statement's answer will have.
pub(crate) fn schema(columns: &[Heading]) -> SchemaRef {
    let fields = columns.iter().flat_map(|heading| {
        let value = Field::new(&heading.name, heading.holds.clone(), true);
        let status = heading.figures.then(|| Field::new(status_name(&heading.name), DataType::Utf8, true));
        std::iter::once(value).chain(status)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The same as a tool is sent them: where gaps are taken, with the coverage beside.
pub(crate) fn sent(schema: &SchemaRef, partial: bool) -> SchemaRef {
    if !partial {
        return schema.clone();
    }
    let coverage = Arc::new(Field::new(COVERED, DataType::Utf8, true));
    Arc::new(Schema::new(schema.fields().iter().cloned().chain([coverage]).collect::<Vec<_>>()))
}

/// The answer, with the columns of `schema` as they are sent.
pub(crate) fn batch(answer: &Answer, schema: &SchemaRef, partial: bool) -> Result<RecordBatch, ArrowError> {
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for column in &answer.columns {
        arrays.push(column.values.clone());
        if let Some(status) = &column.status {
            arrays.push(Arc::new(status.iter().copied().collect::<StringArray>()));
        }
    }
    if partial {
        let covered = std::iter::repeat_n(Some(answer.coverage.sentence()), answer.rows);
        arrays.push(Arc::new(covered.collect::<StringArray>()));
    }
    let json = |error: serde_json::Error| ArrowError::ExternalError(Box::new(error));
    let questions: Vec<String> = answer.questions.iter().map(ToString::to_string).collect();
    let metadata = HashMap::from([
        (COVERAGE.to_owned(), serde_json::to_string(&CoverageJson::from(&answer.coverage)).map_err(json)?),
        (NOTES.to_owned(), serde_json::to_string(&answer.notes).map_err(json)?),
        (QUESTIONS.to_owned(), serde_json::to_string(&questions).map_err(json)?),
    ]);
    let schema = Schema::new_with_metadata(sent(schema, partial).fields().clone(), metadata);
    RecordBatch::try_new_with_options(
        Arc::new(schema),
        arrays,
        &arrow::array::RecordBatchOptions::new().with_row_count(Some(answer.rows)),
    )
}

fn status_name(name: &str) -> String {
    format!("{name}_status")
}
