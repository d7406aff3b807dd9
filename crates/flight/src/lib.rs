//! The door for notebooks and business tools: Flight SQL over mutual TLS, beside a coordinator.
//!
//! A tool can't sign questions. So its user signs a delegation beforehand and sends it along as a call header; the door signs each
//! question that a statement becomes, and every force verifies both. The user is whom the client certificate names, and no
//! other's delegation is of use to them.

mod headers;

mod statements;

mod asking;
mod outcome;
mod stream;

mod catalogue;
mod info;
mod keys;

mod door;
mod server;
mod service;

pub use server::{DoorError, Opened, open};
pub use stream::MESSAGE_BYTES_MAX;
