//! The normal form of organisation names: lower-case ASCII words without articles and legal forms.
//! Normalising a normal name again changes nothing.

use super::words::{COMMON, LEGAL_FORMS, LONG_FORMS, OTHER_NAME, SHORT, SILENT};
use crate::name::{NAME_CHARS_MAX, ascii_lower, within_bounds};

/// The normal form of an organisation's name.
pub fn organisation_name(raw: &str) -> String {
    let mut ascii = ascii_lower(raw);
    ascii.retain(|c| c != '.');
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = words.take(16).map(in_full).collect();
    let all = words.clone();
    words.retain(|word| !SILENT.contains(word));
    words = within_bounds(words);
    while let Some(length) = form_length(&words) {
        words.truncate(words.len() - length);
    }
    if words.is_empty() { all.join(" ") } else { words.join(" ") }
}

/// How many words at the end are a legal form, while a word of the name remains.
fn form_length(words: &[&str]) -> Option<usize> {
    let long = LONG_FORMS.iter().filter(|form| words.ends_with(form)).map(|form| form.len());
    let short = words.last().filter(|word| LEGAL_FORMS.contains(word)).map(|_| 1);
    long.chain(short).filter(|&length| length < words.len()).max()
}

fn in_full(word: &str) -> &str {
    SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| *full)
}

/// The names in one text: `X Ltd t/a Y`, `X (trading as Y)` and `X, formerly Z` hold two each.
pub(super) fn names(raw: &str) -> Vec<String> {
    let lower: String = raw.chars().take(NAME_CHARS_MAX).flat_map(char::to_lowercase).collect();
    let lower = lower.replace(['(', ')', '[', ']', ',', ';'], " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let (mut rest, mut texts) = (words.as_slice(), vec![String::new()]);
    while let [first, others @ ..] = rest {
        let mark = OTHER_NAME.iter().filter(|mark| rest.starts_with(mark)).map(|mark| mark.len()).max();
        if let Some((_, after)) = mark.and_then(|length| rest.split_at_checked(length)) {
            texts.push(String::new());
            rest = after;
        } else {
            texts.iter_mut().next_back().into_iter().for_each(|text| text.extend([first, " "]));
            rest = others;
        }
    }
    let mut names = Vec::new();
    for name in texts.iter().map(|text| organisation_name(text)).filter(|name| !name.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a word tells organisations apart.
pub(super) fn is_telling(word: &str) -> bool {
    word.len() > 2 && !COMMON.contains(&word)
}

/// The words of a normal name.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> + Clone {
    name.split(' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{names, organisation_name};

    #[test]
    fn organisation_names_have_one_normal_form() {
        for (raw, wanted) in [
            ("Acme Holdings Ltd", "acme holdings"),
            ("ACME HOLDINGS LIMITED", "acme holdings"),
            ("The Acme Holdings Co. Ltd.", "acme holdings"),
            ("Smith & Sons (UK) PLC", "smith sons"),
            ("Smith and Sons p.l.c.", "smith sons"),
            ("Müller GmbH", "muller"),
            ("Acme Public Limited Company", "acme"),
            ("Acme L.L.P.", "acme"),
            ("Acme Limited Liability Partnership", "acme"),
            ("Lodz Delikatesy Sp. z o.o.", "lodz delikatesy"),
            ("Acme Hldgs Intl Ltd", "acme holdings international"),
            ("Singh Bros & Co", "singh brothers"),
            ("Limited", "limited"),
            ("The", "the"),
            ("S.A.R.L. Dupont", "sarl dupont"),
            ("", ""),
        ] {
            assert_eq!(organisation_name(raw), wanted, "{raw:?}");
        }
        for raw in [
            "Brightway 12 Ltd t/a Golden Nails",
            "Brightway 12 Limited (trading as Golden Nails)",
            "BRIGHTWAY 12 LTD T/AS GOLDEN NAILS",
            "Brightway 12 Ltd, formerly known as Golden Nails Ltd",
            "Brightway 12 Ltd also known as Golden Nails",
        ] {
            assert_eq!(names(raw), ["brightway 12", "golden nails"], "{raw}");
        }
        assert_eq!(names("A1 Ltd t/a B2 Cars formerly C3 Cabs"), ["a1", "b2 cars", "c3 cabs"]);
    }
}
