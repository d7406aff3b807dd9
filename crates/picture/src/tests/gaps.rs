//! Parts that are missing: a force, a question, a whole period. Each leaves a gap that is named, and no other trace.

use model::{Outcome, Refusal};

use super::made::{answer, coverage, head, heard, picture};
use crate::question::{Heard, Topic, When, questions};
use crate::{Cell, Head, Picture, Trend, html, text};

fn section(picture: &Picture, topic: Topic) -> &crate::Section {
    picture.sections.iter().find(|section| section.topic == topic).unwrap()
}

/// Whether nothing of a form of the picture reads as a figure of what was not heard.
fn trends(picture: &Picture, topic: Topic) -> Vec<Trend> {
    let cells =
        section(picture, topic).blocks.iter().flat_map(|block| &block.rows).flat_map(|row| &row.cells);
    cells.filter_map(|cell| if let Cell::Trend(trend) = cell { Some(*trend) } else { None }).collect()
}

#[test]
fn a_question_that_failed_leaves_its_section_a_gap_and_nothing_else() {
    for topic in Topic::ALL {
        let mut heard = heard();
        for (asked, heard) in &mut heard {
            if asked.topic == topic && asked.when != When::Previous {
                *heard = Err("the connection broke".to_owned());
            }
        }
        let picture = picture(head(), &heard);
        assert!(!picture.is_complete());
        for section in &picture.sections {
            assert_eq!(section.blocks.is_empty(), section.topic == topic, "{topic:?}");
            assert_eq!(section.gaps.is_empty(), section.topic != topic);
        }
        let (text, page) = (text::render(&picture), html::render(&picture));
        assert!(text.contains("the connection broke") && page.contains("the connection broke"));
        assert!(picture.summary.unsaid.iter().any(|line| line.contains("not answered")));
    }
}

#[test]
fn without_the_previous_period_nothing_is_compared() {
    let mut heard = heard();
    for (asked, heard) in &mut heard {
        if asked.when == When::Previous {
            *heard = Err("late".to_owned());
        }
    }
    let picture = picture(head(), &heard);
    for topic in [Topic::NewThreats, Topic::ClosedThreats, Topic::Reports] {
        let trends = trends(&picture, topic);
        assert!(!trends.is_empty() && trends.iter().all(|trend| *trend == Trend::NotCompared));
        assert!(!section(&picture, topic).blocks[0].headings.contains(&"2023-Q4".to_owned()));
    }
    assert!(picture.summary.rose.is_empty() && picture.summary.fell.is_empty());
}

/// A force that answered for one period alone would look like a rise or a fall.
#[test]
fn a_force_that_answered_for_one_period_changes_no_trend() {
    let drop_btp = |when: When| {
        let mut heard = heard();
        for (asked, heard) in &mut heard {
            if asked.topic == Topic::Reports && asked.when == when {
                let answer: &mut model::TableAnswer = Heard::as_mut(heard).unwrap();
                answer.coverage.forces[0].outcome = Outcome::Late;
                answer.rows.retain(|row| row.keys[0].as_deref() != Some("btp"));
            }
        }
        picture(head(), &heard)
    };
    let (without_now, without_before) = (drop_btp(When::Period), drop_btp(When::Previous));
    assert_eq!(trends(&without_now, Topic::Reports), trends(&without_before, Topic::Reports));
    assert!(
        section(&without_now, Topic::Reports).gaps.iter().any(|gap| gap.contains("over colp and mps alone"))
    );
    assert_eq!(without_now.coverage(), "2 of 3 forces answered every question; btp answered 7 of 8 (late)");
}

#[test]
fn nobody_answering_is_no_zero() {
    let asked = questions(&head().frame).unwrap();
    let heard: Vec<Heard> = asked
        .iter()
        .map(|asked| {
            let mut none = answer(&asked.table, &[], vec![]);
            none.coverage = coverage(&[("mps", Outcome::Refused(Refusal::NotPermitted))]);
            Ok(none)
        })
        .collect();
    let picture = Picture::of(head(), &heard).unwrap();
    assert!(picture.sections.iter().all(|section| section.blocks.is_empty()));
    assert!(picture.summary.figures.iter().all(|figure| figure.amount.is_none()));
    assert!(text::render(&picture).contains("mps answered none (refused: not_permitted)"));
    let unasked = Picture::of(head(), &[]).unwrap();
    assert!(unasked.sections.iter().all(|section| section.blocks.is_empty()));
}

#[test]
fn records_read_before_the_period_ended_are_named() {
    let frame = crate::Frame::new("2024-Q2".parse().unwrap(), None).unwrap();
    let heard: Vec<Heard> =
        questions(&frame).unwrap().iter().map(|asked| Ok(answer(&asked.table, &["mps"], vec![]))).collect();
    let picture = Picture::of(Head { frame, ..head() }, &heard).unwrap();
    assert!(picture.summary.unsaid.iter().any(|line| line.contains("before 2024-Q2 had ended")));
}
