//! Make and colour of a vehicle as somebody described it: one word each, weighed by how common it is on the road.
//! Shares are judged, not counted: what is seen often on British roads; a word that is not listed counts as rare.

use model::Complaint;

use crate::name::{ascii_lower, is_typo};

/// Makes, other ways to write them, and their share of licensed vehicles.
const MAKES: &[(&str, &[&str], f64)] = &[
    ("ford", &[], 0.14),
    ("vauxhall", &["opel", "vaux"], 0.10),
    ("volkswagen", &["vw", "volks"], 0.09),
    ("bmw", &[], 0.06),
    ("audi", &[], 0.06),
    ("mercedes", &["merc", "mercedesbenz", "benz"], 0.06),
    ("toyota", &[], 0.05),
    ("nissan", &["datsun"], 0.05),
    ("peugeot", &[], 0.05),
    ("renault", &[], 0.04),
    ("honda", &[], 0.04),
    ("citroen", &[], 0.035),
    ("kia", &[], 0.03),
    ("hyundai", &[], 0.03),
    ("landrover", &["land", "range", "rangerover"], 0.03),
    ("fiat", &[], 0.025),
    ("skoda", &[], 0.025),
    ("mini", &[], 0.02),
    ("mazda", &[], 0.02),
    ("seat", &[], 0.02),
    ("volvo", &[], 0.02),
    ("suzuki", &[], 0.02),
    ("yamaha", &[], 0.01),
    ("jaguar", &["jag"], 0.01),
];
/// The share of a make that is not listed.
const RARE_MAKE: f64 = 0.01;
/// How often a make is described as it is recorded.
const MAKE_AGREES: f64 = 0.9;

/// Colours, other words for them, and their share.
const COLOURS: &[(&str, &[&str], f64)] = &[
    ("black", &[], 0.20),
    ("grey", &["gray", "gunmetal", "charcoal", "graphite"], 0.18),
    ("white", &["cream", "ivory"], 0.17),
    ("blue", &["navy", "turquoise", "azure"], 0.17),
    ("silver", &[], 0.13),
    ("red", &["maroon", "burgundy"], 0.10),
    ("green", &[], 0.025),
    ("orange", &[], 0.01),
    ("brown", &["bronze"], 0.01),
    ("yellow", &[], 0.01),
    ("beige", &["gold", "champagne"], 0.01),
    ("purple", &["violet", "pink"], 0.01),
];
/// The share of a colour that is not listed.
const RARE_COLOUR: f64 = 0.05;
/// How often a colour is described as it is recorded, and as one that it is taken for.
const COLOUR_AGREES: f64 = 0.75;
const COLOUR_NEAR: f64 = 0.15;

/// Colours that are taken for one another, at night above all.
const NEAR: &[(&str, &str)] = &[
    ("grey", "silver"),
    ("black", "grey"),
    ("black", "blue"),
    ("white", "silver"),
    ("white", "beige"),
    ("beige", "silver"),
    ("beige", "brown"),
    ("beige", "yellow"),
    ("orange", "red"),
    ("orange", "yellow"),
    ("blue", "green"),
    ("blue", "purple"),
    ("red", "purple"),
    ("black", "green"),
    ("red", "brown"),
];

/// A make in its normal form.
#[derive(Clone)]
pub(super) struct Make(String);

/// A colour in its normal form.
#[derive(Clone)]
pub(super) struct Colour(String);

impl Make {
    /// Reads a make that the asker wrote.
    pub(super) fn read(raw: &str) -> Result<Self, Complaint> {
        word(make, "probe.make", "holds no make: write one such as ford, or leave it out", raw).map(Self)
    }

    /// What it says when a record agrees.
    pub(super) fn bits(&self) -> f64 {
        (MAKE_AGREES / share(MAKES, &self.0, RARE_MAKE)).log2()
    }

    /// Bits for a record of this make; none where it does not say.
    pub(super) fn weight(&self, record: Option<&str>) -> f64 {
        let Some(held) = record.and_then(make) else { return 0.0 };
        if self.0 == held || is_typo(&self.0, &held) {
            self.bits()
        } else {
            ((1.0 - MAKE_AGREES) / (1.0 - share(MAKES, &self.0, RARE_MAKE))).log2()
        }
    }
}

impl Colour {
    /// Reads a colour that the asker wrote.
    pub(super) fn read(raw: &str) -> Result<Self, Complaint> {
        word(colour, "probe.colour", "holds no colour: write one such as blue, or leave it out", raw)
            .map(Self)
    }

    /// What it says when a record agrees.
    pub(super) fn bits(&self) -> f64 {
        (COLOUR_AGREES / share(COLOURS, &self.0, RARE_COLOUR)).log2()
    }

    /// Bits for a record of this colour; none where it does not say.
    pub(super) fn weight(&self, record: Option<&str>) -> f64 {
        let Some(held) = record.and_then(colour) else { return 0.0 };
        let near = |a: &str, b: &str| NEAR.contains(&(a, b)) || NEAR.contains(&(b, a));
        if self.0 == held {
            self.bits()
        } else if near(&self.0, &held) {
            // Two or three colours are near any one of them.
            (COLOUR_NEAR / 2.5 / share(COLOURS, &held, RARE_COLOUR)).log2().min(0.0)
        } else {
            ((1.0 - COLOUR_AGREES - COLOUR_NEAR) / (1.0 - share(COLOURS, &self.0, RARE_COLOUR))).log2()
        }
    }
}

fn word(normal: fn(&str) -> Option<String>, field: &str, why: &str, raw: &str) -> Result<String, Complaint> {
    normal(raw).ok_or_else(|| Complaint::new(field, why))
}

/// The make in a text that may go on with the model: `VW Golf`, `Land Rover`, `FORD`.
fn make(raw: &str) -> Option<String> {
    let words = words(raw);
    let joined: String = words.iter().take(2).map(String::as_str).collect();
    let first = words.into_iter().next()?;
    Some(listed(MAKES, &joined).or_else(|| listed(MAKES, &first)).map_or(first, str::to_owned))
}

/// The colour in a text that may begin with its shade: `dark blue`, `metallic grey`.
fn colour(raw: &str) -> Option<String> {
    let words = words(raw);
    let known = words.iter().find_map(|word| listed(COLOURS, word)).map(str::to_owned);
    known.or_else(|| words.into_iter().next_back())
}

fn words(raw: &str) -> Vec<String> {
    let ascii = ascii_lower(raw);
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.take(8).map(str::to_owned).collect()
}

fn listed(list: &[(&'static str, &[&str], f64)], word: &str) -> Option<&'static str> {
    list.iter().find(|(name, others, _)| *name == word || others.contains(&word)).map(|(name, _, _)| *name)
}

fn share(list: &[(&str, &[&str], f64)], word: &str, rare: f64) -> f64 {
    list.iter().find(|(name, _, _)| *name == word).map_or(rare, |(_, _, share)| *share)
}

#[cfg(test)]
mod tests {
    use super::{Colour, Make};

    #[test]
    fn descriptions_agree_as_people_mean_them() {
        for (said, held, agrees) in [
            ("Ford", "FORD FOCUS", true),
            ("VW", "Volkswagen Golf", true),
            ("Land Rover", "LANDROVER", true),
            ("Range Rover", "Land Rover Discovery", true),
            ("Mercedes-Benz", "merc", true),
            ("Vauxhal", "Vauxhall", true),
            ("Lada", "LADA", true),
            ("Ford", "Fiat", false),
        ] {
            let weight = Make::read(said).unwrap().weight(Some(held));
            assert_eq!(weight > 0.0, agrees, "{said} {held}: {weight}");
        }
        for (said, held, least, most) in [
            ("blue", "DARK BLUE", 1.0, 4.0),
            ("gray", "grey", 1.0, 4.0),
            ("grey", "silver", -2.0, 0.0),
            ("navy", "black", -2.0, 0.0),
            ("blue", "red", -4.0, -2.0),
        ] {
            let weight = Colour::read(said).unwrap().weight(Some(held));
            assert!((least..=most).contains(&weight), "{said} {held}: {weight}");
        }
        assert_eq!(Make::read("Ford").unwrap().weight(None), 0.0);
        assert!(Make::read("?!").is_err() && Colour::read("--").is_err());
    }
}
