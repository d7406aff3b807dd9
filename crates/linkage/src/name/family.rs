//! What is left of a family name without what grammar and custom add: endings for women and for men, the `O` and `Mac` of
//! Irish and Scottish names, the article of Arabic ones. Two names with the same stem are one family's.

/// Endings in several forms, and what stands for all of them.
const ENDINGS: &[(&[&str], &str)] = &[
    (&["ska", "skaya", "skaia", "ski", "sky", "skii", "skiy", "skyi", "skyy", "skij"], "sk"),
    (&["cka", "cki", "dzka", "dzki"], "ck"),
    (&["ova", "ov", "off", "ow"], "ov"),
    (&["eva", "ev", "eff", "ew"], "ev"),
    (&["iene", "aite", "yte", "ute", "as", "is", "us"], "s"),
    (&["ins", "ina"], "in"),
    (&["ny", "na"], "n"),
];

/// What Gaelic names begin with when somebody is a son, in one word with the father's name.
const SONS: &[&str] = &["mac", "mc"];

/// Letters that a stem keeps at least.
const STEM_MIN: usize = 4;

/// Whether two family names have one stem. Symmetric.
pub(super) fn same_stem(a: &str, b: &str) -> bool {
    // Most names are told apart by their first letters.
    let starts = |name: &str| without_o(name).as_bytes().first_chunk::<3>().copied();
    starts(a) == starts(b) && (stem(a) == stem(b) || is_her_form(a, b) || is_her_form(b, a))
}

/// What stands behind `al`, `el` or an assimilated article, or behind `mac`, in one word with it: to be compared in its
/// place. Nothing where a name begins with neither.
pub(super) fn bare(name: &str) -> Option<(Beginning, &str)> {
    let rest = |letters: usize, least: usize| name.get(letters..).filter(|rest| rest.len() >= least);
    match name.as_bytes() {
        [b'm', b'a', b'g', b'u' | b'r' | b'i', ..] => rest(2, 5).map(|rest| (Beginning::Son, rest)),
        [b'm', ..] => {
            let son = SONS.iter().find(|son| name.starts_with(**son))?;
            rest(son.len(), 3).map(|rest| (Beginning::Son, rest))
        }
        [b'a' | b'e' | b'u', b'l', third, ..] if is_consonant(*third) => {
            rest(2, 5).map(|rest| (Beginning::Article, rest))
        }
        [b'a' | b'e', second, third, ..] if second == third && is_consonant(*second) => {
            rest(2, 5).map(|rest| (Beginning::Article, rest))
        }
        _ => None,
    }
}

/// What is left of a name without an article, a `mac` or an `o` in front; nothing where it has none. No name has two of them.
pub(super) fn rest(name: &str) -> Option<&str> {
    let behind = bare(name).map(|(_, rest)| rest);
    behind.or_else(|| Some(without_o(name)).filter(|rest| *rest != name))
}

/// What a family name begins with besides the name itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    Article,
    Son,
}

/// Czech and Slovak women add `ova` to any name that ends in a consonant.
fn is_her_form(hers: &str, his: &str) -> bool {
    his.len() >= STEM_MIN
        && hers.strip_suffix("ova") == Some(his)
        && his.bytes().last().is_some_and(is_consonant)
}

/// The stem of a family name. Names too short for an ending are their own stem.
fn stem(name: &str) -> Stem<'_> {
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
struct Stem<'a> {
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
