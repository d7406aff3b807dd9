//! The handling filter: only rows whose label the permit allows are read at all. The rows of each row group stand in the
//! order of their labels, so what is allowed is a few runs of rows, and what is not costs nothing and shows in no timing.

use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{SchemaRef, UInt32Type};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{ParquetAccessPlan, RowGroupAccess};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use model::LabelId;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection, RowSelector};

use super::divided::{Divided, Reading};
use super::records::Table;
use super::rows::Rows;
use crate::catalogue::LABEL;

/// Where each label's rows stand in a dataset's file: for each row group, runs of rows with one label.
#[derive(Debug)]
pub(super) struct LabelRuns(Vec<Vec<Run>>);

#[derive(Debug)]
struct Run {
    label: LabelId,
    rows: usize,
}

impl LabelRuns {
    /// Reads the label column of the file. Holds for rows in any order; short runs cost more to read.
    pub(super) fn read(path: &Path) -> Result<Self, DataFusionError> {
        let file = File::open(path)?;
        let groups = ParquetRecordBatchReaderBuilder::try_new(file.try_clone()?)?.metadata().num_row_groups();
        let mut runs = Vec::with_capacity(groups);
        for group in 0..groups {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file.try_clone()?)?;
            let mask = ProjectionMask::columns(builder.parquet_schema(), [LABEL]);
            let mut found: Vec<Run> = Vec::new();
            for batch in builder.with_row_groups(vec![group]).with_projection(mask).build()? {
                let batch = batch?;
                let labels = batch.columns().first().and_then(|c| c.as_primitive_opt::<UInt32Type>());
                let Some(labels) = labels else { return plan_err!("labels are of another type") };
                for label in labels.values() {
                    match found.last_mut() {
                        Some(run) if run.label.0 == *label => run.rows += 1,
                        _ => found.push(Run { label: LabelId(*label), rows: 1 }),
                    }
                }
            }
            runs.push(found);
        }
        Ok(Self(runs))
    }

    /// The rows that may be seen when these labels are allowed.
    pub(super) fn rows(&self, allowed: impl Fn(LabelId) -> bool) -> Rows {
        let run = |run: &Run| (u32::try_from(run.rows).unwrap_or(u32::MAX), allowed(run.label));
        Rows::of(self.0.iter().flatten().map(run))
    }

    /// Which rows to read when these labels are allowed: of those rows, in the order of the file, one part.
    pub(super) fn plan(&self, allowed: impl Fn(LabelId) -> bool, part: Part) -> ParquetAccessPlan {
        let all = self.0.iter().flatten().filter(|run| allowed(run.label)).map(|run| run.rows).sum();
        let wanted = part.of_rows(all);
        let mut passed = 0;
        let access = |runs: &Vec<Run>| {
            let mut selectors = Vec::with_capacity(runs.len());
            let mut read = 0;
            for run in runs {
                if !allowed(run.label) {
                    selectors.push(RowSelector::skip(run.rows));
                    continue;
                }
                let within = |at: usize| at.clamp(passed, passed + run.rows) - passed;
                let (from, until) = (within(wanted.start), within(wanted.end));
                passed += run.rows;
                read += until - from;
                // Neighbouring runs that are both read, or both not, are joined by the selection.
                selectors.extend([RowSelector::skip(from), RowSelector::select(until - from)]);
                selectors.push(RowSelector::skip(run.rows - until));
            }
            if read == runs.iter().map(|run| run.rows).sum::<usize>() {
                RowGroupAccess::Scan
            } else if read == 0 {
                RowGroupAccess::Skip
            } else {
                RowGroupAccess::Selection(RowSelection::from_iter(selectors))
            }
        };
        ParquetAccessPlan::new(self.0.iter().map(access).collect())
    }
}

/// One of so many parts, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) at: usize,
    pub(super) of: usize,
}

impl Part {
    pub(super) const WHOLE: Self = Self { at: 0, of: 1 };

    /// Its share of so many rows, as even as may be.
    fn of_rows(self, rows: usize) -> Range<usize> {
        let before = |at: usize| (rows as u128 * at as u128).checked_div(self.of as u128).unwrap_or(0);
        let before = |at: usize| usize::try_from(before(at)).unwrap_or(rows).min(rows);
        before(self.at)..before(self.at.saturating_add(1))
    }
}

/// A file of which only these rows are read.
pub(super) fn admitted(file: &PartitionedFile, plan: &ParquetAccessPlan) -> PartitionedFile {
    let mut file = file.clone().with_extension(plan.clone());
    // A count must never be taken from what the file says of all its rows.
    file.statistics = file.statistics.map(|known| Arc::new((*known).clone().to_inexact()));
    file
}

/// A dataset as one permit lets it be seen: rows with other labels do not exist in it.
#[derive(Debug)]
pub(super) struct Admitted {
    table: Arc<Table>,
    labels: BTreeSet<LabelId>,
    /// Into how many parts the rows are divided, where other processes are to read them too.
    parts: Option<usize>,
}

impl Admitted {
    pub(super) fn new(table: Arc<Table>, allowed: impl Fn(LabelId) -> bool, parts: Option<usize>) -> Self {
        let labels = table.labels.iter().copied().filter(|&label| allowed(label)).collect();
        Self { table, labels, parts }
    }
}

#[async_trait]
impl TableProvider for Admitted {
    fn schema(&self) -> SchemaRef {
        self.table.provider.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let Some(parts) = self.parts {
            let reading = Reading {
                dataset: self.table.dataset,
                columns: projection.cloned(),
                labels: self.labels.clone(),
                first: 0,
                parts,
                of: parts,
            };
            return Ok(Arc::new(Divided::new(self.table.clone(), reading)?));
        }
        let scan = self.table.provider.scan(state, projection, filters, limit).await?;
        if scan.downcast_ref::<EmptyExec>().is_some() {
            return Ok(scan);
        }
        let source = scan.downcast_ref::<DataSourceExec>();
        let Some(config) = source.and_then(|s| s.data_source().downcast_ref::<FileScanConfig>()) else {
            // Anything else could show rows that the permit does not allow.
            return plan_err!("the records are not read from a file");
        };
        let plan = self.table.runs.plan(|label| self.labels.contains(&label), Part::WHOLE);
        let admit =
            |group: &FileGroup| FileGroup::new(group.iter().map(|file| admitted(file, &plan)).collect());
        let statistics = config.statistics().to_inexact();
        let config = FileScanConfigBuilder::from(config.clone())
            .with_file_groups(config.file_groups.iter().map(admit).collect())
            .with_statistics(statistics)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        self.table.provider.supports_filters_pushdown(filters)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{RecordBatch, UInt32Array};
    use arrow::datatypes::{DataType, Field, Schema};
    use datafusion::arrow;
    use datafusion::prelude::{SessionConfig, SessionContext};
    use model::Dataset;
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;

    use super::*;

    /// Labels of the rows, in any order; a row group ends at each bar.
    const GROUPS: &[&[u32]] = &[&[0, 0, 1, 1, 1, 2], &[2, 0, 2, 1, 0], &[1, 1], &[3]];

    fn write(path: &Path) {
        let fields =
            [(LABEL, false), ("value", false)].map(|(n, null)| Field::new(n, DataType::UInt32, null));
        let schema = Arc::new(Schema::new(fields.to_vec()));
        let properties = WriterProperties::builder().build();
        let mut file =
            ArrowWriter::try_new(File::create(path).unwrap(), schema.clone(), Some(properties)).unwrap();
        for labels in GROUPS {
            let labels = Arc::new(UInt32Array::from(labels.to_vec()));
            // A value tells its row's label apart from all sums of others.
            let values =
                Arc::new(UInt32Array::from_iter_values(labels.values().iter().map(|l| 100_u32.pow(*l))));
            file.write(&RecordBatch::try_new(schema.clone(), vec![labels, values]).unwrap()).unwrap();
            file.flush().unwrap();
        }
        file.close().unwrap();
    }

    async fn ask(sql: &str, file: &Path, allowed: &BTreeSet<u32>, parts: Option<usize>) -> Vec<Option<i64>> {
        // Two readers, so that the file is also cut between them.
        let config = SessionConfig::new().with_target_partitions(2).with_repartition_file_min_size(1);
        let context = SessionContext::new_with_config(config);
        let labels = (0..4).map(LabelId).collect();
        let table = Table::open(Dataset::Event, file, labels, false, &context).await.unwrap();
        let admitted = Admitted::new(Arc::new(table), |label| allowed.contains(&label.0), parts);
        context.register_table("records", Arc::new(admitted)).unwrap();
        let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
        let cell = |batch: &RecordBatch| {
            let column = arrow::compute::cast(batch.column(0), &DataType::Int64).unwrap();
            let column = column.as_primitive::<arrow::datatypes::Int64Type>().clone();
            column.iter().collect::<Vec<_>>()
        };
        batches.iter().flat_map(cell).collect()
    }

    /// A count without a filter is what a reader is tempted to take from the file's own totals.
    #[tokio::test]
    async fn rows_with_other_labels_do_not_exist() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("records.parquet");
        write(&file);
        for mask in 0..16_u32 {
            let allowed: BTreeSet<u32> = (0..4).filter(|label| mask & (1 << label) != 0).collect();
            let rows: Vec<u32> = GROUPS.concat().into_iter().filter(|l| allowed.contains(l)).collect();
            let values = || rows.iter().map(|l| 100_i64.pow(*l));
            let sum = (!rows.is_empty()).then(|| values().sum());
            for (sql, expected) in [
                ("select count(*) from records", Some(i64::try_from(rows.len()).unwrap())),
                ("select sum(value) from records", sum),
                ("select max(value) from records", values().max()),
                ("select count(distinct _label) from records where value >= 1", {
                    Some(i64::try_from(rows.iter().collect::<BTreeSet<_>>().len()).unwrap())
                }),
            ] {
                for parts in [None, Some(1), Some(2), Some(5), Some(20)] {
                    let found = ask(sql, &file, &allowed, parts).await;
                    assert_eq!(found, [expected], "{sql} under {allowed:?} in {parts:?}");
                }
            }
        }
    }
}
