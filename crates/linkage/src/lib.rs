//! Record linkage: normalise, check digits, block, compare, score. Pure.
//!
//! A probe becomes a [`Subject`], at the desk and again at each node: one check, two places. A node turns its records
//! into [`person::PersonRecord`]s, [`organisation::OrganisationRecord`]s and [`address::AddressRecord`]s, indexes them
//! under their keys, and compares a subject with the records that share a key. Identifiers are looked up by value, or
//! by what is known of it: see [`partial`].

pub mod address;
pub mod identifier;
pub mod name;
pub mod nationality;
pub mod organisation;
pub mod partial;
pub mod person;
pub mod postcode;
pub mod score;
pub mod subject;

mod compatible;
mod hash;
mod invisible;
mod keys;

pub use identifier::Identifier;
pub use score::{MATCH_THRESHOLD, Score};
pub use subject::Subject;

/// The version of the blocking keys. An index built under another version must be built anew: keys of one version
/// mean nothing to the other.
pub const KEYS_VERSION: u32 = 4;
