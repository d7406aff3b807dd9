//! Decides and discloses: Cedar decisions over handling labels, statistical disclosure control.
//! Pure: files, time and randomness are handed in, and nothing here knows the wire or the engine.
//!
//! Modules stand in the order in which a question meets them. A [`Bundle`] is a force's policy, checked. A
//! [`Policy`] authorises a question into a [`Permit`]; the node writes what it found into [`Findings`] that only
//! this crate can read; the permit and the findings are spent on one [`Release`], the one thing that may leave.

pub mod bundle;
pub mod custody;
pub mod policy;

pub mod account;
pub mod budget;
pub mod denial;
pub mod explain;
pub mod permit;

pub mod entities;
pub mod findings;
pub mod history;
pub mod kept;
pub mod noise;
pub mod release;
pub mod tag;
pub mod usage;

pub mod cases;
pub mod difference;
pub mod lint;
pub mod noised;
pub mod replay;
pub mod situation;
pub mod walkthrough;

mod classes;
mod codes;
mod decide;
mod disclose;
mod facts;
mod lists;
mod marks;
mod meaning;
mod memory;
mod part;
mod shares;
mod terms;
mod variety;

pub use account::Account;
pub use budget::{Charge, Charged};
pub use bundle::{Bundle, BundleError, BundleFiles};
pub use cases::CaseResult;
pub use denial::{Alert, Denial};
pub use difference::Difference;
pub use entities::{EntitySet, EntitySets};
pub use explain::Explanation;
pub use findings::{Counted, Entities, Facet, Findings, Linked, Match};
pub use history::{BadTold, History, Past, Remembered, Told};
pub use kept::Kept;
pub use noise::Noise;
pub use noised::Noised;
pub use permit::Permit;
pub use policy::Policy;
pub use release::{HomeRecord, HomeReferral, Notice, Release, ReleaseSummary};
pub use shares::Share;
pub use situation::Situation;
pub use tag::{BadTagKey, TagKey, Tagging};
pub use usage::Usage;
pub use walkthrough::Walkthrough;
