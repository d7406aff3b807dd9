//! What a custodian is told of a bundle before anybody serves under it: what can't be used, what can fail, what never
//! does anything, and what opens more than its reader may think.

use std::fmt;

use serde::Serialize;

use crate::bundle::rules::{Action, decides_on};
use crate::bundle::{Bundle, BundleFiles, Fault};

mod bearing;
mod erring;
mod limits;
mod scenes;
mod tables;
mod uses;

use scenes::Search;
pub use uses::{Mapped, without_use};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The bundle must not be used so.
    Error,
    /// It can be used, and was probably not meant so.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Something about a bundle that its custodian should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of finding it is, in one word for scripts, such as `never_applies`.
    pub lint: &'static str,
    /// The file, by its path inside the bundle.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The policy, by its `@id`, where it lies in one.
    pub policy: Option<String>,
    /// What was found. Of a bundle that can't be used, how to mend it too.
    pub what: String,
    /// How to mend it.
    pub mend: Option<String>,
}

/// Looks through a bundle. A bundle that can't be used is looked at no further than that.
pub fn findings(files: &BundleFiles) -> Vec<Finding> {
    let bundle = match Bundle::compile(files) {
        Ok(bundle) => bundle,
        Err(error) => return error.faults.into_iter().map(unusable).collect(),
    };
    let rules = &bundle.rules;
    let mut found = Vec::new();
    let searched = rules.policies().policies().map(|policy| (policy, Search::of(policy))).collect::<Vec<_>>();
    for (policy, search) in &searched {
        let id: &str = policy.id().as_ref();
        let Some(of) = rules.all().find(|described| described.id == id) else { continue };
        let here = |severity, lint, what: String, mend: &str| Finding {
            severity,
            lint,
            file: of.file.clone(),
            line: of.line,
            policy: Some(of.id.clone()),
            what,
            mend: Some(mend.to_owned()),
        };
        let perils = erring::perils(policy);
        let known = !perils.is_empty();
        for what in perils {
            found.push(here(Severity::Error, "can_fail", what, erring::MEND));
        }
        if let Some(scene) = search.failing().filter(|_| !known) {
            let what = format!("fails where {scene}, and then everything that it could decide is denied");
            found.push(here(Severity::Error, "can_fail", what, erring::MEND));
        }
        if search.never_holds() {
            let what =
                "never applies: no question and no record that is put to it can be as it asks".to_owned();
            let mend = "mend the conditions that contradict each other, or what the schema and Bluelamp exclude; or take the policy out";
            found.push(here(Severity::Warning, "never_applies", what, mend));
        }
        if of.permits && decides_on(policy, Action::Ask) && !of.any_purpose && !names_purpose(policy) {
            let what = "permits questions for any purpose, without saying so".to_owned();
            let mend =
                "add a condition on context.purpose, or @purpose(\"any\") where every purpose is meant";
            found.push(here(Severity::Warning, "no_purpose", what, mend));
        }
        found.extend(
            tables::misplaced(policy).map(|(what, mend)| here(Severity::Warning, "no_effect", what, mend)),
        );
    }
    found.extend(tables::findings(&bundle, files, &searched));
    found.extend(limits::findings(&bundle, files));
    found.sort_by(|a, b| {
        (a.severity, &a.file, a.line, &a.policy).cmp(&(b.severity, &b.file, b.line, &b.policy))
    });
    found
}

/// Why a bundle can't be used, as a finding.
fn unusable(fault: Fault) -> Finding {
    let Fault { file, line, policy, why } = fault;
    Finding { severity: Severity::Error, lint: "unusable", file, line, policy, what: why, mend: None }
}

fn names_purpose(policy: &cedar_policy::Policy) -> bool {
    crate::bundle::mentions::Mentions::of(policy).question("purpose")
}

/// The line of `key` in the section `[section]` of a file as TOML writes it; the section's own where the key is not
/// written out.
fn line_of(files: &BundleFiles, file: &str, section: &str, key: &str) -> Option<usize> {
    let text = files.files.get(file)?;
    let heading = format!("[{section}]");
    let lines = || text.lines().map(str::trim).zip(1..);
    let (_, begins) = lines().find(|(line, _)| line.starts_with(&heading))?;
    let inside = lines().skip(begins).take_while(|(line, _)| !line.starts_with('['));
    let written = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    Some(inside.filter(|(line, _)| written(line)).map(|(_, at)| at).next().unwrap_or(begins))
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, file, line, policy, what, mend, .. } = self;
        write!(f, "{severity}: {file}")?;
        if let Some(line) = line {
            write!(f, ", line {line}")?;
        }
        if let Some(policy) = policy {
            write!(f, ", policy {policy}")?;
        }
        write!(f, ": {what}")?;
        match mend {
            Some(mend) => write!(f, "\n  help: {mend}"),
            None => Ok(()),
        }
    }
}
