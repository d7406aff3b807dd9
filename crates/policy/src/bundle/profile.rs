//! `disclosure.toml`: how much a table may tell, in named profiles, and how large a table or a batch may be.
//! The strictest profile wins.

use std::collections::BTreeMap;

use model::question::SUBJECTS_MAX;
use model::reply::Protection;
use model::{Dataset, Mechanism};

use super::noise::{NoiseSection, Noises};
use super::releases::Releases;
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
/// The largest percentage that can be meant.
const PERCENT_MAX: u64 = 100;

/// The disclosure profiles and limits of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disclosure {
    profiles: BTreeMap<String, Profile>,
    limits: Limits,
    #[serde(default)]
    releases: Releases,
    #[serde(default)]
    noise: Noises,
}

/// How much one table may tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// Fewest distinct entities behind a cell that is told, and how far an attacker stays from one that is not.
    pub(crate) minimum_cell: u64,
    /// Fewest units behind a cell that is told, where the dataset has units.
    #[serde(default = "one")]
    pub(crate) minimum_units: u64,
    /// Whoever knows the second largest contribution to a sum must miss the largest by so many percent; 0 asks nothing.
    #[serde(default)]
    pub(crate) dominance_percent: u64,
    /// How far an attacker stays from a sum that is not told, in percent of it.
    #[serde(default = "ten")]
    pub(crate) protection_percent: u64,
    /// What becomes of combinations of keys that nobody falls into.
    #[serde(default)]
    pub(crate) zeros: Empty,
    /// What becomes of groups that fall into one category whole.
    #[serde(default)]
    pub(crate) homogeneous: Empty,
    /// How counts and sums are rounded.
    #[serde(default)]
    pub(crate) rounding: Rounding,
    pub(crate) rounding_base: u64,
    pub(crate) sum_base: u64,
}

/// What becomes of a cell that says something by being empty, or by being the only one that is not.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Empty {
    /// It is told.
    #[default]
    Tell,
    /// It is suppressed like a small one.
    Suppress,
}

/// How figures are rounded.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Rounding {
    /// Each by itself.
    #[default]
    Conventional,
    /// All together, so that they add up.
    Controlled,
}

fn one() -> u64 {
    1
}

fn ten() -> u64 {
    10
}

impl Profile {
    /// Told with as little protection as any profile can have.
    #[cfg(test)]
    pub(crate) fn lenient() -> Self {
        Self {
            minimum_cell: MINIMUM_CELL_FLOOR,
            minimum_units: 1,
            dominance_percent: 0,
            protection_percent: 1,
            zeros: Empty::Tell,
            homogeneous: Empty::Tell,
            rounding: Rounding::Conventional,
            rounding_base: 1,
            sum_base: 1,
        }
    }

    /// Nothing is told under it.
    const CLOSED: Self = Self {
        minimum_cell: u64::MAX,
        minimum_units: u64::MAX,
        dominance_percent: PERCENT_MAX,
        protection_percent: PERCENT_MAX,
        zeros: Empty::Suppress,
        homogeneous: Empty::Suppress,
        rounding: Rounding::Conventional,
        rounding_base: BASE_MAX,
        sum_base: BASE_MAX,
    };

    /// The strictest of two, part by part. Controlled rounding moves figures further than conventional.
    pub(crate) fn strictest(self, other: Self) -> Self {
        Self {
            minimum_cell: self.minimum_cell.max(other.minimum_cell),
            minimum_units: self.minimum_units.max(other.minimum_units),
            dominance_percent: self.dominance_percent.max(other.dominance_percent),
            protection_percent: self.protection_percent.max(other.protection_percent),
            zeros: self.zeros.max(other.zeros),
            homogeneous: self.homogeneous.max(other.homogeneous),
            rounding: self.rounding.max(other.rounding),
            rounding_base: self.rounding_base.max(other.rounding_base),
            sum_base: self.sum_base.max(other.sum_base),
        }
    }

    /// What a reader is told of it. How dominance is measured is not: it would help to undo it.
    pub(crate) fn protection(&self) -> Protection {
        let mechanism = |base| match self.rounding {
            Rounding::Conventional => Mechanism::rounded(base),
            Rounding::Controlled => Mechanism::controlled(base),
        };
        Protection {
            minimum_cell: self.minimum_cell,
            counts: mechanism(self.rounding_base),
            sums: mechanism(self.sum_base),
        }
    }

    /// What is wrong with it, each as `key = value must …`.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.minimum_cell < MINIMUM_CELL_FLOOR {
            faults.push(format!(
                "minimum_cell = {} is too small; no cell may stand for fewer than {MINIMUM_CELL_FLOOR}",
                self.minimum_cell
            ));
        }
        for (key, base) in [("rounding_base", self.rounding_base), ("sum_base", self.sum_base)] {
            if !(1..=BASE_MAX).contains(&base) {
                faults.push(format!("{key} = {base} must be 1 (not rounded) to {BASE_MAX}"));
            }
        }
        if self.minimum_units < 1 {
            faults.push("minimum_units = 0 must be 1 (any) or more".to_owned());
        }
        if self.dominance_percent > PERCENT_MAX {
            faults.push(format!(
                "dominance_percent = {} must be 0 (not asked) to {PERCENT_MAX}",
                self.dominance_percent
            ));
        }
        if !(1..=PERCENT_MAX).contains(&self.protection_percent) {
            faults
                .push(format!("protection_percent = {} must be 1 to {PERCENT_MAX}", self.protection_percent));
        }
        faults
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
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
            let faulty = |why| Fault::of(file, format!("[profiles.{name}] {why}"));
            faults.extend(profile.faults().into_iter().map(faulty));
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
        faults.extend(disclosure.releases.faults(file));
        faults.extend(disclosure.noise.faults(file));
        if faults.is_empty() { Ok(disclosure) } else { Err(faults.into()) }
    }

    /// How releases of tables are remembered.
    pub(crate) fn releases(&self) -> &Releases {
        &self.releases
    }

    /// The noise on tables of a dataset; none where they are suppressed and rounded.
    pub(crate) fn noise(&self, dataset: Dataset) -> Option<&NoiseSection> {
        self.noise.of(dataset)
    }

    /// Every dataset whose tables carry noise.
    pub(crate) fn noises(&self) -> &Noises {
        &self.noise
    }

    pub(crate) fn cells_max(&self) -> u64 {
        self.limits.cells_max
    }

    /// Most subjects that one batch may hold.
    pub(crate) fn subjects_max(&self) -> usize {
        self.limits.subjects_max
    }

    /// The profiles by their names.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.profiles.keys().map(String::as_str)
    }

    /// The strictest of the named profiles, part by part; the standard one when none is named.
    pub(crate) fn strictest<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Profile {
        let named = names.into_iter().map(|name| self.profile(name));
        named.reduce(Profile::strictest).unwrap_or_else(|| self.profile(STANDARD))
    }

    /// Names a profile for a reader: `likely` if it fits, else the first profile that does.
    pub(crate) fn name_of(&self, profile: Profile, likely: &str) -> String {
        let fits = |name: &&str| self.profile(name) == profile;
        let name = std::iter::once(likely).chain(self.names()).find(fits);
        name.unwrap_or("of several, the strictest parts").to_owned()
    }

    /// A name without a profile can't come out of `compile`; if it did, nothing would be released under it.
    fn profile(&self, name: &str) -> Profile {
        self.profiles.get(name).copied().unwrap_or(Profile::CLOSED)
    }
}
