//! A node's configuration: first exactly what the operator wrote, then, in one fallible step, what the node needs.
//! Relative paths start at the configuration file's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use identity::files::{CredentialsFiles, FileError};
use jiff::tz::TimeZone;
use linkage::person::Weights;
use model::ForceId;
use model::config::ConfigError;
use policy::TagKey;
use serde::Deserialize;

use crate::answer::Buckets;
use crate::catalogue::{SourceConfig, Sources, ViewConfig};
use crate::engine::EngineLimits;
use crate::error::NodeError;
use crate::index::BuildLimits;
use crate::workers::config::WorkersConfig;
use database::Server;

/// `node.toml` as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// The force whose records this node holds.
    pub force: ForceId,
    /// Address to listen on, such as `0.0.0.0:7443`.
    pub listen: String,
    /// The federation bundle.
    pub bundle: PathBuf,
    /// The node's certificate and key.
    pub credentials: CredentialsFiles,
    /// The policy bundle's folder.
    pub policy: PathBuf,
    /// Who must have agreed to a policy.
    #[serde(default)]
    pub custody: CustodyConfig,
    /// Folder for snapshots and the ledger. Holds records: keep it on the force's own disk.
    pub data: PathBuf,
    /// The audit log's file.
    pub audit: PathBuf,
    /// Where the force is, for policies that mention the hour or the weekday: a name such as `Europe/London`, or the
    /// zone written as POSIX does. The United Kingdom's where nothing is said.
    #[serde(default = "united_kingdom")]
    pub time_zone: String,
    /// What one question and one node may use.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// How sure a search is.
    #[serde(default)]
    pub linkage: LinkageConfig,
    /// Other processes of this force that run parts of what is counted; none where nothing is said.
    pub workers: Option<WorkersConfig>,
    /// PostgreSQL databases by the name that sources use for them.
    #[serde(default)]
    pub database: BTreeMap<String, Server>,
    /// Sources by the name that SQL uses for them.
    #[serde(default)]
    pub source: BTreeMap<String, SourceConfig>,
    /// Views that map sources onto the shared schema.
    #[serde(default)]
    pub view: Vec<ViewConfig>,
}

/// Who must have agreed to a policy, as written.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodyConfig {
    /// How many custodians of this force must have signed a policy bundle before it is taken up; 0 takes it as it lies.
    #[serde(default)]
    pub signatures: usize,
}

/// How sure a search is, as written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkageConfig {
    /// Weights that `bluelamp linkage train` learned on this force's records; the shipped ones where none are named.
    pub weights: Option<PathBuf>,
    /// The key that member forces share to notice the same person, which `bluelamp pki tag-key` mints. Without it this
    /// node's answers can't be compared with another's.
    pub tag_key: Option<PathBuf>,
}

/// Limits as written; each has a default.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Questions worked on at once; more are refused as busy.
    pub questions_in_flight: usize,
    /// Memory that one table question may use, in MiB.
    pub question_memory_mib: usize,
    /// Seconds that one question may take.
    pub question_seconds: u64,
    /// Groups that one table may have before disclosure control.
    pub question_groups: usize,
    /// Threads that one table question may use; 0 means one for each core.
    pub question_threads: usize,
    /// A search is done with records at a multiple of this many microseconds after it began, so that the time tells
    /// nothing about what was found; 0 switches it off. For each subject of a batch.
    pub search_time_bucket_us: u64,
    /// The same for look-ups by an identifier that is known whole, which read far less.
    pub lookup_time_bucket_us: u64,
    /// Threads that all batches together may search on; 0 means one for each core.
    pub batch_threads: usize,
    /// Memory for search keys while an index is built, in MiB; keys beyond it wait on the disk.
    pub index_build_memory_mib: usize,
    /// Memory that the node may hold while its search index is in use, in MiB; from three quarters of it on, the index's pages are
    /// given back, and read from the disk again. A quarter is left to these whatever else the node holds.
    pub index_memory_mib: usize,
    /// Seconds between looks at the sources; changed ones are read beside the records in use. 0 means only when the node
    /// starts or gets SIGHUP.
    pub refresh_seconds: u64,
    /// Connections open at once.
    pub connections: usize,
    /// Seconds that a stop waits for questions in flight.
    pub stop_grace_seconds: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            questions_in_flight: 64,
            question_memory_mib: 128,
            question_seconds: 10,
            question_groups: 100_000,
            question_threads: 0,
            search_time_bucket_us: 500,
            lookup_time_bucket_us: 100,
            batch_threads: 0,
            index_build_memory_mib: 128,
            index_memory_mib: 2048,
            refresh_seconds: 60,
            connections: 256,
            stop_grace_seconds: 10,
        }
    }
}

/// British time, written out so that it needs no time zone files.
fn united_kingdom() -> String {
    "GMT0BST,M3.5.0/1,M10.5.0".to_owned()
}

impl NodeConfig {
    /// The time zone.
    pub fn zone(&self) -> Result<TimeZone, NodeError> {
        TimeZone::get(&self.time_zone)
            .or_else(|_| TimeZone::posix(&self.time_zone))
            .map_err(|_| NodeError::TimeZone { given: self.time_zone.clone() })
    }

    /// Reads the text of `file` and resolves its paths against the file's folder.
    pub fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = model::config::read(text, &file.display().to_string())?;
        let folder = file.parent().unwrap_or(Path::new(""));
        for path in [&mut config.bundle, &mut config.policy, &mut config.data, &mut config.audit] {
            *path = folder.join(&path);
        }
        config.credentials = config.credentials.within(folder);
        for path in [&mut config.linkage.weights, &mut config.linkage.tag_key] {
            *path = path.take().map(|path| folder.join(path));
        }
        config.database =
            config.database.into_iter().map(|(name, server)| (name, server.within(folder))).collect();
        Ok(config)
    }

    /// The log of what was read at home of what stays at home. A file of its own beside the audit log,
    /// `audit.consultations.log` beside `audit.log`: a node that runs
    /// holds that one.
    pub fn consultations(&self) -> PathBuf {
        self.audit.with_extension("consultations.log")
    }

    /// The memory of told tables, with the charges of those that carry noise.
    pub fn releases(&self) -> PathBuf {
        self.data.join("releases.sqlite")
    }

    /// The sources, with globs that start at `file`'s folder.
    pub fn sources(&self, file: &Path) -> Sources {
        Sources {
            base: file.parent().unwrap_or(Path::new("")).to_owned(),
            database: self.database.clone(),
            source: self.source.clone(),
            view: self.view.clone(),
            controller: self.force.clone(),
        }
    }
}

impl LinkageConfig {
    /// Reads the weights.
    pub fn read(&self) -> Result<Weights, NodeError> {
        let Some(file) = &self.weights else { return Ok(Weights::default()) };
        let text = std::fs::read_to_string(file).map_err(|cause| NodeError::folder(file, cause))?;
        Weights::parse(&text).map_err(|why| NodeError::Weights { file: file.clone(), why })
    }

    /// Reads the key of tags, where there is one. Like a private key, it is refused where others can use it.
    pub fn read_tag_key(&self) -> Result<Option<TagKey>, NodeError> {
        let Some(file) = &self.tag_key else { return Ok(None) };
        let text = identity::files::read_secret(file).map_err(|cause| match cause {
            FileError::System { .. } => NodeError::NoTagKey { cause },
            other => NodeError::Identity(other),
        })?;
        let key =
            TagKey::parse(text.reveal()).map_err(|why| NodeError::TagKey { file: file.clone(), why })?;
        Ok(Some(key))
    }
}

impl LimitsConfig {
    /// What one table question may use.
    pub fn engine(&self) -> EngineLimits {
        EngineLimits {
            memory_bytes: self.question_memory_mib.saturating_mul(1024 * 1024),
            groups: self.question_groups,
            threads: or_cores(self.question_threads),
        }
    }

    /// How closely the time of a search may be known.
    pub fn buckets(&self) -> Buckets {
        Buckets {
            search: Duration::from_micros(self.search_time_bucket_us),
            lookup: Duration::from_micros(self.lookup_time_bucket_us),
        }
    }

    /// Threads that batches share.
    pub fn batch_threads(&self) -> usize {
        or_cores(self.batch_threads)
    }

    /// What building the search index may use.
    pub fn building(&self) -> BuildLimits {
        BuildLimits {
            memory_bytes: self.index_build_memory_mib.saturating_mul(1024 * 1024),
            threads: or_cores(0),
        }
    }

    /// How long one question may take.
    pub fn question_time(&self) -> Duration {
        Duration::from_secs(self.question_seconds)
    }

    /// How long a stop waits for questions in flight.
    pub fn stop_grace(&self) -> Duration {
        Duration::from_secs(self.stop_grace_seconds)
    }
}

/// The threads that were asked for; 0 stands for one on each core.
fn or_cores(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some,
    }
}
