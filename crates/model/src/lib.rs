//! The vocabulary: forces, purposes, probes, questions, granularity, answers, coverage, labels, schema.
//!
//! Plain values without clock, disk or network. Everything else in the workspace depends on this crate and this
//! crate depends on nothing here. Modules stand in reading order: who asks, what is asked, of which records, and
//! what comes back.

pub mod vocabulary;

pub mod force;
pub mod name;
pub mod principal;

pub mod granularity;
pub mod identifier;
pub mod probe;
pub mod tabulation;

pub mod canonical;
pub mod delegation;
pub mod filter;
pub mod question;

pub mod label;
pub mod path;
pub mod schema;
mod searched;

pub mod answer;
mod birth;
pub mod confidence;
pub mod coverage_json;
pub mod mechanism;
pub mod ranks;
pub mod refusal;
pub mod reply;
pub mod same;
pub mod spread;
pub mod told;

pub mod complaint;
pub mod config;
pub mod nearest;

pub use answer::{BatchAnswer, Coverage, ForceCoverage, Outcome, SearchAnswer, TableAnswer};
pub use canonical::Canonical;
pub use complaint::Complaint;
pub use confidence::{Probability, Yardstick};
pub use delegation::{Delegation, DelegationId, Uncovered};
pub use filter::Filter;
pub use force::ForceId;
pub use granularity::Granularity;
pub use identifier::IdentifierKind;
pub use label::{Label, LabelId, LabelTable};
pub use mechanism::{Distribution, Margin, Mechanism};
pub use name::{Name, Role};
pub use path::Path;
pub use principal::{Delegated, Principal, Standing, Unit};
pub use probe::Probe;
pub use question::{Ask, Circumstances, Pressing, Question, QuestionId, Search};
pub use refusal::Refusal;
pub use reply::{Cell, CountBand, LinkedLine, MatchLine, Reply, SearchReply, SubjectReply, TableReply};
pub use same::{PersonTags, SameBy, SamePerson};
pub use schema::Dataset;
pub use spread::Spread;
pub use tabulation::{Dimension, Grain, Measure, Tabulation};
pub use vocabulary::Purpose;
