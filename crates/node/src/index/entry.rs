//! What the index keeps of a record: what is compared of it, normalised and read in place without copying, and the
//! record's own id for notices and referrals at home. The id never leaves. Persons are compared in [`super::people`].

use linkage::Identifier;
use linkage::address::{AddressRecord, AddressView};
use linkage::organisation::{OrganisationRecord, OrganisationView};
use model::vocabulary::EntityKind;
use model::{Dataset, IdentifierKind};
use serde::{Deserialize, Serialize};

/// A person: only what is told at home.
#[derive(Serialize, Deserialize)]
pub(super) struct PersonEntry<'a> {
    pub(super) home: &'a str,
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

/// An identifier. What it says of its holder is looked up when it is asked for.
#[derive(Serialize, Deserialize)]
pub(super) struct IdentifierEntry<'a> {
    /// Dataset and own id of the holder.
    pub(super) home: &'a str,
    kind: u8,
    value: &'a str,
}

impl<'a> IdentifierEntry<'a> {
    pub(super) fn new(home: &'a str, identifier: &'a Identifier) -> Self {
        Self { home, kind: identifier.kind() as u8, value: identifier.value() }
    }

    pub(super) fn kind(&self) -> Option<IdentifierKind> {
        word(IdentifierKind::ALL, self.kind)
    }

    pub(super) fn identifier(&self) -> Option<Identifier> {
        Some(Identifier::normal(self.kind()?, self.value))
    }

    pub(super) fn value(&self) -> &'a str {
        self.value
    }

    /// The dataset and the own id of what holds it.
    pub(super) fn holder(&self) -> Option<(Dataset, &'a str)> {
        let (dataset, id) = self.home.split_once('/')?;
        Some((dataset.parse().ok()?, id))
    }
}

/// A record that others may point to.
#[derive(Serialize, Deserialize)]
pub(super) struct RecordEntry<'a> {
    /// Its name, as [`super::referent::Name`] writes it.
    pub(super) name: [u8; 16],
    kind: Option<u8>,
    pub(super) year: Option<i16>,
    /// Of a vehicle.
    pub(super) make: Option<&'a str>,
    /// Of a vehicle.
    pub(super) colour: Option<&'a str>,
}

impl<'a> RecordEntry<'a> {
    pub(super) fn new(name: [u8; 16], kind: Option<EntityKind>, year: Option<i16>) -> Self {
        Self { name, kind: kind.map(|kind| kind as u8), year, make: None, colour: None }
    }

    /// With what a vehicle looks like.
    pub(super) fn looking(self, make: Option<&'a str>, colour: Option<&'a str>) -> Self {
        let said = |word: Option<&'a str>| word.map(str::trim).filter(|word| !word.is_empty());
        Self { make: said(make), colour: said(colour), ..self }
    }

    pub(super) fn kind(&self) -> Option<EntityKind> {
        self.kind.and_then(|place| word(EntityKind::ALL, place))
    }
}

/// Dataset and name of a record at one end of a link.
type End = (Dataset, [u8; 16]);

/// A link between two records.
#[derive(Serialize, Deserialize)]
pub(super) struct LinkEntry {
    /// Dataset and name of both ends.
    ends: [(u8, [u8; 16]); 2],
}

impl LinkEntry {
    pub(super) fn new(from: (Dataset, [u8; 16]), to: (Dataset, [u8; 16])) -> Self {
        Self { ends: [from, to].map(|(dataset, name)| (dataset as u8, name)) }
    }

    /// Both ways along it: from where, and to where.
    pub(super) fn ways(&self) -> Option<[[End; 2]; 2]> {
        let end = |(dataset, name): (u8, [u8; 16])| Some((word(Dataset::ALL, dataset)?, name));
        let [from, to] = self.ends.map(end);
        let (from, to) = (from?, to?);
        Some([[from, to], [to, from]])
    }
}

fn word<W: Copy>(list: &[W], place: u8) -> Option<W> {
    list.get(usize::from(place)).copied()
}
