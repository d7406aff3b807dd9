//! Reads Parquet files, only the columns that a view uses and the row groups that its filter does not rule out, each row with
//! its number in the file.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, UInt64Array, new_null_array};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use datafusion::physical_optimizer::pruning::PruningPredicate;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Type;
use parquet::file::metadata::ParquetMetaData;

use super::batch::{BATCH_ROWS, FILE, LINE, placed};
use super::error::{Damage, IngestError};
use super::file_source::Emit;
use super::files::SourceFile;
use super::{declared, pruned};

/// The columns of a file and their types.
pub(super) fn columns(file: &SourceFile) -> Result<Vec<(String, DataType)>, IngestError> {
    let builder = open(file)?;
    let mut columns: Vec<(String, DataType)> = Vec::new();
    for field in builder.schema().fields() {
        let name = field.name();
        let damage = match name.as_str() {
            FILE | LINE => Some(Damage::ReservedColumn(name.clone())),
            _ if columns.iter().any(|(known, _)| known == name) => {
                Some(Damage::DuplicateColumn(name.clone()))
            }
            _ => None,
        };
        if let Some(damage) = damage {
            return Err(IngestError::file(&file.shown, None, damage));
        }
        columns.push((name.clone(), field.data_type().clone()));
    }
    Ok(columns)
}

/// Reads `file` into batches of `schema`, without the rows that are deleted and the row groups that `ruled_out` leaves nothing of.
/// Columns that are `declared` are what they are declared to be, whatever the file calls them.
pub(super) fn read(
    file: &SourceFile,
    declared: &[Field],
    schema: &SchemaRef,
    ruled_out: Option<&PruningPredicate>,
    emit: Emit<'_>,
) -> Result<(), IngestError> {
    let builder = open(file)?;
    let damaged = |damage| IngestError::file(&file.shown, None, damage);
    let held = declared::named(builder.schema(), declared).map_err(damaged)?;
    if !declared.is_empty() {
        declared::check_partition(&file.partition, schema).map_err(damaged)?;
    }
    if file.deleted.last().is_some_and(|last| *last >= rows_of(builder.metadata())) {
        return Err(damaged(Damage::DeletedBeyond));
    }
    let groups = ruled_out.and_then(|predicate| pruned::kept(predicate, file, &held, builder.metadata()));
    let groups = groups.unwrap_or_else(|| (0..builder.metadata().num_row_groups()).collect());
    if groups.is_empty() {
        return Ok(());
    }
    let mut numbers = numbers(builder.metadata(), &groups);
    let places = schema.fields().iter().filter_map(|field| held.index_of(field.name()).ok());
    let wanted: Vec<usize> = places.collect();
    // The reader keeps the file's own order.
    let kept: Vec<usize> = (0..held.fields().len()).filter(|place| wanted.contains(place)).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let undecodable = || IngestError::file(&file.shown, None, Damage::Undecodable);
    let reader = builder.with_projection(mask).with_row_groups(groups).with_batch_size(BATCH_ROWS);
    for batch in reader.build().map_err(|_| undecodable())? {
        let batch = batch.map_err(|_| undecodable())?;
        let batch = declared::conformed(&batch, &held, &kept, schema).map_err(damaged)?;
        let lines = UInt64Array::from_iter_values(numbers.by_ref().take(batch.num_rows()));
        let lacking = |field: &Field| match file.partition.iter().find(|(name, _)| name == field.name()) {
            Some((_, value)) => {
                let texts = StringArray::from(vec![value.clone(); batch.num_rows()]);
                // Another file may have the column itself, as something else than text.
                cast(&texts, field.data_type()).unwrap_or_else(|_| nothing(field, &batch))
            }
            None => nothing(field, &batch),
        };
        let left = (!file.deleted.is_empty()).then(|| left(&lines, &file.deleted));
        let mut placed = placed(&batch, schema, &file.shown, lines, lacking).map_err(|_| undecodable())?;
        if let Some(left) = left {
            placed = filter_record_batch(&placed, &left).map_err(|_| undecodable())?;
        }
        if emit(placed).is_break() {
            break;
        }
    }
    Ok(())
}

/// Which rows are left of those with these numbers, once the deleted ones are gone.
fn left(lines: &UInt64Array, deleted: &[u64]) -> BooleanArray {
    lines.values().iter().map(|line| Some(deleted.binary_search(&(line - 1)).is_err())).collect()
}

fn rows_of(metadata: &ParquetMetaData) -> u64 {
    u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0)
}

fn nothing(field: &Field, batch: &RecordBatch) -> ArrayRef {
    new_null_array(field.data_type(), batch.num_rows())
}

/// The numbers of the rows of these row groups, from 1.
fn numbers(metadata: &ParquetMetaData, groups: &[usize]) -> impl Iterator<Item = u64> + use<> {
    let mut ranges = Vec::with_capacity(groups.len());
    let mut before = 0;
    for (at, group) in metadata.row_groups().iter().enumerate() {
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        if groups.contains(&at) {
            ranges.push(before + 1..=before + rows);
        }
        before += rows;
    }
    ranges.into_iter().flatten()
}

fn open(file: &SourceFile) -> Result<ParquetRecordBatchReaderBuilder<File>, IngestError> {
    if file.bytes == 0 {
        return Err(IngestError::file(&file.shown, None, Damage::Empty));
    }
    let opened = File::open(&file.path).map_err(IngestError::disk(&file.path, "opening"))?;
    let about = about(&opened).map_err(|_| IngestError::file(&file.shown, None, Damage::NotParquet))?;
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(opened, about))
}

/// What a file says of itself. Times in 96 bits, as Spark writes them, are read in microseconds: in nanoseconds, as Arrow would read
/// them, a year such as 9999 becomes another without a word.
fn about(opened: &File) -> parquet::errors::Result<ArrowReaderMetadata> {
    let about = ArrowReaderMetadata::load(opened, ArrowReaderOptions::new())?;
    let held = about.metadata().file_metadata().schema_descr_ptr();
    let is_wide = |at: usize| {
        let column = held.root_schema().get_fields().get(at);
        column.is_some_and(|column| column.is_primitive() && column.get_physical_type() == Type::INT96)
    };
    let fields = about.schema().fields();
    if !(0..fields.len()).any(is_wide) {
        return Ok(about);
    }
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    let fields = fields.iter().enumerate().map(|(at, field)| match is_wide(at) {
        true => Arc::new(field.as_ref().clone().with_data_type(micros.clone())),
        false => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Fields>()));
    ArrowReaderMetadata::try_new(about.metadata().clone(), ArrowReaderOptions::new().with_schema(schema))
}
