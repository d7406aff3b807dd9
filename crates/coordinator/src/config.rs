//! A coordinator's configuration, as the operator writes it. Relative paths start at the file's folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use identity::files::CredentialsFiles;
use model::ForceId;
use model::config::ConfigError;
use serde::Deserialize;

/// `coordinator.toml` as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoordinatorConfig {
    /// The force that runs this coordinator.
    pub force: ForceId,
    /// Address to listen on, such as `0.0.0.0:7443`.
    pub listen: String,
    /// The federation bundle.
    pub bundle: PathBuf,
    /// The coordinator's certificate and key.
    pub credentials: CredentialsFiles,
    /// The audit log's file.
    pub audit: PathBuf,
    /// The door for tools that speak Flight SQL; none where it is left out.
    #[serde(default)]
    pub door: Option<DoorConfig>,
    /// What one question and one coordinator may use.
    #[serde(default)]
    pub limits: LimitsConfig,
}

/// A door for tools, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoorConfig {
    /// Address to listen on, such as `0.0.0.0:7444`.
    pub listen: String,
    /// What tools are shown: a certificate for the host's name, and its key.
    pub credentials: CredentialsFiles,
    /// What tools may use.
    #[serde(default)]
    pub limits: DoorLimits,
}

/// What tools may use of a door; each line has a default.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DoorLimits {
    /// Prepared statements, and apart from them answers not yet fetched, that one person may hold.
    pub statements_per_person: usize,
    /// Seconds that a prepared statement is kept since it was used last.
    pub prepared_seconds: u64,
    /// Seconds within which an answer is to be fetched.
    pub fetch_seconds: u64,
    /// Statements that are asked and finished at once; more wait their turn.
    pub statements_at_once: usize,
    /// Seconds that one statement may take, waiting included.
    pub statement_seconds: u64,
    /// Seconds after which a client that waits is sent an empty batch, so that proxies keep its stream open.
    pub keepalive_seconds: u64,
    /// Connections open at once.
    pub connections: usize,
}

impl Default for DoorLimits {
    fn default() -> Self {
        Self {
            statements_per_person: 64,
            prepared_seconds: 1_800,
            fetch_seconds: 300,
            statements_at_once: 8,
            statement_seconds: 300,
            keepalive_seconds: 15,
            connections: 256,
        }
    }
}

/// Limits as written; each has a default.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Questions fanned out at once; more are refused as busy.
    pub questions_in_flight: usize,
    /// Milliseconds that the slowest force may take, where the asker names no deadline of their own; also the most
    /// that an asker may ask for.
    pub deadline_ms: u64,
    /// Connections open at once.
    pub connections: usize,
    /// Seconds that a stop waits for questions in flight.
    pub stop_grace_seconds: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { questions_in_flight: 256, deadline_ms: 10_000, connections: 1024, stop_grace_seconds: 10 }
    }
}

impl CoordinatorConfig {
    /// Reads the text of `file` and resolves its paths against the file's folder.
    pub fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = model::config::read(text, &file.display().to_string())?;
        let folder = file.parent().unwrap_or(Path::new(""));
        for path in [&mut config.bundle, &mut config.audit] {
            *path = folder.join(&path);
        }
        config.credentials = config.credentials.within(folder);
        if let Some(door) = &mut config.door {
            door.credentials = door.credentials.clone().within(folder);
        }
        Ok(config)
    }
}

impl LimitsConfig {
    /// The time that a question gets: what its asker names, at most what the operator allows.
    pub fn deadline(&self, asked_ms: u32) -> Duration {
        let asked = if asked_ms == 0 { self.deadline_ms } else { u64::from(asked_ms) };
        Duration::from_millis(asked.min(self.deadline_ms))
    }

    /// How long a stop waits for questions in flight.
    pub fn stop_grace(&self) -> Duration {
        Duration::from_secs(self.stop_grace_seconds)
    }
}
