//! Certificates, trust, TLS configurations, signing and checking questions.
//!
//! Every force vouches for its own names and for no other's (invariant 8), and every question carries its
//! asker's signature (invariant 7). Modules stand in reading order: what a certificate says, who is trusted,
//! how two ends meet, how a question is signed, and last how certificates are made and kept.

pub mod certificate;
pub mod error;
pub mod serial;
mod standing;

mod anchor;
pub mod bundle;
pub mod trust;

pub mod credentials;
mod crypto;
pub mod handshake;
pub mod host;
pub mod tls;
mod verifier;

pub mod connect;
pub mod listen;
pub mod serve;

pub mod approval;
pub mod delegation;
pub mod endorsement;
pub mod signing;

pub mod authority;
pub mod files;
pub mod pem;
pub mod secret;

pub use approval::{Approval, approve_question};
pub use authority::{Authority, Issued};
pub use bundle::{Bundle, Member};
pub use certificate::{CertificateSummary, describe};
pub use connect::{ConnectError, Connector};
pub use credentials::{CredentialStore, Credentials};
pub use crypto::install_default;
pub use delegation::{Door, SignedDelegation, sign_delegated_question, sign_delegation};
pub use endorsement::endorse;
pub use error::IdentityError;
pub use handshake::HandshakeError;
pub use host::{HostCertificate, HostStore};
pub use listen::{Caller, Listener};
pub use secret::SecretPem;
pub use serial::Serial;
pub use signing::{Requester, SignedBytes, sign_question};
pub use tls::{Acceptor, Dialler};
pub use trust::{Peer, Trust};
