//! What rose, what fell, and what can't be told: two amounts set beside each other. A change is told only where it is
//! larger than all that rounding and noise may have added to either, and than all that is kept back.

use model::Margin;

use crate::Amount;

/// Smallest number that a change is told in percent of: of fewer, a percentage sounds like more than it is.
const PERCENT_OF_MIN: u64 = 50;

/// How an amount differs from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// It is larger, whatever the margins and what is kept back.
    Rose(Change),
    /// It is smaller, whatever the margins and what is kept back.
    Fell(Change),
    /// The two are within each other's margins.
    NoClearChange,
    /// What is kept back could turn it either way.
    Suppressed,
    /// There is nothing to set it beside: the question was not answered for one of the two periods, or by no force
    /// for both.
    NotCompared,
}

/// By how much an amount changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// By this at least.
    pub least: u64,
    /// The difference of the two figures and how far the exact one may lie, where both are numbers and not bounds.
    pub told: Option<(u64, u64)>,
    /// The difference in percent of the earlier figure, where that is large enough.
    pub percent: Option<u64>,
}

impl Trend {
    /// The words for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Rose(_) => "rose",
            Self::Fell(_) => "fell",
            Self::NoClearChange => "no clear change",
            Self::Suppressed => "can't be told (suppressed)",
            Self::NotCompared => "can't be told (not compared)",
        }
    }

    /// By how much, where it rose or fell.
    pub fn change(&self) -> Option<Change> {
        match self {
            Self::Rose(change) | Self::Fell(change) => Some(*change),
            Self::NoClearChange | Self::Suppressed | Self::NotCompared => None,
        }
    }
}

/// How `now` differs from `before`. Both must be over the same forces.
pub fn trend(now: &Amount, before: &Amount) -> Trend {
    let change = |least| Change { least, told: difference(now, before), percent: percent(now, before) };
    match (before.high(), now.high()) {
        (Some(most), _) if now.low() > most => Trend::Rose(change(now.low() - most)),
        (_, Some(most)) if before.low() > most => Trend::Fell(change(before.low() - most)),
        (Some(_), Some(_)) if now.is_whole() && before.is_whole() => Trend::NoClearChange,
        // Too few to tell on both sides is no change that anybody could see; beside a number it is an open question.
        _ => Trend::Suppressed,
    }
}

fn difference(now: &Amount, before: &Amount) -> Option<(u64, u64)> {
    let margin = |amount: &Amount| amount.margin().map(|rounding| Margin { rounding, noise: 0 });
    let whole = margin(now)?.plus(margin(before)?).whole();
    Some((now.figure()?.abs_diff(before.figure()?), whole))
}

fn percent(now: &Amount, before: &Amount) -> Option<u64> {
    let (difference, _) = difference(now, before)?;
    let of = before.figure().filter(|&of| of >= PERCENT_OF_MIN)?;
    Some(difference.saturating_mul(100).saturating_add(of / 2) / of)
}

#[cfg(test)]
mod tests {
    use model::{ForceId, Margin};
    use proptest::prelude::*;

    use super::{Trend, trend};
    use crate::{Amount, Share};

    fn amount(shares: &[Share]) -> Amount {
        let forces: Vec<ForceId> = (0..shares.len()).map(|at| format!("f{at}").parse().unwrap()).collect();
        Amount::of(forces.iter().zip(shares.iter().copied()))
    }

    fn told(count: i64, rounding: u64, noise: u64) -> Share {
        Share::Told { count, margin: Margin { rounding, noise } }
    }

    #[test]
    fn a_trend_is_told_only_beyond_both_margins_and_all_that_is_kept_back() {
        let few = Share::TooFew { below: 10 };
        for (now, before, expected) in [
            (vec![told(110, 2, 0)], vec![told(100, 2, 0)], "rose"),
            (vec![told(104, 2, 0)], vec![told(100, 2, 0)], "no clear change"),
            (vec![told(105, 2, 0)], vec![told(100, 2, 0)], "rose"),
            (vec![told(100, 0, 30)], vec![told(140, 0, 30)], "no clear change"),
            (vec![told(100, 0, 10)], vec![told(140, 0, 10)], "fell"),
            (vec![told(7, 0, 0)], vec![told(7, 0, 0)], "no clear change"),
            (vec![Share::None], vec![told(7, 0, 0)], "fell"),
            // A bound can show a rise and hide one.
            (vec![told(140, 2, 0), Share::Suppressed], vec![told(100, 2, 0)], "rose"),
            (vec![told(140, 2, 0), Share::Suppressed], vec![told(200, 2, 0)], "can't be told (suppressed)"),
            (vec![told(140, 2, 0)], vec![told(100, 2, 0), Share::Suppressed], "can't be told (suppressed)"),
            (vec![Share::Suppressed], vec![Share::Suppressed], "can't be told (suppressed)"),
            (vec![told(30, 2, 0)], vec![few], "rose"),
            (vec![told(10, 2, 0)], vec![few], "can't be told (suppressed)"),
        ] {
            assert_eq!(trend(&amount(&now), &amount(&before)).word(), expected, "{now:?} {before:?}");
        }
    }

    #[test]
    fn a_change_says_how_large_it_is_at_least() {
        let Trend::Rose(change) = trend(&amount(&[told(290, 6, 0)]), &amount(&[told(206, 6, 0)])) else {
            panic!("no rise")
        };
        assert_eq!((change.least, change.told, change.percent), (72, Some((84, 12)), Some(41)));
        let bound = amount(&[told(290, 6, 0), Share::Suppressed]);
        let change = trend(&bound, &amount(&[told(40, 2, 0)])).change().unwrap();
        assert_eq!((change.least, change.told, change.percent), (242, None, None));
    }

    fn shares() -> impl Strategy<Value = Vec<Share>> {
        let one = prop_oneof![
            Just(Share::None),
            Just(Share::Suppressed),
            (-20_i64..200, 0_u64..20, 0_u64..20)
                .prop_map(|(count, rounding, noise)| told(count, rounding, noise)),
            (5_u64..20).prop_map(|below| Share::TooFew { below }),
        ];
        prop::collection::vec(one, 1..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Exchanged, a rise is a fall of the same size, and everything else stays what it is.
        #[test]
        fn a_trend_is_symmetric(now in shares(), before in shares()) {
            let (now, before) = (amount(&now), amount(&before));
            let (forth, back) = (trend(&now, &before), trend(&before, &now));
            match (forth, back) {
                (Trend::Rose(one), Trend::Fell(other)) | (Trend::Fell(one), Trend::Rose(other)) => {
                    prop_assert_eq!((one.least, one.told), (other.least, other.told));
                    prop_assert!(one.told.is_none_or(|(difference, _)| difference >= one.least));
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }

        /// A trend holds for whatever lies behind what is kept back and inside the margins.
        #[test]
        fn a_trend_holds_for_every_truth_behind_it(
            now in shares(), before in shares(), hidden in 0_u64..500, a in 0_u64..=100, b in 0_u64..=100,
        ) {
            let truth = |amount: &Amount, at: u64| {
                let high = amount.high().unwrap_or(amount.low() + hidden);
                amount.low() + (high - amount.low()) * at / 100
            };
            let (now, before) = (amount(&now), amount(&before));
            match trend(&now, &before) {
                Trend::Rose(_) => prop_assert!(truth(&now, a) > truth(&before, b)),
                Trend::Fell(_) => prop_assert!(truth(&now, a) < truth(&before, b)),
                _ => {}
            }
        }
    }
}
