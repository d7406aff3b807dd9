//! The commands `bluelamp coordinator run` and `check`.

use std::path::{Path, PathBuf};

use coordinator::{CoordinatorConfig, CoordinatorError, Start};
use flight::DoorError;
use futures::FutureExt;
use identity::HostStore;

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
    let host = match &config.door {
        Some(door) => Some((HostStore::new(door.credentials.read_host()?), door.credentials.clone())),
        None => None,
    };
    let listens =
        std::iter::once(config.listen.as_str()).chain(config.door.iter().map(|door| door.listen.as_str()));
    let mut listeners = arguments.listeners(&listens.collect::<Vec<_>>()).await?.into_iter();
    let listener = listeners.next().ok_or_else(|| Failure::error("there is nothing to listen on"))?;
    let stop = arguments.stop()?;
    let address = listener.local_addr()?;
    let renewal = Renewal {
        force: config.force,
        bundle: config.bundle,
        files: config.credentials,
        trust: start.trust.clone(),
        credentials: start.credentials.clone(),
        host: host.clone(),
        refresh: None,
    };
    let credentials = start.credentials.clone();
    let coordinator = coordinator::open(start).await?;
    let door = match (&config.door, host, listeners.next()) {
        (Some(door), Some((host, _)), Some(listener)) => {
            tracing::info!(address = %listener.local_addr()?, "the door for tools is open");
            let opened = flight::open(door, coordinator.service(), credentials, host)?;
            opened.serve(listener, stop.clone()).map(|ended| ended.map_err(ServeError::from)).boxed()
        }
        _ => std::future::ready(Ok(())).boxed(),
    };
    let desks = coordinator.serve(listener, stop.clone()).map(|ended| ended.map_err(ServeError::from));
    // Whichever fails ends the other: a coordinator that is half there would not be noticed.
    let serving = async { futures::try_join!(desks, door).map(|_| ()) };
    until_stopped("coordinator", address, serving, stop, renewal).await
}

/// What ends a running coordinator.
#[derive(Debug)]
enum ServeError {
    Coordinator(CoordinatorError),
    Door(DoorError),
}

impl From<CoordinatorError> for ServeError {
    fn from(error: CoordinatorError) -> Self {
        Self::Coordinator(error)
    }
}

impl From<DoorError> for ServeError {
    fn from(error: DoorError) -> Self {
        Self::Door(error)
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Coordinator(error) => error.into(),
            ServeError::Door(error) => error.into(),
        }
    }
}

fn check(file: &Path) -> Result<Exit, Failure> {
    let config = read(file)?;
    let door = config.door.as_ref().map(|door| door.credentials.read_host()).transpose()?;
    let start = Start::read(config, clock::clock())?;
    let credentials = start.credentials.current();
    let bundle = start.trust.bundle();
    bundle.member(credentials.name().force())?;
    let mut text = format!("coordinator  {}\nvalid until  {}\n", credentials.name(), credentials.not_after());
    if let Some(door) = &door {
        text.push_str(&format!(
            "door         {}, shown until {}\n",
            door.hosts().join(", "),
            door.not_after()
        ));
    }
    for member in bundle.members() {
        let node = member.node().map_or_else(|| "no node".to_owned(), ToString::to_string);
        text.push_str(&format!("member       {}  {}  {node}\n", member.force(), member.title()));
    }
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}
