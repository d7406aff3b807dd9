//! Who asks, as policy sees it: a plain value that `identity` makes from a verified certificate.
//! Everything in it is attested by the asker's own force; nothing comes from the question's own claim.

use crate::vocabulary::{Rank, Vetting};
use crate::{Complaint, Delegation, ForceId, Name};

/// Who asks, and what their own force vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The name in the asker's certificate, vouched for by the asker's own force.
    pub name: Name,
    /// What else their force says of them.
    pub standing: Standing,
    /// The second person who approved the question, verified as another analyst of the asker's force; none where nobody
    /// did.
    pub approved_by: Option<Name>,
    /// Who asks in their name, verified, and under what; none where they signed the question themselves.
    pub delegated: Option<Delegated>,
}

/// A door that asks in somebody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegated {
    /// The door, by its verified signature on the question.
    pub door: Name,
    /// What the asker signed beforehand, their signature verified.
    pub delegation: Delegation,
}

/// What a force says of one of its people in their certificate. What it does not say is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The unit that they work for.
    pub unit: Option<Unit>,
    /// Their rank.
    pub rank: Option<Rank>,
    /// The vetting that they hold.
    pub vetting: Option<Vetting>,
}

impl Principal {
    /// A person of whom their force says nothing but the name.
    pub fn named(name: Name) -> Self {
        Self { name, standing: Standing::default(), approved_by: None, delegated: None }
    }

    /// The asker's force.
    pub fn force(&self) -> &ForceId {
        self.name.force()
    }
}

impl Standing {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A unit inside a force, such as `economic-crime` or `counter-terrorism`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit(String);

impl Unit {
    /// The unit as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Unit {
    type Err = Complaint;

    fn from_str(text: &str) -> Result<Self, Complaint> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (2..=40).contains(&text.len())
            && text.chars().all(plain)
            && !text.starts_with('-')
            && !text.ends_with('-')
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(Complaint::new("unit", "must be 2 to 40 of a–z, 0–9 and -, such as economic-crime"))
        }
    }
}

impl TryFrom<String> for Unit {
    type Error = Complaint;

    fn try_from(text: String) -> Result<Self, Complaint> {
        text.parse()
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.0
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
