//! The commands, one file each, in the order of the help text.

pub(crate) mod demo;

pub(crate) mod approve;
pub(crate) mod ask;
pub(crate) mod client_config;
pub(crate) mod delegate;
pub(crate) mod federation;
pub(crate) mod picture;
pub(crate) mod search;
pub(crate) mod send;
pub(crate) mod sql;
pub(crate) mod table;

pub(crate) mod coordinator;
pub(crate) mod node;

pub(crate) mod audit;
pub(crate) mod doctor;
pub(crate) mod pki;
pub(crate) mod policy;

pub(crate) mod linkage;
pub(crate) mod synth;

use crate::arguments::Command;
use crate::exit::{Exit, Failure};

/// Does what was asked.
pub(crate) async fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Search(arguments) => search::run(*arguments).await,
        Command::Approve(arguments) => approve::run(&arguments),
        Command::Send(arguments) => send::run(arguments).await,
        Command::Table(arguments) => table::run(*arguments).await,
        Command::Sql(arguments) => sql::run(*arguments).await,
        Command::Picture(arguments) => picture::run(*arguments).await,
        Command::Delegate(arguments) => delegate::run(*arguments).await,
        Command::ClientConfig(arguments) => client_config::run(&arguments),
        Command::Federation(arguments) => federation::run(arguments).await,
        Command::Node(arguments) => node::run(arguments).await,
        Command::Coordinator(arguments) => coordinator::run(arguments).await,
        Command::Pki(arguments) => pki::run(arguments),
        Command::Policy(arguments) => policy::run(arguments).await,
        Command::Audit(arguments) => audit::run(arguments),
        Command::Doctor(arguments) => doctor::run(arguments).await,
        Command::Linkage(arguments) => linkage::run(arguments).await,
        Command::Synth(arguments) => synth::run(arguments),
    }
}
