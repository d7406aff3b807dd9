//! Linking persons: a subject, records, the keys they meet under, and the comparison.
//! Default weights hold for a force's records; name frequencies sharpen them.

mod compare;
mod dob;
mod frequency;
mod keys;
mod record;
mod subject;
mod weights;

pub use compare::{compare, compare_view};
pub use frequency::NameFrequencies;
pub use keys::{
    CANDIDATES_MAX, PROBE_KEYS_MAX, ProbeKey, RECORD_KEYS_MAX, candidates, probe_keys, ranked_keys,
    record_keys,
};
pub use record::{NameForm, PersonRecord, PersonView, RawPerson};
pub use subject::PersonSubject;

pub use crate::score::{Field, Level, MATCH_THRESHOLD, Part, Score};
