//! A force's desk: its open files, and what later records must know about earlier ones.
//! Each dataset is filled by a module of its own, in an order in which links only point back.

mod event;
mod location;
mod organisation;
mod person;
mod report;
mod thing;
mod threat;

use std::collections::BTreeMap;
use std::path::Path;

use model::vocabulary::{SubjectCategory, ThreatCategory};
use model::{Dataset, ForceId};

use crate::dice::{Dice, Purpose};
use crate::handling::Handling;
use crate::planted::{Holding, PlantedPerson};
use crate::profile::Profile;
use crate::table::{Cell, Table};
use crate::truth::Truth;
use crate::write::World;
use crate::{Progress, SynthError, planted};

/// Rows between two reports of progress.
const TICK: u64 = 8_192;

/// Everything that writing one force's records needs.
pub(crate) struct Desk<'a> {
    world: &'a World<'a>,
    profile: Profile,
    /// The force's place in the specification.
    place: usize,
    tables: BTreeMap<Dataset, Table>,
    truth: &'a mut Truth,
    progress: &'a mut dyn FnMut(Progress),
    /// How each person record is handled, by row: a few bytes each, the only list that grows with the records.
    persons: Vec<Handling>,
    /// Rows of planted people among the persons.
    planted: Vec<(u64, &'static PlantedPerson)>,
    threats: Vec<Handling>,
    locations: u64,
    objects: u64,
    /// Object numbers of the pool's things that this force holds.
    pool: Vec<Option<(u64, Handling)>>,
}

impl<'a> Desk<'a> {
    /// Opens the files of `force` in `folder`.
    pub(crate) fn open(
        world: &'a World<'a>,
        place: usize,
        force: &ForceId,
        folder: &Path,
        truth: &'a mut Truth,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Result<Self, SynthError> {
        let mut tables = BTreeMap::new();
        for &dataset in Dataset::ALL {
            tables.insert(dataset, Table::create(folder, dataset, force)?);
        }
        Ok(Self {
            world,
            profile: Profile::of(force),
            place,
            tables,
            truth,
            progress,
            persons: Vec::new(),
            planted: Vec::new(),
            threats: Vec::new(),
            locations: 0,
            objects: 0,
            pool: Vec::new(),
        })
    }

    /// Writes everything; tells how many rows each dataset has.
    pub(crate) fn fill(mut self) -> Result<BTreeMap<Dataset, u64>, SynthError> {
        self.write_locations()?;
        self.write_pool()?;
        self.write_persons()?;
        self.write_planted_objects()?;
        self.write_organisations()?;
        self.write_threats()?;
        self.write_reports()?;
        self.write_events()?;
        self.tables.into_iter().map(|(dataset, table)| Ok((dataset, table.finish()?))).collect()
    }

    fn dice(&self, purpose: Purpose, subject: u64) -> Dice {
        Dice::new(self.world.spec.seed, purpose, subject, self.profile.salt)
    }

    fn append(&mut self, dataset: Dataset, own: &[Cell<'_>], handling: &Handling) -> Result<(), SynthError> {
        match self.tables.get_mut(&dataset) {
            Some(table) => table.append(own, handling),
            None => Err(SynthError::Drift { dataset, column: dataset.entity_key() }),
        }
    }

    /// Writes one edge.
    fn link(
        &mut self,
        from: (Dataset, &str),
        role: &str,
        to: (Dataset, &str),
        handling: &Handling,
    ) -> Result<(), SynthError> {
        let own = [
            ("from_dataset", from.0.as_str().into()),
            ("from_id", from.1.into()),
            ("role", role.into()),
            ("to_dataset", to.0.as_str().into()),
            ("to_id", to.1.into()),
        ];
        self.append(Dataset::Link, &own, handling)
    }

    /// Writes the edges from one to three persons, some of whom turn up again and again, to a record.
    fn link_persons(
        &mut self,
        how_many: &[(u64, u32)],
        to: (Dataset, &str),
        handling: &Handling,
        dice: &mut Dice,
    ) -> Result<(), SynthError> {
        let persons = self.persons.len() as u64;
        let mut linked = Vec::new();
        for _ in 0..dice.weighted(how_many, 0) {
            let row =
                if dice.chance(350) { dice.below(persons.div_ceil(20)) * 20 } else { dice.below(persons) };
            if !linked.contains(&row) {
                linked.push(row);
                self.link_person(row, to, handling)?;
            }
        }
        Ok(())
    }

    /// Writes the edge from the person at `row` to a record, in the role that their record gives them.
    fn link_person(&mut self, row: u64, to: (Dataset, &str), handling: &Handling) -> Result<(), SynthError> {
        let Some(&person) = usize::try_from(row).ok().and_then(|row| self.persons.get(row)) else {
            return Ok(());
        };
        let role = match person.subject {
            SubjectCategory::Victim => "victim",
            SubjectCategory::Witness => "witness",
            SubjectCategory::Associate => "associate",
            SubjectCategory::Suspect | SubjectCategory::Convicted | SubjectCategory::Other => "subject",
        };
        let id = self.person_id(row);
        let edge = person.joined(*handling, handling.threat);
        self.link((Dataset::Person, &id), role, to, &edge)
    }

    fn person_id(&self, row: u64) -> String {
        self.profile.id('P', row + 1)
    }

    /// Some location's id; a few of them are met more often than the others.
    fn some_location(&self, dice: &mut Dice) -> String {
        let at = dice.below(self.locations).min(dice.below(self.locations));
        self.profile.id('L', at + 1)
    }

    /// A threat category as this force meets them.
    fn some_threat(&self, dice: &mut Dice) -> ThreatCategory {
        dice.weighted(self.profile.threats, ThreatCategory::Other)
    }

    /// The planted people that this force holds.
    fn planted_here(&self) -> Vec<(&'static PlantedPerson, &'static Holding)> {
        let force = self.profile.force.as_str();
        planted().persons.iter().filter_map(|person| Some((person, person.held_by(force)?))).collect()
    }

    /// Reports progress now and then.
    fn tick(&mut self, dataset: Dataset, done: u64, total: u64) {
        if done == total || done.is_multiple_of(TICK) {
            (self.progress)(Progress { force: self.profile.force.clone(), dataset, done, total });
        }
    }
}
