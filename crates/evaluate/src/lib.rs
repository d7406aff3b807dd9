//! The quality of linkage, measured: which records of the people asked for are found, and what is found besides.
//!
//! A **pair** is a probe and one force's record of the same true person, as `truth.csv` says. A person held by three
//! forces makes three pairs, a stranger none. Every probe is asked at every force, as a federation does it; each force
//! ranks what it holds, and knows nothing of the others. So
//!
//! - *recall of blocking* is the share of pairs whose record shares a key with the probe: what is lost here no
//!   comparison can find;
//! - *recall at k* is the share of pairs whose record has fewer than k records of other people ranked before it, at
//!   its own force;
//! - *recall and precision at a threshold* count answers: the candidates, of all probes at all forces, whose
//!   probability is at least the threshold. Precision is the share of answers that are pairs, recall the share of
//!   pairs that are answers;
//! - a *false alarm on a stranger* is any answer to a probe whose person no force holds.
//!
//! A false name that no record carries can be found by nothing but birth date and place. Pairs in which either side
//! bears one ([`FALSE_NAME`]) are told apart and count nowhere else, neither as found nor as missed nor as wrong.
//! Records are taken as they are, whatever their labels: policy is measured elsewhere.

mod febrl;
mod run;
mod same;
mod search;

mod postings;
mod records;
mod rows;
mod spread;

mod outcome;
mod report;
mod summary;
mod sweep;
mod table;

mod error;

pub use error::EvaluateError;
pub use febrl::{Febrl, Linkage, Links, febrl4};
pub use records::person_records;
pub use report::{
    Alarms, Band, Candidates, Fit, Force, Kind, OperatingPoint, Probes, QuietPoint, Recall, Report,
    Threshold, Timing,
};
pub use run::{Options, Progress, Step, run};
pub use same::{SamePairs, same_pairs};

/// The word for a false name that no record carries.
pub const FALSE_NAME: &str = "false_name";
