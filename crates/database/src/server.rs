//! How a server is reached, as an operator writes it. Over a network only with TLS and the server's name checked; without
//! it only through a socket of this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use identity::files::{self, FileError};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio_postgres::config::SslMode;

use crate::error::DatabaseError;

/// How long a server may take to take a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// A PostgreSQL database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The server's name, as its certificate has it; or the folder of its socket on this machine, which begins with `/`.
    pub host: String,
    /// The port.
    #[serde(default = "usual_port")]
    pub port: u16,
    /// The database's name.
    pub name: String,
    /// The user, who needs nothing but to read.
    pub user: String,
    /// A file with the user's password, readable by this node's user alone. None where the certificate is enough.
    pub password_file: Option<PathBuf>,
    /// Certificates of the authority that vouches for the server, PEM.
    pub ca: Option<PathBuf>,
    /// This node's certificate for the server, PEM.
    pub certificate: Option<PathBuf>,
    /// Its private key, PEM, readable by this node's user alone.
    pub key: Option<PathBuf>,
}

fn usual_port() -> u16 {
    5432
}

impl Server {
    /// The same with relative paths resolved against `folder`.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        for path in [&mut self.password_file, &mut self.ca, &mut self.certificate, &mut self.key] {
            *path = path.take().map(|path| folder.join(path));
        }
        self
    }

    /// Checks what can be checked without a file or the server.
    pub fn check(&self) -> Result<(), DatabaseError> {
        match (&self.ca, &self.certificate, &self.key) {
            (None, ..) if !self.is_local() => Err(DatabaseError::configured(format!(
                "records of {} would cross the network in clear; name the file of its authority's certificate as `ca`",
                self.host
            ))),
            (_, Some(_), None) | (_, None, Some(_)) => Err(DatabaseError::configured(
                "`certificate` and `key` belong together; name both, or neither".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Where it is, for people.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether it is reached through a socket of this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The client's settings, with the password where there is one.
    pub(crate) fn settings(&self) -> Result<tokio_postgres::Config, DatabaseError> {
        let mut settings = tokio_postgres::Config::new();
        settings
            .host(&self.host)
            .port(self.port)
            .dbname(&self.name)
            .user(&self.user)
            .application_name("bluelamp")
            .connect_timeout(CONNECT_WITHIN)
            .ssl_mode(if self.is_local() { SslMode::Disable } else { SslMode::Require });
        if let Some(file) = &self.password_file {
            let password = files::read_secret(file).map_err(|error| unusable(file, &error))?;
            settings.password(password.reveal().trim_end_matches(['\r', '\n']));
        }
        Ok(settings)
    }

    /// The TLS of a connection: the server must prove its name, and is shown this node's certificate if it has one.
    pub(crate) fn tls(&self) -> Result<ClientConfig, DatabaseError> {
        let mut roots = RootCertStore::empty();
        for certificate in
            self.ca.iter().map(|file| certificates(file)).collect::<Result<Vec<_>, _>>()?.concat()
        {
            let added = roots.add(certificate);
            added.map_err(|error| {
                DatabaseError::configured(format!("a certificate of `ca` can't be used: {error}"))
            })?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let broken =
            |error: rustls::Error| DatabaseError::configured(format!("TLS can't be set up: {error}"));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(broken)?
            .with_root_certificates(roots);
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                let chain = certificates(certificate)?;
                let secret = files::read_secret(key).map_err(|error| unusable(key, &error))?;
                let secret = PrivateKeyDer::from_pem_slice(secret.reveal().as_bytes())
                    .map_err(|_| file(key, "holds no private key in PEM"))?;
                config.with_client_auth_cert(chain, secret).map_err(|_| {
                    file(
                        certificate,
                        "does not belong to the key beside it; name the two that were made together",
                    )
                })
            }
            _ => Ok(config.with_no_client_auth()),
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let text = files::read_public(path).map_err(|error| unusable(path, &error))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(file(path, "holds no certificate in PEM")),
    }
}

fn file(path: &Path, why: impl Into<String>) -> DatabaseError {
    DatabaseError::File { file: path.to_owned(), why: why.into() }
}

/// The error without the path, which stands there already.
fn unusable(path: &Path, error: &FileError) -> DatabaseError {
    let told = error.to_string();
    file(path, told.strip_prefix(&format!("{}: ", path.display())).unwrap_or(&told))
}
