//! Checks that node, coordinator and analyst share: the bundle, the certificate, the key.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use identity::files::{self, CredentialsFiles};
use identity::{Bundle, CredentialStore, Trust};
use jiff::{SignedDuration, Timestamp};
use model::{ForceId, Role};

use super::finding::Findings;
use crate::exit::Failure;

/// How long before its end a certificate should be renewed.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 14);

/// The files that make an identity.
pub(super) struct IdentityFiles<'a> {
    /// The federation bundle.
    pub(super) bundle: &'a Path,
    /// The certificate and its key.
    pub(super) credentials: &'a CredentialsFiles,
    /// The role that the certificate must have.
    pub(super) role: Role,
    /// The force that it must be of, where the configuration names one.
    pub(super) force: Option<&'a ForceId>,
}

/// Who is trusted and as whom we speak, once everything about it holds.
pub(super) struct Proven {
    pub(super) trust: Trust,
    pub(super) credentials: CredentialStore,
}

/// Checks the files, as far as they hold.
pub(super) fn check(of: &IdentityFiles<'_>, now: Timestamp, findings: &mut Findings) -> Option<Proven> {
    let bundle = findings.need("bundle", files::read_bundle(of.bundle));
    if let Some(bundle) = &bundle {
        findings.ok("bundle", format!("{} members", bundle.members().len()));
    }
    let credentials = findings.need("credentials", of.credentials.read())?;
    key_mode(&of.credentials.key, findings);
    let name = credentials.name().clone();
    let fits = name.role() == of.role && of.force.is_none_or(|force| force == name.force());
    if !fits {
        let force = of.force.unwrap_or(name.force());
        let wanted = format!("spiffe://bluelamp/force/{force}/{}/…", of.role);
        findings.fail(
            "certificate",
            Failure::error(format!("is of {name}, and {wanted} is needed"))
                .help("issue one: bluelamp pki issue"),
        );
        return None;
    }
    validity("certificate", credentials.not_before(), credentials.not_after(), now, findings);
    let bundle = bundle?;
    member(&bundle, &credentials, now, findings)?;
    Some(Proven { trust: Trust::new(bundle), credentials: CredentialStore::new(credentials) })
}

fn key_mode(key: &Path, findings: &mut Findings) {
    let Ok(about) = std::fs::metadata(key) else { return };
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        findings.ok("key", format!("mode {mode:03o}"));
    } else {
        findings.warn("key", format!("mode {mode:03o}: the group can read it"), "run chmod 600 on it");
    }
}

/// Whether what is shown is in time, and for how long still.
pub(super) fn validity(
    what: &'static str,
    from: Timestamp,
    until: Timestamp,
    now: Timestamp,
    findings: &mut Findings,
) {
    let left = until.duration_since(now);
    if now < from {
        findings.fail(
            what,
            Failure::error(format!("is not valid before {from}")).help("check this machine's clock"),
        );
    } else if left.is_negative() {
        findings.fail(
            what,
            Failure::error(format!("expired on {until}"))
                .help("issue a new one: bluelamp pki issue --replace"),
        );
    } else if left < RENEW_BEFORE {
        let days = left.as_hours() / 24;
        findings.warn(
            what,
            format!("expires in {days} days"),
            "issue a new one: bluelamp pki issue --replace",
        );
    } else {
        findings.ok(what, format!("valid until {until}"));
    }
}

/// Whether the others would accept us: our force is a member, its authority vouches, nothing is revoked.
fn member(
    bundle: &Bundle,
    credentials: &identity::Credentials,
    now: Timestamp,
    findings: &mut Findings,
) -> Option<()> {
    let name = credentials.name();
    let member = findings.need("membership", bundle.member(name.force()))?;
    if member.revoked().contains(credentials.serial()) {
        let revoked =
            Failure::error(format!("the bundle revokes this certificate, serial {}", credentials.serial()));
        findings.fail("membership", revoked.help("issue a new one: bluelamp pki issue --replace"));
        return None;
    }
    if let Ok(authority) = identity::describe(member.authority_pem())
        && authority.not_after < now.saturating_add(RENEW_BEFORE).unwrap_or(Timestamp::MAX)
    {
        let found = format!("the authority of {} ends on {}", name.force(), authority.not_after);
        findings.warn("authority", found, "make the next one and exchange the bundle: bluelamp pki init");
    }
    findings.ok("membership", format!("{name} of {}", member.title()));
    Some(())
}
