//! What stands on top of a picture: its key figures, what rose, what fell, and what can't be said. Read off the sections,
//! so that it says nothing that they don't.

use crate::picture::{Block, Cell, Chart, ForceLine, Head, QuestionLine, Row, Section};
use crate::question::Topic;
use crate::words;
use crate::{Amount, Trend};

/// Most changes that each list names; the sections have the others.
const CHANGES_MAX: usize = 8;

/// What stands on top.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The totals of the picture.
    pub figures: Vec<KeyFigure>,
    /// What rose, the largest change first.
    pub rose: Vec<String>,
    /// What fell, the largest change first.
    pub fell: Vec<String>,
    /// What can't be said, and why.
    pub unsaid: Vec<String>,
}

/// A total of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyFigure {
    /// What it counts.
    pub title: String,
    /// How many; none where nobody answered.
    pub amount: Option<Amount>,
    /// How it changed, where it is compared.
    pub trend: Option<Trend>,
}

/// Reads the summary off the sections and the coverage.
pub(crate) fn summary(
    head: &Head,
    sections: &[Section],
    forces: &[ForceLine],
    questions: &[QuestionLine],
) -> Summary {
    let mut summary =
        Summary { figures: sections.iter().filter_map(key_figure).collect(), ..Summary::default() };
    let (mut rose, mut fell) = (Vec::new(), Vec::new());
    for (section, block) in compared(sections) {
        for row in &block.rows {
            match trend(row) {
                Some(Trend::Rose(change)) => rose.push((change.least, sentence(section, row))),
                Some(Trend::Fell(change)) => fell.push((change.least, sentence(section, row))),
                _ => {}
            }
        }
        summary.unsaid.extend(suppressed(block));
    }
    summary.rose = largest(rose);
    summary.fell = largest(fell);
    summary.unsaid.extend(missing(sections, forces, questions.len()));
    for force in forces.iter().filter(|force| force.is_early) {
        let read = force.as_of.map(|(first, _)| words::moment(first)).unwrap_or_default();
        let period = head.frame.period();
        summary.unsaid.push(format!(
            "{} read its records at {read}, before {period} had ended: what it tells of the period is not all of it.",
            force.force
        ));
    }
    summary
}

/// The blocks that set two periods beside each other.
fn compared(sections: &[Section]) -> impl Iterator<Item = (&Section, &Block)> {
    let bars = |block: &&Block| matches!(block.chart, Chart::Bars { .. });
    sections
        .iter()
        .flat_map(move |section| section.blocks.iter().filter(bars).map(move |block| (section, block)))
}

fn key_figure(section: &Section) -> Option<KeyFigure> {
    if section.topic == Topic::Gradings {
        return None;
    }
    let total = section.blocks.first().and_then(|block| {
        let row = block.rows.iter().find(|row| row.is_total)?;
        let at = if block.chart == Chart::Squares { row.cells.len().saturating_sub(1) } else { 0 };
        Some((row.cells.get(at)?.amount()?.clone(), trend(row).copied()))
    });
    let (amount, trend) = total.map_or((None, None), |(amount, trend)| (Some(amount), trend));
    Some(KeyFigure { title: section.title.clone(), amount, trend })
}

fn trend(row: &Row) -> Option<&Trend> {
    row.cells.iter().find_map(|cell| match cell {
        Cell::Trend(trend) => Some(trend),
        _ => None,
    })
}

/// `Reports, drugs: 290 ±6, before 206 ±6; rose by 84 ±12 (+41 %).`
fn sentence(section: &Section, row: &Row) -> String {
    let what = match section.topic {
        Topic::Reports => "Reports",
        _ => &section.title,
    };
    let name = if row.is_total { "all".to_owned() } else { lower(&row.name) };
    let mut amounts = row.cells.iter().filter_map(Cell::amount).map(words::spoken);
    let (now, before) = (amounts.next().unwrap_or_default(), amounts.next().unwrap_or_default());
    let change = trend(row).map(|trend| format!("{}{}", trend.word(), words::by(trend))).unwrap_or_default();
    format!("{what}, {name}: {now}, before {before}; {change}.")
}

/// The rows of which no trend can be told; where they are most of them, the ones of which it can.
fn suppressed(block: &Block) -> Option<String> {
    let (kept, told): (Vec<&Row>, Vec<&Row>) =
        block.rows.iter().partition(|row| trend(row) == Some(&Trend::Suppressed));
    let names = |rows: &[&Row]| words::list(rows.iter().map(|row| &row.name));
    let caption = &block.caption;
    match (kept.len(), told.len()) {
        (0, _) => None,
        (_, 0) => Some(format!("{caption}: no trend can be told (suppressed).")),
        (more, fewer) if more > fewer => {
            Some(format!("{caption}: trends can be told of {} alone (others are suppressed).", names(&told)))
        }
        _ => Some(format!("{caption}: no trend can be told of {} (suppressed).", names(&kept))),
    }
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn largest(mut changes: Vec<(u64, String)>) -> Vec<String> {
    changes.sort_by_key(|(least, _)| std::cmp::Reverse(*least));
    let more = changes.len().saturating_sub(CHANGES_MAX);
    let mut named: Vec<String> = changes.into_iter().take(CHANGES_MAX).map(|(_, text)| text).collect();
    if more > 0 {
        named.push(format!("{more} more, in the sections below."));
    }
    named
}

/// Forces that did not answer all, and sections that nobody answered.
fn missing(sections: &[Section], forces: &[ForceLine], questions: usize) -> Vec<String> {
    let short =
        forces.iter().filter(|force| force.answered() < questions).map(|force| match force.answered() {
            0 => format!("{} answered nothing: the picture is smaller by what it holds.", force.force),
            some => format!(
                "{} answered {some} of {questions} questions: the others are smaller by what it holds.",
                force.force
            ),
        });
    let empty = sections.iter().filter(|section| section.blocks.is_empty());
    let empty = empty.map(|section| format!("{}: not answered, see its gaps.", section.title));
    short.chain(empty).collect()
}
