//! The commands `bluelamp coordinator run` and `check`.

use std::path::{Path, PathBuf};

use coordinator::{CoordinatorConfig, Start};

use crate::clock;
use crate::desk::config_text;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;
use crate::serving::{Renewal, ServeArguments, until_stopped};

const EXAMPLES: &str = "\
Examples:
  bluelamp coordinator run --config coordinator.toml
  bluelamp coordinator check --config coordinator.toml

SIGTERM drains and stops; SIGHUP reads the federation bundle and the certificate anew.";

/// Options of `bluelamp coordinator`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
enum Action {
    /// Serve until stopped
    Run(ServeArguments),
    /// Read everything that the configuration names, and say what it found
    Check {
        /// The configuration
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

impl Arguments {
    /// Whether this runs a server.
    pub(crate) fn serves(&self) -> bool {
        matches!(self.action, Action::Run(_))
    }
}

/// Runs or checks a coordinator.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Run(arguments) => serve(&arguments).await,
        Action::Check { config } => check(&config),
    }
}

/// Reads `coordinator.toml`.
pub(crate) fn read(file: &Path) -> Result<CoordinatorConfig, Failure> {
    Ok(CoordinatorConfig::read(&config_text(file)?, file)?)
}

async fn serve(arguments: &ServeArguments) -> Result<Exit, Failure> {
    let config = read(&arguments.config)?;
    let start = Start::read(config.clone(), clock::clock())?;
    let listener = arguments.listener(&config.listen).await?;
    let stop = arguments.stop()?;
    let address = listener.local_addr()?;
    let renewal = Renewal {
        force: config.force,
        bundle: config.bundle,
        files: config.credentials,
        trust: start.trust.clone(),
        credentials: start.credentials.clone(),
        refresh: None,
    };
    let serving = coordinator::run(start, listener, stop.clone());
    until_stopped("coordinator", address, serving, stop, renewal).await
}

fn check(file: &Path) -> Result<Exit, Failure> {
    let config = read(file)?;
    let start = Start::read(config, clock::clock())?;
    let credentials = start.credentials.current();
    let bundle = start.trust.bundle();
    bundle.member(credentials.name().force())?;
    let mut text = format!("coordinator  {}\nvalid until  {}\n", credentials.name(), credentials.not_after());
    for member in bundle.members() {
        let node = member.node().map_or_else(|| "no node".to_owned(), ToString::to_string);
        text.push_str(&format!("member       {}  {}  {node}\n", member.force(), member.title()));
    }
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}
