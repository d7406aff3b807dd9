//! A force's server: sources to index and engine to answer.
//!
//! Rooms in the order in which a question walks through them: [`service`] (bytes in, release out, no decisions),
//! [`answer`] (the whole pipeline on one screen), [`index`] (search) and [`engine`] (tabulate) over an [`epoch`] of the
//! [`catalogue`] (local sources mapped onto the shared schema), with the [`ledger`] of what was answered before and
//! the [`usage`] that limits count; [`releases`] holds what tables told. [`workers`] may run parts of what the engine is asked. [`custody`] says under which policy, and
//! [`simulation`] what another would have done.

pub mod config;
pub mod error;
pub mod server;

pub mod service;

pub mod answer;

pub mod engine;
pub mod index;
pub mod workers;

pub mod epoch;
pub mod held;
mod holding;
mod keeping;

pub mod catalogue;

pub mod ledger;
pub mod references;
pub mod releases;
pub mod usage;

pub mod custody;
pub mod policy_folder;

pub mod simulation;
