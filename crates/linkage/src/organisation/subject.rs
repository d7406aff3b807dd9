//! An organisation as looked for: checked and normalised.
//! The least a probe must say is a name of two letters or more.

use std::fmt;

use model::Complaint;
use model::probe::OrganisationProbe;

use super::name::names;
use crate::postcode::Postcode;
use crate::subject::{bounded, postcode};

/// An organisation to look for. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct OrganisationSubject {
    pub(super) names: Vec<String>,
    pub(super) postcode: Option<Postcode>,
}

impl TryFrom<&OrganisationProbe> for OrganisationSubject {
    type Error = Complaint;

    fn try_from(probe: &OrganisationProbe) -> Result<Self, Complaint> {
        bounded("probe.name", &probe.name)?;
        let names = names(&probe.name);
        if names.iter().all(|name| name.len() < 2) {
            return Err(Complaint::new(
                "probe.name",
                "is needed: at least two letters of the organisation's name",
            ));
        }
        Ok(Self { names, postcode: postcode(probe.postcode.as_deref())? })
    }
}

impl fmt::Debug for OrganisationSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrganisationSubject(…)")
    }
}
