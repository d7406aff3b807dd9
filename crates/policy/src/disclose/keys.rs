//! Keys that have no heading of their own in a table: the groups that bear them are put together under a mark.

use model::tabulation::WITHHELD;

use super::headings::Headings;
use super::margins::merge;
use crate::findings::Counted;

/// Recodes the keys that may not be told, and puts the groups that become alike together. Takes groups of the table and of
/// its margins, and gives each set sorted by its keys, each key once; none where a group has a key that its column can't have.
pub(super) fn withhold(
    headings: &Headings,
    mut own: Vec<Counted>,
    mut margins: Vec<Counted>,
) -> Option<[Vec<Counted>; 2]> {
    let sound = own.iter_mut().chain(&mut margins).all(|group| headings.mark(group));
    sound.then(|| [own, margins].map(alike_together))
}

/// Whether a group has a key that may not be told. Nor may its figures: what stands behind it is put together of groups
/// that are too small.
pub(super) fn is_withheld(keys: &[Option<String>]) -> bool {
    keys.iter().flatten().any(|key| key == WITHHELD)
}

fn alike_together(mut groups: Vec<Counted>) -> Vec<Counted> {
    groups.sort_by(|one, other| (&one.together, &one.keys).cmp(&(&other.together, &other.keys)));
    let mut merged: Vec<Counted> = Vec::with_capacity(groups.len());
    for group in groups {
        match merged.last_mut().filter(|last| last.keys == group.keys && last.together == group.together) {
            Some(last) => merge(last, &group),
            None => merged.push(group),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::{Counted, Headings, WITHHELD, withhold};
    use model::reply::Figure;
    use model::{Dataset, Dimension, Measure, Tabulation};

    fn check(by: &[&str], groups: &[(&[&str], u64)], expected: &[(&[&str], u64)]) {
        let by = by.iter().map(|text| Dimension::parse(Dataset::Event, text).unwrap()).collect();
        let tabulation = Tabulation::new(Dataset::Event, by, vec![Measure::Count], None).unwrap();
        let group = |(keys, entities): &(&[&str], u64)| Counted {
            keys: keys.iter().map(|key| Some((*key).to_owned())).collect(),
            entities: *entities,
            members: None,
            figures: vec![Figure::Count(*entities)],
            ..Counted::default()
        };
        let own: Vec<Counted> = groups.iter().map(group).collect();
        let [told, _] = withhold(&Headings::found(&tabulation, &own, 5), own, vec![]).unwrap();
        let told: Vec<(Vec<&str>, u64)> = told
            .iter()
            .map(|g| (g.keys.iter().map(|k| k.as_deref().unwrap()).collect(), g.entities))
            .collect();
        let expected: Vec<(Vec<&str>, u64)> = expected.iter().map(|(k, n)| (k.to_vec(), *n)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn free_text_that_few_share_is_withheld_and_put_together() {
        check(
            &["category"],
            &[(&["Burglary"], 40), (&["Rare one"], 1), (&["Rare two"], 2)],
            &[(&[WITHHELD], 3), (&["Burglary"], 40)],
        );
    }

    #[test]
    fn a_key_that_one_large_group_bears_is_told_beside_its_small_groups() {
        check(
            &["month", "category"],
            &[(&["2024-01", "Robbery"], 30), (&["2024-02", "Robbery"], 2), (&["2024-02", "Rare"], 1)],
            &[(&["2024-01", "Robbery"], 30), (&["2024-02", WITHHELD], 1), (&["2024-02", "Robbery"], 2)],
        );
    }

    #[test]
    fn a_value_in_the_form_of_a_mark_is_withheld() {
        check(
            &["category"],
            &[(&["(total)"], 40), (&["(withheld)"], 30), (&["Burglary"], 20)],
            &[(&[WITHHELD], 70), (&["Burglary"], 20)],
        );
    }

    #[test]
    fn words_of_closed_lists_and_periods_are_told() {
        check(&["kind", "month"], &[(&["stop", "2024-01"], 1)], &[(&["stop", "2024-01"], 1)]);
    }
}
