//! All randomness: dice that fall the same way for the same seed, purpose and subject.
//! Own small draws instead of a library's, so that an update of the library does not change the records.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a throw of dice decides. Each purpose has its own dice, so that one more draw here changes nothing there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Who a true person is.
    Identity = 1,
    /// What a true person owns.
    Belongings = 2,
    /// How a force's record of a person departs from the truth.
    Record = 3,
    /// Things used by many people.
    Pool = 4,
    /// Organisations.
    Organisation = 5,
    /// Locations.
    Location = 6,
    /// Intelligence reports.
    Report = 7,
    /// Events.
    Event = 8,
    /// Threats.
    Threat = 9,
    /// Searches with a known answer.
    Probe = 10,
    /// The order in which a force came to hold its persons.
    Order = 11,
    /// What is written of somebody's nationality.
    Nationality = 12,
}

/// A source of draws.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice for one `purpose` about one subject; `salt` tells forces apart.
    pub(crate) fn new(seed: u64, purpose: Purpose, subject: u64, salt: u64) -> Self {
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, purpose as u64, subject, salt]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `limit`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        // The high word of the product is below `limit`, so it fits.
        u64::try_from((u128::from(self.bits()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).unsigned_abs().saturating_add(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True `per_mille` times in a thousand.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `items`, each as likely; nothing from nothing.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(usize::try_from(self.below(items.len() as u64)).ok()?)
    }

    /// One word of a list that is not empty.
    pub(crate) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// One of `items` by weight; `otherwise` when all weights are 0.
    pub(crate) fn weighted<T: Copy>(&mut self, items: &[(T, u32)], otherwise: T) -> T {
        let total: u64 = items.iter().map(|&(_, weight)| u64::from(weight)).sum();
        let mut rest = self.below(total);
        for &(item, weight) in items {
            let weight = u64::from(weight);
            if rest < weight {
                return item;
            }
            rest -= weight;
        }
        otherwise
    }

    /// `length` random decimal digits.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    /// `length` random characters of `alphabet`, which is ASCII.
    pub(crate) fn letters(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).filter_map(|_| self.pick(alphabet.as_bytes()).map(|&b| char::from(b))).collect()
    }
}

/// A number made of a text's bytes, the same on every machine: tells forces apart in [`Dice::new`].
pub(crate) fn salt(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{Dice, Purpose};

    #[test]
    fn draws_stay_in_range_and_repeat() {
        let draws = || {
            let mut dice = Dice::new(7, Purpose::Identity, 1, 2);
            (0..1000).map(|_| (dice.below(10), dice.between(-3, 3))).collect::<Vec<_>>()
        };
        assert_eq!(draws(), draws());
        assert!(draws().iter().all(|&(a, b)| a < 10 && (-3..=3).contains(&b)));
        assert_eq!((0..10).filter(|n| draws().iter().any(|(a, _)| a == n)).count(), 10);
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(7, Purpose::Identity, 1, 2);
        let rare = (0..10_000).filter(|_| dice.weighted(&[('a', 9), ('b', 1), ('c', 0)], 'z') == 'b').count();
        assert!((800..1200).contains(&rare), "{rare}");
        assert_eq!(dice.weighted(&[('a', 0)], 'z'), 'z');
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
