//! Questions that a door asks in somebody's name: the asker signed a delegation beforehand, the door signs each question, and
//! nodes verify both. Each has a domain of its own, so that neither signature passes for anything else.

use std::fmt;

use jiff::Timestamp;
use model::Role;

use crate::signing::{SignedBytes, sign, within_size};
use crate::{Credentials, IdentityError, Peer, Trust};

/// Put before the bytes of a delegation that its asker signs.
const DELEGATED: &[u8] = b"bluelamp delegation v1\0";
/// Put before the bytes of a question that a door signs.
const ASKED: &[u8] = b"bluelamp delegated question v1\0";

/// Largest delegation, in bytes.
pub const DELEGATION_BYTES_MAX: usize = 4 * 1024;

/// A delegation's bytes with its asker's signature and certificate chain, as they travel. Proves nothing until checked.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedDelegation {
    /// What was signed.
    pub bytes: Vec<u8>,
    /// The asker's signature.
    pub signature: Vec<u8>,
    /// The asker's certificates in DER, their own first.
    pub chain: Vec<Vec<u8>>,
}

impl fmt::Debug for SignedDelegation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedDelegation({} bytes, {} certificates)", self.bytes.len(), self.chain.len())
    }
}

/// A door that asks, and the delegation under which it does; both signatures verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Door {
    peer: Peer,
    delegation: Vec<u8>,
}

impl Door {
    /// Who signed the question.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The bytes that the asker signed, and no others.
    pub fn delegation(&self) -> &[u8] {
        &self.delegation
    }
}

/// Signs a delegation as the analyst that `credentials` name.
pub fn sign_delegation(bytes: &[u8], credentials: &Credentials) -> Result<SignedDelegation, IdentityError> {
    within_size(bytes, DELEGATION_BYTES_MAX)?;
    let (signature, chain) = sign(DELEGATED, bytes, credentials, Role::Analyst)?;
    Ok(SignedDelegation { bytes: bytes.to_vec(), signature, chain })
}

/// Signs a question as the door that `credentials` name, under a delegation.
pub fn sign_delegated_question(
    bytes: &[u8],
    delegation: &SignedDelegation,
    credentials: &Credentials,
) -> Result<SignedBytes, IdentityError> {
    let (signature, chain) = sign(ASKED, bytes, credentials, Role::Coordinator)?;
    let delegation = Some(delegation.clone());
    Ok(SignedBytes { bytes: bytes.to_vec(), signature, chain, approval: None, delegation })
}

impl Trust {
    /// Checks who delegates: an analyst of good standing now, whose signature is on these bytes. Every failure is
    /// [`IdentityError::NotDelegated`].
    pub fn check_delegation(&self, signed: &SignedDelegation, now: Timestamp) -> Result<Peer, IdentityError> {
        let checked = || {
            within_size(&signed.bytes, DELEGATION_BYTES_MAX)?;
            self.signer(DELEGATED, &signed.bytes, &signed.signature, &signed.chain, Role::Analyst, now)
        };
        checked().map_err(|cause| IdentityError::NotDelegated { cause: Box::new(cause) })
    }

    /// Checks a question that a door signed: the delegation's signature, then the door's over the exact bytes. Returns the
    /// asker and the door.
    pub(crate) fn check_delegated(
        &self,
        signed: &SignedBytes,
        delegation: &SignedDelegation,
        now: Timestamp,
    ) -> Result<(Peer, Door), IdentityError> {
        let asker = self.check_delegation(delegation, now)?;
        let peer =
            self.signer(ASKED, &signed.bytes, &signed.signature, &signed.chain, Role::Coordinator, now)?;
        Ok((asker, Door { peer, delegation: delegation.bytes.clone() }))
    }
}
