//! The federation bundle, `federation.toml`: who the members are, whose authority vouches for each, and where
//! they answer. A value of this type holds together: one entry per force, one authority for one force only.

mod member;

use std::collections::BTreeMap;

use model::config::{self, ConfigError};
use model::nearest::suggestion;
use model::{ForceId, Name};

use crate::{IdentityError, Serial};
pub use member::Member;

/// Why a bundle can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The text is not a bundle.
    #[error(transparent)]
    Text(#[from] ConfigError),
    /// Nobody is in it.
    #[error("the bundle has no member; add one [[member]] for each force")]
    Empty,
    /// A force stands in it twice.
    #[error("{force} is a member twice; keep one [[member]] for each force")]
    Twice {
        /// The force.
        force: ForceId,
    },
    /// Two forces share an authority, so that each could speak for the other.
    #[error("{force} and {other} have the same authority; every force has its own")]
    SharedAuthority {
        /// One force.
        force: ForceId,
        /// The other.
        other: ForceId,
    },
    /// Something about one member is wrong.
    #[error("member {force}: {why}")]
    Member {
        /// The member.
        force: ForceId,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// A force that is not in it.
    #[error("{force} is not a member of this federation; {suggestion}")]
    UnknownForce {
        /// The force asked for.
        force: ForceId,
        /// What was probably meant.
        suggestion: String,
    },
    /// The bundle could not be written as text.
    #[error("the bundle can't be written as TOML: {why}")]
    Unwritable {
        /// The writer's reason.
        why: String,
    },
}

/// The members of a federation.
#[derive(Debug, Clone)]
pub struct Bundle {
    members: Vec<Member>,
}

impl Bundle {
    /// A bundle of these members, in this order.
    pub fn new(members: Vec<Member>) -> Result<Self, BundleError> {
        if members.is_empty() {
            return Err(BundleError::Empty);
        }
        let mut owners: BTreeMap<&[u8], &ForceId> = BTreeMap::new();
        for (at, member) in members.iter().enumerate() {
            let force = member.force();
            if members.iter().take(at).any(|earlier| earlier.force() == force) {
                return Err(BundleError::Twice { force: force.clone() });
            }
            for anchor in member.anchors() {
                match owners.insert(anchor.key(), force) {
                    Some(other) if other != force => {
                        return Err(BundleError::SharedAuthority {
                            force: other.clone(),
                            other: force.clone(),
                        });
                    }
                    _ => {}
                }
            }
        }
        Ok(Self { members })
    }

    /// Reads the text of a bundle, which came from `file`.
    pub fn read(text: &str, file: &str) -> Result<Self, BundleError> {
        let written: Written = config::read(text, file)?;
        Self::new(written.member.into_iter().map(Member::try_from).collect::<Result<_, _>>()?)
    }

    /// The bundle as text that [`Bundle::read`] reads back.
    pub fn to_toml(&self) -> Result<String, BundleError> {
        let written = Written { member: self.members.iter().map(member::WrittenMember::from).collect() };
        toml::to_string_pretty(&written).map_err(|error| BundleError::Unwritable { why: error.to_string() })
    }

    /// The members, in the order in which they were written.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member `force`, if it is one.
    pub fn find(&self, force: &ForceId) -> Option<&Member> {
        self.members.iter().find(|member| member.force() == force)
    }

    /// The member `force`, or an error that says which was probably meant.
    pub fn member(&self, force: &ForceId) -> Result<&Member, BundleError> {
        self.find(force).ok_or_else(|| self.unknown(force))
    }

    /// This bundle with `member` added, or put in the place of the entry of the same force.
    pub fn with_member(mut self, member: Member) -> Result<Self, BundleError> {
        match self.members.iter_mut().find(|known| known.force() == member.force()) {
            Some(known) => *known = member,
            None => self.members.push(member),
        }
        Self::new(self.members)
    }

    /// This bundle with one more certificate of `force` revoked.
    pub fn with_revoked(mut self, force: &ForceId, serial: Serial) -> Result<Self, BundleError> {
        let unknown = self.unknown(force);
        let member = self.members.iter_mut().find(|known| known.force() == force).ok_or(unknown)?;
        member.revoke(serial);
        Ok(self)
    }

    fn unknown(&self, force: &ForceId) -> BundleError {
        let known = self.members.iter().map(|member| member.force().as_str());
        BundleError::UnknownForce { force: force.clone(), suggestion: suggestion(force.as_str(), known) }
    }

    /// The member whose authority must vouch for `name`.
    pub(crate) fn home(&self, name: &Name) -> Result<&Member, IdentityError> {
        self.find(name.force()).ok_or_else(|| IdentityError::UnknownForce { force: name.force().clone() })
    }
}

/// The file as the operator wrote it.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    member: Vec<member::WrittenMember>,
}

#[cfg(test)]
mod tests;
