//! Endorsements: a custodian's signature over the hash of a policy bundle. A node takes up what as many custodians of
//! its own force have signed as its configuration asks for.

use jiff::Timestamp;
use model::{ForceId, Role};
use rustls::SignatureScheme;
use webpki::EndEntityCert;

use crate::{Credentials, IdentityError, Peer, Trust, pem};

/// Put before the hash that is signed, so that no signature made for anything else passes for an endorsement.
const DOMAIN: &[u8] = b"bluelamp policy v1\0";

/// Signs the bundle with this hash as the custodian that `credentials` name.
pub fn endorse(hash: &str, credentials: &Credentials) -> Result<Vec<u8>, IdentityError> {
    custodian_only(credentials.name())?;
    let cannot = || IdentityError::CannotSign { name: credentials.name().clone() };
    let key = &credentials.certified().key;
    let signer = key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).ok_or_else(cannot)?;
    signer.sign(&in_domain(hash)).map_err(|_| cannot())
}

impl Trust {
    /// Checks that a custodian of `force` signed the bundle with this hash: chain and standing with that force, the
    /// role, the signature. `certificate` is PEM.
    pub fn check_endorsement(
        &self,
        force: &ForceId,
        hash: &str,
        signature: &[u8],
        certificate: &str,
        now: Timestamp,
    ) -> Result<Peer, IdentityError> {
        let unreadable = |_| IdentityError::Unreadable { why: "it is not PEM" };
        let chain = pem::certificates(certificate).map_err(unreadable)?;
        let peer = self.verify_chain(&chain, now)?;
        custodian_only(peer.name())?;
        if peer.name().force() != force {
            return Err(IdentityError::OtherForce { found: peer.name().clone(), expected: force.clone() });
        }
        let holder = chain.first().ok_or(IdentityError::NoCertificate)?;
        EndEntityCert::try_from(holder)
            .and_then(|holder| {
                holder.verify_signature(webpki::aws_lc_rs::ECDSA_P256_SHA256, &in_domain(hash), signature)
            })
            .map_err(|_| IdentityError::BadSignature { name: peer.name().clone() })?;
        Ok(peer)
    }
}

fn custodian_only(name: &model::Name) -> Result<(), IdentityError> {
    if name.role() == Role::Custodian {
        Ok(())
    } else {
        Err(IdentityError::OtherRole { found: name.clone(), expected: vec![Role::Custodian] })
    }
}

fn in_domain(hash: &str) -> Vec<u8> {
    [DOMAIN, hash.as_bytes()].concat()
}
