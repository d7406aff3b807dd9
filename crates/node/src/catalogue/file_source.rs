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
    /// The columns, where the log of a table declares them.
    declared: Arc<[Field]>,
}

impl FileSource {
    pub(super) fn new(config: &SourceConfig, files: &[SourceFile]) -> Self {
        let nulls = config.nulls.clone().into();
        Self { format: config.format, nulls, files: files.into(), declared: Arc::default() }
    }

    /// The files of a table that declares its columns.
    pub(super) fn declared(columns: Vec<Field>, files: Vec<SourceFile>) -> Self {
        Self { format: Format::Delta, nulls: Arc::default(), files: files.into(), declared: columns.into() }
    }

    /// How many files there are, and how large they are together.
    pub(super) fn extent(&self) -> (u64, u64) {
        (self.files.len() as u64, self.files.iter().map(|file| file.bytes).sum())
    }

    /// The columns of all files. Files of one source need not have all columns: what one lacks is null.
    pub(super) fn fields(&self) -> Result<Vec<Field>, IngestError> {
        match self.format {
            Format::Csv => csv_fields(&self.files),
            Format::Json => json_fields(&self.files),
            Format::Parquet => parquet_fields(&self.files),
            Format::Delta => Ok(self.declared.to_vec()),
            // A table lies in no files.
            Format::Postgres => Ok(Vec::new()),
        }
    }

    /// Whether filters can rule rows out before they are read.
    pub(super) fn can_prune(&self) -> bool {
        matches!(self.format, Format::Parquet | Format::Delta)
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
                Format::Parquet | Format::Delta => {
                    parquet_file::read(file, &self.declared, schema, ruled_out, &mut pass)?;
                }
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
    for (file, name) in files.iter().flat_map(|file| file.partition.iter().map(move |(name, _)| (file, name)))
    {
        if [FILE, LINE].contains(&name.as_str()) {
            return Err(IngestError::file(&file.shown, None, Damage::ReservedColumn(name.clone())));
        }
        if !held.contains(name) && !fields.iter().any(|field| field.name() == name) {
            fields.push(Field::new(name, DataType::Utf8, true));
        }
    }
    Ok(fields)
}
