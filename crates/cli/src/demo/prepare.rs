//! Prepares the demo's folder: authorities, certificates, configurations, policies and records of every site. What is
//! there already is kept; records are made again only when the demo is asked for others.

use std::fs;
use std::path::{Path, PathBuf};

use identity::files::{Existing, read_authority, write_public, write_secret};
use identity::{Authority, Bundle, Member, SecretPem};
use jiff::{SignedDuration, Timestamp};
use model::vocabulary::{Rank, Vetting};
use model::{ForceId, Name, Role, Standing};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use super::layout::{FORCES, Layout, ROCTA, ROCTA_TITLE, Site};
use crate::exit::Failure;
use crate::randomness;

/// The sample configurations, policies and open data that ship with the product.
#[derive(RustEmbed)]
#[folder = "../../deploy"]
struct Shipped;

/// What the demo's records are made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MadeWith {
    /// The product's version.
    pub(crate) version: String,
    /// Made-up persons for each force.
    pub(crate) persons: u32,
    /// Made-up intelligence reports for each force.
    pub(crate) reports: u32,
    /// Folder of data.police.uk files that is mounted as it is; the shipped month where none.
    pub(crate) policeuk: Option<PathBuf>,
    /// Limits on what is asked, in place of those that the sample policies have.
    #[serde(default)]
    pub(crate) limits: Option<PathBuf>,
}

/// How long the demo's certificates last.
const VALID: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Makes or completes everything but the addresses.
pub(crate) fn prepare(
    layout: &Layout,
    wanted: &MadeWith,
    now: Timestamp,
    say: &dyn Fn(&str),
) -> Result<(), Failure> {
    let same = fs::read_to_string(layout.made_with())
        .ok()
        .and_then(|text| toml::from_str::<MadeWith>(&text).ok())
        .is_some_and(|made| made == *wanted);
    for force in Layout::servers() {
        fs::create_dir_all(layout.site(force)).map_err(|e| disk(&layout.site(force), &e))?;
        credentials(layout, force, now)?;
    }
    tag_key(layout)?;
    if same {
        say("reusing the sites that are there");
        return Ok(());
    }
    say("making up persons, objects, reports, threats and links (synthetic, seed 7)");
    let spec = synth::Spec {
        forces: FORCES.iter().map(|site| force_id(site.force)).collect::<Result<_, _>>()?,
        persons: wanted.persons,
        reports: wanted.reports,
        events: 0,
        seed: 7,
        ..synth::Spec::default()
    };
    let made = layout.root().join("synthetic");
    synth::write(&spec, &made, &mut |_| {}).map_err(|e| Failure::from(e).while_doing("making up records"))?;
    for site in &FORCES {
        move_records(&made.join(site.force), &layout.site(site.force).join("records"))?;
        write_node(layout, site, wanted)?;
    }
    for name in ["coordinator.toml", "analyst.toml"] {
        write(&layout.site(ROCTA).join(name), &shipped(&format!("sites/rocta/{name}"))?)?;
    }
    let text = toml::to_string(wanted).map_err(|e| Failure::from(e).while_doing("noting what was made"))?;
    write(&layout.made_with(), text.as_bytes())
}

/// Writes the federation bundle of the moment into every site: members, authorities, and where each listens.
pub(crate) fn publish(
    layout: &Layout,
    address: impl Fn(&str) -> String,
    for_tools: Option<&str>,
) -> Result<Bundle, Failure> {
    let failed =
        |e: identity::bundle::BundleError| Failure::from(e).while_doing("writing the federation bundle");
    let mut members = Vec::new();
    for site in &FORCES {
        let pem = authority(layout, site.force)?.certificate_pem().to_owned();
        let member = Member::new(force_id(site.force)?, site.title, site.desk, &pem).map_err(failed)?;
        members.push(member.with_node(&address(site.force)).map_err(failed)?);
    }
    let pem = authority(layout, ROCTA)?.certificate_pem().to_owned();
    let member = Member::new(force_id(ROCTA)?, ROCTA_TITLE, "ROCTA duty desk", &pem).map_err(failed)?;
    let mut member = member.with_coordinator(&address(ROCTA)).map_err(failed)?;
    if let Some(address) = for_tools {
        member = member.with_door(address).map_err(failed)?;
    }
    members.push(member);
    let bundle = Bundle::new(members).map_err(failed)?;
    let text = bundle.to_toml().map_err(failed)?;
    for force in Layout::servers() {
        write(&layout.bundle(force), text.as_bytes())?;
    }
    Ok(bundle)
}

/// An authority for the force and certificates for what it runs, each unless it is there and good for a month yet.
fn credentials(layout: &Layout, force: &str, now: Timestamp) -> Result<(), Failure> {
    let (certificate, key) = layout.authority(force);
    if !certificate.exists() || !key.exists() {
        let minted = Authority::mint(&force_id(force)?, now, VALID * 2)
            .map_err(|e| Failure::from(e).while_doing("minting an authority"))?;
        make_parent(&certificate)?;
        put(&certificate, &key, minted.certificate_pem(), minted.key_pem())?;
    }
    let authority = authority(layout, force)?;
    let holders: &[(&str, Role, &str)] = if force == ROCTA {
        &[("coordinator", Role::Coordinator, "1"), ("analyst", Role::Analyst, "7")]
    } else {
        &[("node", Role::Node, "1")]
    };
    for (holder, role, id) in holders {
        let (certificate, key) = layout.credentials(force, holder);
        let good = identity::files::read_credentials(&certificate, &key)
            .is_ok_and(|held| held.not_after() > now + SignedDuration::from_hours(24 * 30));
        if good {
            continue;
        }
        let name = Name::new(force_id(force)?, *role, id)
            .map_err(|e| Failure::from(e).while_doing("naming a server"))?;
        // What ROCTA says of its analyst: some policies tell more to cleared eyes.
        let said = match role {
            Role::Analyst => Standing {
                unit: "organised-crime".parse().ok(),
                rank: Some(Rank::Staff),
                vetting: Some(Vetting::SecurityCheck),
            },
            _ => Standing::default(),
        };
        let issued = authority
            .issue_with(&name, &said, now, VALID)
            .map_err(|e| Failure::from(e).while_doing("issuing a certificate"))?;
        put(&certificate, &key, &issued.certificate_pem, &issued.key_pem)?;
    }
    if force == ROCTA { door(layout, &authority, now) } else { Ok(()) }
}

/// What the coordinator's door shows to tools, unless it is there and good for a month yet.
fn door(layout: &Layout, authority: &Authority, now: Timestamp) -> Result<(), Failure> {
    let (certificate, key) = layout.credentials(ROCTA, "door");
    let good = identity::files::read_host(&certificate, &key)
        .is_ok_and(|held| held.not_after() > now + SignedDuration::from_hours(24 * 30));
    if good {
        return Ok(());
    }
    let hosts = ["127.0.0.1", "localhost"].map(str::to_owned);
    let issued = authority
        .issue_host(&hosts, now, VALID)
        .map_err(|e| Failure::from(e).while_doing("issuing the door's certificate"))?;
    put(&certificate, &key, &issued.certificate_pem, &issued.key_pem)
}

/// One key of tags for every force that runs a node, and none for the coordinator, unless all have theirs.
fn tag_key(layout: &Layout) -> Result<(), Failure> {
    let files = || FORCES.iter().map(|site| layout.tag_key(site.force));
    if files().all(|file| file.exists()) {
        return Ok(());
    }
    let text = SecretPem::new(randomness::tag_key()?.to_text().to_string());
    for file in files() {
        write_secret(&file, &text, Existing::Replace)
            .map_err(|e| Failure::from(e).while_doing("writing the key of tags"))?;
    }
    Ok(())
}

fn authority(layout: &Layout, force: &str) -> Result<Authority, Failure> {
    let (certificate, key) = layout.authority(force);
    read_authority(&certificate, &key).map_err(|e| Failure::from(e).while_doing("reading an authority"))
}

fn put(certificate: &Path, key: &Path, certificate_pem: &str, key_pem: &SecretPem) -> Result<(), Failure> {
    write_secret(key, key_pem, Existing::Replace)
        .and_then(|()| write_public(certificate, certificate_pem, Existing::Replace))
        .map_err(|e| Failure::from(e).while_doing("writing a certificate"))
}

/// The site's configuration, policy and open data. The configuration is the shipped one with its sources appended.
fn write_node(layout: &Layout, site: &Site, wanted: &MadeWith) -> Result<(), Failure> {
    let folder = layout.site(site.force);
    let policies = format!("policies/{}/", site.force);
    let open_data = format!("demo/policeuk/{}/", site.policeuk);
    for path in Shipped::iter() {
        let target = match (path.strip_prefix(&policies), path.strip_prefix(&open_data)) {
            (Some(rest), _) => folder.join("policy").join(rest),
            (_, Some(rest)) if wanted.policeuk.is_none() => folder.join("policeuk").join(rest),
            _ => continue,
        };
        make_parent(&target)?;
        write(&target, &shipped(&path)?)?;
    }
    if let Some(limits) = &wanted.limits {
        let text = fs::read(limits).map_err(|e| disk(limits, &e))?;
        write(&folder.join("policy/limits.toml"), &text)?;
    }
    let mut sources =
        shipped_text("sources/shared-schema.toml")? + &shipped_text("sources/policeuk-street.toml")?;
    if site.stops {
        sources += &shipped_text("sources/policeuk-stops.toml")?;
    }
    if let Some(elsewhere) = &wanted.policeuk {
        for kind in ["street", "stop-and-search"] {
            let theirs = elsewhere.join("**").join(format!("*-{}-{kind}.csv", site.policeuk));
            sources = sources.replace(&format!("policeuk/**/*-{kind}.csv"), &theirs.to_string_lossy());
        }
    }
    let config = shipped_text(&format!("sites/{}/node.toml", site.force))?;
    write(&layout.config(site.force), format!("{config}\n{sources}").as_bytes())
}

fn move_records(from: &Path, to: &Path) -> Result<(), Failure> {
    if to.exists() {
        fs::remove_dir_all(to).map_err(|e| disk(to, &e))?;
    }
    fs::rename(from, to).map_err(|e| disk(to, &e))
}

fn shipped(path: &str) -> Result<Vec<u8>, Failure> {
    Shipped::get(path)
        .map(|file| file.data.into_owned())
        .ok_or_else(|| Failure::error(format!("{path} is missing from this build")))
}

fn shipped_text(path: &str) -> Result<String, Failure> {
    String::from_utf8(shipped(path)?).map_err(|e| Failure::from(e).while_doing("reading a shipped file"))
}

fn force_id(force: &str) -> Result<ForceId, Failure> {
    force.parse().map_err(|e: model::Complaint| Failure::from(e).while_doing("naming a force"))
}

fn make_parent(path: &Path) -> Result<(), Failure> {
    match path.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(|e| disk(folder, &e)),
        None => Ok(()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|e| disk(path, &e))
}

fn disk(path: &Path, error: &std::io::Error) -> Failure {
    Failure::error(format!("{}: {error}", path.display()))
}
