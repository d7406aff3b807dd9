//! A force's own PostgreSQL databases, read as Arrow batches: over TLS with the server's name checked, never writing, all
//! tables of one database as of one moment.
//!
//! In reading order: how a [`Server`] is reached, what a table's [`Session::state`] is, and what a [`Moment`] lets one
//! read: [`Column`]s, and rows that meet a [`Condition`]. What SQL means to DataFusion is not known here.

mod column;
mod condition;
mod connect;
mod error;
mod moment;
mod rows;
mod server;
mod state;
mod table;

pub use column::{Column, Kind};
pub use condition::{Comparison, Condition, Value};
pub use connect::{Session, connect};
pub use error::DatabaseError;
pub use moment::Moment;
pub use server::Server;
pub use table::Table;
