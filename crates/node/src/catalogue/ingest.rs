//! Reads all sources through their views, once, and hands each dataset's rows to its file; or to nothing, when the
//! operator only wants to know whether they would read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use model::{Dataset, LabelTable};

use super::batch::BATCH_ROWS;
use super::dataset::{Builder, Stop};
use super::entity::Entities;
use super::error::IngestError;
use super::file_source::FileSource;
use super::found::Found;
use super::mount::Mount;
use super::report::{IngestReport, SourceReport};
use super::snapshot::Snapshot;
use super::sources::Sources;
use super::view::View;
use super::writer::Writer;

/// Memory for the joins, groups and sorts of one view before they go to the disk or fail.
const VIEW_MEMORY_BYTES: usize = 2 << 30;

/// How far an ingest has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The view that is read, from 1.
    pub view: usize,
    /// How many views there are.
    pub views: usize,
    /// The dataset that it feeds.
    pub dataset: Dataset,
    /// Rows of it read so far.
    pub rows: u64,
}

/// What came out of an ingest.
pub(super) struct Ingested {
    pub(super) report: IngestReport,
    pub(super) labels: LabelTable,
    pub(super) stored: BTreeMap<Dataset, Stored>,
}

/// What was stored of a dataset.
pub(super) struct Stored {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) entities: u32,
}

/// A dataset's builder and, unless this is only a check, its file.
type Target = (Builder, Option<Writer>);

/// Reads everything. Datasets are written into `folder`, if there is one, with the numbers of entities and labels that
/// the snapshot `before` gave.
pub(super) async fn run(
    sources: &Sources,
    found: Found,
    folder: Option<&Path>,
    before: Option<&Snapshot>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Ingested, IngestError> {
    let (mounts, views) = plan(sources, found, folder).await?;
    let mut labels = before.map(|before| before.labels().clone()).unwrap_or_default();
    let mut targets: BTreeMap<Dataset, Target> = BTreeMap::new();
    for view in &views {
        let dataset = view.dataset;
        if let std::collections::btree_map::Entry::Vacant(place) = targets.entry(dataset) {
            let writer = folder.map(|folder| Writer::create(folder, dataset)).transpose()?;
            let entities =
                before.map(|before| Entities::carried_over(before.dir(), dataset)).unwrap_or_default();
            let builder = Builder::new(dataset, sources.controller.clone(), entities);
            place.insert((builder.map_err(|error| view.stopped(&error.into()))?, writer));
        }
        if let Some(target) = targets.get_mut(&dataset) {
            fill(view, views.len(), target, &mut labels, progress).await?;
        }
    }

    let mut report = IngestReport { sources: about_sources(&mounts, &views), ..Default::default() };
    let mut stored = BTreeMap::new();
    for (dataset, (builder, writer)) in targets {
        let (found, entities) = builder.finish();
        let bytes = writer.map(Writer::finish).transpose()?.unwrap_or(0);
        if let Some(folder) = folder {
            let written = entities.write(folder, dataset).map_err(std::io::Error::other);
            written.map_err(IngestError::disk(folder, "writing the numbers of entities"))?;
        }
        stored.insert(dataset, Stored { rows: found.rows, bytes, entities: entities.len() });
        report.datasets.insert(dataset, found);
    }
    Ok(Ingested { report, labels, stored })
}

/// Looks at the sources and plans all views, before any is run: a typo in the last one shows at once.
pub(super) async fn plan(
    sources: &Sources,
    found: Found,
    folder: Option<&Path>,
) -> Result<(BTreeMap<String, Mount>, Vec<View>), IngestError> {
    let mounts = survey(sources, found).await?;
    let session = session(folder)?;
    for (name, mount) in &mounts {
        session
            .register_table(name.as_str(), Arc::new(mount.clone()))
            .map_err(|_| IngestError::source(name, "two sources have this name"))?;
    }
    let mut views = Vec::with_capacity(sources.view.len());
    for (number, config) in (1..).zip(&sources.view) {
        views.push(View::plan(number, config, &session, &mounts).await?);
    }
    Ok((mounts, views))
}

/// Runs one view into its dataset.
async fn fill(
    view: &View,
    views: usize,
    (builder, writer): &mut Target,
    labels: &mut LabelTable,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), IngestError> {
    builder.note_columns(view.columns());
    let name = format!("view {} ({})", view.number, view.dataset);
    let mut rows = 0;
    for mut stream in view.run()? {
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| view.stopped(&error))?;
            let held = builder.add(&batch, labels, &name, rows).map_err(|stop| match stop {
                Stop::TooManyRows => IngestError::TooManyRows(view.dataset),
                Stop::Arrow(error) => view.stopped(&error.into()),
            })?;
            if let Some(writer) = writer {
                writer.write(&held)?;
            }
            rows += batch.num_rows() as u64;
            progress(Progress { view: view.number, views, dataset: view.dataset, rows });
        }
    }
    Ok(())
}

async fn survey(sources: &Sources, found: Found) -> Result<BTreeMap<String, Mount>, IngestError> {
    let Found { files, mut lakes, databases } = found;
    let tables = databases.tables(sources).await?;
    let mut mounts: BTreeMap<String, Mount> =
        tables.into_iter().map(|(name, table)| (name, Mount::of_table(table))).collect();
    for (name, config) in &sources.source {
        let plain = files.get(name).map(|found| FileSource::new(config, found));
        let lake = lakes.take(name, &sources.base);
        let survey = move || match (plain, lake) {
            (Some(files), _) => Some(Mount::of_files(files)),
            (None, Some(lake)) => Some(lake.files().and_then(Mount::of_files)),
            (None, None) => None,
        };
        // JSON lines are read whole to learn their columns, and logs to learn files: not on a thread that serves questions.
        let surveyed = tokio::task::spawn_blocking(survey).await;
        if let Some(mount) =
            surveyed.map_err(|_| IngestError::source(name, "reading its columns was stopped"))?
        {
            mounts.insert(name.clone(), mount?);
        }
    }
    Ok(mounts)
}

/// A session for ingest alone: one partition, so that rows keep their order, and bounded memory where there is a
/// folder to spill into. Spills hold records, so they never go to a shared temporary folder.
fn session(folder: Option<&Path>) -> Result<SessionContext, IngestError> {
    let config = SessionConfig::new().with_target_partitions(1).with_batch_size(BATCH_ROWS);
    let runtime = match folder {
        Some(folder) => {
            let spills = DiskManagerMode::Directories(vec![folder.join(SPILLS)]);
            RuntimeEnvBuilder::new()
                .with_memory_limit(VIEW_MEMORY_BYTES, 1.0)
                .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(spills))
        }
        None => RuntimeEnvBuilder::new()
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled)),
    };
    let runtime = runtime.build_arc().map_err(|_| IngestError::Disk {
        path: folder.map(Path::to_owned).unwrap_or_default(),
        doing: "preparing the query engine",
        cause: Arc::new(std::io::Error::other("the folder for spills can't be used")),
    })?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// The folder inside one under construction where queries put what does not fit the memory.
pub(super) const SPILLS: &str = "spills";

fn about_sources(mounts: &BTreeMap<String, Mount>, views: &[View]) -> BTreeMap<String, SourceReport> {
    let used: BTreeSet<(&str, &str)> = views
        .iter()
        .flat_map(|view| &view.uses)
        .map(|(source, column)| (source.as_str(), column.as_str()))
        .collect();
    let about = |(name, mount): (&String, &Mount)| {
        let unmapped = mount.columns().filter(|column| !used.contains(&(name.as_str(), column)));
        let (files, bytes) = mount.extent();
        let report = SourceReport { files, bytes, unmapped_columns: unmapped.map(str::to_owned).collect() };
        (name.clone(), report)
    };
    mounts.iter().map(about).collect()
}
