//! Which of a force's authorities, if any, vouches for a certificate.

use std::time::Duration;

use jiff::Timestamp;
use model::{Name, Role};
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage};

use crate::anchor::Anchor;
use crate::{IdentityError, crypto};

/// The authority among `anchors` that issued `holder`. `anchors` are those of the force in `name`: nobody else's
/// are ever tried. An authority issues directly, and certificates between are not followed: webpki does not hold
/// an anchor to its path length, and nothing but a holder's serial can be revoked.
pub(super) fn vouching<'a>(
    anchors: &'a [Anchor],
    name: &Name,
    holder: &CertificateDer<'_>,
    now: Timestamp,
) -> Result<&'a Anchor, IdentityError> {
    let unacceptable =
        |error: &Error| IdentityError::Unacceptable { name: name.clone(), why: error.to_string() };
    let end_entity = EndEntityCert::try_from(holder).map_err(|error| unacceptable(&error))?;
    let seconds = u64::try_from(now.as_second()).map_err(|_| IdentityError::Unacceptable {
        name: name.clone(),
        why: "the clock is before 1970".into(),
    })?;
    let moment = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let mut verdict = IdentityError::NotIssued { name: name.clone() };
    for anchor in anchors {
        if let Err(error) = authority_in_time(anchor, name, now) {
            verdict = error;
            continue;
        }
        let path = end_entity.verify_for_usage(
            crypto::ALGORITHMS.all,
            std::slice::from_ref(anchor.trust_anchor()),
            &[],
            moment,
            usage(name.role()),
            None,
            None,
        );
        match path {
            Ok(_) => return Ok(anchor),
            Err(Error::UnknownIssuer | Error::InvalidSignatureForPublicKey) => {}
            Err(error) => verdict = unacceptable(&error),
        }
    }
    Err(verdict)
}

/// Whether `authority` itself is valid now; webpki leaves that to us.
pub(super) fn authority_in_time(
    authority: &Anchor,
    name: &Name,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if authority.valid_at(now) {
        return Ok(());
    }
    Err(IdentityError::AuthorityNotValid {
        name: name.clone(),
        from: authority.not_before,
        until: authority.not_after,
    })
}

/// The usage that webpki looks for besides; `certificate` has checked that the role's usages are all there.
fn usage(role: Role) -> KeyUsage {
    match role {
        Role::Node => KeyUsage::server_auth(),
        // A custodian's certificate has no extended usage: it signs and never connects.
        Role::Coordinator | Role::Analyst | Role::Custodian => KeyUsage::client_auth(),
    }
}
