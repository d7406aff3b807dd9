//! Making an authority and issuing from it. The key is written first, for its owner only.

use std::path::{Path, PathBuf};

use identity::files::{self, Existing};
use identity::{Authority, SecretPem};
use jiff::SignedDuration;
use model::{Name, Standing};

use super::{HostArguments, InitArguments, IssueArguments, existing};
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

/// File of an authority's certificate in its folder.
pub(super) const AUTHORITY_CERTIFICATE: &str = "authority.pem";
/// File of an authority's key in its folder.
const AUTHORITY_KEY: &str = "authority.key";

/// Makes a force's authority.
pub(super) fn init(arguments: &InitArguments) -> Result<Exit, Failure> {
    let InitArguments { force, dir, days, replace } = arguments;
    let authority = Authority::mint(force, clock::now(), days_long(*days))?;
    let (certificate, key) = (dir.join(AUTHORITY_CERTIFICATE), dir.join(AUTHORITY_KEY));
    write(&certificate, authority.certificate_pem(), &key, authority.key_pem(), existing(*replace))?;
    let text = format!(
        "authority of {force}, valid until {}\ncertificate  {}  give it to the federation\nkey          {}  keep it offline\n",
        authority.not_after(),
        certificate.display(),
        key.display()
    );
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

/// Issues a certificate and its key.
pub(super) fn issue(arguments: &IssueArguments) -> Result<Exit, Failure> {
    let folder = &arguments.authority;
    let authority = files::read_authority(&folder.join(AUTHORITY_CERTIFICATE), &folder.join(AUTHORITY_KEY))?;
    let name = holder(arguments, &authority)?;
    let IssueArguments { unit, rank, vetting, .. } = arguments;
    let said = Standing { unit: unit.clone(), rank: *rank, vetting: *vetting };
    let issued = authority.issue_with(&name, &said, clock::now(), days_long(arguments.days))?;
    let file =
        |ending: &str| -> PathBuf { arguments.out.join(format!("{}-{}.{ending}", name.role(), name.id())) };
    let (certificate, key) = (file("pem"), file("key"));
    write(&certificate, &issued.certificate_pem, &key, &issued.key_pem, existing(arguments.replace))?;
    let text = format!(
        "{name}\nserial       {}\nvalid until  {}\ncertificate  {}\nkey          {}\n",
        issued.serial,
        issued.not_after,
        certificate.display(),
        key.display()
    );
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

/// Issues a certificate for a host's name, and its key.
pub(super) fn host(arguments: &HostArguments) -> Result<Exit, Failure> {
    let HostArguments { authority: folder, hosts, out, days, replace } = arguments;
    let authority = files::read_authority(&folder.join(AUTHORITY_CERTIFICATE), &folder.join(AUTHORITY_KEY))?;
    let issued = authority.issue_host(hosts, clock::now(), days_long(*days))?;
    let (certificate, key) = (out.join("door.pem"), out.join("door.key"));
    write(&certificate, &issued.certificate_pem, &key, &issued.key_pem, existing(*replace))?;
    let text = format!(
        "{}\nvalid until  {}\ncertificate  {}\nkey          {}\n",
        hosts.join(", "),
        issued.not_after,
        certificate.display(),
        key.display()
    );
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn holder(arguments: &IssueArguments, authority: &Authority) -> Result<Name, Failure> {
    match (&arguments.name, arguments.role, &arguments.id) {
        (Some(name), _, _) => Ok(name.clone()),
        (None, Some(role), Some(id)) => Ok(Name::new(authority.force().clone(), role, id)?),
        _ => Err(Failure::usage("name the holder").help("give --name, or --role and --id")),
    }
}

/// Writes a certificate and its key, or, where either exists and must stay, neither.
fn write(
    certificate: &Path,
    certificate_pem: &str,
    key: &Path,
    key_pem: &SecretPem,
    existing: Existing,
) -> Result<(), Failure> {
    if existing == Existing::Keep
        && let Some(there) = [key, certificate].into_iter().find(|path| path.exists())
    {
        return Err(Failure::error(format!("{}: exists already and is left as it is", there.display()))
            .help("name another folder, or overwrite it with --replace"));
    }
    if let Some(folder) = key.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::secret_folder(folder)?;
    }
    files::write_secret(key, key_pem, existing)?;
    Ok(files::write_public(certificate, certificate_pem, existing)?)
}

fn days_long(days: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}
