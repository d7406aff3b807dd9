//! Changing a federation bundle: adding a member, revoking a certificate. The file is replaced in one step.

use std::path::Path;

use identity::files::{self, Existing};
use identity::{Bundle, Member, Serial};
use model::ForceId;

use super::BundleArguments;
use super::certificate::AUTHORITY_CERTIFICATE;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

/// Adds a member, or replaces its entry.
pub(super) fn add(arguments: &BundleArguments) -> Result<Exit, Failure> {
    let BundleArguments { out, force, authority, title, desk, node, coordinator, door, replace } = arguments;
    let authority =
        if authority.is_dir() { authority.join(AUTHORITY_CERTIFICATE) } else { authority.clone() };
    let mut member = Member::new(force.clone(), title, desk, &files::read_public(&authority)?)?;
    if let Some(address) = node {
        member = member.with_node(address)?;
    }
    if let Some(address) = coordinator {
        member = member.with_coordinator(address)?;
    }
    if let Some(address) = door {
        member = member.with_door(address)?;
    }
    let (bundle, existing) = if out.exists() {
        let bundle = files::read_bundle(out)?;
        if bundle.find(force).is_some() && !replace {
            return Err(Failure::error(format!("{force} is a member already and is left as it is"))
                .help("replace its entry with --replace"));
        }
        (with_member(bundle, member)?, Existing::Replace)
    } else {
        (Bundle::new(vec![member])?, Existing::Keep)
    };
    files::write_public(out, &bundle.to_toml()?, existing)?;
    stdout(
        format!("{}: {} members; hand it to all of them\n", out.display(), bundle.members().len()).as_bytes(),
    )?;
    Ok(Exit::Ok)
}

/// A new entry must not bring back what the old one had revoked.
fn with_member(bundle: Bundle, member: Member) -> Result<Bundle, Failure> {
    let force = member.force().clone();
    let revoked = bundle.find(&force).map(|known| known.revoked().clone()).unwrap_or_default();
    let mut bundle = bundle.with_member(member)?;
    for serial in revoked {
        bundle = bundle.with_revoked(&force, serial)?;
    }
    Ok(bundle)
}

/// Revokes a certificate.
pub(super) fn revoke(file: &Path, force: &ForceId, serial: Serial) -> Result<Exit, Failure> {
    let bundle = files::read_bundle(file)?;
    let text = if bundle.member(force)?.revoked().contains(&serial) {
        format!("{serial} of {force} was revoked already\n")
    } else {
        let bundle = bundle.with_revoked(force, serial.clone())?;
        files::write_public(file, &bundle.to_toml()?, Existing::Replace)?;
        format!(
            "{serial} of {force} is revoked in {}; hand the bundle to every member, whose servers read it on SIGHUP\n",
            file.display()
        )
    };
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}
