//! The commands `bluelamp linkage …`: measure how well persons are found, learn weights, and see how a score came about.

mod evaluate;
mod explain;
mod train;

use std::path::Path;

use ::linkage::person::Weights;
use ::node::catalogue;
use ::node::index::Index;

use crate::clock::now;
use crate::command::node;
use crate::exit::{Exit, Failure, note};

/// Options of `bluelamp linkage`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
enum Action {
    /// Measure recall, precision and calibration on records whose truth is known
    Evaluate(evaluate::Evaluate),
    /// Learn weights from a force's own records
    Train(train::Train),
    /// Show how scores came about. For the home force: it names its own records
    Explain(explain::Explain),
}

/// Does what was asked.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Evaluate(arguments) => evaluate::run(arguments),
        Action::Train(arguments) => train::run(arguments).await,
        Action::Explain(arguments) => explain::run(arguments).await,
    }
}

/// The search index of the node that `file` configures, weighed by `weights` or else as the node weighs. Sources that
/// changed are read first, as a start of the node would.
async fn home_index(file: &Path, weights: Option<Weights>) -> Result<Index, Failure> {
    let config = node::read(file)?;
    let weights = weights.map_or_else(|| config.linkage.read(), Ok)?;
    let sources = config.sources(file);
    let (snapshot, report) = catalogue::prepare(&sources, &config.data, now(), &mut |_| {}).await?;
    if report.is_some() {
        note("the sources had changed and were read");
    }
    Ok(Index::open(&snapshot, None, config.limits.building(), &weights, &mut |_| {})?)
}
