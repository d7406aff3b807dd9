//! The command `bluelamp doctor`: one line for each thing that an installation needs, and how to mend what is wrong.

mod analyst;
mod finding;
mod identity_files;
mod server;

use std::path::{Path, PathBuf};

use crate::clock;
use crate::desk::config_text;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

use finding::{Findings, Verdict};

const EXAMPLES: &str = "\
Examples:
  bluelamp doctor --config node.toml
  bluelamp doctor --config analyst.toml

What kind of configuration it is shows from its keys. Ends with 1 when a check failed.";

/// Options of `bluelamp doctor`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A node.toml, coordinator.toml or analyst.toml
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG")]
    config: PathBuf,
}

/// Checks everything that the configuration names.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let file = &arguments.config;
    let text = config_text(file)?;
    let now = clock::now();
    let mut findings = Findings::default();
    match Kind::of(&text) {
        Kind::Node => server::node(file, now, &mut findings).await,
        Kind::Coordinator => server::coordinator(file, now, &mut findings).await,
        Kind::Analyst => analyst::check(file, now, &mut findings).await,
    }
    stdout(findings.to_string().as_bytes())?;
    match findings.worst() {
        Verdict::Ok | Verdict::Warn => Ok(Exit::Ok),
        Verdict::Fail => Err(Failure::error(format!("{}: not ready", named(file)))
            .help("mend what is marked fail, from the top: later checks build on earlier ones")),
    }
}

fn named(file: &Path) -> String {
    file.display().to_string()
}

/// Whose configuration it is.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Node,
    Coordinator,
    Analyst,
}

impl Kind {
    /// Told apart by the keys that only one of them has. Text that is no TOML is left for its reader to complain of.
    fn of(text: &str) -> Self {
        let table: toml::Table = text.parse().unwrap_or_default();
        let has = |key: &str| table.contains_key(key);
        if has("policy") || has("source") || has("view") {
            Self::Node
        } else if has("listen") || has("audit") {
            Self::Coordinator
        } else {
            Self::Analyst
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn the_keys_tell_whose_configuration_it_is() {
        for (text, kind) in [
            ("force = 'mps'\nlisten = 'x'\npolicy = 'policy'", Kind::Node),
            ("force = 'rocta'\nlisten = 'x'\naudit = 'a'", Kind::Coordinator),
            ("bundle = 'b'\ncoordinator = 'rocta'", Kind::Analyst),
        ] {
            assert_eq!(Kind::of(text), kind, "{text}");
        }
    }
}
