//! The log, on stderr: what happened, with question ids. Values searched for are never handed to it.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::exit::Failure;

/// Variable that chooses what is logged.
const FILTER: &str = "BLUELAMP_LOG";

/// How the log is written.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct LogArguments {
    /// How the log on stderr is written; BLUELAMP_LOG chooses what is logged, such as info or node=debug
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        value_name = "FORMAT",
        help_heading = "Log"
    )]
    log_format: LogFormat,
}

/// A form of the log.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line, for machines
    Json,
}

/// Starts the log; `level` is what is logged where the environment says nothing.
pub(crate) fn start(arguments: &LogArguments, level: &str) -> Result<(), Failure> {
    let wanted = std::env::var(FILTER).unwrap_or_else(|_| level.to_owned());
    // The library that reads the logs of Delta tables quotes them, and they hold values of records.
    let filter = EnvFilter::builder().parse(format!("{wanted},delta_kernel=off")).map_err(|error| {
        Failure::usage(format!("{FILTER}: {error}"))
            .help("write a level such as info, or a module's such as node=debug")
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match arguments.log_format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
