//! What a search looks for: a person, a thing known by an identifier or by a part of one, an organisation, a place.
//! Text is as the asker wrote it; `linkage` normalises and checks it at the desk and again at each node.

use std::fmt;

use jiff::civil::Date;

use crate::IdentifierKind;
use crate::vocabulary::{Sex, vocabulary};

/// One thing to look for. `Debug` shows the shape only: values searched for never reach a log.
#[derive(Clone, PartialEq, Eq)]
pub enum Probe {
    /// A person by name, birth date, postcode, sex and nationality.
    Person(PersonProbe),
    /// Whoever or whatever carries this identifier.
    Identifier(IdentifierProbe),
    /// An organisation by name.
    Organisation(OrganisationProbe),
    /// Whatever carries an identifier that is known in part.
    Partial(PartialProbe),
    /// A place by its address.
    Address(AddressProbe),
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
    /// Where the birth date is not known to the day: the days between which it lies.
    pub born: Option<Born>,
    /// Postcode, whole or outward part.
    pub postcode: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality: a country, its people or its code; several with `/` between them.
    pub nationality: Option<String>,
}

/// The first and the last day on which somebody may have been born: a month, a year, or what an apparent age leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Born {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
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

/// An identifier as far as the asker knows it: a mark half seen, the last digits of a number.
#[derive(Clone, PartialEq, Eq)]
pub struct PartialProbe {
    /// Its kind.
    pub kind: IdentifierKind,
    /// What is known of its value: `?` stands for one unknown character, `*` for any number of them.
    pub pattern: String,
    /// Make of the vehicle that carries it.
    pub make: Option<String>,
    /// Colour of the vehicle that carries it.
    pub colour: Option<String>,
}

/// An address as the asker knows it. A unique property reference number is an identifier.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct AddressProbe {
    /// Postcode, whole or outward part.
    pub postcode: Option<String>,
    /// House number or name, with the flat where there is one.
    pub number: Option<String>,
    /// The address as one text.
    pub text: Option<String>,
}

vocabulary! {
    /// How well the asker knows what a probe looks for. A policy may forbid what is asked with too little in hand.
    Known is "extent of what is known" {
        /// As a whole: a name, an address, an identifier with all its characters.
        Whole = "whole",
        /// In part: a pattern that many identifiers fit.
        Part = "part",
    }
}

impl Probe {
    /// How well the asker knows it.
    pub fn known(&self) -> Known {
        match self {
            Self::Partial(_) => Known::Part,
            Self::Person(_) | Self::Identifier(_) | Self::Organisation(_) | Self::Address(_) => Known::Whole,
        }
    }

    /// What is looked for, in one word fit for a log: `person`, `vrm`, `organisation`, `address`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Identifier(identifier) => identifier.kind.as_str(),
            Self::Organisation(_) => "organisation",
            Self::Partial(partial) => partial.kind.as_str(),
            Self::Address(_) => "address",
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Probe({}, …)", self.kind())
    }
}
