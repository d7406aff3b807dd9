//! Linking organisations: names without their legal form, compared as words and as spelling.
//! Smaller than persons: a name, perhaps a postcode.

mod compare;
mod keys;
mod name;
mod record;
mod subject;
mod words;

pub use compare::{compare, compare_view};
pub use keys::{KEYS_MAX, probe_keys, record_keys};
pub use name::organisation_name;
pub use record::{OrganisationRecord, OrganisationView, RawOrganisation};
pub use subject::OrganisationSubject;
