//! From weights to probabilities: how likely each candidate is to be the person, given that at most a few are.
//! Candidates share what one search can hold: a second good fit makes the first one less sure.

mod room;

use model::Probability;

use super::weights::Prior;

pub(super) use room::{least_bits, room};

/// Records of one person that one search may find.
const RECORDS_MAX: usize = 4;

/// Candidates, from the best, for which the others are summed without subtracting.
const EXACT_MAX: usize = 8;

/// Weights beyond this many bits are all the same certainty.
const BITS_MAX: f64 = 60.0;

/// The probability that each candidate is the person looked for, in the order of `weights_bits`.
///
/// Before looking, a force of `records` records holds r records of the person with probability P(r): 1 − h for none,
/// and h·(1 − d)·d^(r−1) for one to four, where h is [`Prior::held`] and d is [`Prior::duplicate`]; any r records are
/// as likely as any others. With xᵢ = 2^wᵢ / records, eᵣ the sum of all products of r of the xᵢ, and e⁽ⁱ⁾ the same
/// without candidate i, Bayes' rule gives candidate i
///
/// ```text
/// Σᵣ P(r) · r! · xᵢ · eᵣ₋₁⁽ⁱ⁾  /  (P(0) + Σᵣ P(r) · r! · eᵣ)
/// ```
///
/// Records that blocking did not bring up are taken to weigh nothing.
pub(super) fn posteriors(prior: Prior, records: u64, weights_bits: &[f64]) -> Vec<Probability> {
    let candidates = Candidates::of(prior, records, weights_bits);
    (0..weights_bits.len()).map(|at| candidates.chance(at)).collect()
}

/// As [`posteriors`], of `falling_bits`, which fall, those of the candidates whose probability is `least` or more: who weighs more is no
/// less likely.
pub(super) fn likely(prior: Prior, records: u64, falling_bits: &[f64], least: f64) -> Vec<Probability> {
    let candidates = Candidates::of(prior, records, falling_bits);
    let chances = (0..falling_bits.len()).map(|at| candidates.chance(at));
    chances.take_while(|chance| chance.value() >= least).collect()
}

/// The candidates of one search, ready to be told how likely each is.
struct Candidates {
    fits: Vec<f64>,
    best: Vec<usize>,
    ways: [f64; RECORDS_MAX],
    /// Products of all fits but the best, and of all.
    rest: Products,
    all: Products,
    /// The chance that there is no record of the person.
    none: f64,
    whole: f64,
}

impl Candidates {
    fn of(prior: Prior, records: u64, weights_bits: &[f64]) -> Self {
        let records = (records.max(1)) as f64;
        let fits: Vec<f64> =
            weights_bits.iter().map(|bits| bits.clamp(-BITS_MAX, BITS_MAX).exp2() / records).collect();
        let (best, ways) = (best(&fits), ways(prior));
        let rest = products(NO_FITS, rest_of(&fits, &best));
        let none = 1.0 - prior.held;
        let mut candidates = Self { fits, best, ways, rest, all: rest, none, whole: 0.0 };
        candidates.all = products(rest, candidates.best_fits(None));
        let ways = ways.iter().zip(candidates.all.iter().skip(1));
        candidates.whole = none + ways.map(|(way, sum)| way * sum).sum::<f64>();
        candidates
    }

    fn best_fits(&self, without: Option<usize>) -> impl Iterator<Item = f64> {
        let others = self.best.iter().filter(move |&&at| Some(at) != without);
        others.filter_map(|&at| self.fits.get(at)).copied()
    }

    fn chance(&self, at: usize) -> Probability {
        let fit = self.fits.get(at).copied().unwrap_or(0.0);
        let is_best = self.best.contains(&at);
        let others =
            if is_best { products(self.rest, self.best_fits(Some(at))) } else { without(self.all, fit) };
        let part: f64 = self.ways.iter().zip(others).map(|(way, sum)| way * fit * sum).sum();
        Probability::clamped(part / self.whole)
    }
}

/// The places of the best fits.
fn best(fits: &[f64]) -> Vec<usize> {
    let mut best: Vec<usize> = (0..fits.len()).collect();
    if best.len() > EXACT_MAX {
        let fit = |at: usize| fits.get(at).copied().unwrap_or(0.0);
        best.select_nth_unstable_by(EXACT_MAX, |&a, &b| fit(b).total_cmp(&fit(a)).then(a.cmp(&b)));
        best.truncate(EXACT_MAX);
    }
    best
}

/// All fits but the best.
fn rest_of<'f>(fits: &'f [f64], best: &'f [usize]) -> impl Iterator<Item = f64> + 'f {
    fits.iter().enumerate().filter(|(at, _)| !best.contains(at)).map(|(_, &fit)| fit)
}

/// P(r) · r! for one record, two, and so on.
fn ways(prior: Prior) -> [f64; RECORDS_MAX] {
    let mut way = prior.held * (1.0 - prior.duplicate);
    let mut ways = [0.0; RECORDS_MAX];
    for (at, slot) in ways.iter_mut().enumerate() {
        way *= if at == 0 { 1.0 } else { prior.duplicate * (at + 1) as f64 };
        *slot = way;
    }
    ways
}

/// The sums of products of none, one, two … of the fits.
type Products = [f64; RECORDS_MAX + 1];

/// The products of no fits at all.
const NO_FITS: Products = [1.0, 0.0, 0.0, 0.0, 0.0];

/// The products of what `sums` were made of and `fits` besides.
fn products(mut sums: Products, fits: impl Iterator<Item = f64>) -> Products {
    for fit in fits {
        let before = sums;
        sums.iter_mut().skip(1).zip(before).for_each(|(sum, fewer)| *sum += fit * fewer);
    }
    sums
}

/// `all` without one fit that is small beside the best ones, so that subtracting loses nothing.
fn without(all: Products, fit: f64) -> Products {
    let mut fewer = 0.0;
    all.map(|sum| {
        fewer = (sum - fit * fewer).max(0.0);
        fewer
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{likely, posteriors};
    use crate::person::Prior;

    const PRIOR: Prior = Prior { held: 0.5, duplicate: 0.02 };

    fn check(cases: &[(&[f64], &[f64])]) {
        for (bits, wanted) in cases {
            let found: Vec<f64> = posteriors(PRIOR, 1 << 20, bits).iter().map(|p| p.value()).collect();
            let near =
                found.len() == wanted.len() && found.iter().zip(*wanted).all(|(a, b)| (a - b).abs() < 0.01);
            assert!(near, "{bits:?}: {found:?}");
        }
    }

    #[test]
    fn candidates_share_what_one_search_can_hold() {
        check(&[
            (&[], &[]),
            (&[20.0], &[0.495]),
            (&[0.0], &[0.0]),
            (&[-400.0], &[0.0]),
            (&[400.0], &[1.0]),
            (&[f64::NEG_INFINITY, f64::INFINITY], &[0.0, 1.0]),
            // Two that fit alike share; a far better one leaves the other what a further record is worth.
            (&[20.0, 20.0], &[0.338, 0.338]),
            (&[40.0, 20.0], &[1.0, 0.039]),
            // Two that fit so well that no two strangers could: both are the person.
            (&[40.0, 40.0], &[1.0, 1.0]),
            (&[20.0; 4], &[0.21; 4]),
        ]);
    }

    proptest! {
        #[test]
        fn the_likely_ones_are_those_of_all(bits in prop::collection::vec(-30.0..45.0, 0..40), least in 0.0..0.9) {
            let falling: Vec<f64> = { let mut bits: Vec<f64> = bits; bits.sort_by(|a, b| b.total_cmp(a)); bits };
            let all = posteriors(PRIOR, 1 << 20, &falling);
            let told = likely(PRIOR, 1 << 20, &falling, least);
            prop_assert_eq!(&told[..], &all[..told.len()]);
            prop_assert!(all[told.len()..].iter().all(|p| p.value() < least + 1e-9));
        }
    }

    #[test]
    fn many_weak_candidates_do_not_make_one_strong() {
        let found = posteriors(PRIOR, 1 << 20, &vec![15.0; 5_000]);
        assert!(found.iter().all(|p| p.value() < 0.01), "{:?}", found.first());
        let mut bits = vec![2.0; 5_000];
        bits.push(30.0);
        let best = posteriors(PRIOR, 1 << 20, &bits).pop().map(|p| p.value()).unwrap_or_default();
        assert!(best > 0.99, "{best}");
    }
}
