//! What each corruption does to a record.
//! One that does not fit the person, or touches what another has touched, leaves the record as it was.

use model::vocabulary::DobPrecision;

use super::typo::typo;
use super::{Corruption, Written, birth, form, letters};
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
        C::GivenTypo | C::Nickname | C::MiddleDropped | C::GivenJoined | C::Patronymic => &[Part::Given],
        C::FamilyTypo | C::SurnameChanged | C::DoubleBarrelled | C::FamilyAdded => &[Part::Family],
        C::Alias | C::FalseName | C::NamesSwapped | C::FamilyFirst | C::Transliteration => {
            &[Part::Given, Part::Family, Part::Order]
        }
        C::Honorific | C::Capitals | C::Spacing | C::Particle | C::Diacritics => {
            &[Part::Given, Part::Family, Part::Order]
        }
        C::Truncated | C::ScannedLetters | C::ByEar => &[Part::Given, Part::Family, Part::Order],
        C::InitialOnly => &[Part::Given, Part::Order],
        C::DobSwapped | C::DobDigit | C::YearOut | C::JanuaryFirst => &[Part::Dob],
        C::MonthOnly | C::ApparentAge | C::DobMissing => &[Part::Dob],
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
            Corruption::FalseName => {
                let tradition = names.tradition(dice);
                let given = names.given(tradition, person.sex, dob.year(), dice).to_owned();
                let family = names.family(tradition, person.sex, dice);
                (given != self.given && family != self.family).then_some(())?;
                (self.given, self.family) = (given, family);
            }
            Corruption::DobSwapped => self.dob = Some(birth::swapped(dob)?),
            Corruption::DobDigit => self.dob = Some(birth::other_digit(dob, dice)?),
            Corruption::YearOut => {
                self.dob = Some(birth::year_out(dob, dice)?);
                if dice.chance(200) {
                    self.precision = Some(DobPrecision::Estimated);
                }
            }
            Corruption::JanuaryFirst => {
                self.dob = Some(birth::january_first(dob)?);
                // Half of the forces' clerks say that only the year is known; the others leave a day that looks real.
                if dice.chance(500) {
                    self.precision = Some(DobPrecision::Year);
                }
            }
            Corruption::MonthOnly => {
                self.dob = Some(birth::month_first(dob)?);
                self.precision = Some(DobPrecision::Month);
            }
            Corruption::ApparentAge => {
                self.dob = Some(birth::guessed(dob, dice)?);
                self.precision = Some(DobPrecision::Estimated);
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
            Corruption::FamilyAdded => {
                let (own, other) = (&self.family, &person.other_family);
                (own != other).then_some(())?;
                self.family =
                    if dice.chance(700) { format!("{own} {other}") } else { format!("{other} {own}") };
            }
            Corruption::NamesSwapped => {
                (self.given != self.family).then_some(())?;
                std::mem::swap(&mut self.given, &mut self.family);
            }
            Corruption::FamilyFirst => {
                names.writes_family_first(person.tradition).then_some(())?;
                (self.given, self.family) = form::family_first(&self.given, &self.family)?;
            }
            Corruption::InitialOnly => {
                let initials = self.given.split(' ').filter_map(|name| name.chars().next());
                self.given = initials.map(String::from).collect::<Vec<_>>().join(" ");
            }
            Corruption::MiddleDropped => {
                self.given = self.given.split_once(' ')?.0.to_owned();
            }
            Corruption::GivenJoined => self.given = form::joined(&self.given, dice)?,
            Corruption::Patronymic => {
                let father = names.patronymic(person.tradition, person.sex, dob.year(), dice)?;
                let given = format!("{} {father}", person.first_name());
                (given != self.given).then_some(())?;
                self.given = given;
            }
            Corruption::Honorific => self.given = form::titled(&self.given, person.sex, dice),
            Corruption::Capitals => {
                self.family = self.family.to_uppercase();
                if dice.chance(500) {
                    self.given = self.given.to_uppercase();
                }
            }
            Corruption::Spacing => self.either(dice, form::respaced)?,
            Corruption::Particle => {
                (self.given, self.family) = form::without_particle(&self.given, &self.family, dice)?;
            }
            Corruption::Transliteration => match names.variants.spelling(person.first_name(), dice) {
                Some(other) => self.replace_first(other),
                None => match names.variants.spelling(&self.family, dice) {
                    Some(other) => self.family = other.to_owned(),
                    None => {
                        let rules = names.respellings(person.tradition);
                        self.either(dice, |name, dice| letters::replaced(name, rules, dice))?;
                    }
                },
            },
            Corruption::Diacritics => {
                let rules = names.diacritics(person.tradition);
                self.either(dice, |name, dice| letters::replaced(name, rules, dice))?;
            }
            Corruption::Truncated => self.either(dice, form::truncated)?,
            Corruption::ScannedLetters => self.either(dice, letters::scanned)?,
            Corruption::ByEar => self.either(dice, letters::by_ear)?,
        }
        Some(())
    }

    /// Changes the family name, or else the given names; which is tried first is drawn.
    fn either(&mut self, dice: &mut Dice, change: impl Fn(&str, &mut Dice) -> Option<String>) -> Option<()> {
        let family_first = dice.chance(600);
        for family in [family_first, !family_first] {
            let name = if family { &mut self.family } else { &mut self.given };
            if let Some(changed) = change(name, dice) {
                *name = changed;
                return Some(());
            }
        }
        None
    }

    fn replace_first(&mut self, first: &str) {
        self.given = match self.given.split_once(' ') {
            Some((_, middle)) => format!("{first} {middle}"),
            None => first.to_owned(),
        };
    }
}
