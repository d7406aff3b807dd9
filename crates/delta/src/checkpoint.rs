//! Checkpoints: the actions that are left of all versions up to one, in Parquet. Only the columns that the kernel asks for are
//! read, and turned into rows like those of commits.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, StructArray};
use arrow::datatypes::{Int32Type, Int64Type};
use delta_kernel::schema::{DataType, SchemaRef, StructField, StructType};
use delta_kernel::{
    EngineData, FileDataReadResultIterator, FileMeta, FileSize, KernelResult, KernelResultIteratorStatic,
    ParquetFooter, ParquetHandler, PredicateRef,
};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use serde_json::{Map, Value};
use url::Url;

use crate::engine::{Local, not_here};
use crate::error::DeltaError;
use crate::rows::{Rows, row};
use crate::storage::{disk, path_of};

const MEND: &str = "copy it again whole; or, where all versions before it are still in the log, take it and _last_checkpoint away";

impl ParquetHandler for Local {
    fn read_parquet_files(
        &self,
        files: &[FileMeta],
        schema: SchemaRef,
        _: Option<PredicateRef>,
    ) -> KernelResult<FileDataReadResultIterator> {
        let files = files.to_vec();
        Ok(Box::new(files.into_iter().flat_map(move |file| batches(&file, &schema))))
    }

    fn write_parquet_file(
        &self,
        _: Url,
        _: KernelResultIteratorStatic<Box<dyn EngineData>>,
    ) -> KernelResult<FileSize> {
        not_here("a Parquet file to write")
    }

    /// The names of the columns alone: their types are only asked for by scans over statistics.
    fn read_parquet_footer(&self, file: &FileMeta) -> KernelResult<ParquetFooter> {
        let opened = Opened::new(file)?;
        let names = opened.builder.schema().fields().iter().map(|field| field.name().clone());
        let fields = names.map(|name| StructField::nullable(name, DataType::STRING));
        Ok(ParquetFooter { schema: Arc::new(StructType::try_new(fields)?) })
    }
}

type Batches = Box<dyn Iterator<Item = KernelResult<Box<dyn EngineData>>> + Send>;

/// The rows of one file, some at a time; or the one reason why there are none.
fn batches(file: &FileMeta, schema: &SchemaRef) -> Batches {
    let opened = Opened::new(file).and_then(|opened| opened.read(schema));
    let (path, reader) = match opened {
        Ok(opened) => opened,
        Err(error) => return Box::new(std::iter::once(Err(error))),
    };
    let (schema, from) = (schema.clone(), file.location.clone());
    Box::new(reader.map(move |batch| {
        let damaged = |why: String| DeltaError::file(&path, format!("{why}; {MEND}"));
        let batch = batch.map_err(|_| damaged("the Parquet data can't be decoded".to_owned()))?;
        let rows =
            rows(&batch, &schema, &from).map_err(|why| damaged(format!("it holds no actions: {why}")))?;
        let rows: Box<dyn EngineData> = Box::new(Rows::new(schema.clone(), rows));
        Ok(rows)
    }))
}

struct Opened {
    path: PathBuf,
    builder: ParquetRecordBatchReaderBuilder<File>,
}

impl Opened {
    fn new(file: &FileMeta) -> KernelResult<Self> {
        let path = path_of(&file.location)?;
        let opened = File::open(&path).map_err(disk(&path))?;
        // What a writer's own Arrow says of its types is left aside: texts are texts.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options);
        let builder =
            builder.map_err(|_| DeltaError::file(&path, format!("not a whole Parquet file; {MEND}")))?;
        Ok(Self { path, builder })
    }

    fn read(self, schema: &SchemaRef) -> KernelResult<(PathBuf, ParquetRecordBatchReader)> {
        let Self { path, builder } = self;
        let held = builder.schema().fields().iter().enumerate();
        let wanted: Vec<usize> =
            held.filter(|(_, field)| schema.field(field.name()).is_some()).map(|(at, _)| at).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let reader = builder.with_projection(mask).build();
        let reader = reader
            .map_err(|_| DeltaError::file(&path, format!("the Parquet data can't be decoded; {MEND}")))?;
        Ok((path, reader))
    }
}

fn rows(batch: &RecordBatch, schema: &SchemaRef, from: &Url) -> Result<Vec<Value>, String> {
    let whole = StructArray::from(batch.clone());
    let holds = schema.clone().into();
    (0..batch.num_rows()).map(|at| row(value(&whole, at, &holds)?, schema, from)).collect()
}

/// One cell, as far as `holds` names what is in it.
fn value(array: &dyn Array, row: usize, holds: &DataType) -> Result<Value, String> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    let read = match holds {
        DataType::Struct(fields) => array.as_struct_opt().map(|held| {
            let mut made = Map::new();
            for field in fields.fields() {
                if let Some(column) = held.column_by_name(field.name()) {
                    let cell = value(column, row, field.data_type());
                    made.insert(
                        field.name().clone(),
                        cell.map_err(|why| format!("{}: {why}", field.name()))?,
                    );
                }
            }
            Ok(Value::Object(made))
        }),
        DataType::Map(_) => array.as_map_opt().map(|held| {
            let entries = held.value(row);
            let [keys, values] = entries.columns() else { return Err("not a map".to_owned()) };
            let entry =
                |at| Ok((text(keys, at).ok_or("a key is no text")?, value(values, at, &DataType::STRING)?));
            Ok(Value::Object((0..entries.len()).map(entry).collect::<Result<_, String>>()?))
        }),
        DataType::Array(items) => array.as_list_opt::<i32>().map(|held| {
            let held = held.value(row);
            let items = (0..held.len()).map(|at| value(&held, at, &items.element_type));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }),
        DataType::Primitive(_) => primitive(array, row).map(Ok),
        _ => None,
    };
    read.unwrap_or_else(|| Err(format!("not of type {holds}")))
}

fn primitive(array: &dyn Array, row: usize) -> Option<Value> {
    let truth = || array.as_boolean_opt().map(|held| Value::from(held.value(row)));
    let short = || array.as_primitive_opt::<Int32Type>().map(|held| Value::from(held.value(row)));
    let long = || array.as_primitive_opt::<Int64Type>().map(|held| Value::from(held.value(row)));
    text(array, row).map(Value::from).or_else(truth).or_else(short).or_else(long)
}

fn text(array: &dyn Array, row: usize) -> Option<String> {
    array.as_string_opt::<i32>().map(|held| held.value(row).to_owned())
}
