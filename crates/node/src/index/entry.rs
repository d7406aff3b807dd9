//! What the index keeps of a record: its normalised comparison columns, read in place without copying, and the
//! record's own id for notices and referrals at home. The id never leaves.

use jiff::civil::Date;
use linkage::Identifier;
use linkage::address::{AddressRecord, AddressView};
use linkage::organisation::{OrganisationRecord, OrganisationView};
use linkage::partial::PartialView;
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

/// A location's address.
#[derive(Serialize, Deserialize)]
pub(super) struct AddressEntry<'a> {
    pub(super) home: &'a str,
    unit: Option<&'a str>,
    number: Option<&'a str>,
    words: &'a str,
    postcode: Option<&'a str>,
}

impl<'a> AddressEntry<'a> {
    pub(super) fn new(home: &'a str, address: &'a AddressRecord) -> Self {
        let AddressView { unit, number, words, postcode } = address.view();
        Self { home, unit, number, words, postcode }
    }

    pub(super) fn view(&self) -> AddressView<'a> {
        AddressView { unit: self.unit, number: self.number, words: self.words, postcode: self.postcode }
    }
}

/// An identifier.
#[derive(Serialize, Deserialize)]
pub(super) struct IdentifierEntry<'a> {
    pub(super) home: &'a str,
    kind: u8,
    value: &'a str,
    pub(super) holder: Option<Holder>,
    #[serde(borrow)]
    description: Description<'a>,
}

/// What the vehicle that holds an identifier looks like.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Description<'a> {
    pub(super) make: Option<&'a str>,
    pub(super) colour: Option<&'a str>,
}

impl<'a> IdentifierEntry<'a> {
    pub(super) fn new(
        home: &'a str,
        identifier: &'a Identifier,
        holder: Option<Holder>,
        description: Description<'a>,
    ) -> Self {
        Self { home, kind: identifier.kind() as u8, value: identifier.value(), holder, description }
    }

    pub(super) fn identifier(&self) -> Option<Identifier> {
        Some(Identifier::normal(word(IdentifierKind::ALL, self.kind)?, self.value))
    }

    pub(super) fn view(&self) -> Option<PartialView<'a>> {
        let Description { make, colour } = self.description;
        Some(PartialView { kind: word(IdentifierKind::ALL, self.kind)?, value: self.value, make, colour })
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
