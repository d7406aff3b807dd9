//! Locations: addresses on the force's ground, and railway stations.
//! One in ten is known to every force by the same property number.

use model::Dataset;

use super::Desk;
use crate::SynthError;
use crate::dice::{Dice, Purpose};
use crate::handling::Handling;
use crate::profile::Ground;
use crate::table::Value;
use crate::{identifier, places};

impl Desk<'_> {
    pub(super) fn write_locations(&mut self) -> Result<(), SynthError> {
        let total = u64::from(self.world.spec.persons / 10).clamp(60, 100_000);
        for at in 0..total {
            self.write_location(at, at < total / 10)?;
            self.tick(Dataset::Location, at + 1, total);
        }
        self.locations = total;
        Ok(())
    }

    fn write_location(&mut self, at: u64, common: bool) -> Result<(), SynthError> {
        let seed = self.world.spec.seed;
        let dice = &mut Dice::new(seed, Purpose::Location, at, if common { 0 } else { self.profile.salt });
        let ground = self.profile.ground;
        let at_station = dice.chance(if common || ground != Ground::Rail { 60 } else { 850 });
        let areas = if common { places::LONDON } else { self.profile.places() };
        let (postcode, town, (easting, northing), station) = if at_station {
            // The busiest stations come first in the list.
            let limit = 1 + dice.below(places::STATIONS.len() as u64);
            let at = usize::try_from(dice.below(limit)).unwrap_or(0);
            let Some(station) = places::STATIONS.get(at) else { return Ok(()) };
            let point = (station.3 + dice.between(-80, 80), station.4 + dice.between(-80, 80));
            (places::station_postcode(station, dice), station.2, point, Some(station.0))
        } else {
            let Some(area) = dice.pick(areas) else { return Ok(()) };
            (area.postcode(dice), area.town, area.point(dice), None)
        };
        let uprn = dice.chance(700).then(|| identifier::uprn(dice));
        let lsoa_last = if town == "London" { 4_800 } else { 33_700 };
        let lsoa = dice.chance(900).then(|| format!("E01{:06}", dice.between(1, lsoa_last)));
        let known = dice.chance(930);
        let address = station.is_none().then(|| places::street_address(dice)).filter(|_| dice.chance(850));
        let as_of = self.world.seasons.as_of();
        let recorded_on = as_of - 1 - i32::try_from(dice.below(3_650)).unwrap_or(0);
        let handling = Handling::plain(
            recorded_on,
            model::vocabulary::SubjectCategory::Other,
            model::vocabulary::ThreatCategory::Other,
        );
        let id = self.profile.id('L', at + 1);
        let own = [
            ("location_id", (&id).into()),
            ("uprn", uprn.as_deref().into()),
            ("address", address.as_deref().into()),
            ("postcode", (&postcode).into()),
            ("town", town.into()),
            ("easting", Value::Integer(known.then_some(easting))),
            ("northing", Value::Integer(known.then_some(northing))),
            ("station", station.into()),
            ("lsoa", lsoa.as_deref().into()),
        ];
        self.append(Dataset::Location, &own, &handling)
    }
}
