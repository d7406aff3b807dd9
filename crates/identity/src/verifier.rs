//! What rustls asks in a handshake, answered by our trust. One verifier serves one handshake and keeps its
//! verdict, so that the log gets our words and the peer the nearest TLS alert.

use std::sync::OnceLock;

use jiff::Timestamp;
use model::{ForceId, Role};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::certificate::{Side, sides};
use crate::{IdentityError, Peer, Trust, crypto};

/// Whom one end wants at the other.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// A peer in one of these roles, calling us: any member's, or this force's alone.
    Caller(Vec<Role>, Option<ForceId>),
    /// This force in this role, serving us.
    Server(ForceId, Role),
}

/// The verifier of one handshake.
#[derive(Debug)]
pub(crate) struct Verifier {
    trust: Trust,
    wanted: Wanted,
    verdict: OnceLock<Result<Peer, IdentityError>>,
}

impl Verifier {
    pub(crate) fn new(trust: Trust, wanted: Wanted) -> Self {
        Self { trust, wanted, verdict: OnceLock::new() }
    }

    /// What was decided, once the peer's certificate has been seen.
    pub(crate) fn verdict(&self) -> Option<Result<Peer, IdentityError>> {
        self.verdict.get().cloned()
    }

    fn decide(
        &self,
        holder: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let verdict = self.judge(holder, intermediates, now);
        let answer = verdict.as_ref().map(|_| ()).map_err(alert);
        match self.verdict.set(verdict) {
            Ok(()) => answer,
            // Asked twice in one handshake: the kept verdict would be of another certificate.
            Err(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn judge(
        &self,
        holder: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<Peer, IdentityError> {
        let chain: Vec<CertificateDer<'_>> = std::iter::once(holder)
            .chain(intermediates)
            .map(|der| CertificateDer::from(der.as_ref()))
            .collect();
        let peer = self.trust.verify_chain(&chain, timestamp(now))?;
        let (side, verb, expected) = match &self.wanted {
            Wanted::Caller(roles, _) => (Side::Calls, "calls", roles.as_slice()),
            Wanted::Server(_, role) => (Side::Serves, "serves", std::slice::from_ref(role)),
        };
        let found = peer.name().clone();
        match &self.wanted {
            Wanted::Server(force, _) | Wanted::Caller(_, Some(force)) if found.force() != force => {
                Err(IdentityError::OtherForce { found, expected: force.clone() })
            }
            _ if !sides(found.role()).contains(&side) => Err(IdentityError::WrongEnd { found, verb }),
            _ if !expected.contains(&found.role()) => {
                Err(IdentityError::OtherRole { found, expected: expected.to_vec() })
            }
            _ => Ok(peer),
        }
    }
}

fn timestamp(now: UnixTime) -> Timestamp {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The alert that tells the peer most nearly why, without our words.
fn alert(error: &IdentityError) -> Error {
    use IdentityError as Why;
    match error {
        Why::Expired { .. } => CertificateError::Expired,
        Why::NotYetValid { .. } => CertificateError::NotValidYet,
        Why::Revoked { .. } => CertificateError::Revoked,
        Why::UnknownForce { .. }
        | Why::NotIssued { .. }
        | Why::AuthorityNotValid { .. }
        | Why::AuthorityReplaced { .. } => CertificateError::UnknownIssuer,
        Why::WrongUsage { .. } => CertificateError::InvalidPurpose,
        Why::OtherForce { .. } | Why::OtherRole { .. } | Why::WrongEnd { .. } => {
            CertificateError::ApplicationVerificationFailure
        }
        Why::NoCertificate
        | Why::ChainTooLong { .. }
        | Why::Unreadable { .. }
        | Why::NotOneName
        | Why::NotAName { .. }
        | Why::Unacceptable { .. }
        | Why::TooLarge { .. }
        | Why::BadSignature { .. }
        | Why::CannotSign { .. }
        | Why::NotApproved { .. }
        | Why::NotDelegated { .. }
        | Why::ForeignApprover { .. }
        | Why::SelfApproved { .. } => CertificateError::BadEncoding,
    }
    .into()
}

fn tls13_signature(
    message: &[u8],
    holder: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    rustls::crypto::verify_tls13_signature(message, holder, signed, &crypto::ALGORITHMS)
}

fn tls12_is_refused() -> Result<HandshakeSignatureValid, Error> {
    Err(Error::General("TLS 1.3 only".to_owned()))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.decide(end_entity, intermediates, now).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        tls12_is_refused()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        crypto::ALGORITHMS.supported_schemes()
    }
}

impl ClientCertVerifier for Verifier {
    /// No hints: who the members are is no business of a stranger at the door.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        true
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.decide(end_entity, intermediates, now).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        tls12_is_refused()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        crypto::ALGORITHMS.supported_schemes()
    }
}
