//! The samplers against the probabilities that their formulas state.

use std::collections::BTreeMap;

use model::Distribution;

use super::super::Noise;
use super::{Bits, SCALE_MILLI_MAX, draw, drawable};

/// Bits that look random and are the same in every run: splitmix64, two words at a time.
pub(crate) struct Seeded(pub(crate) u64);

impl Noise for Seeded {
    fn bits(&mut self) -> u128 {
        let mut word = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        u128::from(word()) << 64 | u128::from(word())
    }
}

/// The probability of `x`, up to a factor that all share.
fn weight(distribution: Distribution, scale: f64, x: f64) -> f64 {
    match distribution {
        Distribution::Laplace => (-x.abs() / scale).exp(),
        Distribution::Gaussian => (-x * x / (2.0 * scale * scale)).exp(),
    }
}

/// Pearson's chi-square of so many draws against the exact probabilities, in standard deviations above what is expected;
/// values that are expected fewer than ten times count together.
fn chi_square(distribution: Distribution, scale_milli: u64, draws: u32, seed: u64) -> f64 {
    let mut source = Seeded(seed);
    let mut bits = Bits::of(&mut source);
    let mut seen: BTreeMap<i128, f64> = BTreeMap::new();
    for _ in 0..draws {
        *seen.entry(draw(distribution, scale_milli, &mut bits)).or_default() += 1.0;
    }
    let scale = scale_milli as f64 / 1e3;
    let far = (scale * 50.0).ceil() as i128 + 50;
    let all: f64 = (-far..=far).map(|x| weight(distribution, scale, x as f64)).sum();
    let (mut chi, mut degrees) = (0.0, 0.0);
    let mut rare = (0.0, f64::from(draws));
    for x in -far..=far {
        let expected = f64::from(draws) * weight(distribution, scale, x as f64) / all;
        let count = seen.get(&x).copied().unwrap_or(0.0);
        if expected >= 10.0 {
            chi += (count - expected).powi(2) / expected;
            degrees += 1.0;
            rare.1 -= count;
            rare.0 += expected;
        }
    }
    let expected = f64::from(draws) - rare.0;
    if expected >= 10.0 {
        chi += (rare.1 - expected).powi(2) / expected;
    }
    (chi - degrees) / f64::sqrt(2.0 * degrees)
}

#[test]
fn draws_fall_as_the_formulas_say() {
    for distribution in [Distribution::Laplace, Distribution::Gaussian] {
        for scale_milli in [300, 1_000, 1_001, 2_500, 7_777, 10_000, 40_000] {
            let off = chi_square(distribution, scale_milli, 40_000, scale_milli);
            assert!(off < 4.0, "{distribution} {scale_milli}: {off} standard deviations off");
        }
    }
}

#[test]
fn the_test_itself_notices_a_scale_that_is_two_percent_off() {
    // Draws of 10 held against 10.2 must not pass; so a build that drew the wrong scale would be noticed.
    let mut source = Seeded(5);
    let mut bits = Bits::of(&mut source);
    let draws: Vec<f64> =
        (0..40_000).map(|_| draw(Distribution::Gaussian, 10_000, &mut bits) as f64).collect();
    let variance = draws.iter().map(|x| x * x).sum::<f64>() / draws.len() as f64;
    // The standard error of a variance of 100 from 40,000 draws is 0.71.
    assert!((variance - 100.0).abs() < 3.0, "{variance}");
    assert!((variance - 104.04).abs() > 1.4, "{variance}");
}

#[test]
fn the_largest_scale_can_be_drawn_from() {
    let mut source = Seeded(9);
    let mut bits = Bits::of(&mut source);
    for distribution in [Distribution::Laplace, Distribution::Gaussian] {
        let draws: Vec<f64> =
            (0..500).map(|_| draw(distribution, SCALE_MILLI_MAX, &mut bits) as f64 / 1e8).collect();
        let mean = draws.iter().map(|x| x.abs()).sum::<f64>() / 500.0;
        assert!((0.6..1.2).contains(&mean), "{distribution}: {mean}");
    }
    assert_eq!(draw(Distribution::Laplace, 0, &mut bits), 0);
}

#[test]
fn scales_are_rounded_up_to_what_can_be_drawn_from() {
    for (asked, given) in [
        (1, Some(1)),
        (999_999, Some(999_999)),
        (1_000_000, Some(1_000_000)),
        (1_000_001, Some(1_001_000)),
        (u128::from(SCALE_MILLI_MAX), Some(SCALE_MILLI_MAX)),
        (u128::from(SCALE_MILLI_MAX) + 1, None),
        (u128::MAX, None),
    ] {
        assert_eq!(drawable(asked), given, "{asked}");
    }
}

#[test]
fn numbers_of_a_range_are_drawn_evenly_and_no_other() {
    let mut source = Seeded(3);
    let mut bits = Bits::of(&mut source);
    let mut seen = [0_u32; 7];
    for _ in 0..7_000 {
        seen[usize::try_from(bits.below(7)).unwrap()] += 1;
    }
    assert!(seen.iter().all(|count| (850..1_150).contains(count)), "{seen:?}");
    assert_eq!((bits.below(0), bits.below(1)), (0, 0));
    assert!((0..50).all(|_| bits.below(u128::MAX) < u128::MAX));
}
