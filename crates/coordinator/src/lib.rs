//! Directory, fan-out, merge. No policy, no records, no DataFusion.
//!
//! A coordinator hands signed questions to forces and adds up what they release. It decides nothing on a force's
//! behalf, proves nobody's identity to a node, and can read no more than releases.

pub mod config;
pub mod server;

pub mod service;

pub mod directory;
pub mod fan_out;
pub mod merge;

pub use config::CoordinatorConfig;
pub use server::{Coordinator, CoordinatorError, Start, open, run};
pub use service::Service;
