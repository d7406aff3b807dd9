//! What is left of a family name without what grammar and custom add: endings for women and for men, and the `O` of
//! Irish names. Two names with the same stem are one family's.

/// Endings in several forms, and what stands for all of them.
const ENDINGS: &[(&[&str], &str)] = &[
    (&["ska", "skaya", "skaia", "ski", "sky", "skii", "skiy", "skyi", "skyy", "skij"], "sk"),
    (&["cka", "cki", "dzka", "dzki"], "ck"),
    (&["ova", "ov", "off", "ow"], "ov"),
    (&["eva", "ev", "eff", "ew"], "ev"),
    (&["iene", "aite", "yte", "ute", "as", "is", "us"], "s"),
];

/// Letters that a stem keeps at least.
const STEM_MIN: usize = 4;

/// The stem of a family name. Names too short for an ending are their own stem.
pub(super) fn stem(name: &str) -> Stem<'_> {
    for (endings, class) in ENDINGS {
        // The longest ending that fits: `skaya` before `ska`.
        let start = endings
            .iter()
            .filter_map(|ending| name.strip_suffix(ending))
            .filter(|start| start.len() >= STEM_MIN - 1)
            .min_by_key(|start| start.len());
        if let Some(start) = start {
            return Stem { start: without_o(start), class };
        }
    }
    Stem { start: without_o(name), class: "" }
}

/// A stem: the beginning of a name, and the class of its ending.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stem<'a> {
    start: &'a str,
    class: &'static str,
}

/// `oconnor` without its `o`; Oliver and Ollie keep theirs, as a vowel or a doubled letter follows.
fn without_o(name: &str) -> &str {
    match name.as_bytes() {
        [b'o', first, second, ..] if name.len() > STEM_MIN + 1 && is_consonant(*first) && first != second => {
            name.get(1..).unwrap_or(name)
        }
        _ => name,
    }
}

fn is_consonant(letter: u8) -> bool {
    letter.is_ascii_lowercase() && !matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}
