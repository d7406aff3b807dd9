//! What is configured: at a node, where its workers are; at a worker, whose it is and where its copy of the snapshots lies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use identity::files::CredentialsFiles;
use model::ForceId;
use model::config::ConfigError;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use url::Url;

/// `[workers]` in `node.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkersConfig {
    /// Where they are, such as `https://worker-1.mps.internal:7450`. Those that don't answer, or don't hold the node's data
    /// epoch, are left out of a question.
    #[serde(deserialize_with = "addresses")]
    pub addresses: Vec<Url>,
    /// Milliseconds to wait for one that doesn't answer.
    #[serde(default = "patience_ms")]
    pub patience_ms: u64,
    /// Whether they count tables too that this node could count by itself over what it has prepared.
    #[serde(default)]
    pub all_tables: bool,
}

impl WorkersConfig {
    /// How long to wait for one that doesn't answer.
    pub fn patience(&self) -> Duration {
        Duration::from_millis(self.patience_ms)
    }
}

/// `worker.toml` as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
    /// The force whose node may send plans.
    pub force: ForceId,
    /// Address to listen on, such as `0.0.0.0:7450`.
    pub listen: String,
    /// The federation bundle.
    pub bundle: PathBuf,
    /// The worker's certificate and key: of the role node, under an id of its own.
    pub credentials: CredentialsFiles,
    /// The node's data folder, or a copy of it: `snapshots` in it is read and nothing written.
    pub data: PathBuf,
    /// What it may use.
    #[serde(default)]
    pub limits: WorkerLimits,
}

/// Limits as written; each has a default.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerLimits {
    /// Memory that one table question may use here, in MiB.
    pub question_memory_mib: usize,
    /// Milliseconds to wait for a fellow worker that doesn't answer.
    pub patience_ms: u64,
    /// Connections open at once.
    pub connections: usize,
    /// Seconds that a stop waits for questions in flight.
    pub stop_grace_seconds: u64,
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self { question_memory_mib: 128, patience_ms: patience_ms(), connections: 64, stop_grace_seconds: 10 }
    }
}

impl WorkerConfig {
    /// Reads the text of `file` and resolves its paths against the file's folder.
    pub fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = model::config::read(text, &file.display().to_string())?;
        let folder = file.parent().unwrap_or(Path::new(""));
        for path in [&mut config.bundle, &mut config.data] {
            *path = folder.join(&path);
        }
        config.credentials = config.credentials.within(folder);
        Ok(config)
    }
}

fn patience_ms() -> u64 {
    1000
}

fn addresses<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<Url>, D::Error> {
    let given = Vec::<String>::deserialize(given)?;
    let address = |text: &String| {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.path() == "/");
        url.ok_or_else(|| {
            D::Error::custom(format!("{text:?} is not an address such as https://worker-1.mps.internal:7450"))
        })
    };
    given.iter().map(address).collect()
}
