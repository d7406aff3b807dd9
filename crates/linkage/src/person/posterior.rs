//! From weights to probabilities: how likely each candidate is to be the person, given that at most a few are.
//! Candidates share what one search can hold: a second good fit makes the first one less sure.

use model::Probability;

use super::weights::Prior;

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
    let records = (records.max(1)) as f64;
    let fits: Vec<f64> =
        weights_bits.iter().map(|bits| bits.clamp(-BITS_MAX, BITS_MAX).exp2() / records).collect();
    let best = best(&fits);
    let (ways, rest) = (ways(prior), products(NO_FITS, rest_of(&fits, &best)));
    let best_fits = |without: Option<usize>| {
        let others = best.iter().filter(move |&&at| Some(at) != without);
        others.filter_map(|&at| fits.get(at)).copied()
    };
    let all = products(rest, best_fits(None));
    let whole: f64 =
        1.0 - prior.held + ways.iter().zip(all.iter().skip(1)).map(|(way, sum)| way * sum).sum::<f64>();
    let chance = |(at, &fit): (usize, &f64)| {
        let others = if best.contains(&at) { products(rest, best_fits(Some(at))) } else { without(all, fit) };
        let part: f64 = ways.iter().zip(others).map(|(way, sum)| way * fit * sum).sum();
        Probability::clamped(part / whole)
    };
    fits.iter().enumerate().map(chance).collect()
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
    use super::posteriors;
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
