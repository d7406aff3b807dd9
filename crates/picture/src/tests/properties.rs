//! Properties over many made-up answers: what is protected is never told as a number, in no form.

use model::{Outcome, TableAnswer};
use proptest::prelude::*;

use super::made::{answer, coverage, head, row};
use crate::question::{Heard, questions};
use crate::{Cell, Head, Picture, csv, html, json, text};

const FORCES: [&str; 3] = ["btp", "colp", "mps"];

/// An answer to the question at a place of the list: each force is missing, empty or has groups of which some are
/// suppressed. Every told count is above 700,000, so that nothing else in a form looks like one.
fn heard(at: usize) -> impl Strategy<Value = Heard> {
    let group = (0_usize..6, 0_usize..6, prop::option::of(700_000_u64..800_000));
    let force = prop::option::of(prop::collection::vec(group, 0..6));
    (prop::bool::weighted(0.9), [force.clone(), force.clone(), force]).prop_map(move |(is_heard, forces)| {
        let asked = questions(&head().frame).unwrap().remove(at);
        let mut rows = Vec::new();
        let mut outcomes = Vec::new();
        for (name, groups) in FORCES.iter().zip(forces) {
            let Some(groups) = groups else {
                outcomes.push((*name, Outcome::Late));
                continue;
            };
            outcomes.push((*name, Outcome::Answered { as_of: jiff::Timestamp::UNIX_EPOCH, reply: () }));
            if groups.is_empty() {
                continue;
            }
            let dimensions = asked.table.by().len();
            let mut of_force = vec![row(name, &vec!["(total)"; dimensions], None)];
            let words = ["(total)", "drugs", "high", "A", "2024-01", "-"];
            for (one, other, count) in groups {
                let keys = [words[one], words[other]];
                let made = row(name, &keys[..dimensions], count);
                if of_force.iter().all(|known| known.keys != made.keys) {
                    of_force.push(made);
                }
            }
            rows.extend(of_force);
        }
        let answered: Vec<&str> = outcomes
            .iter()
            .filter(|(_, o)| matches!(o, Outcome::Answered { .. }))
            .map(|(name, _)| *name)
            .collect();
        let mut answer: TableAnswer = answer(&asked.table, &answered, rows);
        answer.coverage = coverage(&outcomes);
        if is_heard { Ok(answer) } else { Err("the question failed".to_owned()) }
    })
}

fn all_heard() -> impl Strategy<Value = Vec<Heard>> {
    (heard(0), heard(1), heard(2), heard(3), heard(4), heard(5), heard(6), heard(7))
        .prop_map(|(a, b, c, d, e, f, g, h)| vec![a, b, c, d, e, f, g, h])
}

/// Numbers of at least six digits in a text.
fn figures(text: &str) -> Vec<u64> {
    let digits = text.split(|c: char| !c.is_ascii_digit());
    digits.filter(|digits| digits.len() >= 6).filter_map(|digits| digits.parse().ok()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Every number in every form is one that the picture may tell: a figure of an amount, or a difference of two. A cell
    /// that is kept back adds none, and every form can be made of whatever was heard.
    #[test]
    fn no_form_has_a_number_that_the_picture_does_not_tell(heard in all_heard(), per_force in any::<bool>()) {
        let picture = Picture::of(Head { per_force, ..head() }, &heard).unwrap();
        let mut told = Vec::new();
        let cells = picture.sections.iter().flat_map(|s| &s.blocks).flat_map(|b| &b.rows).flat_map(|r| &r.cells);
        for cell in cells {
            match cell {
                Cell::Amount(amount) => {
                    if amount.figure().is_none() {
                        prop_assert!(amount.margin().is_none());
                        prop_assert!(!crate::words::amount(amount).contains(|c: char| c.is_ascii_digit()));
                    }
                    told.extend(amount.figure());
                }
                Cell::Trend(trend) => {
                    let change = trend.change();
                    told.extend(change.map(|change| change.least));
                    told.extend(change.and_then(|change| change.told).map(|(difference, _)| difference));
                }
                Cell::NoAnswer => {}
            }
        }
        // Question ids and the marks of axes are no figures of forces.
        let page = html::render(&picture);
        let body = page.split("How to read this").next().unwrap().replace("0000000000", "");
        let marks = body.lines().filter(|line| !line.contains("class=\"mark\"") && !line.contains("class=\"grid\""));
        let body: String = marks.collect::<Vec<_>>().join("\n");
        for form in [
            body,
            text::render(&picture).replace("018ec0de", ""),
            String::from_utf8(csv::render(&picture).unwrap()).unwrap(),
            String::from_utf8(json::render(&picture).unwrap()).unwrap().replace("018ec0de", ""),
        ] {
            for figure in figures(&form).into_iter().filter(|figure| *figure > 100_000) {
                prop_assert!(told.contains(&figure), "{figure} in {form}");
            }
        }
    }
}
