//! How well an attack did: balanced accuracy of the best rule on its signals, and the distance of two samples.

use std::collections::BTreeMap;

/// Whether the long runs were asked for.
pub fn full() -> bool {
    std::env::var("BLUELAMP_ATTACKS").is_ok_and(|value| value == "full")
}

/// Says what an attack measured, and fails where it is past its bound.
pub fn hold(attack: &str, what: &str, measured: f64, bound: f64) {
    println!("{attack:<44} {what:<28} {measured:>7.3}   bound {bound:.3}");
    assert!(measured <= bound, "{attack}: {what} is {measured:.3}, past {bound:.3}");
}

/// Balanced accuracy on a secret bit for an attacker who sees a signal for each target and judges by the best rule that
/// could be had on another half of the targets: rules are made on the even ones and judged on the odd ones, and the other
/// way round, so that chance is not taken for knowledge.
pub fn balanced_accuracy<S: Ord>(seen: &[(S, bool)]) -> f64 {
    let half =
        |parity: usize| seen.iter().enumerate().filter(move |(at, _)| at % 2 == parity).map(|(_, s)| s);
    let judged = |learn: usize, judge: usize| {
        let mut rule: BTreeMap<&S, i64> = BTreeMap::new();
        half(learn).for_each(|(signal, bit)| *rule.entry(signal).or_default() += if *bit { 1 } else { -1 });
        let mut right = [0_u32; 2];
        let mut of = [0_u32; 2];
        for (signal, bit) in half(judge) {
            let guess = rule.get(signal).is_some_and(|votes| *votes > 0);
            of[usize::from(*bit)] += 1;
            right[usize::from(*bit)] += u32::from(guess == *bit);
        }
        (f64::from(right[0]) / f64::from(of[0].max(1)) + f64::from(right[1]) / f64::from(of[1].max(1))) / 2.0
    };
    f64::midpoint(judged(0, 1), judged(1, 0))
}

/// Kolmogorov and Smirnov's distance of two samples, as a p-value (the usual asymptotic series).
pub fn same_distribution(a: &mut [f64], b: &mut [f64]) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let at = a[i].min(b[j]);
        while i < a.len() && a[i] <= at {
            i += 1;
        }
        while j < b.len() && b[j] <= at {
            j += 1;
        }
        distance = distance.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    let n = (a.len() * b.len()) as f64 / (a.len() + b.len()) as f64;
    let lambda = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * distance;
    let term = |k: i32| 2.0 * (-1_f64).powi(k - 1) * (-2.0 * f64::from(k * k) * lambda * lambda).exp();
    if lambda < 0.2 { 1.0 } else { (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0) }
}

#[test]
fn an_attacker_who_knows_scores_one_and_one_who_guesses_a_half() {
    let bits = (0..400_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) & 1 == 1);
    let told: Vec<(bool, bool)> = bits.clone().map(|bit| (bit, bit)).collect();
    assert!((balanced_accuracy(&told) - 1.0).abs() < 1e-9);
    let dark: Vec<(u8, bool)> = bits.map(|bit| (0, bit)).collect();
    assert!((balanced_accuracy(&dark) - 0.5).abs() < 1e-9);
}

#[test]
fn the_distance_tells_a_shift_from_none() {
    let sample = |shift: f64| (0..500).map(|n| f64::from((n * 7_919) % 500) + shift).collect::<Vec<_>>();
    assert!(same_distribution(&mut sample(0.0), &mut sample(0.0)) > 0.99);
    assert!(same_distribution(&mut sample(0.0), &mut sample(100.0)) < 1e-6);
}
