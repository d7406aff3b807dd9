//! The picture as plain text: the summary first, then a table for each block, and the coverage last.

use crate::picture::{Block, Cell, DOUBLE_COUNTING, MARKING, Picture, Section};
use crate::words;

/// Longest line of running text.
const WIDTH: usize = 110;

/// The picture as text.
pub fn render(picture: &Picture) -> String {
    let head = &picture.head;
    let mut lines = vec![
        MARKING.to_owned(),
        String::new(),
        format!("THREAT PICTURE {}", head.frame.period()),
        format!("beside {}", head.frame.previous()),
        format!(
            "Made {} for {}; purpose {}, operation {}",
            words::moment(head.made_at),
            words::plain(&head.asker),
            words::plain(&head.purpose),
            words::plain(&head.operation)
        ),
        String::new(),
    ];
    summary(picture, &mut lines);
    for section in &picture.sections {
        lines.push(String::new());
        lines.extend(told(section));
    }
    coverage(picture, &mut lines);
    lines.push(String::new());
    lines.push(picture.coverage());
    lines.push(MARKING.to_owned());
    lines.join("\n") + "\n"
}

fn summary(picture: &Picture, lines: &mut Vec<String>) {
    let figures = picture.summary.figures.iter().map(|figure| {
        let amount = figure.amount.as_ref().map_or_else(|| "no answer".to_owned(), words::amount);
        let trend = figure.trend.as_ref().map(words::trend).unwrap_or_default();
        vec![figure.title.clone(), amount, trend]
    });
    lines.extend(aligned(figures.collect(), 1));
    let lists = [
        ("What rose", &picture.summary.rose, "Nothing rose beyond its margins."),
        ("What fell", &picture.summary.fell, "Nothing fell beyond its margins."),
        ("What can't be said", &picture.summary.unsaid, "Every trend can be told, and every force answered."),
    ];
    for (title, list, otherwise) in lists {
        lines.push(String::new());
        lines.push(title.to_owned());
        if list.is_empty() {
            lines.push(format!("  {otherwise}"));
        }
        lines.extend(list.iter().flat_map(|item| wrapped(item, "  ")));
    }
}

fn told(section: &Section) -> Vec<String> {
    let mut lines = vec![section.title.to_uppercase()];
    lines.extend(wrapped(&section.lead, ""));
    for block in &section.blocks {
        lines.push(String::new());
        lines.push(words::plain(&block.caption));
        lines.extend(aligned(table(block), 1));
    }
    for (title, list) in [("Notes", &section.notes), ("Gaps", &section.gaps)] {
        if !list.is_empty() {
            lines.extend([String::new(), title.to_owned()]);
            lines.extend(list.iter().flat_map(|item| wrapped(&words::plain(item), "  ")));
        }
    }
    lines
}

fn table(block: &Block) -> Vec<Vec<String>> {
    let cell = |cell: &Cell| match cell {
        Cell::Amount(amount) => words::amount(amount),
        Cell::Trend(trend) => words::trend(trend),
        Cell::NoAnswer => "no answer".to_owned(),
    };
    let row =
        |row: &crate::Row| std::iter::once(row.name.clone()).chain(row.cells.iter().map(cell)).collect();
    std::iter::once(block.headings.clone()).chain(block.rows.iter().map(row)).collect()
}

fn coverage(picture: &Picture, lines: &mut Vec<String>) {
    lines.extend([String::new(), "COVERAGE".to_owned()]);
    let all = picture.questions.len();
    let mut rows = vec![["Force", "Answered", "Records as of", "Protection"].map(str::to_owned).to_vec()];
    rows.extend(picture.forces.iter().map(|force| {
        let as_of = force.as_of.map_or_else(|| "–".to_owned(), |(first, _)| words::moment(first));
        let protected = force.protections.iter().map(words::protection).collect::<Vec<_>>().join("; or ");
        vec![force.force.to_string(), format!("{} of {all}", force.answered()), as_of, protected]
    }));
    lines.extend(aligned(rows, 4));
    lines.push(String::new());
    lines.extend(wrapped(DOUBLE_COUNTING, ""));
    lines.push(String::new());
    let mut rows = vec![["Question", "Id", "Forces"].map(str::to_owned).to_vec()];
    rows.extend(picture.questions.iter().map(|line| {
        let id = line.id.map_or_else(|| "–".to_owned(), |id| id.to_string());
        vec![line.title.clone(), id, words::plain(&line.said)]
    }));
    lines.extend(aligned(rows, 3));
}

/// Lines of aligned columns, two spaces apart; columns from `numbers` on stand to the right.
fn aligned(rows: Vec<Vec<String>>, numbers: usize) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, &width))| match at < numbers {
            true => format!("{cell:<width$}"),
            false => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Running text in lines that begin with `indent`, those of an indented item after its first somewhat further in.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let further = indent.repeat(2);
    let mut lines = Vec::new();
    let mut line = indent.to_owned();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= WIDTH && !line.trim().is_empty() {
            lines.push(std::mem::replace(&mut line, further.clone()).trim_end().to_owned());
        }
        line.push_str(word);
        line.push(' ');
    }
    lines.push(line.trim_end().to_owned());
    lines
}
