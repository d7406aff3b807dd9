//! The federation harness: real nodes and a real coordinator over mutual TLS on loopback, in one process.
//!
//! A scenario writes each force's records, starts the federation, asks as an analyst, and looks at the answer. Nodes
//! that misbehave are stubs with a force's real certificate. Nothing here sleeps: readiness comes from health watches,
//! time from a clock that the scenario moves.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a harness for tests: a failure here is a failed test"
)]

pub mod analyst;
pub mod authorities;
pub mod clock;
pub mod controls;
pub mod federation;
pub mod logs;
pub mod records;
pub mod seeded;
pub mod shown;
pub mod stub;
pub mod tap;
pub mod tool;

pub use analyst::Analyst;
pub use authorities::Authorities;
pub use clock::TestClock;
pub use federation::{Federation, Plan};
pub use records::Records;
pub use seeded::Seeded;
