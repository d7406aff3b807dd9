//! Reconstruction (Dinur and Nissim): random subsets of a population are counted, and the secret bits that fit all told
//! figures best are sought. Projected least squares stands in for the linear programme.

use crate::ground::{Dice, Ground, Person, people, unique};
use crate::score::{full, hold};

/// Sweeps over all told figures.
const SWEEPS: usize = 300;

/// The bits that fit: each row holds the members of a counted subset, and what was told of it (Kaczmarz's method, clipped).
fn fit(size: usize, told: &[(Vec<usize>, f64)]) -> Vec<f64> {
    let mut bits = vec![0.5; size];
    for _ in 0..SWEEPS {
        for (members, figure) in told {
            let off = figure - members.iter().map(|&at| bits[at]).sum::<f64>();
            let step = off / members.len().max(1) as f64;
            members.iter().for_each(|&at| bits[at] = (bits[at] + step).clamp(0.0, 1.0));
        }
    }
    bits
}

/// A random subset that a filter can name: one or both sexes, born in some of a dozen random spans.
fn subset(dice: &mut Dice) -> (String, impl Fn(&Person) -> bool + use<>) {
    let spans: Vec<(i16, i16)> = (0..10)
        .map(|_| {
            let from = 1950 + dice.roll(50) as i16;
            (from, from + dice.roll(4) as i16)
        })
        .collect();
    let sex = ["sex = male", "sex = female", "sex in (male, female)"][dice.roll(3)];
    let born: Vec<String> =
        spans.iter().map(|(from, to)| format!("dob between {from}-01 and {to}-12")).collect();
    let fits = move |person: &Person| {
        let right_sex = sex.contains(&format!("= {}", person.sex)) || sex.contains("in");
        right_sex && spans.iter().any(|(from, to)| (*from..=*to).contains(&person.born.0))
    };
    (format!("threat_category = drugs and {sex} and ({})", born.join(" or ")), fits)
}

async fn attack(profile: &str, changes: &[(&str, &str)]) {
    let people = people(150, 1, 41);
    let ground = Ground::under(&people, changes).await;
    let mut dice = Dice::new(3);
    let mut told = Vec::new();
    for _ in 0..if full() { 3_000 } else { 400 } {
        let (filter, fits) = subset(&mut dice);
        if let Some(count) = ground.count(&filter).await.count() {
            told.push(((0..people.len()).filter(|at| fits(&people[*at])).collect(), count as f64));
        }
    }
    let bits = fit(people.len(), &told);
    let alone = unique(&people);
    let targets: Vec<usize> =
        (0..people.len()).filter(|at| alone.iter().any(|one| std::ptr::eq(*one, &people[*at]))).collect();
    let right = targets.iter().filter(|&&at| (bits[at] > 0.5) == people[at].secret).count();
    let majority = targets.iter().filter(|&&at| people[at].secret).count();
    let majority = majority.max(targets.len() - majority) as f64 / targets.len() as f64;
    let accuracy = right as f64 / targets.len() as f64;
    hold("linear reconstruction", &format!("{profile}, {} told", told.len()), accuracy, majority + 0.05);
}

#[tokio::test]
async fn told_figures_do_not_give_the_bits_back() {
    attack("rounded", &[]).await;
}

#[tokio::test]
async fn told_figures_do_not_give_the_bits_back_where_counts_are_exact() {
    attack("exact", &[("rounding_base = 5", "rounding_base = 1")]).await;
}
