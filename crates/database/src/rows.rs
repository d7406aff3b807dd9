//! Rows as the server sends them, gathered into Arrow batches.

use std::mem;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListBuilder, RecordBatch,
    RecordBatchOptions, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use tokio_postgres::Row;

use crate::column::{Column, Kind};

/// Rows in a batch.
const BATCH_ROWS: usize = 8192;
/// Text in a batch, so that long texts neither fill the memory nor overrun Arrow's 32-bit offsets.
const BATCH_BYTES: usize = 64 << 20;

/// The cells of one column.
enum Cells {
    Integer(Int64Builder),
    Real(Float64Builder),
    Truth(BooleanBuilder),
    Day(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
    Text(StringBuilder),
}

/// Gathers rows.
pub(crate) struct Gathered {
    schema: SchemaRef,
    cells: Vec<Cells>,
    rows: usize,
    bytes: usize,
}

impl Gathered {
    pub(crate) fn new(schema: SchemaRef, columns: &[Column]) -> Self {
        let cells = columns.iter().map(|column| match column.kind {
            Kind::Integer => Cells::Integer(Int64Builder::new()),
            Kind::Real => Cells::Real(Float64Builder::new()),
            Kind::Truth => Cells::Truth(BooleanBuilder::new()),
            Kind::Day => Cells::Day(Date32Builder::new()),
            Kind::Moment => Cells::Moment(TimestampMicrosecondBuilder::new()),
            Kind::Texts => Cells::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Text => Cells::Text(StringBuilder::new()),
        });
        Self { schema, cells: cells.collect(), rows: 0, bytes: 0 }
    }

    /// Takes a row. True when the batch is full and should be taken.
    pub(crate) fn add(&mut self, row: &Row) -> Result<bool, tokio_postgres::Error> {
        for (place, cells) in self.cells.iter_mut().enumerate() {
            match cells {
                Cells::Integer(cells) => cells.append_option(row.try_get(place)?),
                Cells::Real(cells) => cells.append_option(row.try_get(place)?),
                Cells::Truth(cells) => cells.append_option(row.try_get(place)?),
                Cells::Day(cells) => {
                    let days: Option<i64> = row.try_get(place)?;
                    cells.append_option(days.and_then(|days| i32::try_from(days).ok()));
                }
                Cells::Moment(cells) => cells.append_option(row.try_get(place)?),
                Cells::Text(cells) => {
                    let text: Option<&str> = row.try_get(place)?;
                    self.bytes += text.map_or(0, str::len);
                    cells.append_option(text);
                }
                Cells::Texts(cells) => {
                    let texts: Option<Vec<Option<&str>>> = row.try_get(place)?;
                    self.bytes += texts.iter().flatten().flatten().map(|text| text.len()).sum::<usize>();
                    cells.append_option(texts);
                }
            }
        }
        self.rows += 1;
        Ok(self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The gathered rows; nothing is left afterwards.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let rows = mem::take(&mut self.rows);
        self.bytes = 0;
        let finish = |cells: &mut Cells| -> ArrayRef {
            match cells {
                Cells::Integer(cells) => Arc::new(cells.finish()),
                Cells::Real(cells) => Arc::new(cells.finish()),
                Cells::Truth(cells) => Arc::new(cells.finish()),
                Cells::Day(cells) => Arc::new(cells.finish()),
                Cells::Moment(cells) => Arc::new(cells.finish()),
                Cells::Texts(cells) => Arc::new(cells.finish()),
                Cells::Text(cells) => Arc::new(cells.finish()),
            }
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let columns = self.cells.iter_mut().map(finish).collect();
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
    }
}
