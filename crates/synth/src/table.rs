//! One Parquet file of one dataset, written in row groups: rows come by column name and are checked against the
//! shared schema, so that a column can't be forgotten or change places.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Builder, Int64Builder, ListBuilder, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use model::schema::ColumnType;
use model::{Dataset, ForceId};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::SynthError;
use crate::day::Day;
use crate::handling::Handling;

/// Rows that are gathered before they are handed to the writer.
const BATCH: usize = 8_192;
/// Rows of a row group: bounds the memory of a file that is being written.
const ROW_GROUP: usize = 131_072;

/// A value of one column; null is "not known here".
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(Option<&'a str>),
    List(&'a [String]),
    Date(Option<Day>),
    Integer(Option<i64>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}

/// A column's name and its value in a row.
pub(crate) type Cell<'a> = (&'static str, Value<'a>);

/// A file that is being written.
pub(crate) struct Table {
    dataset: Dataset,
    controller: String,
    path: PathBuf,
    schema: SchemaRef,
    columns: Vec<(&'static str, Column)>,
    writer: ArrowWriter<BufWriter<File>>,
    pending: usize,
    rows: u64,
}

enum Column {
    Text(StringBuilder),
    List(ListBuilder<StringBuilder>),
    Date(Date32Builder),
    Integer(Int64Builder),
}

impl Table {
    /// Starts `<folder>/<dataset>.parquet`.
    pub(crate) fn create(folder: &Path, dataset: Dataset, controller: &ForceId) -> Result<Self, SynthError> {
        let path = folder.join(format!("{dataset}.parquet"));
        let file = File::create(&path).map_err(|source| SynthError::Disk { path: path.clone(), source })?;
        let fields: Vec<Field> =
            dataset.columns().map(|column| Field::new(column.name, data_type(column.holds), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        // No moment and no version of a library goes into the file: the same rows are the same bytes.
        let properties = WriterProperties::builder()
            .set_created_by("bluelamp synth".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(BufWriter::new(file), Arc::clone(&schema), Some(properties))
            .map_err(|source| SynthError::Parquet { path: path.clone(), source })?;
        let columns = dataset.columns().map(|column| (column.name, Column::new(column.holds))).collect();
        let controller = controller.to_string();
        Ok(Self { dataset, controller, path, schema, columns, writer, pending: 0, rows: 0 })
    }

    /// Adds a row: the dataset's own columns in the order of the schema, then its handling.
    pub(crate) fn append(&mut self, own: &[Cell<'_>], handling: &Handling) -> Result<(), SynthError> {
        let handling = handling_cells(&self.controller, handling);
        let mut cells = own.iter().chain(&handling);
        for (name, column) in &mut self.columns {
            let fits = cells.next().is_some_and(|(given, value)| given == name && column.append(*value));
            if !fits {
                return Err(SynthError::Drift { dataset: self.dataset, column: name });
            }
        }
        if let Some((extra, _)) = cells.next() {
            return Err(SynthError::Drift { dataset: self.dataset, column: extra });
        }
        self.pending += 1;
        self.rows += 1;
        if self.pending == BATCH { self.flush() } else { Ok(()) }
    }

    /// Writes the rest and the footer; tells how many rows there are.
    pub(crate) fn finish(mut self) -> Result<u64, SynthError> {
        self.flush()?;
        let Self { writer, path, rows, .. } = self;
        writer.close().map_err(|source| SynthError::Parquet { path, source })?;
        Ok(rows)
    }

    fn flush(&mut self) -> Result<(), SynthError> {
        if self.pending == 0 {
            return Ok(());
        }
        let arrays = self.columns.iter_mut().map(|(_, column)| column.finish()).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .map_err(ParquetError::from)
            .and_then(|batch| self.writer.write(&batch))
            .map_err(|source| SynthError::Parquet { path: self.path.clone(), source })?;
        self.pending = 0;
        Ok(())
    }
}

fn handling_cells<'a>(controller: &'a str, handling: &Handling) -> [Cell<'a>; 11] {
    [
        ("controller", controller.into()),
        ("recorded_on", Value::Date(Some(handling.recorded_on))),
        ("updated_on", Value::Date(Some(handling.updated_on))),
        ("handling_code", handling.code.as_str().into()),
        ("handling_conditions", handling.conditions.as_str().into()),
        ("classification", handling.classification.as_str().into()),
        ("provenance", handling.provenance.as_str().into()),
        ("disclosure_mark", handling.mark.as_str().into()),
        ("subject_category", handling.subject.as_str().into()),
        ("threat_category", handling.threat.as_str().into()),
        ("retention", handling.retention.as_str().into()),
    ]
}

fn data_type(holds: ColumnType) -> DataType {
    match holds {
        ColumnType::Text | ColumnType::Word(_) => DataType::Utf8,
        ColumnType::TextList => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        ColumnType::Date => DataType::Date32,
        ColumnType::Integer => DataType::Int64,
    }
}

impl Column {
    fn new(holds: ColumnType) -> Self {
        match holds {
            ColumnType::Text | ColumnType::Word(_) => Self::Text(StringBuilder::new()),
            ColumnType::TextList => Self::List(ListBuilder::new(StringBuilder::new())),
            ColumnType::Date => Self::Date(Date32Builder::new()),
            ColumnType::Integer => Self::Integer(Int64Builder::new()),
        }
    }

    /// Adds a value; false when it is of another type.
    fn append(&mut self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(column), Value::Text(text)) => column.append_option(text),
            (Self::List(column), Value::List(texts)) => {
                texts.iter().for_each(|text| column.values().append_value(text));
                column.append(!texts.is_empty());
            }
            (Self::Date(column), Value::Date(day)) => column.append_option(day),
            (Self::Integer(column), Value::Integer(number)) => column.append_option(number),
            _ => return false,
        }
        true
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::List(column) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Integer(column) => Arc::new(column.finish()),
        }
    }
}
