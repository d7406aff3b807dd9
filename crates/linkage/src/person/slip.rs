//! Which slip of the keyboard or pen turns one name into another, and among how many that are as likely.
//! A dropped, doubled or exchanged letter is common, another letter far from its key is not: then two names that are
//! both borne are rather two names.

/// Rows of the keyboard.
const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// Letters mistaken for each other on paper, or by ear.
const ALIKE: [&[u8]; 8] = [b"ao", b"ce", b"il", b"uv", b"nm", b"sz", b"iy", b"ck"];

/// Among how many spellings, for each letter of the longer name, the commonest slips choose.
pub(super) const CHOICES_OF_A_LETTER: f64 = 4.0;

/// Among how many other spellings, as likely as `b`, a slip in `a` chooses. The same both ways.
pub(super) fn choices(a: &str, b: &str) -> f64 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let room = a.len().min(b.len()) - before;
    let after = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let middle = |letters: &[u8]| letters.get(before..letters.len() - after).unwrap_or_default().to_vec();
    let length = a.len().max(b.len()) as f64;
    match (middle(a).as_slice(), middle(b).as_slice()) {
        // Dropped or doubled.
        ([_], []) | ([], [_]) => CHOICES_OF_A_LETTER * length,
        ([x], [y]) if are_near(*x, *y) => 8.0 * length,
        ([_], [_]) => 50.0 * length,
        ([x, y], [v, w]) if x == w && y == v => CHOICES_OF_A_LETTER * length,
        // Two slips, each of the common kinds.
        _ => 40.0 * length * length,
    }
}

/// Whether two letters lie side by side on the keyboard, or are mistaken for each other.
pub(super) fn are_near(a: u8, b: u8) -> bool {
    are_neighbours(a, b) || ALIKE.iter().any(|pair| pair.contains(&a) && pair.contains(&b))
}

fn are_neighbours(a: u8, b: u8) -> bool {
    let beside = |pair: &[u8]| pair == [a, b] || pair == [b, a];
    ROWS.iter().any(|row| row.windows(2).any(beside))
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn common_slips_have_few_choices() {
        for (a, b, wanted) in [
            ("smith", "smiths", 24.0),
            ("jones", "joness", 24.0),
            ("jones", "jnes", 20.0),
            ("smith", "smiht", 20.0),
            ("smith", "smitj", 40.0),
            ("clark", "clerk", 250.0),
            ("smith", "smyth", 40.0),
            ("featherstone", "faetherston", 5760.0),
            ("smith", "smith", 1000.0),
            ("", "", 0.0),
        ] {
            assert_eq!((choices(a, b), choices(b, a)), (wanted, wanted), "{a} {b}");
        }
    }
}
