//! Questions carry their asker's signature, so that a compromised coordinator can't invent one (invariant 7).
//! What is signed are the exact bytes; what is checked is handed on as the same bytes.

use std::fmt;

use jiff::Timestamp;
use model::{Name, Principal, Role};
use rustls::SignatureScheme;
use rustls_pki_types::CertificateDer;
use webpki::EndEntityCert;

use crate::{Approval, Credentials, Door, IdentityError, Peer, SignedDelegation, Trust};

/// Largest question, in bytes.
pub const QUESTION_BYTES_MAX: usize = 256 * 1024;

/// Longest signature: ECDSA P-256 in DER has at most 72 bytes.
const SIGNATURE_BYTES_MAX: usize = 80;

/// Put before the bytes that are signed, so that no signature made for anything else passes for a question's.
const DOMAIN: &[u8] = b"bluelamp question v1\0";

/// A question's bytes with the asker's signature and certificate chain, as they travel. Proves nothing until
/// checked. Debug output shows sizes only: the bytes hold values searched for.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedBytes {
    /// What was signed.
    pub bytes: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// The asker's certificates in DER, the asker's own first.
    pub chain: Vec<Vec<u8>>,
    /// A second person's approval of the same bytes, where somebody gave one.
    pub approval: Option<Approval>,
    /// The delegation under which a door signed, where it was no asker: then signature and chain are the door's.
    pub delegation: Option<SignedDelegation>,
}

impl fmt::Debug for SignedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedBytes({} bytes, {} certificates)", self.bytes.len(), self.chain.len())
    }
}

/// Signs a question as the analyst that `credentials` name.
pub fn sign_question(bytes: &[u8], credentials: &Credentials) -> Result<SignedBytes, IdentityError> {
    let (signature, chain) = sign(DOMAIN, bytes, credentials, Role::Analyst)?;
    Ok(SignedBytes { bytes: bytes.to_vec(), signature, chain, approval: None, delegation: None })
}

/// The signature over `bytes` in a domain of somebody in `role`, and the chain that vouches for them.
pub(crate) fn sign(
    domain: &[u8],
    bytes: &[u8],
    credentials: &Credentials,
    role: Role,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), IdentityError> {
    in_role(credentials.name(), role)?;
    within_size(bytes, QUESTION_BYTES_MAX)?;
    let cannot = || IdentityError::CannotSign { name: credentials.name().clone() };
    let certified = credentials.certified();
    let signer = certified.key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).ok_or_else(cannot)?;
    let signature = signer.sign(&[domain, bytes].concat()).map_err(|_| cannot())?;
    Ok((signature, certified.cert.iter().map(|der| der.to_vec()).collect()))
}

impl Trust {
    /// Checks who asks: chain and standing with the asker's own force, the role, the signature over the exact
    /// bytes; and, where there is an approval, who approves. Of a question that a door signed, the asker is who signed the
    /// delegation. The only place that makes a [`Requester`].
    pub fn check_question(&self, signed: &SignedBytes, now: Timestamp) -> Result<Requester, IdentityError> {
        within_size(&signed.bytes, QUESTION_BYTES_MAX)?;
        let bytes = signed.bytes.clone();
        if let Some(delegation) = &signed.delegation {
            let (peer, door) = self.check_delegated(signed, delegation, now)?;
            return Ok(Requester { peer, approved_by: None, door: Some(door), bytes });
        }
        let peer = self.signer(DOMAIN, &bytes, &signed.signature, &signed.chain, Role::Analyst, now)?;
        let approved_by = match &signed.approval {
            None => None,
            Some(approval) => Some(self.check_approval(approval, signed, &peer, now)?),
        };
        Ok(Requester { peer, approved_by, door: None, bytes })
    }

    /// Who signed `bytes` in a domain, in this role and in good standing now.
    pub(crate) fn signer(
        &self,
        domain: &[u8],
        bytes: &[u8],
        signature: &[u8],
        chain: &[Vec<u8>],
        role: Role,
        now: Timestamp,
    ) -> Result<Peer, IdentityError> {
        let chain: Vec<CertificateDer<'_>> =
            chain.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let peer = self.verify_chain(&chain, now)?;
        in_role(peer.name(), role)?;
        let bad = || IdentityError::BadSignature { name: peer.name().clone() };
        if signature.len() > SIGNATURE_BYTES_MAX {
            return Err(bad());
        }
        let holder = chain.first().ok_or(IdentityError::NoCertificate)?;
        EndEntityCert::try_from(holder)
            .and_then(|holder| {
                let algorithm = webpki::aws_lc_rs::ECDSA_P256_SHA256;
                holder.verify_signature(algorithm, &[domain, bytes].concat(), signature)
            })
            .map_err(|_| bad())?;
        Ok(peer)
    }
}

/// Who asks, proven, together with what they signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Requester {
    peer: Peer,
    approved_by: Option<Name>,
    door: Option<Door>,
    bytes: Vec<u8>,
}

impl Requester {
    /// What policy may know about the asker. Under what a door asks is not understood here: whoever reads the delegation's
    /// bytes adds it, and policy refuses a question that names a delegation which is missing.
    pub fn principal(&self) -> Principal {
        Principal {
            name: self.peer.name().clone(),
            standing: self.peer.said().clone(),
            approved_by: self.approved_by.clone(),
            delegated: None,
        }
    }

    /// The door that asks in the asker's name, where the asker did not sign the question.
    pub fn door(&self) -> Option<&Door> {
        self.door.as_ref()
    }

    /// The bytes that were signed, and no others.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The asker's certificate, for the audit log and for its standing later.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }
}

impl fmt::Debug for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requester({}, {} bytes)", self.peer.name(), self.bytes.len())
    }
}

fn in_role(name: &Name, role: Role) -> Result<(), IdentityError> {
    if name.role() == role {
        Ok(())
    } else {
        Err(IdentityError::OtherRole { found: name.clone(), expected: vec![role] })
    }
}

pub(crate) fn within_size(bytes: &[u8], max: usize) -> Result<(), IdentityError> {
    if bytes.len() > max {
        return Err(IdentityError::TooLarge { given: bytes.len(), max });
    }
    Ok(())
}
