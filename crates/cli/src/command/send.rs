//! The command `bluelamp send`: puts an approved request to the forces and writes what they say.

use std::path::PathBuf;

use super::ask::{conclude, open_desk, waiting};
use super::search::written;
use crate::desk::request::Request;
use crate::exit::{Exit, Failure};
use crate::output::{self, OutputArguments};

/// Options of `bluelamp send`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The request, approved with `bluelamp approve`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Your analyst.toml; otherwise the one here, or the demonstration's
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG")]
    config: Option<PathBuf>,
    /// How the answer is written, and where.
    #[command(flatten)]
    output: OutputArguments,
}

/// Sends the request.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let request = Request::read(&arguments.file)?;
    if !request.is_approved() {
        return Err(Failure::usage("nobody has approved the request; nothing was sent")
            .help("have another analyst of your force approve it: bluelamp approve"));
    }
    let target = arguments.output.open()?;
    let desk = open_desk(arguments.config.as_deref())?;
    let (answer, asked) = {
        let _shown = waiting(format!("asking {}", output::list(&request.question.audience)));
        desk.send(request, None).await?
    };
    target.deliver(&written(&answer, asked, arguments.output.format())?, &answer.coverage)?;
    conclude(&answer.coverage)
}
