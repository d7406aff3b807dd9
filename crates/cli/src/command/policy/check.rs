//! The command `bluelamp policy check`: reads a bundle whole, and says what a custodian should look at before it is served.

use std::path::PathBuf;

use ::node::catalogue;
use ::policy::Bundle;
use ::policy::lint::{self, Finding, Severity};
use serde_json::json;

use super::{Format, compile, files, written};
use crate::command::node::read;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp policy check policy/
  bluelamp policy check policy/ --config node.toml
  bluelamp policy check policy/ --deny-warnings
  bluelamp policy check policy/ --format json

Errors end with 1: the bundle can't be used, or a policy in it can fail. Warnings are shown: policies that never apply,
permits for any purpose that do not say so, profiles that nothing chooses, settings and limits without effect. With a node's
configuration, columns too that its views map although nothing that is permitted uses them.";

/// Options of `bluelamp policy check`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArguments {
    /// The bundle's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A node's configuration: finds the columns that its views map without a use. Opens its sources and reads no record
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// End with 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,
    /// How the findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Prints what is found.
pub(super) async fn check(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let files = files(&arguments.folder)?;
    let mut found = lint::findings(&files);
    let bundle = Bundle::compile(&files).ok();
    if bundle.is_none() && arguments.format == Format::Table {
        return compile(&files).map(|_| Exit::Ok);
    }
    if let (Some(bundle), Some(file)) = (&bundle, &arguments.config) {
        let mapped = catalogue::mapped(&read(file)?.sources(file)).await?;
        found.extend(lint::without_use(bundle, &mapped, &file.display().to_string()));
    }
    let text = match arguments.format {
        Format::Table => text(bundle.as_ref(), &found),
        Format::Json => written(&json!({
            "usable": bundle.is_some(),
            "version": bundle.as_ref().map(|bundle| bundle.edition().version),
            "note": bundle.as_ref().map(|bundle| &bundle.edition().note),
            "bundle": bundle.as_ref().map(Bundle::hash),
            "signatures": bundle.as_ref().map(|bundle| bundle.signatures().len()),
            "findings": found,
        }))?,
    };
    stdout(text.as_bytes())?;
    if bundle.is_none() {
        return Err(Failure::error("the policy bundle can't be used").help("mend what the findings say"));
    }
    let (errors, warnings) = counted(&found);
    if errors > 0 {
        return Err(
            Failure::error(format!("{errors} policies can fail")).help(lint_help(&found, Severity::Error))
        );
    }
    if arguments.deny_warnings && warnings > 0 {
        return Err(Failure::error(format!("{warnings} warnings, and warnings are denied"))
            .help(lint_help(&found, Severity::Warning)));
    }
    Ok(Exit::Ok)
}

fn text(bundle: Option<&Bundle>, found: &[Finding]) -> String {
    let mut text = String::new();
    if let Some(bundle) = bundle {
        let edition = bundle.edition();
        text = format!(
            "policy version {} ({}) can be used\nbundle      {}\nsignatures  {}\n",
            edition.version,
            edition.note,
            bundle.hash(),
            bundle.signatures().len()
        );
    }
    for finding in found {
        text.push_str(&format!("{finding}\n"));
    }
    let (errors, warnings) = counted(found);
    if errors + warnings > 0 {
        text.push_str(&format!("{errors} errors, {warnings} warnings\n"));
    }
    text
}

fn counted(found: &[Finding]) -> (usize, usize) {
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error).count();
    (errors, found.len() - errors)
}

/// How to mend the first of them.
fn lint_help(found: &[Finding], severity: Severity) -> String {
    let first = found.iter().find(|finding| finding.severity == severity);
    first.and_then(|finding| finding.mend.clone()).unwrap_or_default()
}
