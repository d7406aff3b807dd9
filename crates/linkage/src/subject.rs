//! What a checked probe looks for. The desk and every node build it, so a bad probe is refused before it is sent.
//! Complaints speak of the probe's fields; values searched for are never repeated, not even in `Debug`.

use std::fmt;

use model::{Complaint, Probe};

pub use crate::address::AddressSubject;
pub use crate::organisation::OrganisationSubject;
pub use crate::partial::PartialSubject;
pub use crate::person::PersonSubject;

use crate::identifier::Identifier;
use crate::postcode::{Postcode, is_foreign};

/// The longest text that a probe may hold in one field, in characters.
pub const TEXT_CHARS_MAX: usize = 200;

/// Something to look for, normalised and checked.
#[expect(clippy::large_enum_variant, reason = "one is built per question, and moved once")]
#[derive(Clone)]
pub enum Subject {
    /// A person.
    Person(PersonSubject),
    /// Whoever or whatever carries an identifier.
    Identifier(Identifier),
    /// An organisation.
    Organisation(OrganisationSubject),
    /// Whatever carries an identifier that is known in part.
    Partial(PartialSubject),
    /// A place.
    Address(AddressSubject),
}

impl TryFrom<&Probe> for Subject {
    type Error = Complaint;

    fn try_from(probe: &Probe) -> Result<Self, Complaint> {
        match probe {
            Probe::Person(person) => PersonSubject::try_from(person).map(Self::Person),
            Probe::Identifier(identifier) => {
                Identifier::parse(identifier.kind, &identifier.value).map(Self::Identifier)
            }
            Probe::Organisation(organisation) => {
                OrganisationSubject::try_from(organisation).map(Self::Organisation)
            }
            Probe::Partial(partial) => PartialSubject::try_from(partial).map(Self::Partial),
            Probe::Address(address) => AddressSubject::try_from(address).map(Self::Address),
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(_) => f.write_str("Subject(person, …)"),
            Self::Identifier(identifier) => write!(f, "Subject({}, …)", identifier.kind()),
            Self::Organisation(_) => f.write_str("Subject(organisation, …)"),
            Self::Partial(partial) => write!(f, "Subject({} in part, …)", partial.kind()),
            Self::Address(_) => f.write_str("Subject(address, …)"),
        }
    }
}

/// Refuses a field that is too long.
pub(crate) fn bounded(field: &str, text: &str) -> Result<(), Complaint> {
    match text.chars().nth(TEXT_CHARS_MAX) {
        Some(_) => Err(Complaint::new(field, "is longer than 200 characters: shorten it")),
        None => Ok(()),
    }
}

/// Reads a probe's postcode; empty text and postcodes of other countries mean none.
pub(crate) fn postcode(raw: Option<&str>) -> Result<Option<Postcode>, Complaint> {
    let Some(raw) = raw.map(str::trim).filter(|raw| !raw.is_empty()) else { return Ok(None) };
    match Postcode::parse(raw) {
        Ok(postcode) => Ok(Some(postcode)),
        Err(_) if is_foreign(raw) => Ok(None),
        Err(why) => Err(Complaint::new("probe.postcode", why.to_string())),
    }
}
