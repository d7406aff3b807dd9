//! Why a handshake failed, in words for whoever is woken at night: who refused whom, and what to mend.

use std::io;
use std::time::Duration;

use rustls::AlertDescription;

use crate::IdentityError;

/// Why two ends did not come together.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// We do not accept the peer.
    #[error("the peer is not accepted: {0}")]
    Refused(#[from] IdentityError),
    /// The peer does not accept us, and says why as far as a TLS alert can.
    #[error("the peer does not accept us: {0}")]
    Rejected(&'static str),
    /// The peer speaks something else.
    #[error("no common protocol: {0}")]
    Protocol(String),
    /// The connection broke.
    #[error("the connection broke during the handshake: {0}")]
    Broken(io::Error),
    /// The peer took too long.
    #[error("the handshake took longer than {} s", .0.as_secs())]
    Late(Duration),
}

impl HandshakeError {
    /// Tells our own verdict before rustls' view of it, and an alert before a bare i/o error.
    pub(crate) fn from_io(error: io::Error, refused: Option<IdentityError>) -> Self {
        if let Some(why) = refused {
            return Self::Refused(why);
        }
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match tls {
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::Rejected(WITHOUT_A_WORD),
            None => Self::Broken(error),
            Some(rustls::Error::AlertReceived(alert)) => Self::Rejected(alert_meaning(*alert)),
            Some(rustls::Error::NoCertificatesPresented) => Self::Refused(IdentityError::NoCertificate),
            Some(rustls::Error::PeerIncompatible(why)) => {
                Self::Protocol(format!("TLS 1.3 with ALPN h2 is needed ({why:?})"))
            }
            Some(other) => Self::Protocol(other.to_string()),
        }
    }
}

/// An end that closes without an alert, such as a listener that has as many connections as it takes.
pub(crate) const WITHOUT_A_WORD: &str = "it closed the connection without a word; its log says why";

fn alert_meaning(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::CertificateExpired => {
            "to it, our certificate has expired or is not valid yet; renew it, check both clocks"
        }
        AlertDescription::CertificateRevoked => "our certificate is revoked; issue a new one",
        AlertDescription::UnknownCA => {
            "its bundle does not hold the authority that issued our certificate; exchange bundles"
        }
        AlertDescription::AccessDenied => "our certificate is of another force or role than it wants there",
        AlertDescription::UnsupportedCertificate => {
            "our certificate lacks a key usage that its role needs; issue a new one"
        }
        AlertDescription::CertificateRequired => "it wants a certificate and got none",
        AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
            "it can't read our certificate as one of this federation; its log says why"
        }
        AlertDescription::ProtocolVersion => "it has no TLS version in common with us; TLS 1.3 is needed",
        AlertDescription::NoApplicationProtocol => "it does not speak HTTP/2 (ALPN h2)",
        AlertDescription::HandshakeFailure => "it has no cipher or key exchange in common with us",
        _ => "it ended the handshake; its log says why",
    }
}
