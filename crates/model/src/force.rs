//! The short name of a force or partner in the federation, such as `mps`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::Complaint;

/// A force's short name: a lower-case letter, then up to 31 lower-case letters, digits or hyphens. Cheap to clone: every suppressed
/// share of a table bears one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ForceId(Arc<str>);

impl ForceId {
    /// The short name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ForceId {
    type Err = Complaint;

    fn from_str(text: &str) -> Result<Self, Complaint> {
        let mut letters = text.bytes();
        let starts_well = letters.next().is_some_and(|b| b.is_ascii_lowercase());
        let rest_well = letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if starts_well && rest_well && text.len() <= 32 {
            Ok(Self(text.into()))
        } else {
            Err(Complaint::new(
                "force",
                format!(
                    "{:?} is not a force's short name: a lower-case letter, then up to 31 lower-case letters, digits or hyphens, such as mps",
                    text.chars().take(64).collect::<String>()
                ),
            ))
        }
    }
}

impl TryFrom<String> for ForceId {
    type Error = Complaint;

    fn try_from(text: String) -> Result<Self, Complaint> {
        text.parse()
    }
}

impl From<ForceId> for String {
    fn from(force: ForceId) -> Self {
        force.as_str().to_owned()
    }
}

impl fmt::Display for ForceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ForceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::ForceId;

    #[test]
    fn accepts_short_names_only() {
        for good in ["mps", "colp", "btp", "west-mids2"] {
            assert_eq!(good.parse::<ForceId>().unwrap().as_str(), good);
        }
        for bad in ["", "MPS", "4th", "m ps", "m/ps", &"m".repeat(33)] {
            assert!(bad.parse::<ForceId>().is_err(), "{bad:?}");
        }
    }
}
