//! Checks of an analyst's desk: files, then the coordinator, then the nodes behind it.

use std::path::Path;

use jiff::Timestamp;
use model::Role;

use super::finding::Findings;
use super::identity_files::{self, IdentityFiles};
use crate::desk::{AnalystConfig, Desk};
use crate::exit::Failure;

/// Checks everything that `analyst.toml` names.
pub(super) async fn check(file: &Path, now: Timestamp, findings: &mut Findings) {
    let Some(config) = findings.need("configuration", AnalystConfig::read(file)) else { return };
    findings.ok("configuration", format!("an analyst's, asking through {}", config.coordinator));
    let of = IdentityFiles {
        bundle: &config.bundle,
        credentials: &config.credentials,
        role: Role::Analyst,
        force: None,
    };
    if identity_files::check(&of, now, findings).is_none() {
        return;
    }
    let Some(desk) = findings.need("coordinator", Desk::open(&config, now)) else { return };
    let Some(members) = findings.need("coordinator", desk.federation().await) else { return };
    findings.ok("coordinator", format!("{} answers", config.coordinator));
    for member in members {
        if member.node.is_some() {
            findings.ok("node", format!("{} answers", member.force));
        } else {
            let failure = Failure::error(format!("{} is {}", member.force, member.state));
            findings
                .fail("node", failure.help("its operators see why in the coordinator's and the node's log"));
        }
    }
}
