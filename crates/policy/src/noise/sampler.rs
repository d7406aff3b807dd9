//! The discrete Laplace and Gaussian distributions, drawn exactly: whole numbers and fractions from first to last, no
//! floating point. Canonne, Kamath and Steinke, *The Discrete Gaussian for Differential Privacy* (2020), algorithms 1 to 3.
//!
//! Floating point noise has gaps between its values by which an exact figure can be told (Mironov 2012). Here the
//! probability of each whole number is the one that the formula says.

use model::Distribution;

use super::bits::Bits;

/// Scales are given in thousandths.
const MILLI: u64 = 1_000;

/// The largest scale that can be drawn from without leaving 128 bits: a hundred million.
pub(crate) const SCALE_MILLI_MAX: u64 = 100_000_000 * MILLI;
/// From here on scales are whole numbers.
const WHOLE_FROM: u64 = 1_000 * MILLI;

/// The smallest scale of at least `scale_milli` that can be drawn from; none where it is too large.
pub(crate) fn drawable(scale_milli: u128) -> Option<u64> {
    let scale = u64::try_from(scale_milli).ok()?;
    let scale = if scale > WHOLE_FROM { scale.div_ceil(MILLI).checked_mul(MILLI)? } else { scale };
    (scale <= SCALE_MILLI_MAX).then_some(scale)
}

/// One draw: a whole number of this distribution, whose scale (Laplace) or standard deviation (Gaussian) is given in
/// thousandths as [`drawable`] gives it. 0 where the scale is.
pub(crate) fn draw(distribution: Distribution, scale_milli: u64, bits: &mut Bits<'_>) -> i128 {
    if scale_milli == 0 {
        return 0;
    }
    match distribution {
        Distribution::Laplace => laplace(u128::from(scale_milli), u128::from(MILLI), bits),
        Distribution::Gaussian => gaussian(u128::from(scale_milli), u128::from(MILLI), bits),
    }
}

/// True with probability e^(−over/under). `under` is not zero.
fn bernoulli_exp(over: u128, under: u128, bits: &mut Bits<'_>) -> bool {
    // e^(−γ) is e^(−1) for each whole part of γ, all of which must come true.
    (0..over / under).all(|_| bernoulli_exp_of_fraction(1, 1, bits))
        && bernoulli_exp_of_fraction(over % under, under, bits)
}

/// The same for a fraction of at most 1 (algorithm 1): the alternating series of e^(−γ), term by term.
fn bernoulli_exp_of_fraction(over: u128, under: u128, bits: &mut Bits<'_>) -> bool {
    let mut term: u128 = 1;
    // True with probability γ/k for the kth term.
    while bits.below(under.saturating_mul(term)) < over {
        term += 1;
    }
    term % 2 == 1
}

/// The discrete Laplace of scale `over/under` (algorithm 2): P(x) in proportion to e^(−|x|·under/over).
fn laplace(over: u128, under: u128, bits: &mut Bits<'_>) -> i128 {
    let common = common_divisor(over, under);
    let (over, under) = (over / common, under / common);
    loop {
        let remainder = bits.below(over);
        if !bernoulli_exp_of_fraction(remainder, over, bits) {
            continue;
        }
        let mut wholes: u128 = 0;
        while bernoulli_exp_of_fraction(1, 1, bits) {
            wholes += 1;
        }
        let size = wholes.saturating_mul(over).saturating_add(remainder) / under;
        let negative = bits.coin();
        // Zero has one sign.
        if negative && size == 0 {
            continue;
        }
        let size = i128::try_from(size).unwrap_or(i128::MAX);
        return if negative { -size } else { size };
    }
}

/// The discrete Gaussian of standard deviation `over/under` (algorithm 3): P(x) in proportion to e^(−x²/2σ²).
fn gaussian(over: u128, under: u128, bits: &mut Bits<'_>) -> i128 {
    let common = common_divisor(over, under);
    let (over, under) = (over / common, under / common);
    // σ² = square_over / square_under, and t, the scale of the proposals, is the next whole number above σ.
    let (square_over, square_under) = (over * over, under * under);
    let t = over / under + 1;
    loop {
        let drawn = laplace(t, 1, bits);
        // Kept with probability e^(−(|y| − σ²/t)² / 2σ²), over the common denominator 2·σ²·t².
        let distance =
            drawn.unsigned_abs().saturating_mul(t).saturating_mul(square_under).abs_diff(square_over);
        let Some(square) = distance.checked_mul(distance) else {
            // Beyond a thousand standard deviations: kept with a probability below e^(−10⁵), which is never.
            continue;
        };
        if bernoulli_exp(square, 2 * square_over * square_under * t * t, bits) {
            return drawn;
        }
    }
}

fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one.max(1)
}

#[cfg(test)]
mod tests;
