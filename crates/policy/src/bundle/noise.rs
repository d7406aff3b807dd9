//! `[noise.DATASET]` of `disclosure.toml`: tables of a dataset carry noise within a budget, instead of being suppressed and
//! rounded. It holds for the dataset as a whole, so that no bundle tells the same records exactly and with noise.

use std::collections::BTreeMap;

use model::schema::ColumnUse;
use model::{Dataset, Distribution};

use super::Fault;
use crate::Charge;

/// No table may cost more: an ε of 1 where the noise is Laplace's and one cell is told.
pub(crate) const QUESTION_CEILING: u64 = 500_000;
/// No budget may be larger; what it allows could no longer be called protected.
pub(crate) const BUDGET_CEILING: u64 = 10_000_000;
/// Longest period of a budget, in days: ten years.
const PERIOD_DAYS_MAX: u32 = 3_653;
/// Most groups, and most rows in one, that one entity may count in.
const BOUND_MAX: u64 = 1_000;
/// Largest chance that a group of one shows, in billionths.
const DELTA_MAX: u64 = 1_000;

/// The datasets with noise.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Noises(BTreeMap<Dataset, NoiseSection>);

/// The noise on tables of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoiseSection {
    /// What noise is drawn from.
    pub(crate) distribution: Distribution,
    /// What one table costs, in millionths of ρ (zero-concentrated differential privacy).
    pub(crate) question_micro_rho: u64,
    /// What may be spent within any `period_days`, in millionths of ρ.
    pub(crate) budget_micro_rho: u64,
    /// Days after which what was spent counts no more.
    pub(crate) period_days: u32,
    /// Most groups of a table that one entity counts in.
    #[serde(default = "one")]
    pub(crate) groups_per_entity: u64,
    /// Most rows of one entity that count in one group.
    #[serde(default = "one")]
    pub(crate) rows_per_group: u64,
    /// How probable it may be, in billionths, that some group of a single entity shows under a key that is of no closed
    /// list.
    #[serde(default = "one")]
    pub(crate) delta_per_billion: u64,
    /// The least and the most that one value adds to a sum, by column; the shared schema's bounds where nothing is said.
    #[serde(default)]
    pub(crate) clamp: BTreeMap<String, [i64; 2]>,
}

fn one() -> u64 {
    1
}

impl Noises {
    pub(crate) fn of(&self, dataset: Dataset) -> Option<&NoiseSection> {
        self.0.get(&dataset)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Dataset, &NoiseSection)> {
        self.0.iter().map(|(dataset, section)| (*dataset, section))
    }

    pub(super) fn faults(&self, file: &str) -> Vec<Fault> {
        let of = |(dataset, section): (Dataset, &NoiseSection)| {
            let faulty = move |why: String| Fault::of(file, format!("[noise.{dataset}] {why}"));
            section.faults(dataset).into_iter().map(faulty).collect::<Vec<_>>()
        };
        self.iter().flat_map(of).collect()
    }
}

impl NoiseSection {
    /// The least and the most that one value of a column adds to a sum.
    pub(crate) fn clamp(&self, dataset: Dataset, column: &str) -> Option<(i64, i64)> {
        match (self.clamp.get(column), dataset.column(column).ok()?.used) {
            (Some(&[low, high]), ColumnUse::Measure { .. }) => Some((low, high)),
            (None, ColumnUse::Measure { low, high, .. }) => Some((low, high)),
            _ => None,
        }
    }

    /// What a table of the dataset costs a pool of askers.
    pub(crate) fn charge(&self, dataset: Dataset, pool: &str) -> Charge {
        Charge {
            dataset,
            pool: pool.to_owned(),
            micro_rho: self.question_micro_rho,
            budget_micro_rho: self.budget_micro_rho,
            period_days: self.period_days,
        }
    }

    /// How many tables the budget is good for within a period.
    pub(crate) fn questions(&self) -> u64 {
        self.budget_micro_rho / self.question_micro_rho.max(1)
    }

    /// What is wrong with it, each as `key = value must …`.
    fn faults(&self, dataset: Dataset) -> Vec<String> {
        let mut faults = Vec::new();
        let mut within = |key: &str, value: u64, most: u64, what: &str| {
            if !(1..=most).contains(&value) {
                faults.push(format!("{key} = {value} must be 1 to {most}: {what}"));
            }
        };
        within(
            "question_micro_rho",
            self.question_micro_rho,
            QUESTION_CEILING,
            "what one table costs, in millionths of rho; smaller is more noise",
        );
        within(
            "budget_micro_rho",
            self.budget_micro_rho,
            BUDGET_CEILING,
            "what may be spent in a period, in millionths of rho; above that nothing is protected",
        );
        within("period_days", self.period_days.into(), PERIOD_DAYS_MAX.into(), "days that a charge counts");
        within("groups_per_entity", self.groups_per_entity, BOUND_MAX, "groups that one entity counts in");
        within(
            "rows_per_group",
            self.rows_per_group,
            BOUND_MAX,
            "rows of one entity that count in one group",
        );
        within("delta_per_billion", self.delta_per_billion, DELTA_MAX, "billionths; 1 suits most forces");
        if self.budget_micro_rho < self.question_micro_rho {
            faults.push(format!(
                "budget_micro_rho = {} is less than one table costs (question_micro_rho = {}), so none would ever be told; raise it or let a table cost less",
                self.budget_micro_rho, self.question_micro_rho
            ));
        }
        for (column, &[from, to]) in &self.clamp {
            match dataset.column(column).map(|column| column.used) {
                Ok(ColumnUse::Measure { low, high, .. }) if low <= from && from < to && to <= high => {}
                Ok(ColumnUse::Measure { low, high, .. }) => faults.push(format!(
                    "clamp.{column} = [{from}, {to}] must be [least, most] inside the shared schema's {low} to {high}"
                )),
                Ok(_) => faults.push(format!("clamp.{column}: {column} is no number of {dataset} that tables sum")),
                Err(complaint) => faults.push(format!("clamp: {complaint}")),
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use model::Dataset;
    use model::config::ConfigError;

    use super::Noises;

    fn read(text: &str) -> Result<Noises, ConfigError> {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            noise: Noises,
        }
        model::config::read::<Whole>(text, "disclosure.toml").map(|whole| whole.noise)
    }

    const GOOD: &str = "[noise.report]\ndistribution = \"gaussian\"\nquestion_micro_rho = 5000\n\
        budget_micro_rho = 1000000\nperiod_days = 90\nclamp = { loss_gbp = [0, 50000] }\n";

    #[test]
    fn a_section_says_what_is_left_out() {
        let noises = read(GOOD).unwrap();
        assert_eq!(noises.faults("disclosure.toml"), []);
        let section = noises.of(Dataset::Report).unwrap();
        assert_eq!((section.groups_per_entity, section.rows_per_group, section.questions()), (1, 1, 200));
        assert_eq!(section.clamp(Dataset::Report, "loss_gbp"), Some((0, 50_000)));
        assert_eq!(section.clamp(Dataset::Report, "risk_score"), Some((0, 100)));
        assert_eq!(section.clamp(Dataset::Report, "area"), None);
        assert!(noises.of(Dataset::Person).is_none());
    }

    #[test]
    fn a_bad_section_is_told_where_what_and_how_to_mend_it() {
        for (from, to, part) in [
            ("5000", "500001", "question_micro_rho = 500001 must be 1 to 500000"),
            ("5000", "0", "question_micro_rho = 0 must be"),
            ("1000000", "10000001", "budget_micro_rho = 10000001 must be"),
            ("1000000", "4999", "is less than one table costs"),
            ("90", "0", "period_days = 0 must be 1 to 3653"),
            ("loss_gbp", "area", "clamp.area: area is no number of report"),
            ("loss_gbp", "los_gbp", "did you mean \"loss_gbp\"?"),
            ("[0, 50000]", "[0, 0]", "must be [least, most] inside the shared schema's 0 to 1000000"),
            ("[0, 50000]", "[-5, 10]", "must be [least, most] inside"),
        ] {
            let faults = read(&GOOD.replacen(from, to, 1)).unwrap().faults("disclosure.toml");
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert!(told.iter().any(|fault| fault.contains(part)), "{part:?} is not in {told:?}");
        }
        for (from, to, part) in [
            (
                "gaussian",
                "gausian",
                "line 2: \"gausian\" is not a noise distribution; did you mean \"gaussian\"?",
            ),
            ("report", "raport", "line 1: \"raport\" is not a dataset; did you mean \"report\"?"),
            ("period_days", "period", "unknown key \"period\"; did you mean \"period_days\"?"),
        ] {
            let told = read(&GOOD.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(told.contains(part), "{part:?} is not in {told:?}");
        }
    }
}
