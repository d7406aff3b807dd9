//! Writes a dataset of a snapshot as Parquet, laid out for reading: light compression, dictionaries where values repeat,
//! and in each row group the rows in the order of their labels, so that a permit's rows are few runs.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::UInt32Type;
use arrow::error::ArrowError;
use model::Dataset;
use model::schema::{ColumnType, ColumnUse};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::dataset::{ENTITY, LABEL, PRINT, stored_schema};
use super::error::IngestError;

/// Rows of a row group: the unit that a query skips, and that a core works on.
const GROUP_ROWS: usize = 65_536;

/// A dataset's file, being written.
pub(super) struct Writer {
    path: PathBuf,
    parquet: ArrowWriter<File>,
    /// Rows of the row group to come, fewer than it will hold.
    held: Vec<RecordBatch>,
}

impl Writer {
    pub(super) fn create(folder: &Path, dataset: Dataset) -> Result<Self, IngestError> {
        let path = folder.join(file_name(dataset));
        let file = File::create(&path).map_err(IngestError::disk(&path, "creating"))?;
        let parquet = ArrowWriter::try_new(file, stored_schema(dataset), Some(properties(dataset)))
            .map_err(failed(&path))?;
        Ok(Self { path, parquet, held: Vec::new() })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), IngestError> {
        let mut rest = batch.clone();
        while rest.num_rows() > 0 {
            let held: usize = self.held.iter().map(RecordBatch::num_rows).sum();
            let room = GROUP_ROWS.saturating_sub(held).min(rest.num_rows());
            self.held.push(rest.slice(0, room));
            rest = rest.slice(room, rest.num_rows() - room);
            if held + room == GROUP_ROWS {
                self.write_group()?;
            }
        }
        Ok(())
    }

    /// Writes the rows held as a row group of its own, in the order of their labels.
    fn write_group(&mut self) -> Result<(), IngestError> {
        let held = std::mem::take(&mut self.held);
        let sorted = by_label(&held).map_err(|e| failed(&self.path)(e.into()))?;
        self.parquet.write(&sorted).and_then(|()| self.parquet.flush()).map_err(failed(&self.path))
    }

    /// Completes the file and returns its size once it is safely on the disk.
    pub(super) fn finish(mut self) -> Result<u64, IngestError> {
        if !self.held.is_empty() {
            self.write_group()?;
        }
        self.parquet.finish().map_err(failed(&self.path))?;
        let file = self.parquet.inner();
        file.sync_all().map_err(IngestError::disk(&self.path, "writing"))?;
        Ok(file.metadata().map_err(IngestError::disk(&self.path, "writing"))?.len())
    }
}

/// The rows of all batches in the order of their labels; rows with the same label keep theirs.
fn by_label(batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let mut places: Vec<(u32, (usize, usize))> = Vec::new();
    for (at, batch) in batches.iter().enumerate() {
        let labels = batch.column_by_name(LABEL).and_then(|column| column.as_primitive_opt::<UInt32Type>());
        let labels = labels.ok_or_else(|| ArrowError::SchemaError("the labels are missing".to_owned()))?;
        places.extend((0..).zip(labels.values()).map(|(row, &label)| (label, (at, row))));
    }
    places.sort_unstable();
    let places: Vec<_> = places.into_iter().map(|(_, place)| place).collect();
    interleave_record_batch(&batches.iter().collect::<Vec<_>>(), &places)
}

/// The file of a dataset inside a snapshot.
pub(super) fn file_name(dataset: Dataset) -> String {
    format!("{dataset}.parquet")
}

fn properties(dataset: Dataset) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(ColumnPath::from(ENTITY), false)
        .set_column_dictionary_enabled(ColumnPath::from(PRINT), false)
        .set_column_compression(ColumnPath::from(PRINT), Compression::UNCOMPRESSED);
    // Ids and free text rarely repeat: a dictionary would be built only to be given up.
    let unrepeated = dataset.columns().filter(|column| {
        column.holds == ColumnType::Text && matches!(column.used, ColumnUse::EntityKey | ColumnUse::Never)
    });
    for column in unrepeated {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name), false);
    }
    properties.build()
}

fn failed(path: &Path) -> impl FnOnce(ParquetError) -> IngestError {
    let path = path.to_owned();
    // The writer's own words could quote a cell; a full disk is what happens in practice.
    move |error| {
        let cause = match error {
            ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
                Ok(cause) => *cause,
                Err(_) => std::io::Error::other("the dataset could not be encoded"),
            },
            _ => std::io::Error::other("the dataset could not be encoded"),
        };
        IngestError::disk(&path, "writing the dataset")(cause)
    }
}
