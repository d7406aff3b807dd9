//! The one binary, `bluelamp`: an analyst's questions, a force's node, a coordinator, and the tools to keep them.
//! A main to read aloud; every command has a file of its own under `command`.
#![allow(rustdoc::bare_urls, reason = "these comments are the help that a terminal shows")]

mod arguments;
mod command;

mod batch;
mod consultation;
mod demo;
mod desk;
mod output;
mod serving;

mod clock;
mod exit;
mod logging;
mod randomness;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use exit::{Exit, Failure};

fn main() -> ExitCode {
    identity::install_default();
    let arguments = Arguments::parse();
    exit::report(run(arguments))
}

fn run(arguments: Arguments) -> Result<Exit, Failure> {
    logging::start(&arguments.log, arguments.command.log_level())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let task_by_task = arguments.command.ends_task_by_task();
    let ended = runtime.block_on(command::run(arguments.command));
    // A thread that still waits for the system must not hold up the exit.
    match task_by_task {
        true => runtime.shutdown_background(),
        false => std::mem::forget(runtime),
    }
    ended
}
