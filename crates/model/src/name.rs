//! The name in a certificate: `spiffe://bluelamp/force/<force>/<role>/<id>`, exactly one per certificate.

use std::fmt;
use std::str::FromStr;

use crate::vocabulary::vocabulary;
use crate::{Complaint, ForceId};

vocabulary! {
    /// What the holder of a certificate may do.
    Role is "role" {
        /// Serves a force's own records.
        Node = "node",
        /// Fans questions out and merges replies.
        Coordinator = "coordinator",
        /// Asks questions and signs them.
        Analyst = "analyst",
        /// Owns a force's policy and signs it. Never stands at an end of a connection.
        Custodian = "custodian",
    }
}

/// A name: which force vouches, for whom, in which role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name {
    force: ForceId,
    role: Role,
    id: String,
}

const PREFIX: &str = "spiffe://bluelamp/force/";

impl Name {
    /// A name in `force`; `id` is 1 to 32 letters, digits, dots or hyphens.
    pub fn new(force: ForceId, role: Role, id: &str) -> Result<Self, Complaint> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        if id.is_empty() || id.len() > 32 || !id.bytes().all(plain) {
            return Err(Complaint::new(
                "name",
                "the last part must be 1 to 32 letters, digits, dots or hyphens, such as 7",
            ));
        }
        Ok(Self { force, role, id: id.to_owned() })
    }

    /// The force whose authority vouches for this name.
    pub fn force(&self) -> &ForceId {
        &self.force
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The part that tells holders of one role apart.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl FromStr for Name {
    type Err = Complaint;

    fn from_str(uri: &str) -> Result<Self, Complaint> {
        let shape = || {
            Complaint::new("name", format!("must be {PREFIX}<force>/<role>/<id>, such as {PREFIX}mps/node/1"))
        };
        let rest = uri.strip_prefix(PREFIX).ok_or_else(shape)?;
        let mut parts = rest.split('/');
        let (Some(force), Some(role), Some(id), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(shape());
        };
        let role = role.parse::<Role>().map_err(|e| Complaint::new("name", e.to_string()))?;
        Self::new(force.parse()?, role, id)
    }
}

impl TryFrom<String> for Name {
    type Error = Complaint;

    fn try_from(text: String) -> Result<Self, Complaint> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}/{}/{}", self.force, self.role, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn names_round_trip_and_other_uris_are_refused() {
        let uri = "spiffe://bluelamp/force/mps/node/1";
        assert_eq!(uri.parse::<Name>().unwrap().to_string(), uri);
        for bad in [
            "",
            "spiffe://bluelamp/force/mps/node",
            "spiffe://bluelamp/force/mps/node/1/2",
            "spiffe://other/force/mps/node/1",
            "spiffe://bluelamp/force/MPS/node/1",
            "spiffe://bluelamp/force/mps/king/1",
            "spiffe://bluelamp/force/mps/node/",
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }
}
