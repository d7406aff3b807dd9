//! Files of one format as a source: the columns of them all, and their rows one file after the other. A folder called
//! `key=value` gives the Parquet files in it a column; of those, row groups that a filter rules out are not read.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::physical_optimizer::pruning::PruningPredicate;

use super::batch::{FILE, LINE, text_list};
use super::error::{Damage, IngestError};
use super::files::SourceFile;
use super::sources::{Format, SourceConfig};
use super::{csv_file, json_file, parquet_file};

/// Takes a batch; a break means that nobody wants more.
pub(super) type Emit<'a> = &'a mut dyn FnMut(RecordBatch) -> ControlFlow<()>;

/// Files that were found.
#[derive(Clone)]
pub(super) struct FileSource {
    format: Format,
    nulls: Arc<[String]>,
    files: Arc<[SourceFile]>,
}

impl FileSource {
    pub(super) fn new(config: &SourceConfig, files: &[SourceFile]) -> Self {
        Self { format: config.format, nulls: config.nulls.clone().into(), files: files.into() }
    }

    /// The columns of all files. Files of one source need not have all columns: what one lacks is null.
    pub(super) fn fields(&self) -> Result<Vec<Field>, IngestError> {
        match self.format {
            Format::Csv => csv_fields(&self.files),
            Format::Json => json_fields(&self.files),
            Format::Parquet => parquet_fields(&self.files),
            // A table lies in no files.
            Format::Postgres => Ok(Vec::new()),
        }
    }

    /// Whether filters can rule rows out before they are read.
    pub(super) fn can_prune(&self) -> bool {
        self.format == Format::Parquet
    }

    /// Reads the columns of `schema`, without the row groups that `ruled_out` leaves nothing of.
    pub(super) fn read(
        &self,
        schema: &SchemaRef,
        ruled_out: Option<&PruningPredicate>,
        emit: Emit<'_>,
    ) -> Result<(), IngestError> {
        let mut wanted = true;
        for file in self.files.iter() {
            let mut pass = |batch| {
                let flow = emit(batch);
                wanted = flow.is_continue();
                flow
            };
            match self.format {
                Format::Csv => csv_file::read(file, schema, &self.nulls, &mut pass)?,
                Format::Json => json_file::read(file, schema, &self.nulls, &mut pass)?,
                Format::Parquet => parquet_file::read(file, schema, ruled_out, &mut pass)?,
                Format::Postgres => {}
            }
            if !wanted {
                break;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files of {:?}", self.files.len(), self.format)
    }
}

fn csv_fields(files: &[SourceFile]) -> Result<Vec<Field>, IngestError> {
    let mut names: Vec<String> = Vec::new();
    for file in files {
        for name in csv_file::header(file)? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(names.into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect())
}

fn json_fields(files: &[SourceFile]) -> Result<Vec<Field>, IngestError> {
    let mut columns = BTreeMap::new();
    for file in files {
        json_file::columns(file, &mut columns)?;
    }
    let holds = |list| if list { text_list() } else { DataType::Utf8 };
    Ok(columns.into_iter().map(|(name, list)| Field::new(name, holds(list), true)).collect())
}

fn parquet_fields(files: &[SourceFile]) -> Result<Vec<Field>, IngestError> {
    let mut fields: Vec<(Field, &str)> = Vec::new();
    for file in files {
        for (name, holds) in parquet_file::columns(file)? {
            match fields.iter().find(|(field, _)| *field.name() == name) {
                None => fields.push((Field::new(name, holds, true), &file.shown)),
                Some((field, _)) if *field.data_type() == holds => {}
                Some((field, other)) => {
                    let damage = Damage::TypeDiffers {
                        column: name,
                        found: holds.to_string(),
                        expected: field.data_type().to_string(),
                        other: (*other).to_owned(),
                    };
                    return Err(IngestError::file(&file.shown, None, damage));
                }
            }
        }
    }
    // What a file says of itself goes before what its folders say of it.
    let held: Vec<String> = fields.iter().map(|(field, _)| field.name().clone()).collect();
    let mut fields: Vec<Field> = fields.into_iter().map(|(field, _)| field).collect();
    for (file, name) in files.iter().flat_map(|file| file.partitions().map(move |(name, _)| (file, name))) {
        if [FILE, LINE].contains(&name) {
            return Err(IngestError::file(&file.shown, None, Damage::ReservedColumn(name.to_owned())));
        }
        if !held.iter().any(|held| held == name) && !fields.iter().any(|field| field.name() == name) {
            fields.push(Field::new(name, DataType::Utf8, true));
        }
    }
    Ok(fields)
}
