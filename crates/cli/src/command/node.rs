//! The commands `bluelamp node …`: run and check a force's node, and read what stays at home.

mod budget;
mod home;

use std::path::{Path, PathBuf};

use ::node::config::NodeConfig;
use ::node::server::Start;
use ::node::workers::config::WorkerConfig;
use ::node::{catalogue, policy_folder, workers};
use ::policy::lint;

use crate::command::policy::{Trial, compile};
use crate::desk::config_text;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;
use crate::serving::{Renewal, ServeArguments, until_stopped};
use crate::{clock, randomness};

const EXAMPLES: &str = "\
Examples:
  bluelamp node check --config node.toml
  bluelamp node run --config node.toml
  bluelamp node notices --config node.toml
  bluelamp node resolve --config node.toml 4ZK0M8T1B6Q2XWVN3H5RDC7E9J
  bluelamp node budget --config node.toml
  bluelamp node worker --config worker.toml

SIGTERM drains and stops; SIGHUP takes up the federation bundle, the certificate, the
policy and the sources as they lie now, each as a whole or not at all.
Notices and references name the force's own records: they are for this force's eyes. Who reads them,
when and at which terminal is logged beside the audit log: audit.consultations.log, which
bluelamp audit verify and show read.";

/// Options of `bluelamp node`.
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
    /// Serve this force's own node: run parts of its tables over a copy of its snapshots
    Worker(ServeArguments),
    /// Read all sources and the policy, write nothing, and say what they hold
    Check(ConfigArgument),
    /// What the home unit has to hear of: silent records that were asked about, units that a policy tells, threats to life
    Notices(ConfigArgument),
    /// What is spent and left of the budgets of tables that carry noise
    Budget(ConfigArgument),
    /// The records behind a reference that an asker was given
    Resolve {
        #[command(flatten)]
        config: ConfigArgument,
        /// The reference, as the asker reads it out
        reference: String,
    },
}

/// Where the configuration lies.
#[derive(clap::Args)]
struct ConfigArgument {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Arguments {
    /// Whether this runs a server.
    pub(crate) fn serves(&self) -> bool {
        matches!(self.action, Action::Run(_) | Action::Worker(_))
    }

    /// Whether this runs a worker.
    pub(crate) fn is_worker(&self) -> bool {
        matches!(self.action, Action::Worker(_))
    }
}

/// Runs or checks a node, or reads its ledger.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Run(arguments) => serve(&arguments).await,
        Action::Worker(arguments) => work(&arguments).await,
        Action::Check(argument) => check(&argument.config).await,
        Action::Notices(argument) => home::notices(&read(&argument.config)?).await,
        Action::Budget(argument) => budget::show(&read(&argument.config)?),
        Action::Resolve { config, reference } => home::resolve(&read(&config.config)?, &reference).await,
    }
}

/// Reads `node.toml`.
pub(crate) fn read(file: &Path) -> Result<NodeConfig, Failure> {
    Ok(NodeConfig::read(&config_text(file)?, file)?)
}

async fn serve(arguments: &ServeArguments) -> Result<Exit, Failure> {
    let config = read(&arguments.config)?;
    let start = Start::read(config.clone(), &arguments.config, clock::clock(), randomness::noise())?;
    let listener = arguments.listener(&config.listen).await?;
    let stop = arguments.stop()?;
    let address = listener.local_addr()?;
    let renewal = Renewal {
        force: config.force,
        bundle: config.bundle,
        files: config.credentials,
        trust: start.trust.clone(),
        credentials: start.credentials.clone(),
        host: None,
        refresh: Some(start.refresh.clone()),
    };
    let serving = ::node::server::run(start, listener, stop.clone());
    until_stopped("node", address, serving, stop, renewal).await
}

async fn work(arguments: &ServeArguments) -> Result<Exit, Failure> {
    workers::end_with_a_panic();
    let config = WorkerConfig::read(&config_text(&arguments.config)?, &arguments.config)?;
    let start = workers::server::Start::read(config.clone(), clock::clock())?;
    let listener = arguments.listener(&config.listen).await?;
    let stop = arguments.stop()?;
    let address = listener.local_addr()?;
    let renewal = Renewal {
        force: config.force,
        bundle: config.bundle,
        files: config.credentials,
        trust: start.trust.clone(),
        credentials: start.credentials.clone(),
        host: None,
        refresh: None,
    };
    let serving = workers::server::run(start, listener, stop.clone());
    until_stopped("worker", address, serving, stop, renewal).await
}

async fn check(file: &Path) -> Result<Exit, Failure> {
    let config = read(file)?;
    let in_policy = |failure: Failure| failure.while_doing(&config.policy.display().to_string());
    let files = policy_folder::read(&config.policy)?;
    let (bundle, trial) = (compile(&files).map_err(in_policy)?, Trial::of(&files).map_err(in_policy)?);
    config.linkage.read()?;
    config.linkage.read_tag_key()?;
    let report = catalogue::check(&config.sources(file)).await?;
    let idle = lint::without_use(&bundle, &report.mapped(), &file.display().to_string());
    let idle: String = idle.iter().map(|finding| format!("{finding}\n")).collect();
    stdout(format!("{report}\n{idle}{}\n", trial.summary()).as_bytes())?;
    match (report.is_clean(), trial.passed()) {
        (true, true) => Ok(Exit::Ok),
        (false, _) => Err(Failure::error("some values, markings or keys in the sources can't be used")
            .help("mend the places listed above at their source, or in the view that reads them")),
        (true, false) => Err(Failure::error("the policy does not decide as its cases expect")
            .help("bluelamp policy test shows each case")),
    }
}
