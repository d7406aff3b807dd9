//! A second person's approval of a question: another analyst of the asker's force signs the very same bytes, in a domain
//! of its own, so that no signature of a question passes for an approval nor the other way round.

use std::fmt;

use jiff::Timestamp;
use model::{Name, Role};

use crate::signing::{SignedBytes, sign};
use crate::{Credentials, IdentityError, Peer, Trust, certificate};

/// Put before the bytes that are approved.
const DOMAIN: &[u8] = b"bluelamp approval v1\0";

/// An approval as it travels beside a question's signature. Proves nothing until checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Approval {
    /// The signature over the question's exact bytes.
    pub signature: Vec<u8>,
    /// The approver's certificates in DER, their own first.
    pub chain: Vec<Vec<u8>>,
}

impl fmt::Debug for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Approval({} certificates)", self.chain.len())
    }
}

/// Approves a question's bytes as the analyst that `credentials` name.
pub fn approve_question(bytes: &[u8], credentials: &Credentials) -> Result<Approval, IdentityError> {
    let (signature, chain) = sign(DOMAIN, bytes, credentials, Role::Analyst)?;
    Ok(Approval { signature, chain })
}

impl Trust {
    /// Checks who approves: an analyst of good standing now, of the asker's own force, who is not the asker in name nor
    /// by key. Every failure is [`IdentityError::NotApproved`].
    pub(crate) fn check_approval(
        &self,
        approval: &Approval,
        signed: &SignedBytes,
        asker: &Peer,
        now: Timestamp,
    ) -> Result<Name, IdentityError> {
        let checked = || {
            let Approval { signature, chain } = approval;
            let approver = self.signer(DOMAIN, &signed.bytes, signature, chain, Role::Analyst, now)?;
            let approver = approver.name().clone();
            if approver.force() != asker.name().force() {
                return Err(IdentityError::ForeignApprover { approver });
            }
            if approver == *asker.name() || same_key(chain, &signed.chain)? {
                return Err(IdentityError::SelfApproved { approver });
            }
            Ok(approver)
        };
        checked().map_err(|cause| IdentityError::NotApproved { cause: Box::new(cause) })
    }
}

/// Whether two holders have one key: two names for one key are one person.
fn same_key(one: &[Vec<u8>], other: &[Vec<u8>]) -> Result<bool, IdentityError> {
    let (one, other) = one.first().zip(other.first()).ok_or(IdentityError::NoCertificate)?;
    let (one, other) = (certificate::parse(one)?, certificate::parse(other)?);
    Ok(one.public_key().raw == other.public_key().raw)
}
