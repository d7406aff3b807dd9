//! Writes a dataset of a snapshot as Parquet, laid out for reading: row groups that prune well, light compression,
//! dictionaries where values repeat.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use model::Dataset;
use model::schema::{ColumnType, ColumnUse};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::dataset::{ENTITY, stored_schema};
use super::error::IngestError;

/// Rows of a row group: the unit that a query skips, and that a core works on.
const GROUP_ROWS: usize = 65_536;

/// A dataset's file, being written.
pub(super) struct Writer {
    path: PathBuf,
    parquet: ArrowWriter<File>,
}

impl Writer {
    pub(super) fn create(folder: &Path, dataset: Dataset) -> Result<Self, IngestError> {
        let path = folder.join(file_name(dataset));
        let file = File::create(&path).map_err(IngestError::disk(&path, "creating"))?;
        let parquet = ArrowWriter::try_new(file, stored_schema(dataset), Some(properties(dataset)))
            .map_err(failed(&path))?;
        Ok(Self { path, parquet })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), IngestError> {
        self.parquet.write(batch).map_err(failed(&self.path))
    }

    /// Completes the file and returns its size once it is safely on the disk.
    pub(super) fn finish(mut self) -> Result<u64, IngestError> {
        self.parquet.finish().map_err(failed(&self.path))?;
        let file = self.parquet.inner();
        file.sync_all().map_err(IngestError::disk(&self.path, "writing"))?;
        Ok(file.metadata().map_err(IngestError::disk(&self.path, "writing"))?.len())
    }
}

/// The file of a dataset inside a snapshot.
pub(super) fn file_name(dataset: Dataset) -> String {
    format!("{dataset}.parquet")
}

fn properties(dataset: Dataset) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(ColumnPath::from(ENTITY), false);
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
