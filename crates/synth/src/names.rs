//! Names by tradition, sex and year of birth, drawn with the frequencies of a real register.
//! The lists are read once; a draw is a search in running sums.

mod british;
mod ranked;
mod rare;
mod spelling;
mod variants;
mod world;

pub(crate) use variants::Variants;

use model::vocabulary::Sex;

use crate::corrupt::Rules;
use crate::dice::Dice;
use ranked::Ranked;
use rare::{Tail, WithParticle};
use spelling::{Patronymic, Spelling};

/// Of a thousand British people, how many bear a name of the long tail, and how many one with a particle.
const BRITISH_RARE: u64 = 520;
const BRITISH_PARTICLES: u64 = 25;

/// Of a thousand British people, how many bear two family names joined by a hyphen.
const BRITISH_DOUBLE: u64 = 20;

/// Nationalities of those with British names who are not British.
const FOREIGN: &[&str] = &["Irish", "Jamaican", "South African", "American", "Australian"];

/// All lists of names.
pub(crate) struct Names {
    generations: Vec<(i16, Ranked, Ranked)>,
    family: Ranked,
    tail: Tail,
    particles: WithParticle,
    traditions: Vec<Lists>,
    shares: Vec<(usize, u32)>,
    /// Short forms and spellings.
    pub(crate) variants: Variants,
}

struct Lists {
    female: Ranked,
    male: Ranked,
    family: Ranked,
    rare: u64,
    tail: Tail,
    nationalities: &'static [&'static str],
    spelling: Spelling,
    family_first: bool,
}

/// Where somebody's names come from: an index of the traditions, or none of them for British.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tradition(Option<usize>);

impl Names {
    /// Reads the lists.
    pub(crate) fn new() -> Self {
        let lists = |t: &world::Tradition| Lists {
            female: Ranked::new(t.female),
            male: Ranked::new(t.male),
            family: Ranked::new(t.family),
            rare: t.rare,
            tail: Tail::new(t.stems, t.links, t.endings),
            nationalities: t.nationalities,
            spelling: t.spelling,
            family_first: t.family_first,
        };
        let generation = |g: &british::Generation| (g.until, Ranked::new(g.female), Ranked::new(g.male));
        Self {
            generations: british::GENERATIONS.iter().map(generation).collect(),
            family: Ranked::new(british::FAMILY),
            tail: Tail::british(),
            particles: WithParticle::british(),
            traditions: world::TRADITIONS.iter().map(lists).collect(),
            shares: world::TRADITIONS.iter().map(|t| t.share).enumerate().collect(),
            variants: Variants::new(),
        }
    }

    /// Somebody's tradition.
    pub(crate) fn tradition(&self, dice: &mut Dice) -> Tradition {
        let others: u32 = self.shares.iter().map(|&(_, share)| share).sum();
        let foreign = dice.chance(others.into());
        Tradition(foreign.then(|| dice.weighted(&self.shares, 0)))
    }

    /// One given name for somebody born in `year`.
    pub(crate) fn given(&self, tradition: Tradition, sex: Sex, year: i16, dice: &mut Dice) -> &'static str {
        let list = match self.lists(tradition) {
            Some(lists) => Some((&lists.female, &lists.male)),
            None => self.generations.iter().find(|g| year <= g.0).map(|(_, female, male)| (female, male)),
        };
        list.map_or("", |(female, male)| match sex {
            Sex::Female => female.draw(dice),
            Sex::Male => male.draw(dice),
        })
    }

    /// A family name: about half of the British and a tradition's own share of the others bear one of the long tail.
    pub(crate) fn family(&self, tradition: Tradition, sex: Sex, dice: &mut Dice) -> String {
        let name = match self.lists(tradition) {
            Some(lists) if dice.chance(lists.rare) => lists.tail.draw(dice),
            Some(lists) => lists.family.draw(dice).to_owned(),
            None if dice.chance(BRITISH_DOUBLE) => {
                format!("{}-{}", self.british_family(dice), self.british_family(dice))
            }
            None => self.british_family(dice),
        };
        // Polish names ending in -ski end in -ska when a woman bears them, mostly also in UK records.
        if sex == Sex::Female && (name.ends_with("ski") || name.ends_with("cki")) && dice.chance(800) {
            return format!("{}a", name.trim_end_matches('i'));
        }
        name
    }

    fn british_family(&self, dice: &mut Dice) -> String {
        if dice.chance(BRITISH_RARE) {
            self.tail.draw(dice)
        } else if dice.chance(BRITISH_PARTICLES) {
            self.particles.draw(dice)
        } else {
            self.family.draw(dice).to_owned()
        }
    }

    /// A nationality: British for most.
    pub(crate) fn nationality(&self, tradition: Tradition, dice: &mut Dice) -> &'static str {
        match self.lists(tradition) {
            Some(lists) if dice.chance(450) => dice.word(lists.nationalities),
            None if dice.chance(40) => dice.word(FOREIGN),
            _ => "British",
        }
    }

    /// A nationality as somebody writes it who may be mistaken. Of a thousand foreigners sixty are, or are taken for, British
    /// as well, and twenty are taken for another people; of the British sixty go by another nationality where their names
    /// are of another tradition, else ten.
    pub(crate) fn nationality_as_told(
        &self,
        tradition: Tradition,
        own: &'static str,
        dice: &mut Dice,
    ) -> &'static str {
        let others = self.lists(tradition).map_or(FOREIGN, |lists| lists.nationalities);
        match (own, dice.below(1000)) {
            ("British", 0..10) => dice.word(others),
            ("British", 10..60) if others != FOREIGN => dice.word(others),
            ("British", _) => own,
            (_, 0..60) => "British",
            (_, 60..80) => dice.word(others),
            _ => own,
        }
    }

    /// A father's name as the tradition adds it, where it does.
    pub(crate) fn patronymic(
        &self,
        tradition: Tradition,
        sex: Sex,
        year: i16,
        dice: &mut Dice,
    ) -> Option<String> {
        let lists = self.lists(tradition)?;
        let father = self.given(tradition, Sex::Male, year, dice);
        match (lists.spelling.patronymic, sex) {
            (Patronymic::None, _) => None,
            (Patronymic::After(word), _) => Some(format!("{word}{father}")),
            (Patronymic::Ending(_, female), Sex::Female) => Some(ended(father, female)),
            (Patronymic::Ending(male, _), Sex::Male) => Some(ended(father, male)),
        }
    }

    /// Other letters for the sounds of the tradition's names; none for British ones.
    pub(crate) fn respellings(&self, tradition: Tradition) -> Rules {
        self.lists(tradition).map_or(&[], |lists| lists.spelling.respelled)
    }

    /// The diacritics of the tradition's names, and what stands for them.
    pub(crate) fn diacritics(&self, tradition: Tradition) -> Rules {
        self.lists(tradition).map_or(&[], |lists| lists.spelling.diacritics)
    }

    /// Whether the tradition writes the family name first.
    pub(crate) fn writes_family_first(&self, tradition: Tradition) -> bool {
        self.lists(tradition).is_some_and(|lists| lists.family_first)
    }

    fn lists(&self, tradition: Tradition) -> Option<&Lists> {
        self.traditions.get(tradition.0?)
    }
}

/// `Ivan` and `ovich` give `Ivanovich`, `Vasile` gives `Vasilovich`.
fn ended(father: &str, ending: &str) -> String {
    format!("{}{ending}", father.trim_end_matches(['a', 'e', 'i', 'o', 'u', 'y']))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use model::vocabulary::Sex;

    use super::Names;
    use crate::dice::{Dice, Purpose};

    #[test]
    fn names_are_frequent_and_rare_as_in_a_register() {
        let names = Names::new();
        let mut dice = Dice::new(1, Purpose::Identity, 0, 0);
        let mut counts: HashMap<String, u32> = HashMap::new();
        for round in 0..200_000 {
            let sex = if round % 2 == 0 { Sex::Female } else { Sex::Male };
            let tradition = names.tradition(&mut dice);
            assert!(!names.given(tradition, sex, 1985, &mut dice).is_empty());
            let family = names.family(tradition, sex, &mut dice);
            assert!(family.chars().count() >= 2 && family.contains(char::is_uppercase));
            assert!(!names.nationality(tradition, &mut dice).is_empty());
            *counts.entry(family).or_default() += 1;
        }
        let smith = counts.get("Smith").copied().unwrap_or(0);
        assert!((2_000..10_000).contains(&smith), "{smith}");
        assert!(counts.len() > 20_000, "{} different family names", counts.len());
    }

    #[test]
    fn variants_are_other_names() {
        let variants = Names::new().variants;
        let mut dice = Dice::new(1, Purpose::Identity, 0, 0);
        for _ in 0..50 {
            assert!(
                ["Will", "Bill", "Billy", "Liam"].contains(&variants.short("William", &mut dice).unwrap())
            );
            assert_ne!(variants.spelling("Mohammed", &mut dice).unwrap(), "Mohammed");
            assert_eq!(variants.short("Bartholomew", &mut dice), None);
        }
    }
}
