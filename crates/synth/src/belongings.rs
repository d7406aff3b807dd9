//! What a true person owns: papers, phones, vehicles, accounts. The same whichever force asks.
//! A force knows some of it; that is decided when its record is made.

use model::IdentifierKind;
use model::vocabulary::EntityKind;

use crate::dice::{Dice, Purpose};
use crate::identifier;
use crate::identity::TruePerson;

/// A thing that becomes a record of its own, linked to its holder.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    /// What it is.
    pub(crate) kind: EntityKind,
    /// Make or provider, where it has one.
    pub(crate) make: Option<&'static str>,
    /// Colour, for vehicles.
    pub(crate) colour: Option<&'static str>,
    /// How its holder stands to it.
    pub(crate) role: &'static str,
    /// What identifies it.
    pub(crate) identifiers: Vec<(IdentifierKind, String)>,
}

/// What somebody owns.
#[derive(Debug, Default)]
pub(crate) struct Belongings {
    /// Identifiers of the person.
    pub(crate) papers: Vec<(IdentifierKind, String)>,
    /// Things of their own.
    pub(crate) things: Vec<Thing>,
}

const MAKES: &[&str] = &[
    "Ford",
    "Vauxhall",
    "Volkswagen",
    "BMW",
    "Audi",
    "Mercedes-Benz",
    "Toyota",
    "Nissan",
    "Kia",
    "Hyundai",
    "Peugeot",
    "Renault",
    "Honda",
    "Land Rover",
    "Mini",
    "Skoda",
    "Fiat",
    "Yamaha",
];
const COLOURS: &[&str] =
    &["Black", "Grey", "White", "Blue", "Silver", "Red", "Green", "Yellow", "Orange", "Brown"];
const HANDSETS: &[&str] = &["Apple", "Samsung", "Google", "Huawei", "Nokia", "Motorola"];

impl Belongings {
    /// What `person` owns.
    pub(crate) fn of(person: &TruePerson, seed: u64) -> Self {
        let dice = &mut Dice::new(seed, Purpose::Belongings, person.index, 0);
        let mut own = Self::default();
        own.papers(person, dice);
        own.things(person, dice);
        own
    }

    fn papers(&mut self, person: &TruePerson, dice: &mut Dice) {
        use IdentifierKind::{Cro, DrivingLicence, Email, Nino, Passport, Phone, PncId};
        let year = person.dob.year() + 16 + i16::try_from(dice.below(10)).unwrap_or(0);
        if dice.chance(450) {
            self.papers.push((PncId, identifier::pnc_id(year, dice)));
            if dice.chance(450) {
                self.papers.push((Cro, identifier::cro(year, dice)));
            }
        }
        if dice.chance(450) {
            self.papers.push((Nino, identifier::nino(dice)));
        }
        if dice.chance(350) {
            self.papers.push((Phone, identifier::phone(dice)));
        }
        if dice.chance(300) {
            self.papers.push((Email, identifier::email(person.first_name(), &person.family, dice)));
        }
        if dice.chance(200) {
            self.papers.push((Passport, identifier::passport(dice)));
        }
        if dice.chance(350) {
            let licence =
                identifier::driving_licence(&person.family, &person.given, person.dob, person.sex, dice);
            self.papers.push((DrivingLicence, licence));
        }
    }

    fn things(&mut self, person: &TruePerson, dice: &mut Dice) {
        use IdentifierKind::{Email, Handle, Iban, Passport, UkAccount, Wallet};
        if dice.chance(320) {
            self.things.push(vehicle(dice));
        }
        if dice.chance(450) {
            self.things.push(phone(dice));
        }
        let plain = |kind, role, identifiers| Thing { kind, make: None, colour: None, role, identifiers };
        if dice.chance(180) {
            let mut identifiers = vec![(UkAccount, identifier::uk_account(dice))];
            if dice.chance(400) {
                identifiers.push((Iban, identifier::iban(dice)));
            }
            self.things.push(plain(EntityKind::Account, "holder", identifiers));
        }
        if dice.chance(100) {
            let address = identifier::email(&person.alias.0, &person.family, dice);
            self.things.push(plain(EntityKind::Email, "user", vec![(Email, address)]));
        }
        if dice.chance(150) {
            let name = identifier::handle(person.first_name(), dice);
            self.things.push(plain(EntityKind::Handle, "user", vec![(Handle, name)]));
        }
        if dice.chance(20) {
            self.things.push(plain(EntityKind::Wallet, "user", vec![(Wallet, identifier::wallet(dice))]));
        }
        if dice.chance(30) {
            self.things.push(plain(
                EntityKind::Document,
                "holder",
                vec![(Passport, identifier::passport(dice))],
            ));
        }
        if dice.chance(3) {
            self.things.push(plain(EntityKind::Firearm, "holder", Vec::new()));
        }
    }
}

/// A thing of the pool, which several people use: a hire car or a phone that is handed on.
pub(crate) fn pooled(index: u64, seed: u64) -> Thing {
    let dice = &mut Dice::new(seed, Purpose::Pool, index, 0);
    let thing = if dice.chance(600) { vehicle(dice) } else { phone(dice) };
    Thing { role: "user", ..thing }
}

fn vehicle(dice: &mut Dice) -> Thing {
    let mut identifiers = vec![(IdentifierKind::Vrm, identifier::vrm(dice))];
    if dice.chance(350) {
        identifiers.push((IdentifierKind::Vin, identifier::vin(dice)));
    }
    Thing {
        kind: EntityKind::Vehicle,
        make: Some(dice.word(MAKES)),
        colour: Some(dice.word(COLOURS)),
        role: if dice.chance(700) { "keeper" } else { "user" },
        identifiers,
    }
}

fn phone(dice: &mut Dice) -> Thing {
    let mut identifiers = vec![(IdentifierKind::Phone, identifier::phone(dice))];
    if dice.chance(450) {
        identifiers.push((IdentifierKind::Imei, identifier::imei(dice)));
    }
    Thing {
        kind: EntityKind::Phone,
        make: dice.chance(800).then(|| dice.word(HANDSETS)),
        colour: None,
        role: "user",
        identifiers,
    }
}
