//! Linking persons: a subject, records, the keys they meet under, and the comparison.
//! Shipped weights hold for a force's records; counts of their names and training sharpen them.

mod born;
mod compare;
mod confidence;
mod dob;
mod explain;
mod facts;
mod frequency;
mod keys;
mod names;
mod nation;
mod posterior;
mod record;
mod same;
mod silence;
mod slip;
mod subject;
mod told;
mod train;
mod weights;

pub use compare::{Comparer, Weigher, compare, compare_view};
pub use confidence::Confidence;
pub use explain::{Step, Waterfall, explain};
pub use facts::Facts;
pub use frequency::{BadCounts, Borne, NameCounter, NameCounts, NumberedCounter};
pub use keys::{
    CANDIDATES_MAX, PROBE_KEYS_MAX, ProbeKey, RECORD_KEYS_MAX, followed, probe_keys, ranked_keys, record_keys,
};
pub use names::{NameTable, NumberedName};
pub use record::{NameForm, PersonRecord, PersonView, RawPerson};
pub use same::{SAME_FEATURES_MAX, same_features};
pub use subject::PersonSubject;
pub use told::{Candidates, MAY_DIFFER, told};
pub use train::{CandidateSet, TrainingReport, candidate_sets, random_pairs, train};
pub use weights::{BadWeights, Odds, Prior, Weights};

pub use crate::score::{Field, Level, MATCH_THRESHOLD, Part, Score};
