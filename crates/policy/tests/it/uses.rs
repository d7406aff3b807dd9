//! Columns that a force maps although nothing that its policies permit uses them.

use std::collections::BTreeSet;

use model::Dataset;
use policy::Bundle;
use policy::lint::{Mapped, without_use};

use crate::support::{PERMIT_ALL, files, sample};

/// Every column of these datasets, mapped.
fn all_of(datasets: &[Dataset]) -> Mapped {
    let columns = |dataset: Dataset| dataset.columns().map(|column| column.name).collect::<BTreeSet<_>>();
    datasets.iter().map(|&dataset| (dataset, columns(dataset))).collect()
}

/// What is found of these datasets mapped whole, each as `dataset` where nothing uses it, or `dataset: columns`.
fn check(policies: &str, mapped: &Mapped, expected: &[&str]) {
    let bundle = Bundle::compile(&files(policies, &[])).unwrap();
    let outline = |finding: policy::lint::Finding| {
        assert_eq!((finding.lint, finding.file.as_str()), ("without_use", "node.toml"));
        let what = finding.what.replace(" has columns without a use", "");
        let end = what.find(" has no use").or_else(|| what.rfind(": ")).unwrap();
        what[..end].to_owned()
    };
    let found: Vec<String> = without_use(&bundle, mapped, "node.toml").into_iter().map(outline).collect();
    assert_eq!(found, expected, "{policies}");
}

/// A permit of each action with its conditions.
fn permits(ask: &str, search: &str, tabulate: &str) -> String {
    [("ask", ask), ("search", search), ("tabulate", tabulate)]
        .map(|(action, condition)| {
            format!(
                "@id(\"{action}\") @purpose(\"any\")\npermit (principal, action == Action::\"{action}\", resource) when {{ {condition} }};\n"
            )
        })
        .concat()
}

#[test]
fn what_nothing_uses_is_named() {
    use Dataset::{Event, Identifier, Link, Object, Organisation, Person, Report, Threat};
    let everything = all_of(Dataset::ALL);
    // Of all that the schema has, only where a place lies on the grid is of use to nobody.
    check(PERMIT_ALL, &everything, &["location: easting, northing"]);
    // Searches look at names and numbers alone.
    check(
        &permits("context.mode == \"search\"", "true", "true"),
        &all_of(&[Person, Identifier, Link, Event]),
        &[
            "person: updated_on",
            "identifier: recorded_on, updated_on",
            "event",
            "link: role, recorded_on, updated_on",
        ],
    );
    // Tables say nothing of names.
    check(
        &permits("context.mode == \"tabulate\"", "true", "true"),
        &all_of(&[Person, Identifier, Object, Organisation, Link, Event]),
        &[
            "person: given_names, family_name, aliases",
            "identifier: value",
            "organisation: name, aliases, company_number",
        ],
    );
    // A person found by a number is found by no name, but comes up.
    check(
        &permits("context.mode == \"search\" && context.dataset == \"identifier\"", "true", "true"),
        &all_of(&[Person, Organisation]),
        &[
            "person: given_names, family_name, aliases, dob, dob_precision, sex, nationality, postcode, recorded_on, updated_on",
            "organisation: updated_on",
        ],
    );
    // Records of one dataset alone are let into answers.
    check(
        &permits("true", "resource.dataset == \"person\"", "resource.dataset == \"threat\""),
        &all_of(&[Person, Threat, Report]),
        &["person: updated_on", "report"],
    );
}

#[test]
fn what_is_not_mapped_is_not_named() {
    let few: Mapped = [(Dataset::Location, ["location_id", "town", "easting"].into())].into();
    check(PERMIT_ALL, &few, &["location: easting"]);
    check(PERMIT_ALL, &Mapped::new(), &[]);
}

#[test]
fn the_samples_use_what_the_shared_schema_maps() {
    for force in ["mps", "colp", "btp"] {
        let bundle = Bundle::compile(&sample(force)).unwrap();
        let found = without_use(&bundle, &all_of(Dataset::ALL), "node.toml");
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(format!("without_use_{force}"), found.join("\n"));
    }
}
