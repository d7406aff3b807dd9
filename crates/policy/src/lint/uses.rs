//! Columns without a use: what a force maps into the shared schema although no question that its policies permit can make
//! anything of it. What is held for no purpose is better not held.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Effect, Policy};
use model::Dataset;
use model::path::{LINKS, Tie};
use model::schema::{Column, ColumnUse};

use super::bearing::Bearing;
use super::scenes::bears;
use super::{Finding, Severity};
use crate::bundle::Bundle;
use crate::codes::ATTRIBUTES;

/// The columns of the shared schema that a node's views give, by dataset.
pub type Mapped = BTreeMap<Dataset, BTreeSet<&'static str>>;

/// The mapped columns that nothing uses which the bundle permits. `file` is where the views stand. What a permit's conditions
/// leave open counts as a use, and what a forbid takes away again does too: a column that is named here has no use for
/// certain.
pub fn without_use(bundle: &Bundle, mapped: &Mapped, file: &str) -> Vec<Finding> {
    let permits = Permits::of(bundle);
    let finding = |what: String, mend: &str| Finding {
        severity: Severity::Warning,
        lint: "without_use",
        file: file.to_owned(),
        line: None,
        policy: None,
        what,
        mend: Some(mend.to_owned()),
    };
    let mut found = Vec::new();
    for (&dataset, columns) in mapped {
        let (tabulated, searched) = (permits.tabulate(dataset), permits.look_into(dataset));
        if !tabulated && !permits.come_up(dataset) {
            found.push(finding(
                format!("{dataset} has no use: no permit lets its records into an answer"),
                "leave its view out, or permit what it is held for",
            ));
            continue;
        }
        let idle = |column: &&Column| {
            columns.contains(column.name)
                && !(column.used == ColumnUse::EntityKey || ATTRIBUTES.contains(&column.name))
                && !(tabulated && of_tables(dataset, column))
                && !(searched && dataset.searched_columns().contains(&column.name))
        };
        let idle: Vec<&str> = dataset.columns().filter(idle).map(|column| column.name).collect();
        if !idle.is_empty() {
            let by = match (tabulated, searched) {
                (true, true) => "no search looks into them and no table may speak of them",
                (true, false) => "no permit lets its records into searches, and no table may speak of them",
                _ => "no permit lets its records into tables, and no search looks into them",
            };
            found.push(finding(
                format!("{dataset} has columns without a use: {}: {by}", idle.join(", ")),
                "leave them out of the view, or permit what they are held for",
            ));
        }
    }
    found
}

/// Whether tables make something of a column: its values, or what it refers to.
fn of_tables(dataset: Dataset, column: &Column) -> bool {
    let refers = LINKS.iter().any(|link| match link.tie {
        Tie::Reference { column: reference, dataset: of } => {
            link.from == dataset && (reference == column.name || of == Some(column.name))
        }
        Tie::Edges => dataset == Dataset::Link && column.name == "to_id",
    });
    column.used != ColumnUse::Never || refers
}

/// What the permits of a bundle may let into answers.
struct Permits<'a>(Vec<&'a Policy>);

impl<'a> Permits<'a> {
    fn of(bundle: &'a Bundle) -> Self {
        let permits = |policy: &&Policy| policy.effect() == Effect::Permit;
        Self(bundle.rules.policies().policies().filter(permits).collect())
    }

    fn any(&self, bearings: &[Bearing]) -> bool {
        self.0.iter().any(|policy| bears(policy, bearings))
    }

    /// Whether tables may count its records.
    fn tabulate(&self, dataset: Dataset) -> bool {
        self.any(&[Bearing::AskedToTabulate(dataset)]) && self.any(&[Bearing::Tabulated(dataset)])
    }

    /// Whether its records may come up in searches: found, or told of as linked to what is found.
    fn come_up(&self, dataset: Dataset) -> bool {
        !dataset.searched_columns().is_empty() && self.search(SEARCHED, dataset)
    }

    /// Whether searches may look into its columns. A person who is found by a number is found by no name.
    fn look_into(&self, dataset: Dataset) -> bool {
        match dataset {
            Dataset::Person | Dataset::Identifier => self.search(&[dataset], dataset),
            // They are found by numbers of their own too.
            Dataset::Organisation | Dataset::Location => {
                self.search(&[dataset, Dataset::Identifier], dataset)
            }
            _ => self.come_up(dataset),
        }
    }

    fn search(&self, asked: &[Dataset], told: Dataset) -> bool {
        let asked: Vec<Bearing> = asked.iter().copied().map(Bearing::AskedToSearch).collect();
        self.any(&asked) && self.any(&[Bearing::Searched(told)])
    }
}

/// What is searched for; the rest comes up beside it. Events do not.
const SEARCHED: &[Dataset] =
    &[Dataset::Person, Dataset::Identifier, Dataset::Organisation, Dataset::Location];
