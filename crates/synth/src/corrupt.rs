//! How a force's record of a person departs from the truth: none to three corruptions, each with a name.
//! The names go to `truth.csv`, so that an evaluation can say which departures cost hits.

mod kind;

mod apply;
mod birth;
mod form;
mod letters;
mod typo;

pub use kind::Corruption;
pub(crate) use kind::Kinds;
pub(crate) use letters::Rules;
pub(crate) use typo::typo;

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use crate::dice::Dice;
use crate::identity::TruePerson;
use crate::names::Names;

/// A list of corruptions as the CSV files write it: words joined by semicolons.
pub(crate) fn joined(corruptions: &[Corruption]) -> String {
    corruptions.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(";")
}

/// A person as somebody wrote them down.
#[derive(Clone)]
pub(crate) struct Written {
    /// Given names, separated by spaces.
    pub(crate) given: String,
    /// Family name.
    pub(crate) family: String,
    /// Other names, in full or alone.
    pub(crate) aliases: Vec<String>,
    /// Birth date, where known.
    pub(crate) dob: Option<Date>,
    /// How exactly it is known.
    pub(crate) precision: Option<DobPrecision>,
    /// Postcode, where known.
    pub(crate) postcode: Option<String>,
    /// How it departs from the truth, in the order it happened.
    pub(crate) corruptions: Vec<Corruption>,
}

/// How many corruptions a record or probe has, of a hundred.
const HOW_MANY: &[(usize, u32)] = &[(0, 42), (1, 31), (2, 18), (3, 9)];

impl Written {
    /// `person` without a mistake.
    pub(crate) fn exactly(person: &TruePerson) -> Self {
        Self {
            given: person.given.clone(),
            family: person.family.clone(),
            aliases: person.street_name.map(str::to_owned).into_iter().collect(),
            dob: Some(person.dob),
            precision: Some(DobPrecision::Day),
            postcode: Some(person.postcode.clone()),
            corruptions: Vec::new(),
        }
    }

    /// `person` with none to three corruptions of `kinds`.
    pub(crate) fn corrupted(person: &TruePerson, names: &Names, kinds: &Kinds, dice: &mut Dice) -> Self {
        let wanted = dice.weighted(HOW_MANY, 0);
        let mut written = Self::exactly(person);
        // Some corruptions do not fit some people (no short form, no middle name): a few tries more than wanted.
        for _ in 0..wanted * 12 {
            if written.corruptions.len() == wanted {
                break;
            }
            let corruption = dice.weighted(kinds.weighted(), Corruption::Moved);
            written.apply(corruption, person, names, dice);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Corruption, Kinds, Written};
    use crate::dice::{Dice, Purpose};
    use crate::identity::TruePerson;
    use crate::names::Names;

    #[test]
    fn records_differ_from_the_truth_exactly_when_they_say_so() {
        let names = Names::new();
        let mut seen: BTreeMap<Corruption, u32> = BTreeMap::new();
        for (held_out, people) in [(false, 0..6_000), (true, 6_000..20_000)] {
            let kinds = Kinds::of_records(held_out);
            for index in people {
                let person = TruePerson::new(index, 3, &names);
                let truth = Written::exactly(&person);
                let dice = &mut Dice::new(3, Purpose::Record, index, 1);
                let written = Written::corrupted(&person, &names, &kinds, dice);
                let same = written.given == truth.given
                    && written.family == truth.family
                    && (written.dob, written.precision) == (truth.dob, truth.precision)
                    && written.postcode == truth.postcode;
                assert_eq!(same, written.corruptions.is_empty(), "{:?}", written.corruptions);
                assert!(written.corruptions.len() <= 3);
                assert!(!written.given.is_empty() && !written.family.is_empty());
                assert!(held_out || !written.corruptions.iter().any(|kind| kind.is_held_out()));
                written.corruptions.into_iter().for_each(|c| *seen.entry(c).or_default() += 1);
            }
        }
        for corruption in Corruption::all() {
            assert!(seen.get(&corruption).copied().unwrap_or(0) > 20, "{corruption} is too seldom");
        }
        assert!(!Kinds::of_probes(true).weighted().iter().any(|(kind, _)| *kind == Corruption::Alias));
    }
}
