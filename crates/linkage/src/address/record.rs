//! A location's address reduced to what is compared, in a form that an index can store.
//! The same seam as for persons: owned parts, and a view over stored columns.

use std::fmt;

use super::text::read;
use crate::postcode::Postcode;

/// The columns of a location as its source holds them.
#[derive(Clone, Copy, Default)]
pub struct RawAddress<'a> {
    /// The address as one text.
    pub address: &'a str,
    /// The town.
    pub town: &'a str,
    /// Postcode; what is not one is ignored.
    pub postcode: Option<&'a str>,
}

/// An address, normalised. Every part is public, and is stored as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressRecord {
    /// Flat or unit.
    pub unit: Option<String>,
    /// House number: `12`, `12a` or `12-14`.
    pub number: Option<String>,
    /// Words of house name, street and town; empty where only the town is known.
    pub words: String,
    /// Postcode in normal form.
    pub postcode: Option<String>,
}

/// An [`AddressRecord`] borrowed from wherever its columns are stored.
#[derive(Clone, Copy)]
pub struct AddressView<'a> {
    /// As [`AddressRecord::unit`].
    pub unit: Option<&'a str>,
    /// As [`AddressRecord::number`].
    pub number: Option<&'a str>,
    /// As [`AddressRecord::words`].
    pub words: &'a str,
    /// As [`AddressRecord::postcode`].
    pub postcode: Option<&'a str>,
}

impl AddressRecord {
    /// Normalises a record. `None` where it holds neither postcode nor street.
    pub fn read(raw: &RawAddress<'_>) -> Option<Self> {
        let parts = read(raw.address);
        let postcode = raw.postcode.and_then(|raw| Postcode::parse(raw).ok()).or(parts.postcode);
        let mut words = parts.words;
        if !words.is_empty() {
            for word in read(raw.town).words {
                if !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        let known = !words.is_empty() || postcode.is_some();
        known.then(|| Self {
            unit: parts.unit,
            number: parts.number,
            words: words.join(" "),
            postcode: postcode.map(|postcode| postcode.to_string()),
        })
    }

    /// The record, borrowed.
    pub fn view(&self) -> AddressView<'_> {
        AddressView {
            unit: self.unit.as_deref(),
            number: self.number.as_deref(),
            words: &self.words,
            postcode: self.postcode.as_deref(),
        }
    }
}

impl fmt::Debug for AddressRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressRecord(…)")
    }
}

impl fmt::Debug for AddressView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressView(…)")
    }
}
