//! The sections of a picture, each from the answers to its own questions: what is new, what is closed, what stands, what
//! is reported, and how far the reporting can be relied on.

mod matrix;
mod months;
mod side_by_side;

use std::collections::BTreeSet;

use model::vocabulary::{Assessment, HarmBand, SourceEvaluation, ThreatCategory};

use crate::answer::{Shares, total};
use crate::picture::{Answers, Block, Head, QuestionLine, Section};
use crate::question::{Topic, When};
use crate::words;

/// A dimension of a table: where it stands, and how its keys are listed and said.
#[derive(Clone, Copy)]
struct Axis {
    /// Its place among the dimensions.
    place: usize,
    /// Its heading.
    heading: &'static str,
    /// The keys that are always listed, in this order.
    listed: &'static [&'static str],
    /// How a key is said.
    said: fn(Option<&str>) -> String,
}

const fn category(place: usize) -> Axis {
    Axis { place, heading: "Threat category", listed: ThreatCategory::WORDS, said: words::word }
}

const BAND: Axis = Axis { place: 1, heading: "Harm band", listed: HarmBand::WORDS, said: words::word };
const SOURCE: Axis =
    Axis { place: 0, heading: "Source", listed: SourceEvaluation::WORDS, said: words::source };
const ASSESSMENT: Axis =
    Axis { place: 1, heading: "Assessment", listed: Assessment::WORDS, said: words::assessment };

impl Axis {
    /// The keys to show: those always listed, then whatever else these answers hold.
    fn keys(self, answers: &[&Shares]) -> Vec<Option<String>> {
        let listed = || self.listed.iter().map(|&key| Some(key.to_owned()));
        let held: BTreeSet<Option<String>> =
            answers.iter().flat_map(|shares| shares.keys(self.place)).collect();
        // What a record does not say comes last.
        let (none, others): (Vec<_>, Vec<_>) =
            held.into_iter().filter(|key| !listed().any(|listed| listed == *key)).partition(Option::is_none);
        listed().chain(others).chain(none).collect()
    }

    /// The group of one key of this dimension, over all keys of the others.
    fn group(self, key: &Option<String>, dimensions: usize) -> Vec<Option<String>> {
        (0..dimensions).map(|place| if place == self.place { key.clone() } else { total() }).collect()
    }
}

/// Every section. One without an answer has no blocks and says why.
pub(crate) fn all(head: &Head, answers: &Answers, lines: &[QuestionLine]) -> Vec<Section> {
    Topic::ALL.iter().map(|&topic| section(topic, head, answers, lines)).collect()
}

fn section(topic: Topic, head: &Head, answers: &Answers, lines: &[QuestionLine]) -> Section {
    let (period, previous) = (head.frame.period(), head.frame.previous());
    let compared = |axis: Axis, dimensions, caption: &str| -> Vec<Block> {
        side_by_side::block(head, answers, topic, axis, dimensions, caption).into_iter().collect()
    };
    let (title, lead, blocks) = match topic {
        Topic::NewThreats => (
            "New threats".to_owned(),
            format!(
                "Threats whose day of identification lies in {period}, beside those of {previous}. \
                 A threat that was closed since counts as well. They are told by category alone: a finer table of so \
                 few would be suppressed throughout."
            ),
            compared(category(0), 1, "New threats by category"),
        ),
        Topic::ClosedThreats => (
            "Closed threats".to_owned(),
            format!(
                "Threats whose status is closed and whose last assessment lies in {period}, beside those of \
                 {previous}. The shared schema has no day of closing: one that was assessed again after it was \
                 closed counts when that was, and one without a day of assessment does not count."
            ),
            compared(category(0), 1, "Closed threats by category"),
        ),
        Topic::StandingThreats => (
            "Threats standing now".to_owned(),
            "Threats whose status is active or monitored in the forces' records as they are now. Records hold a \
             threat's status of today and no earlier one: this section speaks of the moment at which each force \
             read its records, not of the period, and no trend can be told of it."
                .to_owned(),
            matrix::blocks(head, answers, topic, [category(0), BAND], "Standing threats by category and harm band"),
        ),
        Topic::Reports => {
            let mut blocks = compared(category(1), 2, "Reports by threat category");
            blocks.extend(months::block(head, answers));
            let lead = format!(
                "Intelligence reports by the day on which they were reported: {period} beside {previous}, and \
                 month by month."
            );
            ("Intelligence reports".to_owned(), lead, blocks)
        }
        Topic::Gradings => (
            "Grading of reports".to_owned(),
            format!(
                "Reports of {period} by how reliable their source is and how the intelligence was assessed (3x5x2). \
                 Older gradings that have no such form stand under Not stated."
            ),
            matrix::blocks(head, answers, topic, [SOURCE, ASSESSMENT], "Reports by source and assessment"),
        ),
    };
    let (gaps, notes) = (gaps(topic, answers, lines), notes(topic, answers, lines));
    Section { topic, title, lead, blocks, gaps, notes }
}

/// Which forces hold too few to tell anything. It is so for all figures of a question, and makes bounds of them.
fn notes(topic: Topic, answers: &Answers, lines: &[QuestionLine]) -> Vec<String> {
    let note = |line: &QuestionLine| {
        let shares = answers.get(&(topic, line.when))?;
        let few = shares.with_too_few();
        let below = few.iter().map(|(_, below)| *below).max()?;
        let (tell, hold) = if few.len() == 1 { ("tells", "it holds") } else { ("tell", "each holds") };
        let how_few = if below == u64::MAX { "too few".to_owned() } else { format!("fewer than {below}") };
        let bounds =
            if few.len() < shares.forces().len() { " Figures of the others are bounds." } else { "" };
        let forces = words::list(few.iter().map(|(force, _)| force));
        Some(format!("{}: {forces} {tell} nothing: {hold} {how_few}, or none.{bounds}", line.title))
    };
    lines.iter().filter(|line| line.topic == topic).filter_map(note).collect()
}

/// What is missing: questions without an answer, forces that did not answer, and trends that fewer forces stand behind.
fn gaps(topic: Topic, answers: &Answers, lines: &[QuestionLine]) -> Vec<String> {
    let lines = || lines.iter().filter(|line| line.topic == topic);
    let short = lines().filter(|line| line.id.is_none() || line.answered.0 < line.answered.1);
    let mut gaps: Vec<String> = short
        .map(|line| match line.id {
            Some(_) => format!("{}: {}.", line.title, line.said),
            None => format!("{}: not answered ({}).", line.title, line.said),
        })
        .collect();
    let forces = |when| answers.get(&(topic, when)).map(Shares::forces);
    if let (Some(now), Some(before)) = (forces(When::Period), forces(When::Previous))
        && now != before
    {
        let both: Vec<_> = now.intersection(&before).collect();
        gaps.push(match both.is_empty() {
            true => "No force answered for both periods, so no trend can be told.".to_owned(),
            false => format!("Trends are over {} alone, who answered for both periods.", words::list(both)),
        });
    }
    gaps
}
