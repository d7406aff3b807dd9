//! A person as looked for: checked, normalised, and made ready to be compared with many records.
//! The least a probe must say is a family name, or a given name with a birth date.

use std::fmt;

use jiff::civil::Date;
use model::Complaint;
use model::probe::PersonProbe;
use model::vocabulary::Sex;

use super::frequency::NameFrequencies;
use crate::name::{self, Prepared};
use crate::postcode::Postcode;
use crate::subject::{bounded, postcode};

/// A person to look for. `Debug` shows which fields are given, never what they hold.
#[derive(Clone)]
pub struct PersonSubject {
    pub(super) given: Prepared,
    pub(super) family: Prepared,
    pub(super) dob: Option<Date>,
    pub(super) postcode: Option<Postcode>,
    pub(super) sex: Option<Sex>,
    /// How common the names are, where known.
    pub(super) given_share: Option<f64>,
    pub(super) family_share: Option<f64>,
}

impl PersonSubject {
    /// Weighs agreement on the names by how common they are among the records to be searched.
    #[must_use]
    pub fn weighed_by(mut self, frequencies: &impl NameFrequencies) -> Self {
        self.given_share = self.given.tokens().first().and_then(|token| frequencies.given(&token.text));
        self.family_share = frequencies.family(self.family.text()).filter(|_| !self.family.is_empty());
        self
    }
}

impl TryFrom<&PersonProbe> for PersonSubject {
    type Error = Complaint;

    fn try_from(probe: &PersonProbe) -> Result<Self, Complaint> {
        bounded("probe.given_names", &probe.given_names)?;
        bounded("probe.family_name", &probe.family_name)?;
        let given = name::given_names(&probe.given_names);
        let family = name::family_name(&probe.family_name);
        for (field, raw, read) in [
            ("probe.given_names", &probe.given_names, &given),
            ("probe.family_name", &probe.family_name, &family),
        ] {
            if read.is_empty() && !raw.trim().is_empty() {
                return Err(Complaint::new(
                    field,
                    "holds no name: give at least one letter, or leave it empty",
                ));
            }
        }
        if let Some(dob) = probe.dob
            && !(1900..2100).contains(&dob.year())
        {
            return Err(Complaint::new("probe.dob", "must be a date from 1900 to 2099, such as 1984-02-29"));
        }
        if family.is_empty() && (given.len() < 2 || probe.dob.is_none()) {
            return Err(Complaint::new(
                "probe.family_name",
                "is needed, or else a given name of two letters or more with a birth date",
            ));
        }
        if given.is_empty() && probe.dob.is_none() && family.len() < 2 {
            return Err(Complaint::new(
                "probe.family_name",
                "alone must have at least two letters: add a given name",
            ));
        }
        Ok(Self {
            given: Prepared::new(given),
            family: Prepared::new(family),
            dob: probe.dob,
            postcode: postcode(probe.postcode.as_deref())?,
            sex: probe.sex,
            given_share: None,
            family_share: None,
        })
    }
}

impl fmt::Debug for PersonSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = [
            ("given names", !self.given.is_empty()),
            ("family name", !self.family.is_empty()),
            ("birth date", self.dob.is_some()),
            ("postcode", self.postcode.is_some()),
            ("sex", self.sex.is_some()),
        ];
        f.debug_list().entries(given.iter().filter(|(_, given)| *given).map(|(field, _)| field)).finish()
    }
}
