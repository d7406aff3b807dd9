//! Ranks drawn about as often as the word at that rank in a register: Zipf's law, flattened at the top.
//! Whole numbers only, so that every machine draws the same.

use crate::dice::Dice;

/// Ranks, from 0.
pub(super) struct Ranks {
    running: Vec<u64>,
}

impl Ranks {
    /// So many ranks.
    pub(super) fn new(count: usize) -> Self {
        let weights = (6_u64..).map(|rank| 1_000_000_000 / rank);
        let running = weights
            .scan(0_u64, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .take(count)
            .collect();
        Self { running }
    }

    /// One of the ranks.
    pub(super) fn draw(&self, dice: &mut Dice) -> usize {
        let fall = dice.below(self.running.last().copied().unwrap_or(0));
        self.running.partition_point(|&sum| sum <= fall)
    }
}

/// Words, the most frequent first.
pub(super) struct Ranked {
    words: Vec<&'static str>,
    ranks: Ranks,
}

impl Ranked {
    /// The words of `list`.
    pub(super) fn new(list: &'static str) -> Self {
        let words: Vec<_> = list.split_whitespace().collect();
        let ranks = Ranks::new(words.len());
        Self { words, ranks }
    }

    /// One of the words.
    pub(super) fn draw(&self, dice: &mut Dice) -> &'static str {
        self.words.get(self.ranks.draw(dice)).copied().unwrap_or_default()
    }
}
