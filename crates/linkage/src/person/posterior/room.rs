//! How much candidates that are left out may weigh together before what is told of the others could change.

use super::{Candidates, Products};
use crate::person::weights::Prior;

/// Powers of two that are tried, the highest first.
const POWERS: std::ops::RangeInclusive<i32> = -40..=6;

/// The weight in bits below which no candidate is as likely as `least`, whatever else is found.
///
/// The odds of candidate i are xᵢ · Σᵣ P(r) · r! · eᵣ₋₁ over the sum of the same without a factor: at most xᵢ times the largest
/// ratio of two ways that follow one another.
pub(in crate::person) fn least_bits(prior: Prior, records: u64, least: f64) -> f64 {
    let ways = super::ways(prior);
    let before = std::iter::once(1.0 - prior.held).chain(ways);
    let ratio = ways.iter().zip(before).map(|(way, before)| way / before).fold(0.0, f64::max);
    (least / (1.0 - least) / ratio * records.max(1) as f64).log2()
}

/// Of candidates left out, how much the sum of 2^w / records may be, so that the probability of no candidate of `hopeful` bits
/// or more departs from what it would be with them by more than `differ`.
pub(in crate::person) fn room(
    prior: Prior,
    records: u64,
    weights_bits: &[f64],
    hopeful: f64,
    differ: f64,
) -> f64 {
    let candidates = Candidates::of(prior, records, weights_bits);
    let told = weights_bits.iter().enumerate().filter(|(_, bits)| **bits >= hopeful);
    let told: Vec<(f64, Products)> = told.filter_map(|(at, _)| candidates.beside(at)).collect();
    let fits = |&power: &i32| {
        let sum = f64::from(power).exp2();
        told.iter().all(|told| candidates.departure(told, sum) <= differ)
    };
    POWERS.rev().find(fits).map_or(0.0, |power| f64::from(power).exp2())
}

impl Candidates {
    /// The fit of a candidate, and the products of the others.
    fn beside(&self, at: usize) -> Option<(f64, Products)> {
        let fit = *self.fits.get(at)?;
        let others = match self.best.contains(&at) {
            true => super::products(self.rest, self.best_fits(Some(at))),
            false => super::without(self.all, fit),
        };
        Some((fit, others))
    }

    /// How far the probability of a candidate of this fit beside these others may move by more of them, whose fits sum up to
    /// `sum` at most. It is a ratio of two sums, each of which only grows.
    fn departure(&self, (fit, others): &(f64, Products), sum: f64) -> f64 {
        let more = mixed(others, sum);
        let one = |others: &Products| self.ways.iter().zip(others).map(|(way, sum)| way * fit * sum).sum();
        let rest = |others: &Products| -> f64 {
            let ways = self.ways.iter().zip(others.iter().skip(1));
            self.none + ways.map(|(way, sum)| way * sum).sum::<f64>()
        };
        let (own, own_most): (f64, f64) = (one(others), one(&more));
        let (other, other_most) = (rest(others), rest(&more));
        let now = own / (own + other);
        (own_most / (own_most + other) - now).max(now - own / (own + other_most))
    }
}

/// The most that products can be when fits are added that sum up to `sum`.
fn mixed(products: &Products, sum: f64) -> Products {
    let mut mixed = *products;
    let mut factor = 1.0;
    for many in 1..products.len() {
        factor *= sum / many as f64;
        mixed.iter_mut().skip(many).zip(products).for_each(|(mixed, fewer)| *mixed += factor * fewer);
    }
    mixed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{least_bits, room};
    use crate::person::Prior;
    use crate::person::posterior::posteriors;

    const RECORDS: u64 = 1 << 20;

    proptest! {
        #[test]
        fn what_is_left_out_moves_nothing_by_more(
            mut bits in prop::collection::vec(5.0..40.0_f64, 1..20),
            left_out in prop::collection::vec(-10.0..21.0_f64, 0..40),
            differ in prop::sample::select(vec![0.1, 0.01, 0.001]),
            held in 0.05..0.9,
            duplicate in 0.005..0.5,
        ) {
            let prior = Prior { held, duplicate };
            let told = bits.len();
            let hopeful = least_bits(prior, RECORDS, 0.5);
            let room = room(prior, RECORDS, &bits, hopeful, differ);
            let few = posteriors(prior, RECORDS, &bits);
            let mut sum = 0.0;
            for left_out in left_out {
                sum += f64::exp2(left_out) / RECORDS as f64;
                if sum <= room {
                    bits.push(left_out);
                }
            }
            let all = posteriors(prior, RECORDS, &bits);
            for ((few, all), bits) in few.iter().zip(&all).zip(&bits).take(told) {
                if *bits >= hopeful {
                    prop_assert!((few.value() - all.value()).abs() <= differ + 1e-9, "{few:?} {all:?}");
                } else {
                    prop_assert!(all.value() < 0.5 + 1e-9 && few.value() < 0.5 + 1e-9);
                }
            }
        }
    }

    #[test]
    fn one_that_fits_well_leaves_more_room_than_one_that_hardly_does() {
        let prior = Prior { held: 0.3, duplicate: 0.02 };
        let of = |bits: f64| room(prior, RECORDS, &[bits], 21.0, 0.001);
        assert!(of(22.0) >= 0.001 && of(34.0) >= 0.5, "{} {}", of(22.0), of(34.0));
        assert!((21.2..21.3).contains(&least_bits(prior, RECORDS, 0.5)));
    }
}
