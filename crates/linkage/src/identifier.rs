//! Identifiers: normalise and check each kind, so that a typo is caught at the desk and leaks nothing.
//! A probe must pass its check; a record that fails it is still indexed, and flagged for the force's own report.

mod account;
mod check;
mod company;
mod document;
pub mod generate;
mod iban_lengths;
mod kin;
mod mobile;
mod nino;
mod online;
mod place;
mod police;
mod reading;
mod telephone;
mod vehicle;
mod wallet;

use std::fmt;

use model::{Complaint, IdentifierKind};

pub use document::{LicenceHolder, check_holder};
pub use police::CENTURY_PIVOT;
pub(crate) use reading::compact;
pub(crate) use vehicle::SHAPES as MARK_SHAPES;

use crate::hash::KeyHasher;
use reading::{Fault, Reading};

/// The longest raw value that is read, in characters.
pub const VALUE_CHARS_MAX: usize = 200;

/// An identifier in its normal form. Equal identifiers name the same thing; `Debug` shows the kind only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

/// An identifier as a record holds it: indexed under its normal form even when its check fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordIdentifier {
    /// What to index.
    pub identifier: Identifier,
    /// Whether the value misses its kind's shape or check; ingest counts these.
    pub failed_check: bool,
}

impl Identifier {
    /// Reads what an asker wrote. The complaint names the kind, says what is wrong and how to mend it, and never
    /// repeats the value.
    pub fn parse(kind: IdentifierKind, raw: &str) -> Result<Self, Complaint> {
        if raw.chars().nth(VALUE_CHARS_MAX).is_some() {
            return Err(Complaint::new(kind.as_str(), "is longer than 200 characters: give one value"));
        }
        match read(kind, raw) {
            Ok(value) => Ok(Self { kind, value }),
            Err(fault) => Err(Complaint::new(kind.as_str(), fault.why)),
        }
    }

    /// Reads what a record holds. Never refuses: a value that fails its check is kept under its normalised text.
    /// `None` when nothing is left to index.
    pub fn of_record(kind: IdentifierKind, raw: &str) -> Option<RecordIdentifier> {
        let (value, failed_check) = match raw.chars().nth(VALUE_CHARS_MAX) {
            Some(_) => (reading::remains(raw), true),
            None => match read(kind, raw) {
                Ok(value) => (value, false),
                Err(Fault { nearest: Some(value), .. }) => (value, true),
                Err(Fault { nearest: None, .. }) => (reading::remains(raw), true),
            },
        };
        let identifier = Self { kind, value };
        (!identifier.value.is_empty()).then_some(RecordIdentifier { identifier, failed_check })
    }

    /// An identifier whose normal form is known already, as an index keeps it.
    pub fn normal(kind: IdentifierKind, value: &str) -> Self {
        Self { kind, value: value.to_owned() }
    }

    /// The kind.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The normalised value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// A stable 64-bit key of kind and value, for an index: equal on every platform and in every version.
    pub fn key(&self) -> u64 {
        KeyHasher::new(b'#').text(self.kind.as_str()).text(&self.value).finish()
    }

    /// What a Great Britain driving licence number says about its holder; `None` for every other identifier.
    pub fn licence_holder(&self) -> Option<LicenceHolder> {
        match self.kind {
            IdentifierKind::DrivingLicence => LicenceHolder::of(&self.value),
            _ => None,
        }
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({}, …)", self.kind)
    }
}

fn read(kind: IdentifierKind, raw: &str) -> Reading {
    match kind {
        IdentifierKind::PncId => police::pnc_id(raw),
        IdentifierKind::Cro => police::cro(raw),
        IdentifierKind::Nino => nino::nino(raw),
        IdentifierKind::Vrm => vehicle::vrm(raw),
        IdentifierKind::Vin => vehicle::vin(raw),
        IdentifierKind::Phone => telephone::phone(raw),
        IdentifierKind::Imei => telephone::imei(raw),
        IdentifierKind::Iban => account::iban(raw),
        IdentifierKind::UkAccount => account::uk_account(raw),
        IdentifierKind::Email => online::email(raw),
        IdentifierKind::Handle => online::handle(raw),
        IdentifierKind::Wallet => wallet::wallet(raw),
        IdentifierKind::Uprn => place::uprn(raw),
        IdentifierKind::Postcode => place::postcode(raw),
        IdentifierKind::Passport => document::passport(raw),
        IdentifierKind::DrivingLicence => document::driving_licence(raw),
        IdentifierKind::CompanyNumber => company::company_number(raw),
    }
}
