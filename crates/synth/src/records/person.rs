//! Person records: each a true person as this force wrote them down, with papers and things the force knows of.
//! Rows follow a shuffled order, so that a record's number tells nothing about who else holds the person.

use jiff::civil::Date;
use model::Dataset;
use model::vocabulary::{DobPrecision, Sex};

use super::Desk;
use super::thing::handling_of;
use crate::SynthError;
use crate::belongings::Belongings;
use crate::corrupt::Written;
use crate::day::{self, Day};
use crate::dice::{Dice, Purpose};
use crate::handling::Handling;
use crate::identity::TruePerson;
use crate::planted::{Holding, PlantedPerson};
use crate::shuffle::Shuffle;
use crate::table::Value;
use crate::truth::name_of;

impl Desk<'_> {
    pub(super) fn write_persons(&mut self) -> Result<(), SynthError> {
        let drawn = u64::from(self.world.spec.persons);
        let planted = self.planted_here();
        let total = drawn + planted.len() as u64;
        let order = Shuffle::new(total, self.world.spec.seed, self.profile.salt);
        for row in 0..total {
            let slot = order.at(row);
            let extra = slot.checked_sub(drawn).and_then(|at| usize::try_from(at).ok());
            match extra.and_then(|at| planted.get(at)) {
                Some((person, holding)) => self.write_planted(row, person, holding)?,
                None => self.write_drawn(row, self.world.population.person(self.place, slot))?,
            }
            self.tick(Dataset::Person, row + 1, total);
        }
        Ok(())
    }

    fn write_drawn(&mut self, row: u64, index: u64) -> Result<(), SynthError> {
        let world = self.world;
        let person = TruePerson::new(index, world.spec.seed, &world.names);
        let dice = &mut self.dice(Purpose::Record, index);
        let written = Written::corrupted(&person, &world.names, &world.kinds, dice);
        let as_of = world.seasons.as_of();
        let threat = self.some_threat(dice);
        let handling = Handling::person(recorded_on(person.dob, as_of, dice), as_of, threat, dice);
        let sex = dice.chance(970).then_some(person.sex);
        let known = dice.chance(880);
        let told = person.nationality_as_told(&world.names, self.dice(Purpose::Nationality, index));
        let nationality = known.then_some(told);
        let id = self.write_person(row, &written, sex, nationality, &handling)?;
        self.truth.record(&self.profile.force, &id, &name_of(index), &written)?;
        self.write_belongings(&id, &person, &handling, dice)
    }

    fn write_planted(
        &mut self,
        row: u64,
        person: &'static PlantedPerson,
        holding: &Holding,
    ) -> Result<(), SynthError> {
        let as_of = self.world.seasons.as_of();
        let handling = Handling::plain(as_of - 120, person.subject, person.threat).marked(holding.mark);
        let written = Written {
            given: holding.given_names.to_owned(),
            family: holding.family_name.to_owned(),
            aliases: Vec::new(),
            dob: holding.dob,
            precision: holding.dob.map(|_| DobPrecision::Day),
            postcode: holding.postcode.map(str::to_owned),
            corruptions: holding.corruptions.to_vec(),
        };
        let id = self.write_person(row, &written, Some(person.sex), Some("British"), &handling)?;
        self.planted.push((row, person));
        self.truth.record(&self.profile.force, &id, person.key, &written)
    }

    fn write_person(
        &mut self,
        row: u64,
        written: &Written,
        sex: Option<Sex>,
        nationality: Option<&str>,
        handling: &Handling,
    ) -> Result<String, SynthError> {
        let id = self.person_id(row);
        let own = [
            ("person_id", (&id).into()),
            ("given_names", (&written.given).into()),
            ("family_name", (&written.family).into()),
            ("aliases", Value::List(&written.aliases)),
            ("dob", Value::Date(written.dob.map(day::day))),
            ("dob_precision", written.precision.map(DobPrecision::as_str).into()),
            ("sex", sex.map(Sex::as_str).into()),
            ("nationality", nationality.into()),
            ("postcode", written.postcode.as_deref().into()),
        ];
        self.append(Dataset::Person, &own, handling)?;
        self.persons.push(*handling);
        Ok(id)
    }

    /// A force knows about six of ten things that somebody has.
    fn write_belongings(
        &mut self,
        id: &str,
        person: &TruePerson,
        handling: &Handling,
        dice: &mut Dice,
    ) -> Result<(), SynthError> {
        let own = Belongings::of(person, self.world.spec.seed);
        for (kind, value) in &own.papers {
            if dice.chance(600) {
                self.write_identifier((Dataset::Person, id), *kind, value, handling)?;
            }
        }
        for thing in &own.things {
            if dice.chance(600) {
                let handling = handling_of(thing.kind, *handling);
                let object = self.write_thing(thing, &handling)?;
                let edge = handling.joined(handling, handling.threat);
                self.link((Dataset::Person, id), thing.role, (Dataset::Object, &object), &edge)?;
            }
        }
        if dice.chance(15)
            && let Some(&Some((number, pooled))) = dice.pick(&self.pool)
        {
            let object = self.profile.id('O', number);
            self.link(
                (Dataset::Person, id),
                "user",
                (Dataset::Object, &object),
                &handling.joined(pooled, pooled.threat),
            )?;
        }
        Ok(())
    }
}

/// The day a force first wrote somebody down: within ten years, recent days more often, nobody under ten.
fn recorded_on(dob: Date, as_of: Day, dice: &mut Dice) -> Day {
    let ago = dice.below(3_650).min(dice.below(3_650));
    let day = as_of - 1 - i32::try_from(ago).unwrap_or(0);
    day.max(day::day(dob) + 3_653).min(as_of - 1)
}
