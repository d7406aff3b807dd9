//! Slips of the keyboard: a neighbouring key, two letters transposed, one dropped, one doubled.
//! The first letter is seldom touched: people read it back.

use crate::dice::Dice;

/// Rows of the keyboard; neighbours in a row are mistaken for each other.
const ROWS: &[&str] = &["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// `name` with one slip; nothing when the name is too short or the slip changes nothing.
pub(crate) fn typo(name: &str, dice: &mut Dice) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return None;
    }
    let first = u64::from(!dice.chance(50));
    let at = usize::try_from(first + dice.below(letters.len() as u64 - first)).ok()?;
    match dice.below(4) {
        0 => {
            let letter = letters.get_mut(at)?;
            *letter = neighbour(*letter, dice)?;
        }
        1 => {
            let next = at.checked_add(1).filter(|&next| next < letters.len())?;
            letters.swap(at, next);
        }
        2 => {
            letters.remove(at);
        }
        _ => {
            let letter = *letters.get(at)?;
            letters.insert(at + 1, letter.to_ascii_lowercase());
        }
    }
    let slipped: String = letters.into_iter().collect();
    (slipped != name).then_some(slipped)
}

fn neighbour(letter: char, dice: &mut Dice) -> Option<char> {
    let small = letter.to_ascii_lowercase();
    let row = ROWS.iter().find(|row| row.contains(small))?.as_bytes();
    let at = row.iter().position(|&key| char::from(key) == small)?;
    let beside = [at.checked_sub(1), at.checked_add(1)];
    let keys: Vec<char> =
        beside.into_iter().flatten().filter_map(|at| row.get(at)).map(|&key| char::from(key)).collect();
    let key = *dice.pick(&keys)?;
    Some(if letter.is_ascii_uppercase() { key.to_ascii_uppercase() } else { key })
}

#[cfg(test)]
mod tests {
    use super::typo;
    use crate::dice::{Dice, Purpose};

    #[test]
    fn a_slip_changes_at_most_two_letters() {
        let mut dice = Dice::new(1, Purpose::Record, 0, 0);
        for _ in 0..500 {
            if let Some(slipped) = typo("Thompson", &mut dice) {
                assert_ne!(slipped, "Thompson");
                assert!((7..=9).contains(&slipped.len()), "{slipped}");
            }
        }
        assert_eq!(typo("Li", &mut dice), None);
    }
}
