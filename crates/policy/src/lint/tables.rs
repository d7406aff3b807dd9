//! What is odd about how tables are protected: profiles that nothing chooses, and parts of profiles that do nothing.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Effect, Policy};
use model::Dataset;
use model::schema::ColumnUse;

use super::scenes::Search;
use super::{Finding, Severity, line_of};
use crate::bundle::profile::{Profile, Rounding, STANDARD};
use crate::bundle::rules::{Action, decides_on};
use crate::bundle::{Bundle, BundleFiles, DISCLOSURE_FILE};

/// An annotation about tables on a policy that can't decide about any.
pub(super) fn misplaced(policy: &Policy) -> Option<(String, &'static str)> {
    let profile = policy.annotation("profile")?;
    (!decides_on(policy, Action::Tabulate)).then(|| {
        let what =
            format!("@profile(\"{profile}\") has no effect: the policy decides about no record in a table");
        (what, "put it on a permit to tabulate, or take it away")
    })
}

/// What is odd about the profiles of a bundle. `searched` says of which datasets each policy may count records.
pub(super) fn findings(bundle: &Bundle, files: &BundleFiles, searched: &[(&Policy, Search)]) -> Vec<Finding> {
    let mut chosen: BTreeMap<&str, BTreeSet<Dataset>> = BTreeMap::new();
    for (policy, search) in searched {
        if policy.effect() == Effect::Permit && decides_on(policy, Action::Tabulate) {
            let profile = policy.annotation("profile").unwrap_or(STANDARD);
            // Tables that carry noise are under no profile.
            let counted = search.counts().iter().copied();
            let profiled = counted.filter(|dataset| bundle.disclosure.noise(*dataset).is_none());
            chosen.entry(profile).or_default().extend(profiled);
        }
    }
    let mut found = Vec::new();
    for (name, profile) in bundle.disclosure.profiles() {
        let section = format!("profiles.{name}");
        let mut add = |key: &str, what: String, mend: &str| {
            found.push(Finding {
                severity: Severity::Warning,
                lint: if key.is_empty() { "never_chosen" } else { "no_effect" },
                file: DISCLOSURE_FILE.to_owned(),
                line: line_of(files, DISCLOSURE_FILE, &section, key),
                policy: None,
                what: format!("[{section}] {what}"),
                mend: Some(mend.to_owned()),
            });
        };
        let Some(datasets) = chosen.get(name) else {
            // Every bundle needs the standard one, even if all its permits name others.
            if name != STANDARD {
                add(
                    "",
                    "is never chosen: no permit to tabulate names it".to_owned(),
                    "name it with @profile, or take it out",
                );
            }
            continue;
        };
        for (key, what, mend) in idle(profile, datasets) {
            add(key, what, mend);
        }
    }
    found
}

/// The parts of a profile that do nothing for tables of these datasets.
fn idle(profile: &Profile, datasets: &BTreeSet<Dataset>) -> Vec<(&'static str, String, &'static str)> {
    let mut idle = Vec::new();
    let names = datasets.iter().map(|dataset| dataset.as_str()).collect::<Vec<_>>().join(", ");
    let summed =
        |dataset: &Dataset| dataset.columns().any(|column| matches!(column.used, ColumnUse::Measure { .. }));
    let (summed, in_units) =
        (datasets.iter().any(summed), datasets.iter().any(|dataset| dataset.unit_key().is_some()));
    if profile.rounding == Rounding::Controlled && profile.rounding_base == 1 && profile.sum_base == 1 {
        let what = "rounding = \"controlled\" has no effect: rounding_base and sum_base are 1".to_owned();
        idle.push(("rounding", what, "set a base, or leave rounding away"));
    }
    if profile.rounding_base > profile.minimum_cell.saturating_mul(2) {
        let what = format!(
            "rounding_base = {} makes zeros of cells that are told: a cell of {} is as good as none",
            profile.rounding_base, profile.minimum_cell
        );
        idle.push((
            "rounding_base",
            what,
            "lower rounding_base to twice minimum_cell at most, or raise minimum_cell",
        ));
    }
    if datasets.is_empty() {
        return idle;
    }
    if profile.minimum_units > 1 && !in_units {
        let what = format!(
            "minimum_units = {} has no effect: it is chosen for {names}, which the schema gives no column of units",
            profile.minimum_units
        );
        idle.push(("minimum_units", what, "leave it away, or choose the profile for report"));
    }
    let of_sums = [("dominance_percent", profile.dominance_percent, 0), ("sum_base", profile.sum_base, 1)];
    for (key, value, off) in of_sums.into_iter().filter(|(_, value, off)| value != off && !summed) {
        let what = format!(
            "{key} = {value} has no effect: it is chosen for {names}, of which the schema lets no column be summed"
        );
        idle.push((key, what, if off == 0 { "leave it away" } else { "set it to 1" }));
    }
    idle
}
