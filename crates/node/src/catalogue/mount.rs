//! A source as a table that SQL can read: its columns, and a stream of its rows that is never more than a few batches ahead.
//! Files are read one after the other on a thread of their own, a database's table as the server sends it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use database::Condition;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::batch::{hidden_fields, text_list};
use super::error::{Damage, IngestError};
use super::files::SourceFile;
use super::sources::{Format, SourceConfig};
use super::table::TableSource;
use super::{csv_file, json_file, parquet_file};

/// Takes a batch; a break means that nobody wants more.
pub(super) type Emit<'a> = &'a mut dyn FnMut(RecordBatch) -> ControlFlow<()>;

/// Batches that may wait between the reading thread and the query.
const BATCHES_AHEAD: usize = 4;

/// A source that was found and whose columns are known.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    held: Held,
    schema: SchemaRef,
}

/// Where the rows are.
#[derive(Clone)]
enum Held {
    Files { format: Format, nulls: Arc<[String]>, files: Arc<[SourceFile]> },
    Table(TableSource),
}

impl Mount {
    /// Finds out the columns of all files. Files of one source need not have all columns: what one lacks is null.
    pub(super) fn of_files(config: &SourceConfig, files: &[SourceFile]) -> Result<Self, IngestError> {
        let fields = match config.format {
            Format::Csv => csv_fields(files)?,
            Format::Json => json_fields(files)?,
            Format::Parquet => parquet_fields(files)?,
            // A table lies in no files.
            Format::Postgres => Vec::new(),
        };
        let (format, nulls) = (config.format, config.nulls.clone().into());
        Ok(Self::new(Held::Files { format, nulls, files: files.into() }, fields))
    }

    /// A table of a database.
    pub(super) fn of_table(table: TableSource) -> Self {
        let fields = table.fields();
        Self::new(Held::Table(table), fields)
    }

    fn new(held: Held, mut fields: Vec<Field>) -> Self {
        fields.extend(hidden_fields());
        Self { held, schema: Arc::new(Schema::new(fields)) }
    }

    /// The names of the columns that the source holds.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> + Clone {
        let held = self.schema.fields().len() - hidden_fields().len();
        self.schema.fields().iter().take(held).map(|field| field.name().as_str())
    }

    /// The condition under which rows may be left out before they are read.
    fn condition(&self, filter: &Expr) -> Option<Condition> {
        match &self.held {
            Held::Files { .. } => None,
            Held::Table(table) => table.condition(filter),
        }
    }
}

fn read_files(
    format: Format,
    nulls: &[String],
    files: &[SourceFile],
    schema: &SchemaRef,
    emit: Emit<'_>,
) -> Result<(), IngestError> {
    let mut wanted = true;
    for file in files {
        let mut pass = |batch| {
            let flow = emit(batch);
            wanted = flow.is_continue();
            flow
        };
        match format {
            Format::Csv => csv_file::read(file, schema, nulls, &mut pass)?,
            Format::Json => json_file::read(file, schema, nulls, &mut pass)?,
            Format::Parquet => parquet_file::read(file, schema, &mut pass)?,
            Format::Postgres => {}
        }
        if !wanted {
            break;
        }
    }
    Ok(())
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

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files { format, files, .. } => write!(f, "{} files of {format:?}", files.len()),
            Self::Table(_) => f.write_str("a table"),
        }
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

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Never `Exact`: what was left out elsewhere is looked at once more.
        let told = |filter: &&Expr| match self.condition(filter) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(told).collect())
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema.clone(),
        };
        let filters = filters.iter().filter_map(|filter| self.condition(filter)).collect();
        // One partition, read in order: rebuilding from the same files numbers entities the same way.
        let reading: Arc<dyn PartitionStream> =
            Arc::new(Reading { held: self.held.clone(), schema: schema.clone(), filters, limit });
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![reading], None, [], false, limit)?))
    }
}

/// The reading of one source's projected columns.
#[derive(Debug)]
struct Reading {
    held: Held,
    schema: SchemaRef,
    filters: Vec<Condition>,
    limit: Option<usize>,
}

impl PartitionStream for Reading {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStreamBuilder::new(self.schema.clone(), BATCHES_AHEAD);
        let batches = stream.tx();
        let schema = self.schema.clone();
        let failed = |error| DataFusionError::External(Box::new(error));
        match self.held.clone() {
            Held::Files { format, nulls, files } => stream.spawn_blocking(move || {
                let mut emit = |batch| match batches.blocking_send(Ok(batch)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                };
                read_files(format, &nulls, &files, &schema, &mut emit).map_err(failed)
            }),
            Held::Table(table) => {
                let (filters, limit) = (self.filters.clone(), self.limit);
                stream.spawn(
                    async move { table.read(&schema, filters, limit, &batches).await.map_err(failed) },
                );
            }
        }
        stream.build()
    }
}
