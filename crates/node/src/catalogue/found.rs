//! Everything behind the sources as it was when it was looked up, and the fingerprint of it all.

use super::FORMAT;
use super::databases::Databases;
use super::error::IngestError;
use super::files::{self, Files};
use super::lakes::Lakes;
use super::sources::Sources;

/// What was found.
pub(super) struct Found {
    pub(super) files: Files,
    pub(super) lakes: Lakes,
    pub(super) databases: Databases,
}

impl Found {
    pub(super) async fn look(sources: &Sources) -> Result<Self, IngestError> {
        let files = files::find(sources)?;
        let lakes = Lakes::look(sources).await?;
        Ok(Self { files, lakes, databases: Databases::look(sources).await? })
    }

    pub(super) fn fingerprint(&self, sources: &Sources) -> String {
        files::fingerprint(
            FORMAT,
            sources,
            &self.files,
            self.databases.states.iter().chain(&self.lakes.states),
        )
    }
}
