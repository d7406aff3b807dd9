//! Which bundle a node serves under: signed by as many custodians as it asks for, and never an older one by mistake.
//! What was served before may be taken up again as it was: that is a rollback.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::Name;

/// A bundle that was taken up.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    /// Its hash.
    pub bundle: String,
    /// Its version.
    pub version: u64,
    /// What changed with it, as its custodians wrote.
    pub note: String,
    /// The custodians whose signatures were good when it was taken up.
    pub signers: BTreeSet<Name>,
    /// When it was taken up.
    pub at: Timestamp,
}

/// How a bundle came to be taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    /// The first one here.
    First,
    /// A higher version than the one before.
    Newer,
    /// One that was served before.
    Rollback,
}

impl Adoption {
    /// The word in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Newer => "newer",
            Self::Rollback => "rollback",
        }
    }
}

/// Why a bundle is not taken up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAdopted {
    /// Too few custodians signed.
    #[error(
        "{have} of {need} custodians signed policy version {version}; sign it with bluelamp policy sign, then reload"
    )]
    Unsigned {
        /// How many good signatures there are.
        have: usize,
        /// How many are asked for.
        need: usize,
        /// The version.
        version: u64,
    },
    /// Another bundle has this version.
    #[error(
        "policy version {version} was already served with other content; raise `version` in bundle.toml and sign it again"
    )]
    VersionTaken {
        /// The version.
        version: u64,
    },
    /// Older than the one in use, and never served here.
    #[error(
        "policy version {version} is older than version {current} in use and was never served here; raise `version` in bundle.toml, or go back to an earlier one with bluelamp policy rollback"
    )]
    Older {
        /// The version.
        version: u64,
        /// The version in use.
        current: u64,
    },
}

/// Whether `candidate`, whose `signers` are those with good signatures, is taken up after what was `served` before,
/// oldest first. `None` where it is in use already.
///
/// A bundle that was served before keeps the standing that it had then: a rollback must work in the night in which a
/// custodian's certificate has run out. Under a rule that asks for more signatures than it had, it must be signed again.
pub fn adopt(candidate: &Adopted, served: &[Adopted], need: usize) -> Result<Option<Adoption>, NotAdopted> {
    let Adopted { bundle, version, .. } = candidate;
    let same = |earlier: &&Adopted| earlier.bundle == *bundle;
    let current = served.last();
    if current.is_some_and(|current| current.bundle == *bundle) {
        return Ok(None);
    }
    let before = served.iter().rev().find(same);
    let have = candidate.signers.len().max(before.map_or(0, |before| before.signers.len()));
    if have < need {
        return Err(NotAdopted::Unsigned { have, need, version: *version });
    }
    if before.is_some() {
        return Ok(Some(Adoption::Rollback));
    }
    if served.iter().any(|earlier| earlier.version == *version) {
        return Err(NotAdopted::VersionTaken { version: *version });
    }
    match current {
        None => Ok(Some(Adoption::First)),
        Some(current) if *version > current.version => Ok(Some(Adoption::Newer)),
        Some(current) => Err(NotAdopted::Older { version: *version, current: current.version }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Adopted, Adoption, NotAdopted, adopt};

    fn bundle(hash: &str, version: u64, signers: usize) -> Adopted {
        let signer = |n: usize| format!("spiffe://bluelamp/force/mps/custodian/{n}").parse().unwrap();
        Adopted {
            bundle: hash.to_owned(),
            version,
            note: "a note".to_owned(),
            signers: (0..signers).map(signer).collect(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn higher_versions_are_taken_up_and_earlier_ones_only_as_they_were_served() {
        let (one, two) = (bundle("a", 1, 2), bundle("b", 2, 2));
        let both = [one.clone(), two.clone()];
        let unsigned = |have, version| Err(NotAdopted::Unsigned { have, need: 2, version });
        for (candidate, served, expected) in [
            (&one, &both[..0], Ok(Some(Adoption::First))),
            (&one, &both[..1], Ok(None)),
            (&two, &both[..1], Ok(Some(Adoption::Newer))),
            (&one, &both[..], Ok(Some(Adoption::Rollback))),
            // Signatures that have lost their standing since do not keep a rollback from working.
            (&bundle("a", 1, 0), &both[..], Ok(Some(Adoption::Rollback))),
            (&bundle("c", 2, 2), &both[..], Err(NotAdopted::VersionTaken { version: 2 })),
            (&bundle("c", 1, 2), &both[1..], Err(NotAdopted::Older { version: 1, current: 2 })),
            (&bundle("c", 3, 1), &both[..], unsigned(1, 3)),
            (&bundle("c", 3, 0), &both[..0], unsigned(0, 3)),
        ] {
            assert_eq!(adopt(candidate, served, 2), expected, "{candidate:?}");
        }
        // After a rollback the next version is still higher than the one that was rolled back.
        let back = [one.clone(), two, one];
        assert_eq!(adopt(&bundle("c", 3, 2), &back, 2), Ok(Some(Adoption::Newer)));
        assert_eq!(adopt(&bundle("d", 2, 2), &back, 2), Err(NotAdopted::VersionTaken { version: 2 }));
    }
}
