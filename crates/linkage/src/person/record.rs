//! A person's record reduced to what is compared, in a form that an index can store column by column.
//! Stored columns are compared in place through [`PersonView`], without building the record again.

use std::fmt;

use jiff::civil::Date;
use model::vocabulary::{DobPrecision, Sex};

use super::facts::Facts;
use crate::name;
use crate::nationality::Nationality;
use crate::postcode::Postcode;

/// Name forms kept of one record.
const FORMS_MAX: usize = 12;

/// The columns of a person's record as its source holds them.
#[derive(Clone, Copy, Default)]
pub struct RawPerson<'a> {
    /// Given names.
    pub given_names: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// Other names, each `Given Family`, `Family, Given` or a single name.
    pub aliases: &'a [&'a str],
    /// Birth date.
    pub dob: Option<Date>,
    /// How exactly it is known; to the day when not said.
    pub dob_precision: Option<DobPrecision>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality, by country, people or code; what is not known is ignored.
    pub nationality: Option<&'a str>,
    /// Postcode, whole or outward part; what is not a postcode is ignored.
    pub postcode: Option<&'a str>,
}

/// A person's record, normalised. Every part is public, and is stored as it is.
#[derive(Clone, PartialEq)]
pub struct PersonRecord {
    /// Name forms, one a line: given names, a tab, family name. Written by [`PersonRecord::read`].
    pub names: String,
    /// Birth date.
    pub dob: Option<Date>,
    /// How exactly it is known.
    pub dob_precision: DobPrecision,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality.
    pub nationality: Option<Nationality>,
    /// Postcode in normal form, as [`Postcode::as_str`] gives it.
    pub postcode: Option<String>,
}

/// A [`PersonRecord`] borrowed from wherever its columns are stored.
#[derive(Clone, Copy)]
pub struct PersonView<'a> {
    /// As [`PersonRecord::names`].
    pub names: &'a str,
    /// Birth date.
    pub dob: Option<Date>,
    /// How exactly it is known.
    pub dob_precision: DobPrecision,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality.
    pub nationality: Option<Nationality>,
    /// As [`PersonRecord::postcode`].
    pub postcode: Option<&'a str>,
}

/// One way in which a person is named, in normal form. Either part may be empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NameForm<'a> {
    /// Given names.
    pub given: &'a str,
    /// Family name.
    pub family: &'a str,
}

impl PersonRecord {
    /// Normalises a record. Never refuses: what can't be read is left out.
    pub fn read(raw: &RawPerson<'_>) -> Self {
        let (given, family) = (name::given_names(raw.given_names), name::family_name(raw.family_name));
        let mut forms: Vec<(String, String)> = Vec::with_capacity(1 + raw.aliases.len().min(FORMS_MAX));
        for alias in raw.aliases {
            let (alias_given, alias_family) = name::alias(alias);
            // A single name stands beside the family name on record.
            let alias_family = if alias_family.is_empty() { family.clone() } else { alias_family };
            forms.push((alias_given, alias_family));
        }
        forms.insert(0, (given, family));
        let mut names = String::new();
        let mut seen: Vec<&(String, String)> = Vec::new();
        for form in forms.iter().filter(|(given, family)| !given.is_empty() || !family.is_empty()) {
            if seen.len() < FORMS_MAX && !seen.contains(&form) {
                let line_end = if seen.is_empty() { "" } else { "\n" };
                names.extend([line_end, &form.0, "\t", &form.1]);
                seen.push(form);
            }
        }
        let postcode = raw.postcode.and_then(|raw| Postcode::parse(raw).ok());
        Self {
            names,
            // Nobody was born before the year 0, and a stored date has no sign.
            dob: raw.dob.filter(|dob| dob.year() >= 0),
            dob_precision: raw.dob_precision.unwrap_or(DobPrecision::Day),
            sex: raw.sex,
            nationality: raw.nationality.and_then(Nationality::of_record),
            postcode: postcode.map(|postcode| postcode.to_string()),
        }
    }

    /// The record that an index stored as its name forms, none of them empty, and facts.
    pub fn stored<'a>(forms: impl Iterator<Item = NameForm<'a>>, facts: Facts) -> Self {
        let mut names = String::new();
        for NameForm { given, family } in forms {
            let line_end = if names.is_empty() { "" } else { "\n" };
            names.extend([line_end, given, "\t", family]);
        }
        Self {
            names,
            dob: facts.dob(),
            dob_precision: facts.dob_precision(),
            sex: facts.sex(),
            nationality: facts.nationality(),
            postcode: facts.postcode(),
        }
    }

    /// The record, borrowed.
    pub fn view(&self) -> PersonView<'_> {
        PersonView {
            names: &self.names,
            dob: self.dob,
            dob_precision: self.dob_precision,
            sex: self.sex,
            nationality: self.nationality,
            postcode: self.postcode.as_deref(),
        }
    }

    /// The ways in which the person is named, the record's own first.
    pub fn name_forms(&self) -> impl Iterator<Item = NameForm<'_>> {
        self.view().name_forms()
    }
}

impl<'a> PersonView<'a> {
    /// The ways in which the person is named, the record's own first.
    pub fn name_forms(self) -> impl Iterator<Item = NameForm<'a>> {
        self.names
            .split('\n')
            .filter_map(|line| line.split_once('\t'))
            .map(|(given, family)| NameForm { given, family })
    }

    /// The record, owned.
    pub fn to_record(self) -> PersonRecord {
        PersonRecord {
            names: self.names.to_owned(),
            dob: self.dob,
            dob_precision: self.dob_precision,
            sex: self.sex,
            nationality: self.nationality,
            postcode: self.postcode.map(str::to_owned),
        }
    }
}

impl<'a> From<&'a PersonRecord> for PersonView<'a> {
    fn from(record: &'a PersonRecord) -> Self {
        record.view()
    }
}

impl fmt::Debug for PersonRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonRecord(…)")
    }
}

impl fmt::Debug for PersonView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonView(…)")
    }
}

impl fmt::Debug for NameForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameForm(…)")
    }
}
