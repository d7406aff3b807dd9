//! Organisations: firms that several forces have come across, under names that are written this way and that.
//! Each has a director or two among the force's persons.

use model::Dataset;
use model::vocabulary::Sex;

use super::Desk;
use crate::corrupt::typo;
use crate::dice::{Dice, Purpose};
use crate::handling::Handling;
use crate::table::Value;
use crate::{SynthError, identifier, places};

const TRADES: &[&str] = &[
    "Motors",
    "Car Wash",
    "Logistics",
    "Trading",
    "Properties",
    "Construction",
    "Nail Bar",
    "Takeaway",
    "Recruitment",
    "Consulting",
    "Imports",
    "Cash & Carry",
    "Scaffolding",
    "Security Services",
    "Minicabs",
    "Mobile Repairs",
    "Jewellers",
    "Waste Management",
    "Investments",
    "Payment Services",
    "Wines",
    "Textiles",
    "Catering",
    "Haulage",
];

impl Desk<'_> {
    /// Writes the firms this force has come across: a little over half of all.
    pub(super) fn write_organisations(&mut self) -> Result<(), SynthError> {
        let total = u64::from(self.world.spec.persons / 30) + 20;
        let mut number = 0;
        for at in 0..total {
            let mut dice = self.dice(Purpose::Organisation, at);
            if dice.chance(550) {
                number += 1;
                self.write_organisation(at, number, &mut dice)?;
            }
            self.tick(Dataset::Organisation, at + 1, total);
        }
        Ok(())
    }

    fn write_organisation(&mut self, at: u64, number: u64, dice: &mut Dice) -> Result<(), SynthError> {
        let firm = Firm::new(at, self);
        let as_of = self.world.seasons.as_of();
        let recorded_on = as_of - 1 - i32::try_from(dice.below(2_500)).unwrap_or(0);
        let threat = self.some_threat(dice);
        let handling = Handling::thing(recorded_on, as_of, threat, dice);
        let id = self.profile.id('G', number);
        let name = firm.written(dice);
        let aliases = firm.trading_as.into_iter().filter(|_| dice.chance(500)).collect::<Vec<_>>();
        let registered = dice.chance(800).then_some(&*firm.company_number);
        let postcode = dice.chance(850).then_some(&*firm.postcode);
        let own = [
            ("organisation_id", (&id).into()),
            ("name", (&name).into()),
            ("aliases", Value::List(&aliases)),
            ("company_number", registered.into()),
            ("postcode", postcode.into()),
        ];
        self.append(Dataset::Organisation, &own, &handling)?;
        let persons = self.persons.len() as u64;
        for _ in 0..dice.between(1, 2) {
            let row = dice.below(persons);
            let Some(&person) = usize::try_from(row).ok().and_then(|row| self.persons.get(row)) else {
                continue;
            };
            let director = self.person_id(row);
            let edge = person.joined(handling, threat);
            self.link((Dataset::Organisation, &id), "director", (Dataset::Person, &director), &edge)?;
        }
        Ok(())
    }
}

/// A firm as it is registered, whichever force asks.
struct Firm {
    name: String,
    suffix: &'static str,
    trading_as: Option<String>,
    company_number: String,
    postcode: String,
}

impl Firm {
    fn new(at: u64, desk: &Desk<'_>) -> Self {
        let names = &desk.world.names;
        let dice = &mut Dice::new(desk.world.spec.seed, Purpose::Organisation, at, 0);
        let tradition = names.tradition(dice);
        let owner = names.family(tradition, Sex::Male, dice);
        let trade = dice.word(TRADES);
        let name = match dice.below(4) {
            0 => format!("{owner} & Sons {trade}"),
            1 => format!(
                "{owner} {} {trade}",
                dice.word(&["Global", "London", "Express", "City", "Star", "Royal"])
            ),
            _ => format!("{owner} {trade}"),
        };
        Self {
            suffix: dice.weighted(&[(" Limited", 6), (" Ltd", 3), (" LLP", 1)], " Limited"),
            trading_as: dice
                .chance(300)
                .then(|| format!("{} {trade}", dice.word(&["Best", "Quick", "Golden", "Top"]))),
            company_number: identifier::company_number(dice),
            postcode: places::home(dice),
            name,
        }
    }

    /// The name as somebody wrote it down.
    fn written(&self, dice: &mut Dice) -> String {
        let suffix = match dice.below(10) {
            0..6 => self.suffix,
            6..8 => " Ltd",
            _ => "",
        };
        let name = if dice.chance(100) { typo(&self.name, dice) } else { None };
        format!("{}{suffix}", name.as_deref().unwrap_or(&self.name))
    }
}
