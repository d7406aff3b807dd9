//! Events over 36 months: crimes, incidents, stops, arrests, custody, disruptions.
//! Categories and outcomes of crimes and stops are in the words of data.police.uk, so that both can be asked at once.

use model::Dataset;
use model::vocabulary::{EventKind, ThreatCategory};

use super::Desk;
use super::report::loss_gbp;
use crate::SynthError;
use crate::dice::{Dice, Purpose};
use crate::handling::Handling;
use crate::profile::Ground;
use crate::seasons::Season;
use crate::table::Value;

/// A category of event: its words, its weight in London, in the City, on the railway, its season, its threat.
type Category = (&'static str, [u32; 3], Season, ThreatCategory);

const CRIMES: &[Category] = {
    use Season::{Christmas, Flat, Summer, Winter};
    use ThreatCategory as T;
    &[
        ("Violence and sexual offences", [24, 17, 20], Summer, T::Other),
        ("Anti-social behaviour", [14, 2, 0], Summer, T::Other),
        ("Vehicle crime", [11, 2, 2], Flat, T::AcquisitiveCrime),
        ("Other theft", [9, 20, 28], Flat, T::AcquisitiveCrime),
        ("Theft from the person", [8, 13, 14], Christmas, T::AcquisitiveCrime),
        ("Shoplifting", [7, 18, 2], Christmas, T::AcquisitiveCrime),
        ("Burglary", [6, 4, 1], Winter, T::AcquisitiveCrime),
        ("Criminal damage and arson", [5, 4, 7], Flat, T::Other),
        ("Public order", [5, 6, 16], Summer, T::Other),
        ("Drugs", [4, 6, 5], Flat, T::Drugs),
        ("Robbery", [3, 2, 2], Winter, T::AcquisitiveCrime),
        ("Bicycle theft", [2, 3, 4], Summer, T::AcquisitiveCrime),
        ("Possession of weapons", [1, 1, 1], Flat, T::Firearms),
        ("Other crime", [1, 3, 2], Flat, T::Fraud),
    ]
};

const STOPS: &[Category] = {
    use Season::Flat;
    use ThreatCategory as T;
    &[
        ("Controlled drugs", [58, 50, 62], Flat, T::Drugs),
        ("Stolen goods", [19, 28, 20], Flat, T::AcquisitiveCrime),
        ("Offensive weapons", [17, 12, 12], Flat, T::Firearms),
        ("Evidence of offences under the Act", [5, 9, 5], Flat, T::Other),
        ("Firearms", [1, 1, 1], Flat, T::Firearms),
    ]
};

const INCIDENTS: &[Category] = &[
    ("Suspicious activity", [50, 60, 45], Season::Flat, ThreatCategory::Other),
    ("Concern for safety", [40, 25, 40], Season::Winter, ThreatCategory::Other),
    ("Trespass", [10, 15, 15], Season::Summer, ThreatCategory::Other),
];

const DISRUPTIONS: &[Category] = &[
    ("Principal arrested", [40, 30, 40], Season::Flat, ThreatCategory::Drugs),
    ("Assets restrained", [25, 50, 10], Season::Flat, ThreatCategory::MoneyLaundering),
    ("Goods seized", [35, 20, 50], Season::Flat, ThreatCategory::Drugs),
];

const CRIME_OUTCOMES: &[(&str, u32)] = &[
    ("Investigation complete; no suspect identified", 46),
    ("Under investigation", 22),
    ("Unable to prosecute suspect", 17),
    ("Awaiting court outcome", 7),
    ("Status update unavailable", 5),
    ("Local resolution", 2),
    ("Offender given a caution", 1),
];
const STOP_OUTCOMES: &[(&str, u32)] = &[
    ("A no further action disposal", 67),
    ("Arrest", 18),
    ("Community resolution", 10),
    ("Penalty Notice for Disorder", 3),
    ("Summons / charged by post", 2),
];

impl Desk<'_> {
    pub(super) fn write_events(&mut self) -> Result<(), SynthError> {
        let total = u64::from(self.world.spec.events);
        for at in 0..total {
            let mut dice = self.dice(Purpose::Event, at);
            self.write_event(at, &mut dice)?;
            self.tick(Dataset::Event, at + 1, total);
        }
        Ok(())
    }

    fn write_event(&mut self, at: u64, dice: &mut Dice) -> Result<(), SynthError> {
        use EventKind::{Arrest, Crime, Custody, Disruption, Incident, Stop};
        let as_of = self.world.seasons.as_of();
        let kinds = [(Crime, 62), (Stop, 15), (Arrest, 9), (Incident, 9), (Custody, 4), (Disruption, 1)];
        let kind = dice.weighted(&kinds, Crime);
        let (category, season, threat) = self.category(kind, dice);
        let occurred_on = self.world.seasons.day(season, 100, dice);
        let recorded_on = (occurred_on + i32::try_from(dice.below(6)).unwrap_or(0)).min(as_of);
        let handling = Handling::thing(recorded_on, as_of, threat, dice);
        let location = dice.chance(920).then(|| self.some_location(dice));
        let id = self.profile.id('E', at + 1);
        let own = [
            ("event_id", (&id).into()),
            ("kind", kind.as_str().into()),
            ("category", category.into()),
            ("occurred_on", Value::Date(Some(occurred_on))),
            ("location_id", location.as_deref().into()),
            ("outcome", self.outcome(kind, dice).into()),
            ("loss_gbp", Value::Integer(if kind == Crime { loss_gbp(threat, dice) } else { None })),
        ];
        self.append(Dataset::Event, &own, &handling)?;
        self.link_persons(&[(0, 55), (1, 37), (2, 8)], (Dataset::Event, &id), &handling, dice)
    }

    fn category(&self, kind: EventKind, dice: &mut Dice) -> (&'static str, Season, ThreatCategory) {
        let list = match kind {
            EventKind::Stop => STOPS,
            EventKind::Incident => INCIDENTS,
            EventKind::Disruption => DISRUPTIONS,
            EventKind::Crime | EventKind::Arrest | EventKind::Custody => CRIMES,
        };
        let weight = |[london, city, rail]: [u32; 3]| match self.profile.ground {
            Ground::London | Ground::County => london,
            Ground::City => city,
            Ground::Rail => rail,
        };
        let total = list.iter().map(|&(_, weights, ..)| u64::from(weight(weights))).sum();
        let mut rest = dice.below(total);
        for &(category, weights, season, threat) in list {
            let weight = u64::from(weight(weights));
            if rest < weight {
                return (category, season, threat);
            }
            rest -= weight;
        }
        ("Other crime", Season::Flat, ThreatCategory::Other)
    }

    /// What became of it. The railway publishes no outcomes of crimes.
    fn outcome(&self, kind: EventKind, dice: &mut Dice) -> Option<&'static str> {
        let outcomes = match kind {
            EventKind::Crime if self.profile.ground == Ground::Rail => return None,
            EventKind::Crime => CRIME_OUTCOMES,
            EventKind::Stop => STOP_OUTCOMES,
            EventKind::Arrest => &[("Charged", 35), ("Released under investigation", 40), ("Bailed", 25)],
            EventKind::Custody => &[("Charged", 45), ("Bailed", 35), ("No further action", 20)],
            EventKind::Incident | EventKind::Disruption => return None,
        };
        let known = dice.chance(960);
        let outcome = dice.weighted(outcomes, "Under investigation");
        known.then_some(outcome)
    }
}
