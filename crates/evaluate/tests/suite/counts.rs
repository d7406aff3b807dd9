//! The report's counts are those of the files, hold together, and do not depend on threads.
//! What the matcher finds is its own affair; that everything was asked and counted is ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use evaluate::{FALSE_NAME, Options, Report};
use linkage::person::Weights;
use synth::{Corruption, Spec};

/// The folder of the world, and its options.
pub(crate) fn world() -> Options {
    static WORLD: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = WORLD.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let spec =
            Spec { persons: 800, reports: 0, events: 0, probes: 500, held_out: true, ..Spec::default() };
        synth::write(&spec, dir.path(), &mut |_| {}).unwrap();
        dir
    });
    Options {
        records: dir.path().to_owned(),
        probes: dir.path().join("probes.csv"),
        truth: dir.path().join("truth.csv"),
        threads: 2,
        weights: Weights::default(),
        held_out: Corruption::all().filter(|c| c.is_held_out()).map(|c| c.to_string()).collect(),
    }
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn every_pair_is_counted_once() {
    let options = world();
    let report = evaluate::run(&options, &mut |_| {}).unwrap();
    let (truth, probes) = (rows(&options.truth), rows(&options.probes));
    let held: BTreeSet<&str> = truth.iter().map(|row| row["true_person"].as_str()).collect();
    let strangers = probes.iter().filter(|row| !held.contains(row["true_person"].as_str())).count() as u64;
    assert_eq!(report.probes.asked, probes.len() as u64);
    assert_eq!((report.probes.held, report.probes.strangers), (probes.len() as u64 - strangers, strangers));
    let (mut counted, mut apart, mut held_out) = (0, 0, 0);
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for probe in &probes {
        for record in truth.iter().filter(|row| row["true_person"] == probe["true_person"]) {
            let words = [probe["corruptions"].as_str(), &record["corruptions"]].join(";");
            let words: BTreeSet<&str> = words.split(';').filter(|word| !word.is_empty()).collect();
            if words.contains(FALSE_NAME) {
                apart += 1;
                continue;
            }
            counted += 1;
            held_out += u64::from(words.iter().any(|word| options.held_out.contains(*word)));
            words.into_iter().for_each(|word| *kinds.entry(word.to_owned()).or_default() += 1);
        }
    }
    assert_eq!(
        (report.recall.pairs, report.false_name.pairs, report.held_out.pairs),
        (counted, apart, held_out)
    );
    assert_eq!(report.tuned.pairs + report.held_out.pairs, counted);
    let told: BTreeMap<String, u64> =
        report.kinds.iter().map(|kind| (kind.kind.clone(), kind.pairs)).collect();
    assert_eq!(told, kinds);
    assert_eq!(report.departures.iter().map(|kind| kind.pairs).sum::<u64>(), counted);
}

#[test]
fn figures_hold_together() {
    let report = evaluate::run(&world(), &mut |_| {}).unwrap();
    let recall = &report.recall;
    let rising = [recall.at_1, recall.at_10, recall.at_50, recall.blocking];
    assert!(rising.is_sorted() && recall.at_1 > 0.5, "{rising:?}");
    let missed: u64 = report.departures.iter().map(|kind| kind.missed_by_blocking).sum();
    assert_eq!(missed, ((1.0 - recall.blocking) * recall.pairs as f64).round() as u64);
    let point = &report.operating_point;
    assert!(point.precision.unwrap() >= point.precision_wanted && point.recall == recall.at_threshold);
    assert!(report.thresholds.is_sorted_by(|a, b| a.threshold < b.threshold && a.recall >= b.recall));
    let quiet = &report.quiet_point;
    assert!(quiet.at.stranger_alarms.at_one_force() <= quiet.alarms_wanted && quiet.at.recall > 0.5);
    let alarms = &point.stranger_alarms;
    assert!(alarms.by_force.iter().all(|&share| share <= alarms.at_any_force));
    assert!(report.candidates.mean <= report.candidates.max as f64);
    let stated: u64 = report.reliability.iter().map(|band| band.candidates).sum();
    let asked = (report.probes.asked * report.forces.len() as u64) as f64;
    let apart = report.false_name.pairs as f64;
    assert!((report.candidates.mean * asked - stated as f64) < apart + 0.5);
}

#[test]
fn threads_change_nothing_but_the_times() {
    let run = |threads| evaluate::run(&Options { threads, ..world() }, &mut |_| {}).unwrap();
    let timeless = |report: Report| (report.to_string(), report.reliability, report.kinds);
    assert_eq!(timeless(run(1)), timeless(run(5)));
}

#[test]
fn progress_tells_of_every_force() {
    let mut told = BTreeSet::new();
    evaluate::run(&world(), &mut |step| {
        assert!(step.done <= step.total);
        told.insert(step.force);
    })
    .unwrap();
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["btp", "colp", "mps"]);
}
