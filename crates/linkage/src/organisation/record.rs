//! An organisation's record reduced to what is compared, in a form that an index can store.
//! The same seam as for persons: owned parts, and a view over stored columns.

use std::fmt;

use super::name::names;
use crate::postcode::Postcode;

/// Names kept of one record.
const NAMES_MAX: usize = 8;

/// The columns of an organisation's record as its source holds them.
#[derive(Clone, Copy, Default)]
pub struct RawOrganisation<'a> {
    /// Registered or trading name.
    pub name: &'a str,
    /// Other names.
    pub aliases: &'a [&'a str],
    /// Postcode; what is not one is ignored.
    pub postcode: Option<&'a str>,
}

/// An organisation's record, normalised. Every part is public, and is stored as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct OrganisationRecord {
    /// Names in normal form, one a line.
    pub names: String,
    /// Postcode in normal form.
    pub postcode: Option<String>,
}

/// An [`OrganisationRecord`] borrowed from wherever its columns are stored.
#[derive(Clone, Copy)]
pub struct OrganisationView<'a> {
    /// As [`OrganisationRecord::names`].
    pub names: &'a str,
    /// As [`OrganisationRecord::postcode`].
    pub postcode: Option<&'a str>,
}

impl OrganisationRecord {
    /// Normalises a record. Never refuses: what can't be read is left out.
    pub fn read(raw: &RawOrganisation<'_>) -> Self {
        let mut kept: Vec<String> = Vec::new();
        for name in std::iter::once(raw.name).chain(raw.aliases.iter().copied()).flat_map(names) {
            if kept.len() < NAMES_MAX && !kept.contains(&name) {
                kept.push(name);
            }
        }
        let postcode = raw.postcode.and_then(|raw| Postcode::parse(raw).ok());
        Self { names: kept.join("\n"), postcode: postcode.map(|postcode| postcode.to_string()) }
    }

    /// The record, borrowed.
    pub fn view(&self) -> OrganisationView<'_> {
        OrganisationView { names: &self.names, postcode: self.postcode.as_deref() }
    }
}

impl<'a> OrganisationView<'a> {
    /// The names, the record's own first.
    pub fn name_forms(self) -> impl Iterator<Item = &'a str> {
        self.names.split('\n').filter(|name| !name.is_empty())
    }
}

impl fmt::Debug for OrganisationRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrganisationRecord(…)")
    }
}

impl fmt::Debug for OrganisationView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrganisationView(…)")
    }
}
