//! The catalogue: mounts a force's local sources, maps them with SQL views onto the shared schema, and prepares a
//! snapshot that the engine and the index read. Nothing here leaves the process.
//!
//! In reading order: what is configured ([`Sources`]), the files and databases behind it, how each format is read, how a view is
//! planned, how cells become columns of the shared schema, how rows get labels and entity numbers, and how a
//! snapshot is kept.

mod sources;

mod databases;
mod error;
mod files;
mod found;
#[cfg(feature = "delta")]
mod lake;
#[cfg(not(feature = "delta"))]
#[path = "catalogue/no_lake.rs"]
mod lake;
mod lakes;

mod batch;
mod csv_file;
mod declared;
mod file_source;
mod json_file;
mod mount;
mod parquet_file;
mod pruned;
mod pushed;
mod table;

mod explain;
mod lineage;
mod view;

mod cell;
mod dataset;
mod entity;
mod handling;
mod report;

mod folder;
mod ingest;
mod manifest;
mod print;
mod snapshot;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use model::Dataset;

pub use dataset::{ENTITY, LABEL, PRINT, stored_schema};
pub use error::{Damage, IngestError};
pub use ingest::Progress;
pub use manifest::{DatasetManifest, FORMAT, Manifest};
pub use report::{DatasetReport, IngestReport, Place, SourceReport, Tally};
pub use snapshot::{Snapshot, Unusable};
pub use sources::{Format, SourceConfig, Sources, ViewConfig};

use folder::Folder;
use found::Found;

/// The snapshot of the sources as they are: the stored one where neither files, tables nor configuration changed since,
/// else a new one made at `now`, with what its ingest found.
///
/// When this fails, the snapshot before stays where it is and can still be served.
pub async fn prepare(
    sources: &Sources,
    data_dir: &Path,
    now: Timestamp,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(Snapshot, Option<IngestReport>), IngestError> {
    sources.check_names()?;
    let found = Found::look(sources).await?;
    let (files, lakes) = (found.files.clone(), found.lakes.clone());
    let fingerprint = found.fingerprint(sources);
    let folder = Folder::open(data_dir)?;
    if let Some(snapshot) = folder.find(&fingerprint) {
        folder.prune(&snapshot);
        return Ok((snapshot, None));
    }
    // Entities and labels keep the numbers that they had, so that the index can keep what was made of them.
    let before = folder.latest();
    let building = folder.build(&fingerprint)?;
    // Another process may have finished the same one while this one came to the lock.
    if let Some(snapshot) = folder.find(&fingerprint) {
        return Ok((snapshot, None));
    }
    let ingested = ingest::run(sources, found, Some(building.dir()), before.as_ref(), progress).await?;
    drop(before);
    if let Some(what) = files::changed(&files, &files::find(sources)?).or_else(|| lakes.changed()) {
        return Err(IngestError::Changed(what));
    }
    let datasets = ingested.stored.iter().map(|(&dataset, stored)| {
        let about = DatasetManifest {
            rows: stored.rows,
            bytes: stored.bytes,
            entities: stored.entities,
            entity_per_row: u64::from(stored.entities) == stored.rows,
        };
        (dataset, about)
    });
    let manifest = Manifest {
        format: FORMAT,
        schema: model::schema::SCHEMA_VERSION,
        fingerprint,
        as_of: now,
        labels: ingested.labels.len() as u64,
        datasets: datasets.collect(),
        report: ingested.report,
    };
    let dir = building.publish(&manifest, &ingested.labels)?;
    let snapshot = Snapshot::open(&dir).map_err(|unusable| {
        IngestError::disk(&dir, "opening the new snapshot")(std::io::Error::other(unusable.why))
    })?;
    folder.prune(&snapshot);
    Ok((snapshot, Some(manifest.report)))
}

/// The latest snapshot that a node with this data folder made; none before its first. Reads no source.
pub fn latest(data_dir: &Path) -> Option<Snapshot> {
    data_dir.is_dir().then(|| Folder::open(data_dir).ok())??.latest()
}

/// Reads all sources as [`prepare`] would, writes nothing, and tells what it found.
pub async fn check(sources: &Sources) -> Result<IngestReport, IngestError> {
    sources.check_names()?;
    let found = Found::look(sources).await?;
    Ok(ingest::run(sources, found, None, None, &mut |_| {}).await?.report)
}

/// The columns of the shared schema that the views give, by dataset. Plans the views and reads no record, but for what tells
/// the columns of a source.
pub async fn mapped(sources: &Sources) -> Result<BTreeMap<Dataset, BTreeSet<&'static str>>, IngestError> {
    sources.check_names()?;
    let found = Found::look(sources).await?;
    let (_, views) = ingest::plan(sources, found, None).await?;
    let mut mapped: BTreeMap<Dataset, BTreeSet<&'static str>> = BTreeMap::new();
    for view in views {
        mapped.entry(view.dataset).or_default().extend(view.columns());
    }
    Ok(mapped)
}
