//! Why a node can't start or go on, for the operator at home.

use std::path::{Path, PathBuf};

use model::{ForceId, Name};

/// What stops a node.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// A certificate, key or bundle file can't be used.
    #[error(transparent)]
    Identity(#[from] identity::files::FileError),
    /// The federation bundle does not list the force.
    #[error(transparent)]
    Member(#[from] identity::bundle::BundleError),
    /// The certificate is not this node's.
    #[error(
        "the certificate is of {name}; a node of {force} needs one of spiffe://bluelamp/force/{force}/node/…"
    )]
    OtherName {
        /// The name in the certificate.
        name: Name,
        /// The configured force.
        force: ForceId,
    },
    /// The policy bundle can't be used.
    #[error("the policy bundle can't be used:\n{0}")]
    Policy(#[from] policy::BundleError),
    /// The policy folder can't be used.
    #[error("{}: {why}", .path.display())]
    PolicyFolder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// The policy does not decide as one of its own cases expects.
    #[error(
        "the policy does not decide as {file}, case {name:?}, expects; bluelamp policy test shows the difference"
    )]
    PolicyCase {
        /// The file of cases.
        file: String,
        /// The case.
        name: String,
    },
    /// The policy bundle may not be taken up.
    #[error("{why}{}", listed(.signatures))]
    NotAdopted {
        /// Why.
        why: policy::custody::NotAdopted,
        /// What is wrong with signatures, each with its file.
        signatures: Vec<String>,
    },
    /// A folder or file can't be read or written.
    #[error("{}: {cause}", .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The secret of the usage log can't be used.
    #[error(
        "{}: does not hold 64 hexadecimal digits; put the file back from a backup, or remove it, which forgets who was asked about",
        .file.display()
    )]
    UsageKey {
        /// The file.
        file: PathBuf,
    },
    /// No such time zone.
    #[error(
        "time_zone = {given:?} is not known here; name one such as Europe/London, or write it as POSIX does"
    )]
    TimeZone {
        /// What was configured.
        given: String,
    },
    /// The file of weights can't be used.
    #[error("{}: {why}", .file.display())]
    Weights {
        /// The file.
        file: PathBuf,
        /// Why, with the line.
        why: linkage::person::BadWeights,
    },
    /// The file of the tag key can't be read.
    #[error(
        "{cause}; every member force keeps the same tag key here: mint it once with bluelamp pki tag-key, or leave tag_key out of [linkage]"
    )]
    NoTagKey {
        /// Which file, and the system's reason.
        cause: identity::files::FileError,
    },
    /// The file of the tag key holds no key.
    #[error("{}: {why}", .file.display())]
    TagKey {
        /// The file.
        file: PathBuf,
        /// Why.
        why: policy::BadTagKey,
    },
    /// The key of references is damaged.
    #[error(
        "{}: does not hold the key of references, which is 64 hexadecimal digits; put the file back from a backup, or \
         remove it to have a new one minted: references given out so far still resolve, and none is given out again",
        .file.display()
    )]
    ReferenceKey {
        /// The file.
        file: PathBuf,
    },
    /// The audit log or the ledger can't be used.
    #[error(transparent)]
    Audit(#[from] audit::AuditError),
    /// The memory of told tables can't be used.
    #[error(transparent)]
    Releases(#[from] crate::releases::ReleasesError),
    /// The sources can't be read.
    #[error(transparent)]
    Ingest(#[from] crate::catalogue::IngestError),
    /// The snapshot can't be opened.
    #[error(transparent)]
    Epoch(#[from] crate::epoch::EpochError),
    /// The server failed.
    #[error("the server failed")]
    Serve(#[from] tonic::transport::Error),
}

/// More lines about an error.
fn listed(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n{line}")).collect()
}

impl NodeError {
    pub(crate) fn folder(path: &Path, cause: std::io::Error) -> Self {
        Self::Folder { path: path.to_owned(), cause }
    }

    pub(crate) fn policy_folder(path: &Path, why: &'static str) -> Self {
        Self::PolicyFolder { path: path.to_owned(), why }
    }
}
