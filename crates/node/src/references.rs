//! References of referrals. Whoever asks the same thing again, of the same records under the same policy, hears the same
//! reference, so that the same list twice is the same answer. Two askers never share one.
//!
//! ```text
//! reference = the first 16 bytes of HMAC-SHA256(key, "bluelamp reference 1" ‖ each of: asker, purpose, operation,
//!                     legal basis, urgency, search, policy bundle, data epoch, as length ‖ bytes)
//! ```
//!
//! The key is random, is minted at the node's first start, and never leaves it. Without it a reference is a random number.

use std::fmt;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use identity::SecretPem;
use identity::files::{Existing, FileError, read_secret, write_secret};
use model::vocabulary::LegalBasis;
use model::{Question, Search};
use policy::Noise;
use sha2::Sha256;

use crate::answer::NoiseSource;
use crate::error::NodeError;

/// What the key is used for, and nothing else.
const PURPOSE: &[u8] = b"bluelamp reference 1";
/// Hexadecimal digits of a key: 32 bytes.
const KEY_DIGITS: usize = 64;

/// Makes references under this node's key. Never shows it.
pub struct References(Hmac<Sha256>);

impl References {
    /// Reads the key from the file at `path`, or mints it there.
    pub fn open(path: &Path, noise: &NoiseSource) -> Result<Self, NodeError> {
        let text = match read_secret(path) {
            Err(FileError::System { why, .. }) if why.kind() == std::io::ErrorKind::NotFound => {
                let mut random = noise();
                let minted = SecretPem::new(format!("{:032x}{:032x}\n", random.bits(), random.bits()));
                write_secret(path, &minted, Existing::Keep)?;
                minted
            }
            read => read?,
        };
        let digits = text.reveal().trim();
        let damaged = || NodeError::ReferenceKey { file: path.to_owned() };
        if digits.len() != KEY_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(damaged());
        }
        // The digits themselves are the key: as random as the bytes that they spell.
        let keyed = Hmac::new_from_slice(digits.as_bytes()).map_err(|_| damaged())?;
        Ok(Self(keyed.chain_update(PURPOSE)))
    }

    /// Where the reference of one search, or one subject of a batch, comes from.
    pub(crate) fn of(&self, question: &Question, search: &Search, bundle: &str, epoch: &str) -> Reference {
        let mut keyed = self.0.clone();
        for part in [
            question.asker.to_string().as_bytes(),
            question.purpose.as_str().as_bytes(),
            question.operation.to_string().as_bytes(),
            question.circumstances.legal_basis.map_or("", LegalBasis::as_str).as_bytes(),
            question.circumstances.urgency.urgency().as_str().as_bytes(),
            &api::question::encode_search(search),
            bundle.as_bytes(),
            epoch.as_bytes(),
        ] {
            // Every part says how long it is, so that no two lists of parts run together alike.
            keyed.update(&(part.len() as u64).to_be_bytes());
            keyed.update(part);
        }
        Reference { keyed, drawn: 0 }
    }
}

impl fmt::Debug for References {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("References(…)")
    }
}

/// Bits that nobody without the key can foresee, and that come again for the same question.
pub(crate) struct Reference {
    keyed: Hmac<Sha256>,
    drawn: u64,
}

impl Noise for Reference {
    fn bits(&mut self) -> u128 {
        let drawn = self.keyed.clone().chain_update(self.drawn.to_be_bytes()).finalize().into_bytes();
        self.drawn += 1;
        drawn.iter().take(16).fold(0, |bits, &byte| bits << 8 | u128::from(byte))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};
    use model::probe::PersonProbe;
    use model::question::Circumstances;
    use model::{Ask, Granularity, Probe, Purpose, Question, Search};
    use policy::Noise;

    use super::References;
    use crate::answer::NoiseSource;

    struct Counter(u128);

    impl Noise for Counter {
        fn bits(&mut self) -> u128 {
            self.0 += 1;
            self.0
        }
    }

    fn noise(from: u128) -> NoiseSource {
        Arc::new(move || Box::new(Counter(from)))
    }

    fn question(id: u128) -> Question {
        Question {
            id: model::QuestionId(uuid_of(id)),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances::default(),
            audience: ["mps".parse().unwrap()].into(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(1),
            ask: Ask::Batch(Vec::new()),
        }
    }

    fn uuid_of(id: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(id)
    }

    fn search(family: &str) -> Search {
        let person = PersonProbe { family_name: family.to_owned(), ..PersonProbe::default() };
        Search { probe: Probe::Person(person), granularity: Granularity::Referral }
    }

    #[test]
    fn a_reference_comes_again_for_the_same_question_and_for_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("references.key");
        let minted = References::open(&path, &noise(41)).unwrap();
        let first = minted.of(&question(1), &search("Smith"), "bundle", "epoch").bits();
        let reopened = References::open(&path, &noise(41)).unwrap();
        assert_eq!(reopened.of(&question(2), &search("Smith"), "bundle", "epoch").bits(), first);

        let asker =
            Question { asker: "spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap(), ..question(1) };
        let purpose = Question { purpose: Purpose::Detection, ..question(1) };
        let operation = Question { operation: "Op Lanter".parse().unwrap(), ..question(1) };
        let other_key = References::open(&folder.path().join("other.key"), &noise(7));
        let others = [
            minted.of(&asker, &search("Smith"), "bundle", "epoch").bits(),
            minted.of(&purpose, &search("Smith"), "bundle", "epoch").bits(),
            minted.of(&operation, &search("Smith"), "bundle", "epoch").bits(),
            minted.of(&question(1), &search("Smyth"), "bundle", "epoch").bits(),
            minted.of(&question(1), &search("Smith"), "bundl", "eepoch").bits(),
            minted.of(&question(1), &search("Smith"), "bundle", "later").bits(),
            other_key.unwrap().of(&question(1), &search("Smith"), "bundle", "epoch").bits(),
            first,
        ];
        assert_eq!(others.iter().collect::<BTreeSet<_>>().len(), others.len());
    }

    #[test]
    fn a_damaged_key_stops_the_node_and_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("references.key");
        let text = identity::SecretPem::new("00ff".to_owned());
        identity::files::write_secret(&path, &text, identity::files::Existing::Keep).unwrap();
        let error = References::open(&path, &noise(41)).unwrap_err().to_string();
        assert!(error.contains("references.key"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "00ff");
    }
}
