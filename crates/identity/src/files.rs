//! Certificates, keys and bundles on disk. A private key is written for its owner only and read with suspicion;
//! every error names the file and says how to mend it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::{Authority, Bundle, Credentials, HostCertificate, SecretPem};

/// Where a certificate and its key lie, as an operator writes it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialsFiles {
    /// Certificate, PEM.
    pub certificate: PathBuf,
    /// Private key, PEM, readable by its user alone.
    pub key: PathBuf,
}

impl CredentialsFiles {
    /// The same with relative paths resolved against `folder`.
    #[must_use]
    pub fn within(self, folder: &Path) -> Self {
        Self { certificate: folder.join(self.certificate), key: folder.join(self.key) }
    }

    /// Reads both.
    pub fn read(&self) -> Result<Credentials, FileError> {
        read_credentials(&self.certificate, &self.key)
    }

    /// Reads both as what a door shows to tools.
    pub fn read_host(&self) -> Result<HostCertificate, FileError> {
        read_host(&self.certificate, &self.key)
    }
}

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("{}: can't be {action}: {why}", .path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's reason.
        why: io::Error,
    },
    /// It is there already, and replacing it was not asked for.
    #[error("{}: exists already and is left as it is; name another file or ask to replace it", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others can read or write a private key.
    #[error("{}: others can use this private key (mode {mode:03o}); run chmod 600 on it", .path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It holds something else.
    #[error("{}: {why}", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong and how to mend it.
        why: String,
    },
}

/// What to do when the file is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and fail.
    Keep,
    /// Replace it in one step, so that no reader sees half of it.
    Replace,
}

/// Writes a private key that only its owner can read.
pub fn write_secret(path: &Path, secret: &SecretPem, existing: Existing) -> Result<(), FileError> {
    write(path, secret.reveal(), 0o600, existing)
}

/// Writes a certificate or a bundle, which anybody may read.
pub fn write_public(path: &Path, text: &str, existing: Existing) -> Result<(), FileError> {
    write(path, text, 0o644, existing)
}

/// Makes a folder for private keys that only its owner can enter; one that exists stays as it is.
pub fn secret_folder(path: &Path) -> Result<(), FileError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|why| system(path, "made", why))
}

/// Reads a certificate or a bundle.
pub fn read_public(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(|why| system(path, "read", why))
}

/// Reads a private key. One that anybody can use is refused; one that its group can read draws a warning, since
/// service managers hand keys over that way.
pub fn read_secret(path: &Path) -> Result<SecretPem, FileError> {
    let file = File::open(path).map_err(|why| system(path, "read", why))?;
    let mode = file.metadata().map_err(|why| system(path, "read", why))?.permissions().mode() & 0o777;
    if mode & 0o027 != 0 {
        return Err(FileError::Exposed { path: path.to_owned(), mode });
    }
    if mode & 0o040 != 0 {
        tracing::warn!(path = %path.display(), "the group can read this private key; prefer mode 600");
    }
    let text = io::read_to_string(file).map_err(|why| system(path, "read", why))?;
    Ok(SecretPem::new(text))
}

/// Reads credentials from a certificate file and a key file.
pub fn read_credentials(certificate: &Path, key: &Path) -> Result<Credentials, FileError> {
    use crate::credentials::CredentialsError;
    Credentials::from_pem(&read_public(certificate)?, &read_secret(key)?).map_err(|error| {
        let blamed = match error {
            CredentialsError::KeyPem(_) | CredentialsError::Key | CredentialsError::Mismatch => key,
            _ => certificate,
        };
        content(blamed, error)
    })
}

/// Reads a host's certificate from a certificate file and a key file.
pub fn read_host(certificate: &Path, key: &Path) -> Result<HostCertificate, FileError> {
    use crate::host::HostError;
    HostCertificate::from_pem(&read_public(certificate)?, &read_secret(key)?).map_err(|error| {
        let blamed = match error {
            HostError::KeyPem(_) | HostError::Key | HostError::Mismatch => key,
            _ => certificate,
        };
        content(blamed, error)
    })
}

/// Reads an authority from its certificate file and its key file.
pub fn read_authority(certificate: &Path, key: &Path) -> Result<Authority, FileError> {
    use crate::authority::AuthorityError;
    Authority::load(&read_public(certificate)?, &read_secret(key)?).map_err(|error| {
        let blamed = match error {
            AuthorityError::Key | AuthorityError::Mismatch => key,
            _ => certificate,
        };
        content(blamed, error)
    })
}

/// Reads a federation bundle.
pub fn read_bundle(path: &Path) -> Result<Bundle, FileError> {
    use crate::bundle::BundleError;
    let name = path.display().to_string();
    Bundle::read(&read_public(path)?, &name).map_err(|error| match error {
        // Names the file itself, with the line.
        BundleError::Text(error) => content(path, format!("line {}: {}", error.line, error.why)),
        error => content(path, error),
    })
}

fn system(path: &Path, action: &'static str, why: io::Error) -> FileError {
    FileError::System { path: path.to_owned(), action, why }
}

fn content(path: &Path, why: impl ToString) -> FileError {
    FileError::Content { path: path.to_owned(), why: why.to_string() }
}

fn write(path: &Path, text: &str, mode: u32, existing: Existing) -> Result<(), FileError> {
    match existing {
        Existing::Keep => write_new(path, text, mode),
        Existing::Replace => {
            let mut beside = path.as_os_str().to_owned();
            beside.push(format!(".{}.new", std::process::id()));
            let beside = PathBuf::from(beside);
            let _left_by_a_crash = fs::remove_file(&beside);
            write_new(&beside, text, mode)?;
            fs::rename(&beside, path).map_err(|why| {
                let _best_effort = fs::remove_file(&beside);
                system(path, "replaced", why)
            })
        }
    }
}

/// The file is made with its final mode: there is no moment at which others could open it.
fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), FileError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = made.map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists { path: path.to_owned() },
        _ => system(path, "made", why),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|why| {
        let _half_written = fs::remove_file(path);
        system(path, "written", why)
    })
}

#[cfg(test)]
mod tests;
