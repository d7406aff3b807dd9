//! Trackers and padding: a small group counted by way of large ones, and rounding undone at its boundaries.

use std::collections::BTreeMap;

use crate::ground::{Ground, Person, people, unique};
use crate::score::{balanced_accuracy, full, hold};

/// Groups of the attacker's interest: those of one sex and decade of birth in one area whom the force holds for drugs, with how
/// many there are: too few to be told.
fn small_groups(people: &[Person]) -> Vec<(String, i64)> {
    let mut groups: BTreeMap<String, i64> = BTreeMap::new();
    for person in people.iter().filter(|person| person.secret) {
        let decade = person.born.0 / 10 * 10;
        let group = format!(
            "(threat_category = drugs and postcode in ({}) and sex = {} and dob between {decade}-01 and {}-12)",
            person.area,
            person.sex,
            decade + 9
        );
        *groups.entry(group).or_default() += 1;
    }
    groups.into_iter().filter(|(_, count)| (1..10).contains(count) && count % 5 != 0).collect()
}

/// Denning's general tracker: with T and not T both large, q(C) = q(C or T) + q(C or not T) - q(all).
async fn tracker(profile: &str, changes: &[(&str, &str)]) {
    let people = people(3_000, 20, 5);
    let ground = Ground::under(&people, changes).await;
    let (t, not_t) = ("sex = male", "sex = female");
    let groups = small_groups(&people);
    let groups: Vec<_> = groups.iter().take(if full() { 500 } else { 60 }).collect();
    let all = ground.count("sex in (male, female)").await;
    let mut exact = 0;
    for (group, truth) in &groups {
        let one = ground.count(&format!("{group} or {t}")).await;
        let other = ground.count(&format!("{group} or {not_t}")).await;
        let estimate =
            one.count().zip(other.count()).zip(all.count()).map(|((one, other), all)| one + other - all);
        exact += usize::from(estimate == Some(*truth));
    }
    hold("general tracker", &format!("exact, {profile}"), exact as f64 / groups.len() as f64, 0.01);
}

#[tokio::test]
async fn a_tracker_recovers_no_small_count() {
    tracker("rounded", &[]).await;
}

#[tokio::test]
async fn a_tracker_recovers_no_small_count_where_counts_are_exact() {
    tracker("exact profile", &[("rounding_base = 5", "rounding_base = 1")]).await;
}

/// The attacker pads a group of a few dozen with persons whose secret she knows, one more each time, and watches where the
/// rounded count jumps: that tells the exact one.
#[tokio::test]
async fn padding_does_not_undo_rounding() {
    let people = people(2_000, 20, 23);
    let ground = Ground::standard(&people).await;
    let areas: std::collections::BTreeSet<&str> = people.iter().map(|person| person.area.as_str()).collect();
    let mut exact = 0;
    let mut tried = 0;
    for area in areas.iter().take(if full() { 20 } else { 8 }) {
        let inside = |person: &&Person| person.area == *area;
        let truth = people.iter().filter(inside).filter(|person| person.secret).count() as i64;
        // Known suspects elsewhere, one at a time.
        let known: Vec<&Person> =
            people.iter().filter(|person| person.area != *area && person.secret).take(5).collect();
        let mut told = Vec::new();
        for pads in 0..=known.len() {
            let padding: String =
                known[..pads].iter().map(|person| format!(" or {}", person.alike())).collect();
            told.push(
                ground.count(&format!("threat_category = drugs and (postcode in ({area}){padding})")).await,
            );
        }
        // The count jumps from b to b + 5 with the pad that brings it to the middle between them.
        let jump = told.windows(2).enumerate().find_map(|(pads, pair)| {
            let (before, after) = (pair[0].count()?, pair[1].count()?);
            (after > before).then(|| after - 2 - (pads as i64 + 1))
        });
        tried += 1;
        exact += usize::from(jump == Some(truth));
    }
    hold("padding over rounding's boundaries", "exact", f64::from(exact as u32) / f64::from(tried), 0.01);
}

/// An area is the sum of four boxes: the other sex, those born before, those born after, and the person. The attacker asks
/// for the area and the three large ones, each as a table of its own.
async fn boxes(profile: &str, changes: &[(&str, &str)]) {
    let people = people(4_000, 10, 61);
    let ground = Ground::under(&people, changes).await;
    let middling = |person: &&&Person| (1965..1985).contains(&person.born.0);
    let targets = unique(&people);
    let targets: Vec<_> = targets.iter().filter(middling).take(if full() { 500 } else { 60 }).collect();
    let mut seen = Vec::new();
    for target in targets {
        let (year, month) = target.born;
        let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let other = if target.sex == "male" { "female" } else { "male" };
        let here = format!("threat_category = drugs and postcode in ({})", target.area);
        let area = ground.count(&here).await;
        let mut rest = Some(0);
        for part in [
            format!("sex = {other}"),
            format!("sex = {} and dob < {year}-{month:02}", target.sex),
            format!("sex = {} and dob >= {next_year}-{next:02}", target.sex),
        ] {
            let told = ground.count(&format!("{here} and {part}")).await.count();
            rest = rest.zip(told).map(|(sum, told)| sum + told);
        }
        seen.push((area.count().zip(rest).map(|(area, rest)| area - rest), target.secret));
    }
    hold("an area less its large boxes", profile, balanced_accuracy(&seen), 0.55);
}

#[tokio::test]
async fn a_person_is_not_what_large_boxes_leave() {
    boxes("rounded", &[]).await;
}

#[tokio::test]
async fn a_person_is_not_what_large_boxes_leave_where_counts_are_exact() {
    boxes("exact", &[("rounding_base = 5", "rounding_base = 1")]).await;
}
