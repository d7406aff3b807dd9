//! A table at its newest version: found without reading what is in it, and its files once they are asked for.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use delta_kernel::path::ParsedLogPath;
use delta_kernel::scan::StatsOptions;
use delta_kernel::scan::state::ScanFile;
use delta_kernel::{Snapshot, SnapshotRef};
use url::Url;

use crate::columns::columns;
use crate::engine::Local;
use crate::error::DeltaError;
use crate::features;
use crate::storage::{about, path_of};

/// A table at the version that was its newest when it was opened. Versions do not change, so it stays what it is while writers
/// add others.
#[derive(Clone)]
pub struct Table {
    folder: PathBuf,
    snapshot: SnapshotRef,
    columns: SchemaRef,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size, as the log has it.
    pub bytes: u64,
    /// The values of the partition that its rows are in, by the names that the table has for its columns. Spelled as the log
    /// does; none means null.
    pub partition: Vec<(String, Option<String>)>,
    /// The rows that are deleted, by their place in the file from 0, in order.
    pub deleted: Vec<u64>,
}

impl Table {
    /// Looks for the newest version of the table in `folder`.
    pub fn open(folder: &Path) -> Result<Self, DeltaError> {
        let folder = folder.canonicalize().map_err(|_| DeltaError::NoTable(folder.to_owned()))?;
        if !folder.join("_delta_log").is_dir() {
            return Err(DeltaError::NoTable(folder));
        }
        let root = Url::from_directory_path(&folder).map_err(|()| DeltaError::NoTable(folder.clone()))?;
        let snapshot = Snapshot::builder_for(root.as_str()).build(&Local);
        let snapshot = snapshot.map_err(|error| DeltaError::of(&folder, error))?;
        let log = snapshot.log_segment();
        // The kernel finds gaps between versions; that the first ones are there is for us to see.
        let first = log.listed.ascending_commit_files.first().map(|commit| commit.version);
        if log.checkpoint_version.is_none() && first != Some(0) {
            return Err(DeltaError::Missing { folder, version: 0 });
        }
        let config = snapshot.table_configuration();
        features::check(&folder, config.protocol().reader_features().unwrap_or_default())?;
        let (mode, partitions) = (config.column_mapping_mode(), config.logical_partition_columns());
        let columns = columns(&folder, &snapshot.schema(), mode, partitions)?;
        Ok(Self { folder, columns, snapshot })
    }

    /// The number of the version.
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    /// A text that differs from version to version, and from that of another table put in this one's place.
    pub fn state(&self) -> String {
        let newest = self.newest().map_or_else(String::new, |file| {
            format!(
                ", {} of {} bytes from {}",
                file.filename, file.location.size, file.location.last_modified
            )
        });
        format!("version {}{newest}", self.version())
    }

    /// Whether the newest file of the version's log is what it was, so that nobody was still writing it. Later versions do not
    /// count.
    pub fn is_unchanged(&self) -> bool {
        self.newest().is_none_or(|file| about(&file.location.location).is_ok_and(|now| now == file.location))
    }

    fn newest(&self) -> Option<&ParsedLogPath> {
        let log = &self.snapshot.log_segment().listed;
        log.latest_commit_file.as_ref().or(log.checkpoint_parts.first())
    }

    /// The columns. Beside those that the files call differently stands how, under [`crate::PHYSICAL_NAME`]; beside those of the
    /// partition, [`crate::PARTITION`].
    pub fn columns(&self) -> &SchemaRef {
        &self.columns
    }

    /// The files that make up the version, in the order of their paths.
    pub fn files(&self) -> Result<Vec<DataFile>, DeltaError> {
        let failed = |error| DeltaError::of(&self.folder, error);
        // Neither statistics nor filters are asked of the kernel: the first hold values of records.
        let scan = self.snapshot.clone().scan_builder().with_stats(StatsOptions::none());
        let scan = scan.without_row_transforms().build().map_err(failed)?;
        let mut found = Vec::new();
        for part in scan.scan_metadata(&Local).map_err(failed)? {
            let noted = |found: &mut Vec<ScanFile>, file| found.push(file);
            found = part.and_then(|part| part.visit_scan_files(found, noted)).map_err(failed)?;
        }
        let told = self.snapshot.get_file_stats_if_present().map(|told| told.num_files());
        if told.is_some_and(|told| usize::try_from(told) != Ok(found.len())) {
            let why = format!(
                "version {} has {} files by its commits and another number by its checksum beside them (.crc)",
                self.version(),
                found.len()
            );
            return Err(DeltaError::Log { folder: self.folder.clone(), why });
        }
        let mut files = found.into_iter().map(|file| self.file(file)).collect::<Result<Vec<_>, _>>()?;
        files.sort_by(|one, other| one.path.cmp(&other.path));
        // A file whose deleted rows changed is removed and added in one commit; else its rows would count twice.
        let twice = files.windows(2).find_map(|pair| match pair {
            [one, other] if one.path == other.path => Some(one.path.display()),
            _ => None,
        });
        if let Some(path) = twice {
            let why = format!("version {} has the file {path} twice", self.version());
            return Err(DeltaError::Log { folder: self.folder.clone(), why });
        }
        Ok(files)
    }

    fn file(&self, file: ScanFile) -> Result<DataFile, DeltaError> {
        let failed = |error| DeltaError::of(&self.folder, error);
        let root = self.snapshot.table_root();
        let damaged = |what: &str| DeltaError::Log {
            folder: self.folder.clone(),
            why: format!("what it says of {:?} makes no sense: {what}", file.path),
        };
        let url = root.join(&file.path).map_err(|_| damaged("that is no path"))?;
        let deleted = file.dv_info.get_row_indexes(&Local, root).map_err(failed)?.unwrap_or_default();
        let count = file.dv_info.cardinality().map_err(failed)?.unwrap_or_default();
        if u64::try_from(deleted.len()) != Ok(count) {
            return Err(damaged("the number of its deleted rows differs from their list"));
        }
        Ok(DataFile {
            path: path_of(&url).map_err(failed)?,
            bytes: u64::try_from(file.size).map_err(|_| damaged("its size"))?,
            partition: self.partition(&file.partition_values),
            deleted,
        })
    }

    /// The log names the columns of the partition as files do. An empty text is null.
    fn partition(&self, values: &HashMap<String, String>) -> Vec<(String, Option<String>)> {
        let fields =
            self.columns.fields().iter().filter(|field| field.metadata().contains_key(crate::PARTITION));
        let told = fields.map(|field| {
            let spelled = field.metadata().get(crate::PHYSICAL_NAME).unwrap_or(field.name());
            (field.name().clone(), values.get(spelled).filter(|value| !value.is_empty()).cloned())
        });
        told.collect()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at version {}", self.folder.display(), self.version())
    }
}
