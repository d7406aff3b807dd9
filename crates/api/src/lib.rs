//! The wire contract: generated code, the conversion between model and wire, refusal and gRPC status.
//!
//! Everything that comes from a peer becomes a model type here, in one constructor that lists its checks. Nothing
//! behind this crate reads a generated type again.

pub mod v1 {
    //! The generated messages and services of `proto/bluelamp/v1`.
    #![allow(missing_docs, unreachable_pub, reason = "generated; the proto files carry the documentation")]
    #![allow(clippy::all, clippy::allow_attributes_without_reason, reason = "generated")]

    tonic::include_proto!("bluelamp.v1");
}

pub mod delegation;
pub mod question;

pub mod batch;

pub mod answer;
pub mod reply;
pub mod same;
pub mod status;

mod filter;
mod mechanism;
mod tabulation;
mod words;

/// Revision of the protocol that this build speaks. It rises when a question gains something that an older node
/// must not overlook. Since 2, a table's columns may be of datasets that links lead to.
pub const PROTOCOL_REVISION: u32 = 2;

/// Largest message that a peer may send, in bytes; an answer to a batch may be larger ([`batch::ANSWER_BYTES_MAX`]).
pub const MESSAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Largest request, in bytes. A question is small.
pub const REQUEST_BYTES_MAX: usize = 320 * 1024;

/// A dataset as it travels.
pub fn dataset_number(dataset: model::Dataset) -> i32 {
    words::Word::number(dataset)
}
