//! How tables of a dataset carry noise and what they cost, for the custodian: worked out of the bundle alone.

use std::fmt;

use model::{Dataset, Dimension, Grain, Measure, Tabulation};
use model::{Distribution, Mechanism};

use crate::bundle::noise::NoiseSection;
use crate::bundle::releases::Pool;
use crate::disclose::noisy::Calibration;
use crate::{Charge, Policy};

/// The noise on a dataset's tables. Its `Display` is what a custodian reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noised {
    /// The dataset.
    pub dataset: Dataset,
    /// Whether all askers share one budget; else those of each force share one.
    pub everyone: bool,
    section: NoiseSection,
}

impl Policy {
    /// The datasets whose tables carry noise, in their order.
    pub fn noised(&self) -> Vec<Noised> {
        let everyone = self.disclosure().releases().pool == Pool::Everyone;
        let of = |(dataset, section): (Dataset, &NoiseSection)| Noised {
            dataset,
            everyone,
            section: section.clone(),
        };
        self.disclosure().noises().iter().map(of).collect()
    }
}

impl Noised {
    /// What a table costs a pool of askers, and out of what.
    pub fn charge(&self, pool: &str) -> Charge {
        self.section.charge(self.dataset, pool)
    }

    /// The noise on a plain count, by keys of a closed list or by others.
    fn of_count(&self, open: bool) -> Option<Calibration> {
        // Every dataset has it, and its values are the records' own.
        let controller = Dimension { column: "controller".to_owned(), grain: Grain::Value };
        let by = open.then_some(controller).into_iter().collect();
        let asked = Tabulation::new(self.dataset, by, vec![Measure::Count], None).ok()?;
        Calibration::of(&self.section, &asked)
    }

    /// ε of (ε, δ)-differential privacy once the whole budget is spent, at a δ of one in a billion: ρ + 2√(ρ ln 1/δ) (Bun
    /// and Steinke 2016, proposition 1.3).
    #[expect(clippy::cast_precision_loss, reason = "a budget is far below 2^53")]
    fn epsilon(&self) -> f64 {
        let rho = self.section.budget_micro_rho as f64 / 1e6;
        rho + 2.0 * (rho * 1e9_f64.ln()).sqrt()
    }
}

impl fmt::Display for Noised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let section = &self.section;
        let name = match section.distribution {
            Distribution::Laplace => "Laplace",
            Distribution::Gaussian => "Gaussian",
        };
        writeln!(f, "  every figure carries discrete {name} noise; nothing is suppressed or rounded")?;
        if let Some(plain) = self.of_count(false).map(|calibration| calibration.protection()) {
            let margin = plain.counts.margin().noise;
            if let Mechanism::Noisy { scale_milli, .. } = plain.counts {
                let (whole, part) = (scale_milli / 1_000, scale_milli % 1_000);
                writeln!(
                    f,
                    "  a plain count: scale {whole}.{part:03}, within ±{margin} in 95 of 100 figures"
                )?;
            }
        }
        if let Some(open) = self.of_count(true).map(|calibration| calibration.protection()) {
            let (from, margin) = (open.minimum_cell, open.counts.margin().noise);
            let delta = section.delta_per_billion;
            writeln!(
                f,
                "  a count under keys that are of no closed list: within ±{margin}, and groups appear from about {from} on; that one entity alone shows has a chance of {delta} in a billion"
            )?;
        }
        let (groups, rows) = (section.groups_per_entity, section.rows_per_group);
        writeln!(
            f,
            "  one entity counts in at most {groups} groups of a table, with at most {rows} rows in each"
        )?;
        for (column, [low, high]) in &section.clamp {
            writeln!(f, "  a value of {column} counts as at least {low} and at most {high}")?;
        }
        let whose = if self.everyone { "all askers together have" } else { "the askers of each force have" };
        let (cost, budget, days) =
            (section.question_micro_rho, section.budget_micro_rho, section.period_days);
        writeln!(
            f,
            "  a table costs {cost} micro-rho; {whose} {budget} in any {days} days, which is {} tables; spent in full, ε is {:.1} at a δ of one in a billion",
            section.questions(),
            self.epsilon()
        )
    }
}
