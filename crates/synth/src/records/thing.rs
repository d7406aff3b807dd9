//! Objects and what identifies them: people's own things, the pool that several people use, and planted ones.
//! A thing is as delicate as its holder, and so are its identifiers.

use model::vocabulary::{EntityKind, ThreatCategory};
use model::{Dataset, IdentifierKind};

use super::Desk;
use crate::belongings::{Thing, pooled};
use crate::dice::Purpose;
use crate::handling::Handling;
use crate::{SynthError, planted};

impl Desk<'_> {
    /// Writes the things of the pool that this force has come across: three of five.
    pub(super) fn write_pool(&mut self) -> Result<(), SynthError> {
        let as_of = self.world.seasons.as_of();
        for at in 0..u64::from(self.world.spec.persons / 500) + 4 {
            let mut dice = self.dice(Purpose::Pool, at);
            let held = dice.chance(600);
            let entry = if held {
                let recorded_on = as_of - 1 - i32::try_from(dice.below(1_500)).unwrap_or(0);
                let threat = self.some_threat(&mut dice);
                let handling = Handling::thing(recorded_on, as_of, threat, &mut dice);
                let thing = pooled(at, self.world.spec.seed);
                self.write_thing(&thing, &handling)?;
                Some((self.objects, handling))
            } else {
                None
            };
            self.pool.push(entry);
        }
        Ok(())
    }

    /// Writes a thing with its identifiers; tells its id.
    pub(super) fn write_thing(&mut self, thing: &Thing, handling: &Handling) -> Result<String, SynthError> {
        self.objects += 1;
        let id = self.profile.id('O', self.objects);
        let own = [
            ("object_id", (&id).into()),
            ("kind", thing.kind.as_str().into()),
            ("make", thing.make.into()),
            ("colour", thing.colour.into()),
        ];
        self.append(Dataset::Object, &own, handling)?;
        for (kind, value) in &thing.identifiers {
            self.write_identifier((Dataset::Object, &id), *kind, value, handling)?;
        }
        Ok(id)
    }

    /// Writes an identifier the way this force writes its kind.
    pub(super) fn write_identifier(
        &mut self,
        holder: (Dataset, &str),
        kind: IdentifierKind,
        value: &str,
        handling: &Handling,
    ) -> Result<(), SynthError> {
        // Every other force writes registrations without a space.
        let joined = kind == IdentifierKind::Vrm && self.profile.salt.is_multiple_of(2);
        let value = if joined { value.replace(' ', "") } else { value.to_owned() };
        let own = [
            ("holder_dataset", holder.0.as_str().into()),
            ("holder_id", holder.1.into()),
            ("kind", kind.as_str().into()),
            ("value", (&value).into()),
        ];
        self.append(Dataset::Identifier, &own, handling)
    }

    /// Writes planted things and their links to planted people.
    pub(super) fn write_planted_objects(&mut self) -> Result<(), SynthError> {
        for object in planted().objects {
            for &(force, key, role) in object.holders {
                let row = self.planted.iter().find(|(_, person)| person.key == key).map(|&(row, _)| row);
                let (true, Some(row)) = (force == self.profile.force.as_str(), row) else { continue };
                let Some(&person) = usize::try_from(row).ok().and_then(|row| self.persons.get(row)) else {
                    continue;
                };
                let thing = Thing {
                    kind: object.kind,
                    make: object.make,
                    colour: object.colour,
                    role,
                    identifiers: vec![(object.identifier, object.value.to_owned())],
                };
                let id = self.write_thing(&thing, &person)?;
                let person_id = self.person_id(row);
                self.link((Dataset::Person, &person_id), role, (Dataset::Object, &id), &person)?;
            }
        }
        Ok(())
    }
}

/// How a thing of `kind` is handled when a person handled as `holder` has it. A firearm is a matter of firearms.
pub(super) fn handling_of(kind: EntityKind, holder: Handling) -> Handling {
    match kind {
        EntityKind::Firearm => Handling { threat: ThreatCategory::Firearms, ..holder },
        _ => holder,
    }
}
