//! SQL over the federation. A statement is parsed and planned over the shared schema; every aggregate over records in it
//! becomes a typed question; what is left, `having`, order, expressions, joins, windows, is finished here over what the
//! forces release. No text of a statement and no plan ever travels to a force.
//!
//! Figures that a force may suppress are null where it does, beside a status, and no expression turns one into a number.

mod error;
mod question;

mod split;
mod statement;

mod catalogue;
mod functions;

mod along;
mod base;
mod constant;
mod expressions;
mod subject;
mod translate;

mod judge;
mod release;
mod rewrite;
mod told;

mod prepared;

pub use along::ways;
pub use catalogue::{CATALOG, SCHEMA, schema};
pub use error::{Refused, RunError};
pub use functions::scalar_names;
pub use prepared::{Answer, Answered, Heading, Prepared, Protected, prepare};
pub use question::{Ask, TypedQuestion};
pub use split::split;
pub use statement::LENGTH_MAX;
