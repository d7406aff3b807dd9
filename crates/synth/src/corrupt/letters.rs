//! Letters that become others: by a scanner's eye, by a clerk's ear, by another scheme of transliteration.
//! Each rule replaces one place; the case of a name's first letter is kept.

use crate::dice::Dice;

/// Letters, and what they become.
pub(crate) type Rules = &'static [(&'static str, &'static str)];

/// What scanners take for one another.
const SCANNED: Rules = &[
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("d", "cl"),
    ("o", "0"),
    ("l", "1"),
    ("i", "l"),
    ("l", "i"),
    ("e", "c"),
    ("c", "e"),
    ("h", "b"),
    ("vv", "w"),
    ("w", "vv"),
    ("ii", "u"),
    ("u", "ii"),
    ("s", "5"),
    ("b", "8"),
    ("g", "q"),
    ("f", "t"),
    ("nn", "m"),
];

/// What English ears take for one another.
const BY_EAR: Rules = &[
    ("ph", "f"),
    ("f", "ph"),
    ("ck", "k"),
    ("ks", "x"),
    ("x", "ks"),
    ("ce", "se"),
    ("ci", "si"),
    ("ca", "ka"),
    ("co", "ko"),
    ("k", "c"),
    ("qu", "kw"),
    ("gh", ""),
    ("wh", "w"),
    ("wr", "r"),
    ("kn", "n"),
    ("sch", "sh"),
    ("ch", "tch"),
    ("sh", "sch"),
    ("th", "t"),
    ("tt", "t"),
    ("ll", "l"),
    ("nn", "n"),
    ("ss", "s"),
    ("rr", "r"),
    ("ie", "y"),
    ("ey", "y"),
    ("y", "ie"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("oo", "u"),
    ("ou", "oo"),
    ("ai", "ay"),
    ("aw", "or"),
    ("au", "aw"),
    ("er", "ar"),
    ("ar", "er"),
    ("or", "er"),
    ("ei", "ee"),
    ("z", "s"),
    ("v", "w"),
    ("j", "g"),
    ("ge", "je"),
    ("ia", "ya"),
    ("mb", "m"),
];

/// `name` as a scanner reads it; nothing when no letter of it is misread.
pub(super) fn scanned(name: &str, dice: &mut Dice) -> Option<String> {
    replaced(name, SCANNED, dice)
}

/// `name` as it was heard, wrong in one place or two.
pub(super) fn by_ear(name: &str, dice: &mut Dice) -> Option<String> {
    let once = replaced(name, BY_EAR, dice)?;
    let twice = if dice.chance(350) { replaced(&once, BY_EAR, dice) } else { None };
    Some(twice.filter(|twice| twice != name).unwrap_or(once))
}

/// `name` with one rule that fits applied in one place.
pub(super) fn replaced(name: &str, rules: Rules, dice: &mut Dice) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let places: Vec<(usize, &str, &str)> = rules
        .iter()
        .flat_map(|&(from, to)| lower.match_indices(from).map(move |(at, _)| (at, from, to)))
        .collect();
    let &(at, from, to) = dice.pick(&places)?;
    let (before, rest) = name.split_at_checked(at)?;
    let (taken, after) = rest.split_at_checked(from.len())?;
    let capital = taken.starts_with(|letter: char| letter.is_uppercase());
    let mut letters = to.chars();
    let put = match letters.next().filter(|_| capital) {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => to.to_owned(),
    };
    let changed = format!("{before}{put}{after}");
    (changed != name && changed.chars().count() > 1).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use crate::dice::{Dice, Purpose};

    #[test]
    fn one_rule_is_applied_in_one_place() {
        let mut dice = Dice::new(1, Purpose::Record, 0, 0);
        for (name, from, to, wanted) in [
            ("Barnes", "rn", "m", Some("Bames")),
            ("Philips", "ph", "f", Some("Filips")),
            ("Şahin", "h", "kh", Some("Şakhin")),
            ("Sahin", "s", "ş", Some("Şahin")),
            ("Smith", "x", "y", None),
            ("Li", "li", "", None),
        ] {
            let rules: &'static [(&str, &str)] = Box::leak(Box::new([(from, to)]));
            assert_eq!(replaced(name, rules, &mut dice).as_deref(), wanted, "{name}");
        }
    }
}
