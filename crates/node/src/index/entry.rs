//! What the index keeps of a record: its normalised comparison columns, read in place without copying, and the
//! record's own id for notices and referrals at home. The id never leaves.

use jiff::civil::Date;
use linkage::organisation::{OrganisationRecord, OrganisationView};
use linkage::person::{PersonRecord, PersonView};
use model::IdentifierKind;
use model::vocabulary::{DobPrecision, EntityKind, Sex};
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize)]
pub(super) struct PersonEntry<'a> {
    pub(super) home: &'a str,
    names: &'a str,
    dob: Option<(i16, i8, i8)>,
    dob_precision: u8,
    sex: Option<u8>,
    postcode: Option<&'a str>,
}

impl<'a> PersonEntry<'a> {
    pub(super) fn new(home: &'a str, person: &'a PersonRecord) -> Self {
        Self {
            home,
            names: &person.names,
            dob: person.dob.map(|dob| (dob.year(), dob.month(), dob.day())),
            dob_precision: person.dob_precision as u8,
            sex: person.sex.map(|sex| sex as u8),
            postcode: person.postcode.as_deref(),
        }
    }

    pub(super) fn view(&self) -> PersonView<'a> {
        PersonView {
            names: self.names,
            dob: self.dob.and_then(|(year, month, day)| Date::new(year, month, day).ok()),
            dob_precision: word(DobPrecision::ALL, self.dob_precision).unwrap_or(DobPrecision::Estimated),
            sex: self.sex.and_then(|place| word(Sex::ALL, place)),
            postcode: self.postcode,
        }
    }
}

/// An organisation.
#[derive(Serialize, Deserialize)]
pub(super) struct OrganisationEntry<'a> {
    pub(super) home: &'a str,
    names: &'a str,
    postcode: Option<&'a str>,
}

impl<'a> OrganisationEntry<'a> {
    pub(super) fn new(home: &'a str, organisation: &'a OrganisationRecord) -> Self {
        Self { home, names: &organisation.names, postcode: organisation.postcode.as_deref() }
    }

    pub(super) fn view(&self) -> OrganisationView<'a> {
        OrganisationView { names: self.names, postcode: self.postcode }
    }
}

/// An identifier.
#[derive(Serialize, Deserialize)]
pub(super) struct IdentifierEntry<'a> {
    pub(super) home: &'a str,
    kind: u8,
    pub(super) value: &'a str,
    pub(super) holder: Option<Holder>,
}

impl<'a> IdentifierEntry<'a> {
    pub(super) fn new(home: &'a str, kind: IdentifierKind, value: &'a str, holder: Option<Holder>) -> Self {
        Self { home, kind: kind as u8, value, holder }
    }

    pub(super) fn kind(&self) -> Option<IdentifierKind> {
        word(IdentifierKind::ALL, self.kind)
    }
}

/// What holds an identifier.
#[derive(Serialize, Deserialize)]
pub(super) struct Holder {
    /// The entity, as [`super::facets::owner`] names it.
    pub(super) owner: u64,
    kind: Option<u8>,
    /// The labels of all its rows: a silent holder makes its identifiers silent.
    pub(super) labels: Vec<u32>,
}

impl Holder {
    pub(super) fn new(owner: u64, kind: Option<EntityKind>, labels: Vec<u32>) -> Self {
        Self { owner, kind: kind.map(|kind| kind as u8), labels }
    }

    pub(super) fn kind(&self) -> Option<EntityKind> {
        self.kind.and_then(|place| word(EntityKind::ALL, place))
    }
}

fn word<W: Copy>(list: &[W], place: u8) -> Option<W> {
    list.get(usize::from(place)).copied()
}
