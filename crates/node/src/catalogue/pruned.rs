//! What a view's filter rules out in a Parquet file before it is read: row groups whose least and greatest values, or whose
//! folders' names, no row can match. What is left is filtered once more.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray, UInt64Array};
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::file::metadata::ParquetMetaData;

use super::files::SourceFile;

/// What all `filters` rule out; nothing where they rule nothing out, or nobody knows.
pub(super) fn predicate(
    filters: &[Expr],
    schema: &SchemaRef,
    session: &dyn Session,
) -> Option<Arc<PruningPredicate>> {
    let all = conjunction(filters.to_vec())?;
    let named = DFSchema::try_from(schema.as_ref().clone()).ok()?;
    let filter = session.create_physical_expr(all, &named).ok()?;
    PruningPredicateBuilder::new().with_file_schema(schema.clone()).build(filter)
}

/// The row groups of a file that must be read; nothing where that can't be told.
pub(super) fn kept(
    predicate: &PruningPredicate,
    file: &SourceFile,
    schema: &Schema,
    metadata: &ParquetMetaData,
) -> Option<Vec<usize>> {
    let kept = predicate.prune(&Groups { file, schema, metadata }).ok()?;
    Some(kept.into_iter().enumerate().filter(|(_, kept)| *kept).map(|(group, _)| group).collect())
}

/// The row groups of a file, as what is known of their rows.
struct Groups<'a> {
    file: &'a SourceFile,
    schema: &'a Schema,
    metadata: &'a ParquetMetaData,
}

impl Groups<'_> {
    /// What the file's own statistics say of a column. Of numbers with a fraction they do not say whether one is none.
    fn statistics<'a>(&'a self, column: &'a Column) -> Option<StatisticsConverter<'a>> {
        let field = self.schema.field_with_name(&column.name).ok()?;
        if field.data_type().is_floating() {
            return None;
        }
        let parquet = self.metadata.file_metadata().schema_descr();
        let found = StatisticsConverter::try_new(&column.name, self.schema, parquet).ok()?;
        // Older writers leave out how many nulls there are, which does not mean none.
        Some(found.with_missing_null_counts_as_zero(false))
    }

    /// What the folders' names say of a column that the file does not have: nothing at all means null.
    fn partition(&self, column: &Column) -> Option<Option<String>> {
        if self.schema.field_with_name(&column.name).is_ok() {
            return None;
        }
        let told = self.file.partition.iter().find(|(name, _)| *name == column.name);
        Some(told.and_then(|(_, value)| value.clone()))
    }

    fn bound(
        &self,
        column: &Column,
        of: impl Fn(&StatisticsConverter<'_>) -> parquet::errors::Result<ArrayRef>,
    ) -> Option<ArrayRef> {
        if let Some(value) = self.partition(column) {
            return Some(Arc::new(StringArray::from(vec![value; self.num_containers()])));
        }
        of(&self.statistics(column)?).ok()
    }
}

impl PruningStatistics for Groups<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, |found| found.row_group_mins(self.metadata.row_groups()))
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, |found| found.row_group_maxes(self.metadata.row_groups()))
    }

    fn num_containers(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        if let Some(value) = self.partition(column) {
            let rows =
                self.metadata.row_groups().iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(0));
            let nulls = rows.map(|rows| if value.is_none() { rows } else { 0 });
            return Some(Arc::new(nulls.collect::<UInt64Array>()));
        }
        let found = self.statistics(column)?.row_group_null_counts(self.metadata.row_groups()).ok()?;
        Some(Arc::new(found))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let rows = self.metadata.row_groups().iter().map(|group| u64::try_from(group.num_rows()).ok());
        Some(Arc::new(rows.collect::<UInt64Array>()))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
