//! Specifications that can't be met are refused before anything is written; small and odd ones are met.
//! Each case is a change to a small specification.

use model::{Dataset, ForceId};
use synth::{Corruption, Spec, SynthError, planted};

fn forces(names: &[&str]) -> Vec<ForceId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn tiny() -> Spec {
    Spec { persons: 3, reports: 5, events: 0, ..Spec::default() }
}

#[test]
fn what_cannot_be_met_is_refused() {
    for (spec, expected) in [
        (Spec { forces: vec![], ..tiny() }, "forces: name at least one force, such as mps"),
        (
            Spec { forces: forces(&["mps", "mps"]), ..tiny() },
            "forces: a force is named twice; name each once",
        ),
        (
            Spec { persons: 0, ..tiny() },
            "persons: must be at least 1, or events and reports have no subjects",
        ),
        (Spec { reports: u32::MAX, ..tiny() }, "reports: must be at most 50,000,000 for each force"),
        (Spec { overlap: 1.5, ..tiny() }, "overlap: must be a share from 0 to 1, such as 0.15"),
        (Spec { overlap: f64::NAN, ..tiny() }, "overlap: must be a share from 0 to 1, such as 0.15"),
        (
            Spec { as_of: "1999-01-01".parse().unwrap(), ..tiny() },
            "as_of: must be a day in the years 2020 to 2100, such as 2026-01-01",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let error = synth::write(&spec, dir.path(), &mut |_| {}).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

#[test]
fn small_and_odd_specifications_are_met() {
    for (spec, planted) in [
        (tiny(), [3_u64, 2, 2].as_slice()),
        (Spec { forces: forces(&["btp"]), persons: 1, overlap: 1.0, ..tiny() }, &[2]),
        (Spec { forces: forces(&["kent", "essex"]), overlap: 1.0, reports: 0, ..tiny() }, &[0, 0]),
        (Spec { as_of: "2024-02-29".parse().unwrap(), events: 7, ..tiny() }, &[3, 2, 2]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut last = None;
        let summary = synth::write(&spec, dir.path(), &mut |progress| last = Some(progress)).unwrap();
        assert!(last.is_some());
        for (force, planted) in summary.forces.iter().zip(planted) {
            assert_eq!(force.rows[&Dataset::Person], u64::from(spec.persons) + planted, "{}", force.force);
            assert_eq!(force.rows[&Dataset::Report], u64::from(spec.reports));
            assert_eq!(force.rows[&Dataset::Event], u64::from(spec.events));
        }
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("taken");
    std::fs::write(&file, "").unwrap();
    let error = synth::write(&tiny(), &file, &mut |_| {}).unwrap_err();
    assert!(matches!(error, SynthError::Disk { .. }));
    assert!(error.to_string().contains("taken"), "{error}");
}

#[test]
fn probes_are_as_many_as_asked_and_held_out_kinds_occur_only_on_demand() {
    for (persons, probes, held_out) in
        [(20, 0, false), (200, 40, false), (20, u64::MAX, false), (1_500, 90, true)]
    {
        let dir = tempfile::tempdir().unwrap();
        let spec = Spec { persons, reports: 0, events: 0, probes, held_out, ..Spec::default() };
        let summary = synth::write(&spec, dir.path(), &mut |_| {}).unwrap();
        let drawn = probes.min(summary.true_persons);
        assert_eq!(summary.probes, planted().persons.len() as u64 + drawn, "{probes}");
        let read = |file| std::fs::read_to_string(dir.path().join(file)).unwrap();
        let text = ["truth.csv", "probes.csv"].map(read);
        for kind in Corruption::all().filter(|kind| kind.is_held_out()) {
            assert_eq!(text.iter().any(|text| text.contains(kind.as_str())), held_out, "{kind}");
        }
    }
}
