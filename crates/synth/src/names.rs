//! Names by tradition, sex and year of birth, drawn with the frequencies of a real register.
//! The lists are read once; a draw is a search in running sums.

mod british;
mod rare;
mod variants;
mod world;

pub(crate) use variants::Variants;

use model::vocabulary::Sex;

use crate::dice::Dice;

/// All lists of names.
pub(crate) struct Names {
    generations: Vec<(i16, Ranked, Ranked)>,
    family: Ranked,
    traditions: Vec<Lists>,
    shares: Vec<(usize, u32)>,
    /// Short forms and spellings.
    pub(crate) variants: Variants,
}

struct Lists {
    female: Ranked,
    male: Ranked,
    family: Ranked,
    stems: Vec<&'static str>,
    endings: Vec<&'static str>,
    nationalities: &'static [&'static str],
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
            stems: t.stems.split_whitespace().collect(),
            endings: t.endings.split_whitespace().collect(),
            nationalities: t.nationalities,
        };
        let generation = |g: &british::Generation| (g.until, Ranked::new(g.female), Ranked::new(g.male));
        Self {
            generations: british::GENERATIONS.iter().map(generation).collect(),
            family: Ranked::new(british::FAMILY),
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

    /// A family name; one in eight comes from the long tail.
    pub(crate) fn family(&self, tradition: Tradition, sex: Sex, dice: &mut Dice) -> String {
        let rare = dice.chance(125);
        let name = match self.lists(tradition) {
            Some(lists) if rare => format!("{}{}", dice.word(&lists.stems), dice.word(&lists.endings)),
            Some(lists) => lists.family.draw(dice).to_owned(),
            None if rare => rare::british(dice),
            None => self.family.draw(dice).to_owned(),
        };
        // Polish names ending in -ski end in -ska when a woman bears them, mostly also in UK records.
        if sex == Sex::Female && (name.ends_with("ski") || name.ends_with("cki")) && dice.chance(800) {
            return format!("{}a", name.trim_end_matches('i'));
        }
        name
    }

    /// A nationality: British for most.
    pub(crate) fn nationality(&self, tradition: Tradition, dice: &mut Dice) -> &'static str {
        match self.lists(tradition) {
            Some(lists) if dice.chance(450) => dice.word(lists.nationalities),
            None if dice.chance(40) => {
                dice.word(&["Irish", "Jamaican", "South African", "American", "Australian"])
            }
            _ => "British",
        }
    }

    fn lists(&self, tradition: Tradition) -> Option<&Lists> {
        self.traditions.get(tradition.0?)
    }
}

/// Words, the most frequent first, drawn about as often as the word at their rank in a register.
struct Ranked {
    words: Vec<&'static str>,
    running: Vec<u32>,
}

impl Ranked {
    fn new(list: &'static str) -> Self {
        let words: Vec<_> = list.split_whitespace().collect();
        let weights = (0..).map(|rank: u32| 100_000 / (rank + 6));
        let running = weights
            .scan(0_u32, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .take(words.len())
            .collect();
        Self { words, running }
    }

    fn draw(&self, dice: &mut Dice) -> &'static str {
        let total = self.running.last().copied().unwrap_or(0);
        let fall = dice.below(total.into());
        let at = self.running.partition_point(|&sum| u64::from(sum) <= fall);
        self.words.get(at).copied().unwrap_or_default()
    }
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
        for round in 0..40_000 {
            let sex = if round % 2 == 0 { Sex::Female } else { Sex::Male };
            let tradition = names.tradition(&mut dice);
            assert!(!names.given(tradition, sex, 1985, &mut dice).is_empty());
            let family = names.family(tradition, sex, &mut dice);
            assert!(family.chars().count() >= 2 && family.starts_with(char::is_uppercase));
            assert!(!names.nationality(tradition, &mut dice).is_empty());
            *counts.entry(family).or_default() += 1;
        }
        let smith = counts.get("Smith").copied().unwrap_or(0);
        assert!((400..2_000).contains(&smith), "{smith}");
        assert!(counts.len() > 2_500, "{} different family names", counts.len());
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
