//! Names put into another form: titles, joined and split names, spacing, particles, order, length.
//! Each gives nothing where it does not fit the name.

use model::vocabulary::Sex;

use crate::dice::Dice;

const TITLES: [&[&str]; 2] = [
    &["Mrs", "Ms", "Miss", "Dr", "Hajja", "Rev"],
    &["Mr", "Mr", "Dr", "Sir", "Haji", "Sheikh", "Chief", "Pastor", "Rev"],
];

/// Particles before a family name, as they are written.
const PARTICLES: &[&str] = &[
    "O'", "Mc", "Mac", "Fitz", "Al-", "El-", "van der ", "van ", "von ", "de la ", "de ", "da ", "di ",
    "bin ", "ben ", "St ",
];

/// Beginnings of given names that are also written apart.
const SPLIT: &[&str] = &["Abdul", "Mary", "Anna", "Jean", "Jo", "Xiao", "Zhi", "Noor", "Olu", "Maria"];

/// Letters at which fields cut names off.
const CUT: (i64, i64) = (5, 8);

/// `given` behind a title.
pub(super) fn titled(given: &str, sex: Sex, dice: &mut Dice) -> String {
    let [female, male] = TITLES;
    let title = dice.word(match sex {
        Sex::Female => female,
        Sex::Male => male,
    });
    let stop = if dice.chance(300) { "." } else { "" };
    format!("{title}{stop} {given}")
}

/// The first two given names as one, or one as two.
pub(super) fn joined(given: &str, dice: &mut Dice) -> Option<String> {
    if let Some((first, middle)) = given.split_once(' ') {
        return Some(match dice.below(3) {
            0 => format!("{first}-{middle}"),
            1 => format!("{first}{}", middle.to_lowercase()),
            _ => format!("{first}{middle}"),
        });
    }
    let split = SPLIT.iter().find_map(|&start| Some((start, given.strip_prefix(start)?)))?;
    let (start, rest) = split;
    (rest.chars().count() > 1).then(|| format!("{start} {}", capital(rest)))
}

/// Hyphens, apostrophes and spaces inside a name exchanged or left out.
pub(super) fn respaced(name: &str, dice: &mut Dice) -> Option<String> {
    let marks = ['-', ' ', '\''];
    let at = name.find(marks)?;
    let (before, rest) = name.split_at_checked(at)?;
    let mark = rest.chars().next()?;
    let after = rest.get(1..)?;
    let other = *dice.pick(&["", "-", " "])?;
    (other != mark.to_string()).then(|| format!("{before}{other}{after}"))
}

/// Given names and family name, the particle of the family name left out, set otherwise, or moved.
pub(super) fn without_particle(given: &str, family: &str, dice: &mut Dice) -> Option<(String, String)> {
    let split = PARTICLES.iter().find_map(|&particle| Some((particle, family.strip_prefix(particle)?)));
    let (particle, rest) = split.filter(|(_, rest)| rest.chars().count() > 2)?;
    let (rest, bare) = (capital(rest), particle.trim_end_matches(['-', '\'', ' ']));
    Some(match dice.below(4) {
        0 => (given.to_owned(), rest),
        1 => (format!("{given} {bare}"), rest),
        2 if particle.ends_with(['-', '\'']) => (given.to_owned(), format!("{bare} {rest}")),
        2 if particle.ends_with(' ') => {
            (given.to_owned(), format!("{}{}", capital(bare), rest.to_lowercase()))
        }
        2 => (given.to_owned(), format!("{bare} {rest}")),
        _ => (given.to_owned(), format!("{rest} {bare}")),
    })
}

/// `Tai Man`, `Chan` read as `Chan Tai`, `Man`; a name of one syllable is read as the family name.
pub(super) fn family_first(given: &str, family: &str) -> Option<(String, String)> {
    let (first, last) = match given.rsplit_once(' ') {
        Some((first, last)) => (format!("{family} {first}"), last),
        None => (family.to_owned(), given),
    };
    (last != family).then(|| (first, last.to_owned()))
}

/// A name cut off.
pub(super) fn truncated(name: &str, dice: &mut Dice) -> Option<String> {
    let most = usize::try_from(dice.between(CUT.0, CUT.1)).ok()?;
    let cut: String = name.chars().take(most).collect();
    let cut = cut.trim_end_matches(['-', ' ', '\'']);
    (cut.len() < name.len()).then(|| cut.to_owned())
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{family_first, joined, respaced, truncated, without_particle};
    use crate::dice::{Dice, Purpose};

    #[test]
    fn each_form_of_a_name_is_met() {
        let mut dice = Dice::new(1, Purpose::Record, 0, 0);
        let mut all = |change: &dyn Fn(&mut Dice) -> Option<String>| -> Vec<String> {
            let found: BTreeSet<String> = (0..200).filter_map(|_| change(&mut dice)).collect();
            found.into_iter().collect()
        };
        let particle = |given: &'static str, family: &'static str| {
            move |dice: &mut Dice| without_particle(given, family, dice).map(|(g, f)| format!("{g}|{f}"))
        };
        assert_eq!(all(&|dice| joined("Mary Ann", dice)), ["Mary-Ann", "MaryAnn", "Maryann"]);
        assert_eq!(all(&|dice| joined("Abdulrahman", dice)), ["Abdul Rahman"]);
        assert!(all(&|dice| joined("David", dice)).is_empty());
        assert_eq!(all(&|dice| respaced("Al-Masri", dice)), ["Al Masri", "AlMasri"]);
        assert!(all(&|dice| respaced("Smith", dice)).is_empty());
        assert_eq!(
            all(&particle("Pat", "O'Neill")),
            ["Pat O|Neill", "Pat|Neill", "Pat|Neill O", "Pat|O Neill"]
        );
        assert_eq!(
            all(&particle("Jan", "van Berg")),
            ["Jan van|Berg", "Jan|Berg", "Jan|Berg van", "Jan|Vanberg"]
        );
        assert!(all(&particle("Jan", "Berg")).is_empty());
        assert_eq!(all(&|dice| truncated("Featherstone", dice)), ["Feath", "Feathe", "Feather", "Feathers"]);
        for (given, family, wanted) in [
            ("Tai Man", "Chan", Some(("Chan Tai".to_owned(), "Man".to_owned()))),
            ("Wei", "Zhang", Some(("Zhang".to_owned(), "Wei".to_owned()))),
            ("Li", "Li", None),
        ] {
            assert_eq!(family_first(given, family), wanted);
        }
    }
}
