//! Words of closed lists, whatever their case and with spaces or hyphens for underscores, as people write
//! OFFICIAL-SENSITIVE. Words that name a marking above what a node may hold are told apart from mere typos.

use arrow::array::{Array, StringArray};

use super::{Cells, trimmed};

pub(super) fn read(list: &'static [&'static str], text: &StringArray) -> Cells {
    let mut codes = Vec::with_capacity(text.len());
    let mut unknown = Vec::new();
    // Neighbouring rows mostly say the same.
    let mut last: Option<(&str, Option<u8>)> = None;
    for (row, cell) in trimmed(text).enumerate() {
        let code = match (cell, last) {
            (None, _) => None,
            (Some(cell), Some((same, code))) if cell == same => code,
            (Some(cell), _) => {
                let code = find(list, cell);
                last = Some((cell, code));
                code
            }
        };
        if let (Some(cell), None) = (cell, code) {
            unknown.push((row, names_a_higher_marking(cell)));
        }
        codes.push(code);
    }
    Cells::Words { list, codes, unknown }
}

fn find(list: &[&str], cell: &str) -> Option<u8> {
    let same = |word: &&str| word.len() == cell.len() && word.bytes().map(fold).eq(cell.bytes().map(fold));
    list.iter().position(same).and_then(|place| u8::try_from(place).ok())
}

fn fold(byte: u8) -> u8 {
    match byte {
        b' ' | b'-' => b'_',
        other => other.to_ascii_lowercase(),
    }
}

fn names_a_higher_marking(cell: &str) -> bool {
    let cell = cell.to_ascii_lowercase();
    cell.contains("secret") || cell.contains("intercept")
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn words_are_found_however_they_are_written() {
        let list = &["official", "official_sensitive", "P"];
        for (cell, place) in [
            ("official", Some(0)),
            ("OFFICIAL-SENSITIVE", Some(1)),
            ("Official Sensitive", Some(1)),
            ("p", Some(2)),
            ("secret", None),
            ("", None),
        ] {
            assert_eq!(find(list, cell), place, "{cell}");
        }
    }
}
