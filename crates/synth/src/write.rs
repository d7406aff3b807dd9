//! The writing: one force after the other, so that memory holds one force's open row groups and no more.
//! A file that is there already is replaced.

use std::fs;
use std::path::Path;

use crate::corrupt::Kinds;
use crate::names::Names;
use crate::population::Population;
use crate::records::Desk;
use crate::seasons::Seasons;
use crate::truth::{Truth, write_probes};
use crate::{ForceSummary, Progress, Spec, Summary, SynthError};

/// What all forces' records are made from.
pub(crate) struct World<'a> {
    /// The specification.
    pub(crate) spec: &'a Spec,
    /// The lists of names.
    pub(crate) names: Names,
    /// When things happen.
    pub(crate) seasons: Seasons,
    /// How records depart from the truth.
    pub(crate) kinds: Kinds,
    /// Who is held where.
    pub(crate) population: Population,
}

/// Makes records up as `spec` asks, and writes `<dir>/<force>/<dataset>.parquet` for each force and dataset,
/// `<dir>/truth.csv` and `<dir>/probes.csv`. The same `spec` gives the same bytes. Planted people and things come on
/// top of the counts that `spec` asks for.
pub fn write(spec: &Spec, dir: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Summary, SynthError> {
    spec.check()?;
    let world = World {
        spec,
        names: Names::new(),
        seasons: Seasons::new(spec.as_of),
        kinds: Kinds::of_records(spec.held_out),
        population: Population::new(spec),
    };
    make(dir)?;
    let mut truth = Truth::create(dir)?;
    let mut forces = Vec::new();
    for (place, force) in spec.forces.iter().enumerate() {
        let folder = dir.join(force.as_str());
        make(&folder)?;
        let desk = Desk::open(&world, place, force, &folder, &mut truth, progress)?;
        forces.push(ForceSummary { force: force.clone(), rows: desk.fill()? });
    }
    truth.finish()?;
    let people = world.population.people();
    let probes = write_probes(dir, spec, people, &world.names)?;
    let shared_records = world.population.shared() * spec.forces.len() as u64;
    Ok(Summary { forces, true_persons: people, shared_records, probes })
}

fn make(folder: &Path) -> Result<(), SynthError> {
    fs::create_dir_all(folder).map_err(|source| SynthError::Disk { path: folder.to_owned(), source })
}
