//! What each corruption does to a record.
//! One that does not fit the person, or touches what another has touched, leaves the record as it was.

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use super::typo::typo;
use super::{Corruption, Written};
use crate::dice::Dice;
use crate::identity::TruePerson;
use crate::names::Names;

/// What a corruption touches: two that touch the same do not meet in one record, or the second could undo the first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Given,
    Family,
    Order,
    Dob,
    Postcode,
}

fn parts(corruption: Corruption) -> &'static [Part] {
    use Corruption as C;
    match corruption {
        C::GivenTypo | C::Nickname | C::MiddleDropped => &[Part::Given],
        C::FamilyTypo | C::SurnameChanged | C::DoubleBarrelled => &[Part::Family],
        C::Alias | C::NamesSwapped | C::Transliteration => &[Part::Given, Part::Family, Part::Order],
        C::InitialOnly => &[Part::Given, Part::Order],
        C::DobSwapped | C::DobDigit | C::YearOut | C::JanuaryFirst | C::DobMissing => &[Part::Dob],
        C::Moved | C::PostcodeMissing => &[Part::Postcode],
    }
}

impl Written {
    /// Applies `corruption` if it fits.
    pub(super) fn apply(
        &mut self,
        corruption: Corruption,
        person: &TruePerson,
        names: &Names,
        dice: &mut Dice,
    ) {
        let touched = |part| self.corruptions.iter().any(|&earlier| parts(earlier).contains(part));
        if parts(corruption).iter().any(touched) {
            return;
        }
        if self.change(corruption, person, names, dice).is_some() {
            self.corruptions.push(corruption);
        }
    }

    fn change(
        &mut self,
        corruption: Corruption,
        person: &TruePerson,
        names: &Names,
        dice: &mut Dice,
    ) -> Option<()> {
        let dob = person.dob;
        match corruption {
            Corruption::GivenTypo => self.replace_first(&typo(person.first_name(), dice)?),
            Corruption::FamilyTypo => self.family = typo(&self.family, dice)?,
            Corruption::Nickname => {
                self.replace_first(names.variants.short(person.first_name(), dice)?);
            }
            Corruption::Alias => {
                self.aliases.push(format!("{} {}", self.given, self.family));
                (self.given, self.family) = person.alias.clone();
            }
            Corruption::DobSwapped => {
                let swapped = Date::new(dob.year(), dob.day(), dob.month()).ok()?;
                (swapped != dob).then_some(())?;
                self.dob = Some(swapped);
            }
            Corruption::DobDigit => self.dob = Some(other_digit(dob, dice)?),
            Corruption::YearOut => {
                let years = *dice.pick(&[-1, 1, -1, 1, -10, 10])?;
                self.dob = Some(Date::new(dob.year() + years, dob.month(), dob.day()).ok()?);
                if dice.chance(200) {
                    self.precision = Some(DobPrecision::Estimated);
                }
            }
            Corruption::JanuaryFirst => {
                let first = Date::new(dob.year(), 1, 1).ok()?;
                (first != dob).then_some(())?;
                self.dob = Some(first);
                // Half of the forces' clerks say that only the year is known; the others leave a day that looks real.
                if dice.chance(500) {
                    self.precision = Some(DobPrecision::Year);
                }
            }
            Corruption::DobMissing => (self.dob, self.precision) = (None, None),
            Corruption::Moved => {
                let other = dice.pick(&person.other_postcodes)?;
                (*other != person.postcode).then_some(())?;
                self.postcode = Some(other.clone());
            }
            Corruption::PostcodeMissing => self.postcode = None,
            Corruption::SurnameChanged => {
                (person.other_family != person.family).then_some(())?;
                let former = std::mem::replace(&mut self.family, person.other_family.clone());
                if dice.chance(400) {
                    self.aliases.push(format!("{} {former}", self.given));
                }
            }
            Corruption::DoubleBarrelled => {
                let (own, other) = (&self.family, &person.other_family);
                (own != other).then_some(())?;
                self.family =
                    if dice.chance(600) { format!("{own}-{other}") } else { format!("{other}-{own}") };
            }
            Corruption::NamesSwapped => {
                (self.given != self.family).then_some(())?;
                std::mem::swap(&mut self.given, &mut self.family);
            }
            Corruption::InitialOnly => {
                let initials = self.given.split(' ').filter_map(|name| name.chars().next());
                self.given = initials.map(String::from).collect::<Vec<_>>().join(" ");
            }
            Corruption::MiddleDropped => {
                self.given = self.given.split_once(' ')?.0.to_owned();
            }
            Corruption::Transliteration => match names.variants.spelling(person.first_name(), dice) {
                Some(other) => self.replace_first(other),
                None => self.family = names.variants.spelling(&self.family, dice)?.to_owned(),
            },
        }
        Some(())
    }

    fn replace_first(&mut self, first: &str) {
        self.given = match self.given.split_once(' ') {
            Some((_, middle)) => format!("{first} {middle}"),
            None => first.to_owned(),
        };
    }
}

/// `dob` with one digit of its day or year changed, where that is another valid day.
fn other_digit(dob: Date, dice: &mut Dice) -> Option<Date> {
    let other = match dice.below(3) {
        0 => Date::new(dob.year(), dob.month(), dob.day() / 10 * 10 + i8::try_from(dice.below(10)).ok()?),
        1 => Date::new(dob.year() / 10 * 10 + i16::try_from(dice.below(10)).ok()?, dob.month(), dob.day()),
        _ => {
            let month = if dob.month() > 9 { 10 + dice.below(3) } else { 1 + dice.below(9) };
            Date::new(dob.year(), i8::try_from(month).ok()?, dob.day())
        }
    };
    other.ok().filter(|&other| other != dob)
}
