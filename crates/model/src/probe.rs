//! What a search looks for: a person, a thing known by an identifier, or an organisation.
//! Text is as the asker wrote it; `linkage` normalises and checks it at the desk and again at each node.

use std::fmt;

use jiff::civil::Date;

use crate::IdentifierKind;
use crate::vocabulary::Sex;

/// One thing to look for. `Debug` shows the shape only: values searched for never reach a log.
#[derive(Clone, PartialEq, Eq)]
pub enum Probe {
    /// A person by name, birth date, postcode and sex.
    Person(PersonProbe),
    /// Whoever or whatever carries this identifier.
    Identifier(IdentifierProbe),
    /// An organisation by name.
    Organisation(OrganisationProbe),
}

/// A person as the asker knows them. At least a family name, or a given name with a birth date.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonProbe {
    /// Given names, separated by spaces; empty when not known.
    pub given_names: String,
    /// Family name; empty when not known.
    pub family_name: String,
    /// Birth date.
    pub dob: Option<Date>,
    /// Postcode, whole or outward part.
    pub postcode: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
}

/// An identifier as the asker wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentifierProbe {
    /// Its kind.
    pub kind: IdentifierKind,
    /// Its value.
    pub value: String,
}

/// An organisation as the asker knows it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct OrganisationProbe {
    /// Registered or trading name.
    pub name: String,
    /// Postcode, whole or outward part.
    pub postcode: Option<String>,
}

impl Probe {
    /// What is looked for, in one word fit for a log: `person`, `vrm`, `organisation`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Identifier(identifier) => identifier.kind.as_str(),
            Self::Organisation(_) => "organisation",
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Probe({}, …)", self.kind())
    }
}
