//! The command `bluelamp federation`: the forces that can be asked, and how their nodes are.

use std::path::PathBuf;

use super::ask::{open_desk, waiting};
use crate::exit::{Exit, Failure};
use crate::output::{self, Format, OutputArguments};

const EXAMPLES: &str = "\
Examples:
  bluelamp federation
  bluelamp federation --format json

Ends with 0 when every node answers, 3 when some do, 1 when none does.";

/// Options of `bluelamp federation`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Your analyst.toml; otherwise the one here, or the demonstration's
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArguments,
}

/// Asks the coordinator and writes what it says.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let json = match arguments.output.format() {
        Format::Table => false,
        Format::Json => true,
        Format::Csv | Format::Arrow | Format::Parquet => {
            return Err(Failure::usage("the federation is shown as table or json"));
        }
    };
    let target = arguments.output.open()?;
    let desk = open_desk(arguments.config.as_deref())?;
    let members = {
        let _shown = waiting("asking the coordinator".to_owned());
        desk.federation().await?
    };
    let written = if json {
        output::federation::json(&members)?
    } else {
        output::federation::render(&members).into_bytes()
    };
    target.write(&written)?;
    let answering = members.iter().filter(|member| member.node.is_some()).count();
    Ok(match answering {
        _ if answering == members.len() && answering > 0 => Exit::Ok,
        0 => Exit::Error,
        _ => Exit::Partial,
    })
}
