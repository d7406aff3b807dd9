//! The promises of this crate, kept over real certificates, real handshakes and real connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod world;

mod approvals;
mod chains;
mod delegations;
mod endorsements;
mod handshakes;
mod hosts;
mod issuing;
mod questions;
mod redaction;
mod standing;
mod wire;
