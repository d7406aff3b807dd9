//! The most that further given names of a record can weigh: as much as the rarest that both may have, by the marks of its words.

use super::side::{highest, words};
use crate::name::{Apart, SameWords};
use crate::person::compare::one::FURTHER_BITS_MAX;
use crate::person::frequency::Place;
use crate::person::{Confidence, Field, Level};

/// Further given names of a subject.
pub(super) struct Further {
    /// What each word of the given names weighs that is a further one on both sides.
    each: Vec<f64>,
    /// What they weigh at most where none is the same.
    otherwise: f64,
    /// What they weigh at most.
    most: f64,
}

impl Further {
    /// Those of given names in their normal form.
    pub(super) fn of(confidence: &Confidence, given: &str) -> Self {
        let counts = confidence.counts();
        let bits = |word: &str| {
            let share = counts.share(counts.seen(word), Place::Given);
            confidence
                .name_bits(Field::Middle, Level::Exact, (share, share), (1.0, 0.0))
                .min(FURTHER_BITS_MAX)
        };
        let each: Vec<f64> =
            words(given).zip(0..).map(|(word, at)| if at == 0 { 0.0 } else { bits(word) }).collect();
        let letters = words(given).any(|word| word.len() == 1);
        let further = words(given).skip(1).filter_map(|word| word.bytes().next());
        let any_initial = further.map(|letter| confidence.further_initial_bits(letter)).fold(0.0, f64::max);
        let initial = if letters { any_initial } else { 0.0 };
        let several = each.len() > 1;
        Self {
            otherwise: if several {
                confidence.bits(Field::Middle, Level::Close).max(initial).max(0.0)
            } else {
                0.0
            },
            most: each.iter().copied().fold(
                if several { highest(confidence, Field::Middle).max(any_initial) } else { 0.0 },
                f64::max,
            ),
            each,
        }
    }

    /// Whatever the record's names are.
    pub(super) fn most(&self) -> f64 {
        self.most
    }

    /// Beside given names of a record that may have the `same` words.
    pub(super) fn beside(&self, apart: Apart, same: SameWords) -> f64 {
        match (apart.is_word, apart.is_named) {
            (true, _) => 0.0,
            (false, false) => self.most,
            // All letters the same, though divided otherwise.
            (false, true) if same.whole => self.most,
            (false, true) => {
                let shared = self.each.iter().zip(0..).filter(|(_, at)| same.may_have_behind(*at));
                shared.fold(self.otherwise, |most, (bits, _)| most.max(*bits))
            }
        }
    }
}
