//! `bluelamp demo`: a federation of three forces on this machine, asked two real questions, kept up to be asked more.

use std::path::PathBuf;

use identity::Trust;

use crate::demo::layout::Layout;
use crate::demo::prepare::{MadeWith, prepare, publish};
use crate::demo::processes::{Doors, Servers};
use crate::demo::story;
use crate::exit::{Exit, Failure, note};

const EXAMPLES: &str = "\
Examples:
  bluelamp demo                                 start, ask, stay up until Ctrl-C
  bluelamp demo --exit                          start, ask, stop
  bluelamp demo --policeuk ~/Downloads/police   use data.police.uk files as they are

What it does: mints an authority for each force and for ROCTA, writes each site's folder as an operator would have it
(configuration, certificates, policy, records), starts nodes mps, colp and btp and coordinator rocta as processes of
their own on free loopback ports over mutual TLS, and asks one search and one table. A second start reuses what is
there. Persons, objects, reports, threats and links are made up; crimes are real and published.";

/// Options of `bluelamp demo`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder of the sites
    #[arg(long, value_name = "DIR", default_value = "bluelamp-demo")]
    dir: PathBuf,
    /// Folder of data.police.uk files, mounted as they are; else one month that ships with Bluelamp
    #[arg(long, value_name = "DIR")]
    policeuk: Option<PathBuf>,
    /// Made-up persons for each force
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=5_000_000))]
    persons: u32,
    /// Made-up intelligence reports for each force
    #[arg(long, value_name = "N", default_value_t = 6_000, value_parser = clap::value_parser!(u32).range(100..=20_000_000))]
    reports: u32,
    /// Limits on what is asked (limits.toml) in place of the sample policies'
    #[arg(long, value_name = "FILE")]
    limits: Option<PathBuf>,
    /// Stop after the two questions
    #[arg(long)]
    exit: bool,
}

/// Runs the demo.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let policeuk = match &arguments.policeuk {
        Some(folder) => Some(folder.canonicalize().map_err(|e| {
            Failure::usage(format!("{}: {e}", folder.display()))
                .help("name a folder that holds files such as 2024-01-btp-street.csv, at any depth")
        })?),
        None => None,
    };
    std::fs::create_dir_all(&arguments.dir)
        .map_err(|e| Failure::error(format!("{}: {e}", arguments.dir.display())))?;
    let layout = Layout::new(&arguments.dir);
    let wanted = MadeWith {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        persons: arguments.persons,
        reports: arguments.reports,
        policeuk,
        limits: arguments.limits.clone(),
    };
    prepare(&layout, &wanted, crate::clock::now(), &note)?;
    let doors = Doors::bind(&layout)?;
    let for_tools = doors.for_tools();
    let bundle = publish(&layout, |force| doors.address(force), for_tools.as_deref())?;
    let stopped = stop_signal()?;
    let mut servers = Servers::start(&layout, doors)?;
    note("starting nodes btp, colp and mps and coordinator rocta; each reads its records first");
    let told = async {
        servers.ready(&layout, &Trust::new(bundle), &note).await?;
        story::tell(&layout).await?;
        if !arguments.exit {
            story::what_next(&layout, for_tools.is_some())?;
        }
        Ok::<(), Failure>(())
    };
    tokio::pin!(stopped);
    let told = tokio::select! {
        told = told => told,
        () = &mut stopped => return stop(servers).await,
    };
    if told.is_ok() && !arguments.exit {
        tokio::select! {
            ended = servers.watch(&layout, &note) => return Err(ended),
            () = &mut stopped => {}
        }
    }
    let exit = stop(servers).await;
    told.and(exit)
}

async fn stop(servers: Servers) -> Result<Exit, Failure> {
    note("stopping");
    servers.stop().await;
    Ok(Exit::Ok)
}

/// Resolves at Ctrl-C or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
