//! A source as a table that SQL can read: its columns over all its files, and a stream that reads one file after
//! the other on a thread of its own, never more than a few batches ahead.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::batch::{hidden_fields, text_list};
use super::error::{Damage, IngestError};
use super::files::SourceFile;
use super::sources::{Format, SourceConfig};
use super::{csv_file, json_file, parquet_file};

/// Takes a batch; a break means that nobody wants more.
pub(super) type Emit<'a> = &'a mut dyn FnMut(RecordBatch) -> ControlFlow<()>;

/// Batches that may wait between the reading thread and the query.
const BATCHES_AHEAD: usize = 4;

/// A source whose files were found and whose columns are known.
#[derive(Clone)]
pub(super) struct Mount {
    format: Format,
    nulls: Arc<[String]>,
    files: Arc<[SourceFile]>,
    schema: SchemaRef,
}

impl Mount {
    /// Finds out the columns of all files. Files of one source need not have all columns: what one lacks is null.
    pub(super) fn survey(config: &SourceConfig, files: &[SourceFile]) -> Result<Self, IngestError> {
        let mut fields = match config.format {
            Format::Csv => csv_fields(files)?,
            Format::Json => json_fields(files)?,
            Format::Parquet => parquet_fields(files)?,
        };
        fields.extend(hidden_fields());
        Ok(Self {
            format: config.format,
            nulls: config.nulls.clone().into(),
            files: files.into(),
            schema: Arc::new(Schema::new(fields)),
        })
    }

    /// The names of the columns that the files hold.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> + Clone {
        let held = self.schema.fields().len() - hidden_fields().len();
        self.schema.fields().iter().take(held).map(|field| field.name().as_str())
    }

    fn read(&self, schema: &SchemaRef, emit: Emit<'_>) -> Result<(), IngestError> {
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
                Format::Parquet => parquet_file::read(file, schema, &mut pass)?,
            }
            if !wanted {
                break;
            }
        }
        Ok(())
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
    Ok(fields.into_iter().map(|(field, _)| field).collect())
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mount").field("format", &self.format).field("files", &self.files.len()).finish()
    }
}

#[async_trait]
impl TableProvider for Mount {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema.clone(),
        };
        // One partition, read in file order: rebuilding from the same files numbers entities the same way.
        let reading: Arc<dyn PartitionStream> =
            Arc::new(Reading { mount: self.clone(), schema: schema.clone() });
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![reading], None, [], false, limit)?))
    }
}

/// The reading of one source's projected columns.
#[derive(Debug)]
struct Reading {
    mount: Mount,
    schema: SchemaRef,
}

impl PartitionStream for Reading {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStreamBuilder::new(self.schema.clone(), BATCHES_AHEAD);
        let batches = stream.tx();
        let (mount, schema) = (self.mount.clone(), self.schema.clone());
        stream.spawn_blocking(move || {
            let mut emit = |batch| match batches.blocking_send(Ok(batch)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            mount.read(&schema, &mut emit).map_err(|error| DataFusionError::External(Box::new(error)))
        });
        stream.build()
    }
}
