//! The datasets of a snapshot as the engine reads them: their files, which rows carry which label, and how a file is scanned.
//! A node has them open for its own epoch, a worker for the one that it is asked about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, plan_err};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};
use model::{Dataset, LabelId};

use super::admitted::{LabelRuns, Part, admitted};
use crate::catalogue::Snapshot;

/// The datasets of one snapshot.
#[derive(Debug)]
pub(crate) struct Records {
    tables: BTreeMap<Dataset, Arc<Table>>,
    /// Holds the snapshot's lock, so that nobody takes its files away.
    _snapshot: Snapshot,
}

/// One dataset's file.
#[derive(Debug)]
pub(crate) struct Table {
    pub(super) dataset: Dataset,
    pub(super) provider: Arc<dyn TableProvider>,
    /// Which rows carry which label.
    pub(super) runs: LabelRuns,
    /// Every label that occurs.
    pub(super) labels: Vec<LabelId>,
    /// Whether each row is an entity of its own, so that rows and entities count alike.
    pub(super) entity_per_row: bool,
    /// A scan of the whole file; none where it holds no rows.
    whole: Option<FileScanConfig>,
}

impl Records {
    /// Opens the snapshot's datasets.
    pub(crate) async fn open(snapshot: &Snapshot, context: &SessionContext) -> Result<Self> {
        let mut tables = BTreeMap::new();
        for &dataset in Dataset::ALL {
            let Some(path) = snapshot.dataset_path(dataset) else { continue };
            let labels = snapshot.labels().iter().filter(|(_, l)| l.dataset == dataset).map(|(id, _)| id);
            let about = snapshot.manifest().datasets.get(&dataset);
            let per_row = about.is_some_and(|about| about.entity_per_row);
            let table = Table::open(dataset, &path, labels.collect(), per_row, context).await?;
            tables.insert(dataset, Arc::new(table));
        }
        Ok(Self { tables, _snapshot: snapshot.clone() })
    }

    /// A dataset; none where the snapshot does not hold it.
    pub(crate) fn table(&self, dataset: Dataset) -> Option<&Arc<Table>> {
        self.tables.get(&dataset)
    }
}

impl Table {
    /// Opens a dataset's file.
    pub(super) async fn open(
        dataset: Dataset,
        path: &Path,
        labels: Vec<LabelId>,
        entity_per_row: bool,
        context: &SessionContext,
    ) -> Result<Self> {
        let runs = LabelRuns::read(path)?;
        let path = path.to_string_lossy().into_owned();
        let provider = provider(&context.read_parquet(path, ParquetReadOptions::default()).await?)?;
        let whole = whole(&provider, &context.state()).await?;
        Ok(Self { dataset, provider, runs, labels, entity_per_row, whole })
    }

    /// A scan of some columns of the rows with these labels, a group for each of these parts.
    pub(super) fn scan(
        &self,
        columns: Option<&Vec<usize>>,
        labels: &BTreeSet<LabelId>,
        parts: impl Iterator<Item = Part>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(whole) = &self.whole else {
            let schema = self.provider.schema();
            let schema = match columns {
                Some(columns) => Arc::new(schema.project(columns)?),
                None => schema,
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        };
        let group = |part| {
            let plan = self.runs.plan(|label| labels.contains(&label), part);
            let files = whole.file_groups.iter().flat_map(FileGroup::iter);
            FileGroup::new(files.map(|file| admitted(file, &plan)).collect())
        };
        let config = FileScanConfigBuilder::from(whole.clone())
            .with_file_groups(parts.map(group).collect())
            .with_statistics(whole.statistics().to_inexact())
            .with_projection_indices(columns.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The scan of a whole file.
async fn whole(provider: &Arc<dyn TableProvider>, session: &dyn Session) -> Result<Option<FileScanConfig>> {
    let scan = provider.scan(session, None, &[], None).await?;
    if scan.downcast_ref::<EmptyExec>().is_some() {
        return Ok(None);
    }
    let source = scan.downcast_ref::<DataSourceExec>();
    match source.and_then(|source| source.data_source().downcast_ref::<FileScanConfig>()) {
        Some(config) => Ok(Some(config.clone())),
        None => plan_err!("the records are not read from a file"),
    }
}

/// The table behind a data frame that was just read.
fn provider(frame: &DataFrame) -> Result<Arc<dyn TableProvider>> {
    match frame.logical_plan() {
        LogicalPlan::TableScan(scan) => datafusion::datasource::source_as_provider(&scan.source),
        _ => plan_err!("a file is read in another way"),
    }
}
