//! The measurement: one force after the other, so that memory holds one force's records and their keys.
//! Every probe is asked at every force; what came of it is kept in the order of the probes.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Instant;

use linkage::person::Weights;

use crate::outcome::{Outcome, Pair, Took};
use crate::records::{forces, read_persons};
use crate::report::{Force, Report};
use crate::rows::{Known, Probe, read_probes, read_truth};
use crate::search::Shelf;
use crate::spread::spread;
use crate::summary::Evidence;
use crate::{EvaluateError, FALSE_NAME};

/// What to measure.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder with a folder for each force, each with a `person.parquet`.
    pub records: PathBuf,
    /// The probes: CSV with `given_names`, `family_name`, `true_person`, and as known `dob`, `dob_precision`, `postcode`, `sex`,
    /// `nationality`, `corruptions`.
    pub probes: PathBuf,
    /// The truth: CSV with `force`, `person_id`, `true_person`, `corruptions`.
    pub truth: PathBuf,
    /// Threads to work on; at least one is used. The figures don't depend on it, the times do.
    pub threads: usize,
    /// The weights to compare with; how common names are is counted in each force's records.
    pub weights: Weights,
    /// Kinds of corruption that the matcher was not tuned on: told apart in the report.
    pub held_out: BTreeSet<String>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A force's records are read.
    Reading,
    /// They are indexed.
    Indexing,
    /// The probes are asked.
    Asking,
}

/// How far a measurement has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The force.
    pub force: String,
    /// What is being done there.
    pub step: Step,
    /// How much of it: records or probes.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

/// Probes asked between two reports of progress.
const BATCH: usize = 1_000;

/// Measures. The same files give the same figures, but for [`Report::timing`].
pub fn run(options: &Options, progress: &mut dyn FnMut(Progress)) -> Result<Report, EvaluateError> {
    let probes = read_probes(&options.probes)?;
    let mut truth = read_truth(&options.truth, &probes)?;
    let mut evidence = Evidence::new(&probes, options.threads);
    for (force, path) in forces(&options.records)? {
        let mut tell = |step, done, total| progress(Progress { force: force.clone(), step, done, total });
        let persons = read_persons(&path, &mut |done, total| tell(Step::Reading, done, total))?;
        let known = locate(&persons.ids, truth.remove(&force).unwrap_or_default(), &options.truth)?;
        let size = persons.records.len() as u64;
        drop(persons.ids);
        tell(Step::Indexing, 0, size);
        let started = Instant::now();
        let shelf = Shelf::new(persons.records, &options.weights, options.threads);
        evidence.add_force(Force { force: force.clone(), records: size }, started.elapsed());
        for batch in probes.chunks(BATCH) {
            evidence.add(spread(batch, options.threads, |_, piece| {
                piece.iter().map(|probe| ask(&shelf, probe, &known)).collect()
            }));
            tell(Step::Asking, evidence.asked_here(), probes.len() as u64);
        }
    }
    if let Some((force, records)) = truth.iter().next() {
        let line = records.values().map(|known| known.line).min().unwrap_or(0);
        return Err(absent(&options.truth, line, &format!("no records of force {force} are there")));
    }
    Ok(evidence.report(&options.held_out))
}

/// Where the records of each person asked for stand, with how they depart from the truth.
type Located = HashMap<String, Vec<(u32, Vec<String>)>>;

fn locate(
    ids: &[String],
    mut known: HashMap<String, Known>,
    path: &std::path::Path,
) -> Result<Located, EvaluateError> {
    let mut located = Located::new();
    for (id, row) in ids.iter().zip(0..) {
        if let Some(Known { true_person, corruptions, .. }) = known.remove(id) {
            located.entry(true_person).or_default().push((row, corruptions));
        }
    }
    match known.values().map(|known| known.line).min() {
        Some(line) => Err(absent(path, line, "the record that it names is not there")),
        None => Ok(located),
    }
}

fn absent(path: &std::path::Path, line: u64, what: &str) -> EvaluateError {
    let why = format!("{what}: give the truth that was written with these records");
    EvaluateError::Line { path: path.to_owned(), line, why }
}

fn ask(shelf: &Shelf, probe: &Probe, known: &Located) -> Outcome {
    let started = Instant::now();
    let candidates = probe.subject.as_ref().map(|subject| shelf.ask(subject)).unwrap_or_default();
    let ranking = started.elapsed();
    let started = Instant::now();
    std::hint::black_box(probe.subject.as_ref().map(|subject| shelf.told(subject)));
    let took = Took { ranking, telling: started.elapsed() };
    let none = Vec::new();
    let pairs = known.get(&probe.true_person).unwrap_or(&none).iter().map(|(row, corruptions)| {
        let kinds: BTreeSet<&String> = corruptions.iter().chain(&probe.corruptions).collect();
        Pair {
            row: *row,
            departures: corruptions.len() + probe.corruptions.len(),
            apart: kinds.iter().any(|kind| *kind == FALSE_NAME),
            kinds: kinds.into_iter().cloned().collect(),
            rank: None,
            probability: 0.0,
        }
    });
    Outcome::of(&candidates, pairs.collect(), took)
}
