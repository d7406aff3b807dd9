//! `disclosure.toml`: how much a table may tell, in named profiles, and how large a table or a batch may be.
//! The strictest profile wins.

use std::collections::BTreeMap;

use model::question::SUBJECTS_MAX;
use model::reply::Protection;

use super::{BundleError, Fault};

/// The profile of every permit that names none.
pub const STANDARD: &str = "standard";
/// No profile may release cells with fewer distinct entities behind them.
pub const MINIMUM_CELL_FLOOR: u64 = 5;
/// No bundle may accept larger tables: up to here the time that protecting one takes is known to be short.
pub const CELLS_MAX_CEILING: u64 = 10_000;
/// Most subjects of a batch where a bundle does not set `subjects_max`.
pub const SUBJECTS_MAX_DEFAULT: usize = 200;
/// The coarsest rounding that can be meant: a larger base is a slip of the pen.
const BASE_MAX: u64 = 1_000_000;

/// The disclosure profiles and limits of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disclosure {
    profiles: BTreeMap<String, Profile>,
    limits: Limits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    minimum_cell: u64,
    rounding_base: u64,
    sum_base: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    cells_max: u64,
    #[serde(default = "subjects_max")]
    subjects_max: usize,
}

/// The size of a batch where a bundle says nothing about it.
fn subjects_max() -> usize {
    SUBJECTS_MAX_DEFAULT
}

impl Disclosure {
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, BundleError> {
        let disclosure: Self = model::config::read(text, file)?;
        let mut faults = Vec::new();
        if !disclosure.profiles.contains_key(STANDARD) {
            faults
                .push(Fault::of(file, "[profiles.standard] is missing: permits that name no profile use it"));
        }
        for (name, profile) in &disclosure.profiles {
            if profile.minimum_cell < MINIMUM_CELL_FLOOR {
                faults.push(Fault::of(
                    file,
                    format!(
                        "[profiles.{name}] minimum_cell = {} is too small; no cell may stand for fewer than {MINIMUM_CELL_FLOOR}",
                        profile.minimum_cell
                    ),
                ));
            }
            for (key, base) in [("rounding_base", profile.rounding_base), ("sum_base", profile.sum_base)] {
                if !(1..=BASE_MAX).contains(&base) {
                    faults.push(Fault::of(
                        file,
                        format!("[profiles.{name}] {key} = {base} must be 1 (not rounded) to {BASE_MAX}"),
                    ));
                }
            }
        }
        if !(1..=CELLS_MAX_CEILING).contains(&disclosure.limits.cells_max) {
            faults.push(Fault::of(
                file,
                format!(
                    "[limits] cells_max = {} must be 1 to {CELLS_MAX_CEILING}",
                    disclosure.limits.cells_max
                ),
            ));
        }
        if !(1..=SUBJECTS_MAX).contains(&disclosure.limits.subjects_max) {
            faults.push(Fault::of(
                file,
                format!(
                    "[limits] subjects_max = {} must be 1 to {SUBJECTS_MAX}",
                    disclosure.limits.subjects_max
                ),
            ));
        }
        if faults.is_empty() { Ok(disclosure) } else { Err(faults.into()) }
    }

    pub(crate) fn cells_max(&self) -> u64 {
        self.limits.cells_max
    }

    /// Most subjects that one batch may hold.
    pub(crate) fn subjects_max(&self) -> usize {
        self.limits.subjects_max
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.profiles.keys().map(String::as_str)
    }

    /// The strictest of the named profiles, part by part; the standard one when none is named.
    pub(crate) fn strictest<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Protection {
        let named = names.into_iter().map(|name| self.protection(name));
        named
            .reduce(|one, other| Protection {
                minimum_cell: one.minimum_cell.max(other.minimum_cell),
                rounding_base: one.rounding_base.max(other.rounding_base),
                sum_base: one.sum_base.max(other.sum_base),
            })
            .unwrap_or_else(|| self.protection(STANDARD))
    }

    /// Names a protection for a reader: `likely` if it fits, else the first profile that does.
    pub(crate) fn name_of(&self, protection: Protection, likely: &str) -> String {
        let fits = |name: &&str| self.protection(name) == protection;
        let name = std::iter::once(likely).chain(self.names()).find(fits);
        name.unwrap_or("of several, the strictest parts").to_owned()
    }

    /// A name without a profile can't come out of `compile`; if it did, nothing would be released under it.
    fn protection(&self, name: &str) -> Protection {
        let closed = Profile { minimum_cell: u64::MAX, rounding_base: BASE_MAX, sum_base: BASE_MAX };
        let profile = self.profiles.get(name).copied().unwrap_or(closed);
        Protection {
            minimum_cell: profile.minimum_cell,
            rounding_base: profile.rounding_base,
            sum_base: profile.sum_base,
        }
    }
}
