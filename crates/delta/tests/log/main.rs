//! Logs and what they come to: versions as data, tables that other programs wrote, and logs that are damaged or ask for more than
//! is understood.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod damage;
mod features;
mod lake;
mod replay;
mod written;
