//! A true person: who somebody is, before any force wrote them down.
//! Made from the seed and an index alone, so that each force's file can meet the same person without a list.

use jiff::civil::Date;
use model::vocabulary::Sex;

use crate::day;
use crate::dice::{Dice, Purpose};
use crate::names::{Names, Tradition};
use crate::places;

/// Who somebody is.
pub(crate) struct TruePerson {
    /// Their place among all people.
    pub(crate) index: u64,
    /// Sex.
    pub(crate) sex: Sex,
    /// Where their names come from.
    pub(crate) tradition: Tradition,
    /// Given names, separated by spaces.
    pub(crate) given: String,
    /// Family name.
    pub(crate) family: String,
    /// The family name they bear after a change, or had before one.
    pub(crate) other_family: String,
    /// A name they give that is not theirs.
    pub(crate) alias: (String, String),
    /// A name they go by on the street, for some.
    pub(crate) street_name: Option<&'static str>,
    /// Birth date.
    pub(crate) dob: Date,
    /// Nationality.
    pub(crate) nationality: &'static str,
    /// Home postcode.
    pub(crate) postcode: String,
    /// Where they lived before, or live now and then.
    pub(crate) other_postcodes: [String; 2],
}

const STREET_NAMES: &[&str] = &[
    "Smiler", "Biggs", "Tiny", "Ghost", "Lucky", "Frenchy", "Doc", "Ginge", "Shorty", "Sparks", "Flash",
    "Bones", "Slim", "Chef", "Dizzy", "Spider", "Tank", "Fingers", "Smokey", "Prof",
];

/// Years of birth, and how many of a thousand people were born in them.
const BIRTHS: &[((i64, i64), u32)] = &[
    ((1940, 1949), 30),
    ((1950, 1959), 60),
    ((1960, 1969), 120),
    ((1970, 1979), 180),
    ((1980, 1989), 260),
    ((1990, 1999), 240),
    ((2000, 2008), 110),
];

impl TruePerson {
    /// The person at `index`. One in twelve of those at odd indexes is kin of the one before: same family name and
    /// postcode, sometimes the same given names, so that not every likeness is an identity.
    pub(crate) fn new(index: u64, seed: u64, names: &Names) -> Self {
        let dice = &mut Dice::new(seed, Purpose::Identity, index, 0);
        let sex = if dice.chance(780) { Sex::Male } else { Sex::Female };
        let tradition = names.tradition(dice);
        let dob = birth_date(dice);
        let mut person = Self {
            index,
            sex,
            tradition,
            given: given_names(tradition, sex, dob.year(), names, dice),
            family: names.family(tradition, sex, dice),
            other_family: names.family(tradition, sex, dice),
            alias: alias(sex, dob.year(), names, dice),
            street_name: dice.chance(80).then(|| dice.word(STREET_NAMES)),
            dob,
            nationality: names.nationality(tradition, dice),
            postcode: places::home(dice),
            other_postcodes: [places::home(dice), places::home(dice)],
        };
        if index % 2 == 1 && dice.chance(83) {
            let elder = Self::new(index - 1, seed, names);
            person.tradition = elder.tradition;
            person.given = given_names(elder.tradition, sex, dob.year(), names, dice);
            if elder.sex == sex && dice.chance(250) {
                person.given = elder.given;
            }
            person.nationality = elder.nationality;
            person.family = elder.family;
            person.postcode = elder.postcode;
        }
        person
    }

    /// The nationality that one force or one asker writes down.
    pub(crate) fn nationality_as_told(&self, names: &Names, mut dice: Dice) -> &'static str {
        names.nationality_as_told(self.tradition, self.nationality, &mut dice)
    }

    /// The first of the given names.
    pub(crate) fn first_name(&self) -> &str {
        self.given.split(' ').next().unwrap_or_default()
    }
}

fn birth_date(dice: &mut Dice) -> Date {
    let (low, high) = dice.weighted(BIRTHS, (1980, 1989));
    let year = i16::try_from(dice.between(low, high)).unwrap_or(1980);
    let new_year = Date::new(year, 1, 1).map_or(0, day::day);
    let later = if is_leap(year) { 365 } else { 364 };
    day::date(new_year + i32::try_from(dice.between(0, later)).unwrap_or(0))
}

fn is_leap(year: i16) -> bool {
    Date::new(year, 2, 29).is_ok()
}

fn given_names(tradition: Tradition, sex: Sex, year: i16, names: &Names, dice: &mut Dice) -> String {
    let first = names.given(tradition, sex, year, dice);
    let middle = names.given(tradition, sex, year, dice);
    if dice.chance(400) && middle != first { format!("{first} {middle}") } else { first.to_owned() }
}

fn alias(sex: Sex, year: i16, names: &Names, dice: &mut Dice) -> (String, String) {
    let tradition = names.tradition(dice);
    (names.given(tradition, sex, year, dice).to_owned(), names.family(tradition, sex, dice))
}
