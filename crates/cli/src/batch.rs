//! Batches at the desk: a list of subjects read from a file, cut into questions, and the answers put together row by
//! row. The command is in `command/search/batch.rs`; how answers look is in `output`.

pub(crate) mod list;
pub(crate) mod row;

pub(crate) mod cut;
pub(crate) mod state;

pub(crate) mod answers;
