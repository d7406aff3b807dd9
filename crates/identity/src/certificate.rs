//! What a certificate says of its holder, read by one checklist. Reading proves nothing: `trust` decides
//! whether the force in the name vouches for it.

use std::fmt;

use jiff::Timestamp;
use model::{ForceId, Name, Role, Standing};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use crate::pem::{self, PemError};
use crate::{IdentityError, Serial, standing};

/// What `bluelamp pki show` tells about a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateSummary {
    /// The holder's name; none for a force's authority.
    pub name: Option<Name>,
    /// The force it belongs to.
    pub force: ForceId,
    /// The holder's role; none for a force's authority.
    pub role: Option<Role>,
    /// What else the force says of the holder.
    pub standing: Standing,
    /// Its serial number.
    pub serial: Serial,
    /// Start of its validity.
    pub not_before: Timestamp,
    /// End of its validity.
    pub not_after: Timestamp,
}

/// Why a certificate can't be described.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescribeError {
    /// The text is not PEM.
    #[error("the text {0}")]
    Pem(#[from] PemError),
    /// The certificate is not one of ours.
    #[error(transparent)]
    Certificate(#[from] IdentityError),
}

/// Describes the first certificate in `pem_text`, of a holder or of a force's authority.
pub fn describe(pem_text: &str) -> Result<CertificateSummary, DescribeError> {
    let ders = pem::certificates(pem_text)?;
    let der = ders.first().ok_or(PemError::NoCertificate)?;
    let parsed = parse(der)?;
    let (not_before, not_after) = validity(&parsed)?;
    let (force, name) = match authority_force(&parsed) {
        Some(force) => (force, None),
        None => {
            let name = one_name(&parsed)?;
            (name.force().clone(), Some(name))
        }
    };
    let role = name.as_ref().map(Name::role);
    let standing = standing(&parsed)?;
    Ok(CertificateSummary { name, force, role, standing, serial: serial(&parsed), not_before, not_after })
}

impl fmt::Display for CertificateSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => writeln!(f, "name     {name}")?,
            None => writeln!(f, "name     (the authority of {})", self.force)?,
        }
        writeln!(f, "force    {}", self.force)?;
        writeln!(f, "role     {}", self.role.map_or("authority", Role::as_str))?;
        let Standing { unit, rank, vetting } = &self.standing;
        if let Some(unit) = unit {
            writeln!(f, "unit     {unit}")?;
        }
        if let Some(rank) = rank {
            writeln!(f, "rank     {rank}")?;
        }
        if let Some(vetting) = vetting {
            writeln!(f, "vetting  {vetting}")?;
        }
        writeln!(f, "serial   {}", self.serial)?;
        writeln!(f, "valid    {} to {}", self.not_before, self.not_after)
    }
}

/// What one end of a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Accepts connections.
    Serves,
    /// Opens connections.
    Calls,
}

/// The sides of a connection on which a role may stand.
pub(crate) fn sides(role: Role) -> &'static [Side] {
    match role {
        // A node calls the workers of its own force, and nobody else admits it.
        Role::Node | Role::Coordinator => &[Side::Serves, Side::Calls],
        Role::Analyst => &[Side::Calls],
        Role::Custodian => &[],
    }
}

/// A holder's certificate, read but not yet trusted.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) name: Name,
    pub(crate) standing: Standing,
    pub(crate) serial: Serial,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

impl Leaf {
    /// The checklist: readable whole, exactly one URI name, no authority, key usages as the role needs them.
    pub(crate) fn read(der: &[u8]) -> Result<Self, IdentityError> {
        let parsed = parse(der)?;
        let name = one_name(&parsed)?;
        if parsed.is_ca() {
            return Err(IdentityError::Unreadable { why: "an authority can't be a holder" });
        }
        check_usages(&parsed, &name)?;
        let (not_before, not_after) = validity(&parsed)?;
        Ok(Self { serial: serial(&parsed), standing: standing(&parsed)?, name, not_before, not_after })
    }
}

/// Largest certificate that is looked at; ours have about 600 bytes.
const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

const UNREADABLE: IdentityError = IdentityError::Unreadable { why: "it is not well-formed X.509" };

pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, IdentityError> {
    if der.len() > CERTIFICATE_BYTES_MAX {
        return Err(IdentityError::Unreadable { why: "it is larger than 16 KiB" });
    }
    match X509Certificate::from_der(der) {
        Ok(([], parsed)) => Ok(parsed),
        Ok(_) => Err(IdentityError::Unreadable { why: "something follows it" }),
        Err(_) => Err(UNREADABLE),
    }
}

pub(crate) fn validity(parsed: &X509Certificate<'_>) -> Result<(Timestamp, Timestamp), IdentityError> {
    let moment = |seconds| Timestamp::from_second(seconds).map_err(|_| UNREADABLE);
    let validity = parsed.validity();
    Ok((moment(validity.not_before.timestamp())?, moment(validity.not_after.timestamp())?))
}

pub(crate) fn serial(parsed: &X509Certificate<'_>) -> Serial {
    Serial::from_bytes(parsed.raw_serial())
}

/// What the force says of the holder; nothing where the certificate says nothing.
fn standing(parsed: &X509Certificate<'_>) -> Result<Standing, IdentityError> {
    let mut said = parsed.extensions().iter().filter(|e| e.oid.as_bytes() == standing::EXTENSION_DER);
    match (said.next(), said.next()) {
        (None, _) => Ok(Standing::default()),
        (Some(extension), None) => standing::decode(extension.value),
        (Some(_), Some(_)) => Err(UNREADABLE),
    }
}

/// The certificate's single URI. A second name of any kind would let two checkers disagree on who it is.
fn one_uri<'a>(parsed: &'a X509Certificate<'_>) -> Result<&'a str, IdentityError> {
    let names = parsed.subject_alternative_name().map_err(|_| UNREADABLE)?;
    match names.map(|extension| extension.value.general_names.as_slice()) {
        Some([GeneralName::URI(uri)]) => Ok(uri),
        _ => Err(IdentityError::NotOneName),
    }
}

fn one_name(parsed: &X509Certificate<'_>) -> Result<Name, IdentityError> {
    let uri = one_uri(parsed)?;
    uri.parse().map_err(|_| IdentityError::NotAName { given: uri.chars().take(100).collect() })
}

const FORCE_PREFIX: &str = "spiffe://bluelamp/force/";

/// The URI in a force's authority: the beginning of every name that it may vouch for.
pub(crate) fn authority_uri(force: &ForceId) -> String {
    format!("{FORCE_PREFIX}{force}")
}

/// The force named by an authority's certificate, when it is an authority and names one.
pub(crate) fn authority_force(parsed: &X509Certificate<'_>) -> Option<ForceId> {
    let uri = one_uri(parsed).ok().filter(|_| parsed.is_ca())?;
    uri.strip_prefix(FORCE_PREFIX)?.parse().ok()
}

fn check_usages(parsed: &X509Certificate<'_>, name: &Name) -> Result<(), IdentityError> {
    let missing = |missing| IdentityError::WrongUsage { name: name.clone(), missing };
    let usage = parsed.key_usage().map_err(|_| UNREADABLE)?;
    if !usage.is_some_and(|usage| usage.value.digital_signature()) {
        return Err(missing("digitalSignature"));
    }
    let extended = parsed.extended_key_usage().map_err(|_| UNREADABLE)?.map(|extension| extension.value);
    for side in sides(name.role()) {
        let (present, word) = match side {
            Side::Serves => (extended.is_some_and(|usage| usage.server_auth), "serverAuth"),
            Side::Calls => (extended.is_some_and(|usage| usage.client_auth), "clientAuth"),
        };
        if !present {
            return Err(missing(word));
        }
    }
    Ok(())
}
