//! The normal form of organisation names: lower-case ASCII words without articles and legal forms.
//! Normalising a normal name again changes nothing.

use crate::name::ascii_lower;

/// Legal forms, left out at the end of a name.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "bv",
    "cic",
    "cio",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sl",
    "sp",
    "spa",
    "srl",
    "sro",
    "zoo",
    "uk",
    "gb",
    "ireland",
    "cyf",
    "cyfyngedig",
    "ccc",
];

/// Words that carry nothing.
const SILENT: &[&str] = &["the", "and", "of", "a", "an", "y"];

/// Words so common in names that one alone is no reason to look at a record.
const COMMON: &[&str] = &[
    "accountancy",
    "building",
    "builders",
    "car",
    "care",
    "catering",
    "centre",
    "cleaning",
    "club",
    "construction",
    "consultancy",
    "consulting",
    "design",
    "developments",
    "digital",
    "electrical",
    "engineering",
    "enterprises",
    "estates",
    "events",
    "express",
    "finance",
    "food",
    "foods",
    "global",
    "group",
    "health",
    "holdings",
    "home",
    "homes",
    "house",
    "industries",
    "international",
    "investments",
    "lettings",
    "logistics",
    "london",
    "management",
    "marketing",
    "media",
    "motors",
    "new",
    "partners",
    "productions",
    "properties",
    "property",
    "recruitment",
    "restaurant",
    "security",
    "services",
    "shop",
    "solutions",
    "store",
    "stores",
    "studio",
    "supplies",
    "systems",
    "taxis",
    "tech",
    "technologies",
    "trade",
    "trading",
    "transport",
    "travel",
    "ventures",
    "wholesale",
    "works",
    "world",
];

/// The normal form of an organisation's name.
pub fn organisation_name(raw: &str) -> String {
    let mut ascii = ascii_lower(raw);
    ascii.retain(|c| c != '.');
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = words.take(16).collect();
    let all = words.clone();
    words.retain(|word| !SILENT.contains(word));
    while words.len() > 1 && words.last().is_some_and(|word| LEGAL_FORMS.contains(word)) {
        words.pop();
    }
    if words.is_empty() { all.join(" ") } else { words.join(" ") }
}

/// The names in one text: `X Ltd t/a Y` and `X trading as Y` hold two.
pub(super) fn names(raw: &str) -> Vec<String> {
    let lower = raw.to_lowercase();
    let parts = [" t/a ", " trading as ", " formerly known as ", " formerly "]
        .iter()
        .find_map(|mark| lower.split_once(mark))
        .map_or_else(|| vec![lower.as_str()], |(first, second)| vec![first, second]);
    parts.into_iter().map(organisation_name).filter(|name| !name.is_empty()).collect()
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
            ("Limited", "limited"),
            ("The", "the"),
            ("S.A.R.L. Dupont", "sarl dupont"),
            ("", ""),
        ] {
            assert_eq!(organisation_name(raw), wanted, "{raw:?}");
        }
        assert_eq!(names("Brightway 12 Ltd t/a Golden Nails"), ["brightway 12", "golden nails"]);
    }
}
