//! Gathers the cells of text records into Arrow batches, each row with its file and line, so that a bad value can
//! be reported at the place it came from.

use std::mem;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Int32Array, ListBuilder, RecordBatch, RecordBatchOptions, StringArray,
    StringBuilder, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type, SchemaRef};
use arrow::error::ArrowError;

/// Hidden column: the file of a record.
pub(super) const FILE: &str = "_file";
/// Hidden column: the line where a record begins, or its row number in a Parquet file.
pub(super) const LINE: &str = "_line";
/// Rows in a batch.
pub(super) const BATCH_ROWS: usize = 8192;
/// Text in a batch, so that long texts neither fill the memory nor overrun Arrow's 32-bit offsets.
const BATCH_BYTES: usize = 64 << 20;

/// The hidden columns as fields.
pub(super) fn hidden_fields() -> [Field; 2] {
    let file = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    [Field::new(FILE, file, false), Field::new(LINE, DataType::UInt64, false)]
}

/// The type of a list of texts.
pub(super) fn text_list() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

/// The hidden file column of `rows` rows of one file.
pub(super) fn file_column(shown: &str, rows: usize) -> Result<ArrayRef, ArrowError> {
    let names = Arc::new(StringArray::from(vec![shown]));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(Int32Array::from(vec![0; rows]), names)?))
}

/// A batch with its columns in the order of `schema`, the place of each row beside them; what it has no column for is asked of
/// `lacking`.
pub(super) fn placed(
    batch: &RecordBatch,
    schema: &SchemaRef,
    shown: &str,
    lines: UInt64Array,
    lacking: impl Fn(&Field) -> ArrayRef,
) -> Result<RecordBatch, ArrowError> {
    let rows = batch.num_rows();
    let lines: ArrayRef = Arc::new(lines);
    let column = |field: &Arc<Field>| match field.name().as_str() {
        FILE => file_column(shown, rows),
        LINE => Ok(lines.clone()),
        name => Ok(batch.column_by_name(name).cloned().unwrap_or_else(|| lacking(field))),
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options)
}

enum Slot {
    Text(StringBuilder),
    List(ListBuilder<StringBuilder>),
    File,
    Line,
}

/// Builds batches of `schema` from the records of one file.
pub(super) struct TextBatch<'a> {
    schema: SchemaRef,
    shown: &'a str,
    nulls: &'a [String],
    slots: Vec<Slot>,
    lines: Vec<u64>,
    bytes: usize,
}

impl<'a> TextBatch<'a> {
    /// A gatherer for the file `shown`; texts found in `nulls` become null.
    pub(super) fn new(schema: SchemaRef, shown: &'a str, nulls: &'a [String]) -> Self {
        let slot = |field: &Arc<Field>| match (field.name().as_str(), field.data_type()) {
            (FILE, _) => Slot::File,
            (LINE, _) => Slot::Line,
            (_, DataType::List(_)) => Slot::List(ListBuilder::new(StringBuilder::new())),
            _ => Slot::Text(StringBuilder::new()),
        };
        let slots = schema.fields().iter().map(slot).collect();
        Self { schema, shown, nulls, slots, lines: Vec::with_capacity(BATCH_ROWS), bytes: 0 }
    }

    /// Puts one text, or none, into column `index`. A list column takes it as its only element.
    pub(super) fn put(&mut self, index: usize, text: Option<&str>) {
        let text = text.filter(|text| !self.nulls.iter().any(|null| null == text));
        self.bytes += text.map_or(0, str::len);
        match (self.slots.get_mut(index), text) {
            (Some(Slot::Text(column)), text) => column.append_option(text),
            (Some(Slot::List(column)), Some(text)) => column.append_value([Some(text)]),
            (Some(Slot::List(column)), None) => column.append_null(),
            (Some(Slot::File | Slot::Line) | None, _) => {}
        }
    }

    /// Puts a list of texts into column `index`, which is one of lists.
    pub(super) fn put_list(&mut self, index: usize, texts: &[Option<String>]) {
        self.bytes += texts.iter().flatten().map(String::len).sum::<usize>();
        if let Some(Slot::List(column)) = self.slots.get_mut(index) {
            column.append_value(texts.iter().map(Option::as_deref));
        }
    }

    /// Ends a row that begins on `line`. True when the batch is full and should be taken.
    pub(super) fn end_row(&mut self, line: u64) -> bool {
        self.lines.push(line);
        self.lines.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    /// Whether no row is gathered.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The gathered rows; the gatherer is empty afterwards.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let lines = mem::replace(&mut self.lines, Vec::with_capacity(BATCH_ROWS));
        let rows = lines.len();
        self.bytes = 0;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.slots.len());
        let lines = Arc::new(UInt64Array::from(lines));
        for slot in &mut self.slots {
            columns.push(match slot {
                Slot::Text(column) => Arc::new(column.finish()),
                Slot::List(column) => Arc::new(column.finish()),
                Slot::File => file_column(self.shown, rows)?,
                Slot::Line => lines.clone(),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
    }
}
