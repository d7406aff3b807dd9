//! Checks of a node and of a coordinator: files, policy, audit log, port, and the members that it calls.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use ::coordinator::config::DoorConfig;
use ::node::policy_folder;
use identity::{Connector, Dialler};
use jiff::Timestamp;
use model::Role;
use tokio::net::TcpListener;

use super::finding::Findings;
use super::identity_files::{self, IdentityFiles, Proven};
use crate::command::policy::Trial;
use crate::command::{coordinator, node};
use crate::exit::Failure;

/// How long a member may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks everything that `node.toml` names, but not the records: `bluelamp node check` reads those.
pub(super) async fn node(file: &Path, now: Timestamp, findings: &mut Findings) {
    let Some(config) = findings.need("configuration", node::read(file)) else { return };
    findings.ok("configuration", format!("a node's, of {}", config.force));
    let of = IdentityFiles {
        bundle: &config.bundle,
        credentials: &config.credentials,
        role: Role::Node,
        force: Some(&config.force),
    };
    if let Some(proven) = identity_files::check(&of, now, findings) {
        let listed = proven.trust.bundle().find(&config.force).is_some_and(|member| member.node().is_some());
        if !listed {
            let found = format!("the bundle has no node of {}, so nobody will call it", config.force);
            findings.warn(
                "membership",
                found,
                "add its address: bluelamp pki bundle --replace --node https://…",
            );
        }
    }
    let trial =
        policy_folder::read(&config.policy).map_err(Failure::from).and_then(|files| Trial::of(&files));
    match findings.need("policy", trial) {
        Some(trial) if trial.passed() => findings.ok("policy", trial.summary()),
        Some(trial) => {
            findings
                .fail("policy", Failure::error(trial.summary()).help("bluelamp policy test shows each case"));
        }
        None => {}
    }
    if config.view.is_empty() {
        findings.warn("sources", "no view feeds any dataset", "map the sources with [[view]] in node.toml");
    } else {
        let (sources, views) = (config.source.len(), config.view.len());
        findings.ok("sources", format!("{sources} sources, {views} views; bluelamp node check reads them"));
    }
    folder("data", &config.data, findings);
    audit_log(&config.audit, findings);
    port(&config.listen, findings).await;
}

/// Checks everything that `coordinator.toml` names, and calls each node.
pub(super) async fn coordinator(file: &Path, now: Timestamp, findings: &mut Findings) {
    let Some(config) = findings.need("configuration", coordinator::read(file)) else { return };
    findings.ok("configuration", format!("a coordinator's, of {}", config.force));
    let of = IdentityFiles {
        bundle: &config.bundle,
        credentials: &config.credentials,
        role: Role::Coordinator,
        force: Some(&config.force),
    };
    let proven = identity_files::check(&of, now, findings);
    audit_log(&config.audit, findings);
    port(&config.listen, findings).await;
    if let Some(door) = &config.door {
        let bundle = proven.as_ref().map(|proven| proven.trust.bundle());
        let listed = bundle.as_ref().and_then(|bundle| bundle.find(&config.force)?.door()?.host());
        open_door(door, listed, now, findings);
        port(&door.listen, findings).await;
    }
    if let Some(proven) = proven {
        call_nodes(&proven, findings).await;
    }
}

/// What a door shows to tools: a certificate in time, for the host that the bundle names.
fn open_door(door: &DoorConfig, listed: Option<&str>, now: Timestamp, findings: &mut Findings) {
    let Some(shown) = findings.need("door", door.credentials.read_host()) else { return };
    identity_files::validity("door", shown.not_before(), shown.not_after(), now, findings);
    match listed {
        Some(host) if shown.hosts().iter().any(|shown| shown == host) => {
            findings.ok("door", format!("tools call it {host}"));
        }
        Some(host) => {
            let found = format!("the bundle calls it {host}, its certificate {}", shown.hosts().join(", "));
            findings.fail(
                "door",
                Failure::error(found).help("issue one for that host: bluelamp pki host --replace"),
            );
        }
        None => findings.warn(
            "door",
            "the bundle names no address of it, so no desk tells its tools of it",
            "add it: bluelamp pki bundle --replace --door https://…",
        ),
    }
}

async fn call_nodes(proven: &Proven, findings: &mut Findings) {
    let bundle = proven.trust.bundle();
    for member in bundle.members() {
        let Some(address) = member.node() else { continue };
        let force = member.force();
        let dialler =
            Dialler::new(proven.trust.clone(), proven.credentials.clone(), force.clone(), Role::Node);
        match Connector::new(dialler).with_patience(PATIENCE).connect(address.clone()).await {
            Ok(_) => findings.ok("node", format!("{force} accepts us at {address}")),
            Err(error) => findings.fail("node", Failure::from(error).while_doing(force.as_str())),
        }
    }
}

/// A folder that is made at the start if need be.
fn folder(what: &'static str, path: &Path, findings: &mut Findings) {
    if path.is_dir() {
        findings.ok(what, path.display().to_string());
    } else if path.exists() {
        let failure = Failure::error(format!("{}: is not a folder", path.display()));
        findings.fail(what, failure.help("name a folder, or move the file away"));
    } else {
        findings.ok(what, format!("{}: will be made at the first start", path.display()));
    }
}

fn audit_log(path: &Path, findings: &mut Findings) {
    if !path.exists() {
        findings.ok("audit", format!("{}: will be made at the first start", path.display()));
        return;
    }
    if let Some(found) = findings.need("audit", ::audit::verify(path)) {
        findings.ok("audit", format!("{} entries, the chain holds", found.entries));
    }
}

async fn port(listen: &str, findings: &mut Findings) {
    match TcpListener::bind(listen).await {
        Ok(_) => findings.ok("port", format!("{listen} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let found = format!("{listen} is in use");
            findings.warn(
                "port",
                found,
                "fine where this server is running; else set another port in `listen`",
            );
        }
        Err(error) => {
            let failure = Failure::error(format!("{listen}: {error}"));
            findings.fail("port", failure.help("set one of this machine's addresses in `listen`"));
        }
    }
}
