//! `analyst.toml`: exactly what the operator wrote, and where it is looked for. Relative paths start at the file's
//! folder.

use std::path::{Path, PathBuf};

use identity::files::CredentialsFiles;
use model::ForceId;
use serde::Deserialize;

use crate::exit::Failure;

/// Where the file is looked for when none is named: here, and where the demonstration leaves one.
const USUAL: [&str; 2] = ["analyst.toml", "bluelamp-demo/rocta/analyst.toml"];

/// `analyst.toml` as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnalystConfig {
    /// The federation bundle.
    pub(crate) bundle: PathBuf,
    /// The force whose coordinator is asked.
    pub(crate) coordinator: ForceId,
    /// The analyst's certificate and key.
    pub(crate) credentials: CredentialsFiles,
}

impl AnalystConfig {
    /// Reads the file and resolves its paths against its folder.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let text = super::config_text(file)?;
        let mut config: Self = model::config::read(&text, &file.display().to_string())?;
        let folder = file.parent().unwrap_or(Path::new(""));
        config.bundle = folder.join(&config.bundle);
        config.credentials = config.credentials.within(folder);
        Ok(config)
    }
}

/// The configuration that is meant: the one named, else the first usual one that exists.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let usual = || USUAL.iter().map(PathBuf::from).find(|path| path.exists());
    named.map(Path::to_owned).or_else(usual).ok_or_else(|| {
        Failure::usage("there is no analyst.toml here, and none was named").help(
            "name one with --config FILE or BLUELAMP_CONFIG; your force's operators have it, and `bluelamp demo` makes one to try",
        )
    })
}
