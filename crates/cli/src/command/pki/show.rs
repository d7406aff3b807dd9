//! Describing a certificate or a bundle. A private key is never shown.

use std::path::Path;

use identity::{Bundle, files};

use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

/// Describes what the file holds.
pub(super) fn show(file: &Path) -> Result<Exit, Failure> {
    let text = files::read_public(file)?;
    let told = if text.contains("[[member]]") {
        told(&files::read_bundle(file)?)
    } else if text.contains("PRIVATE KEY") && !text.contains("BEGIN CERTIFICATE") {
        return Err(Failure::usage(format!("{}: holds a private key, which is never shown", file.display()))
            .help("name its certificate"));
    } else {
        let summary = identity::describe(&text)
            .map_err(|error| Failure::from(error).while_doing(&file.display().to_string()))?;
        summary.to_string()
    };
    stdout(told.as_bytes())?;
    Ok(Exit::Ok)
}

fn told(bundle: &Bundle) -> String {
    let mut text = String::new();
    for member in bundle.members() {
        text.push_str(&format!("{}  {}\n", member.force(), member.title()));
        let mut line = |what: &str, value: String| text.push_str(&format!("  {what:<12} {value}\n"));
        line("desk", member.desk().to_owned());
        if let Some(address) = member.node() {
            line("node", address.to_string());
        }
        if let Some(address) = member.coordinator() {
            line("coordinator", address.to_string());
        }
        if let Some(address) = member.door() {
            line("door", address.to_string());
        }
        if let Ok(authority) = identity::describe(member.authority_pem()) {
            line("authority", format!("serial {}, valid until {}", authority.serial, authority.not_after));
        }
        for serial in member.revoked() {
            line("revoked", serial.to_string());
        }
    }
    text
}
