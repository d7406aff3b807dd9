//! The picture as CSV: one line for each figure and each trend, under comments that say the marking, the periods, the
//! coverage and every gap, so that a file that is passed on keeps saying what it speaks for.

use csv::Writer;

use crate::picture::{Cell, DOUBLE_COUNTING, MARKING, Picture};
use crate::words;

/// The picture as CSV.
///
/// Columns: `section`, `table`, `row`, `column`; of a figure `value` (a bound where `status` is `at least`, empty where
/// nothing may be told), `status`, `margin`, `suppressed_by` and `too_few_at` (forces, joined by spaces); of a trend
/// `status` and `value`, by how much it changed at least.
pub fn render(picture: &Picture) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = comments(picture).into_bytes();
    let mut writer = Writer::from_writer(&mut bytes);
    writer.write_record([
        "section",
        "table",
        "row",
        "column",
        "value",
        "status",
        "margin",
        "suppressed_by",
        "too_few_at",
    ])?;
    for section in &picture.sections {
        for block in &section.blocks {
            for row in &block.rows {
                for (heading, cell) in block.headings.iter().skip(1).zip(&row.cells) {
                    let place =
                        [&section.title, &block.caption, &row.name, heading].map(|text| words::plain(text));
                    writer.write_record(place.into_iter().chain(values(cell)))?;
                }
            }
        }
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// Value, status, margin, and who keeps something back.
fn values(cell: &Cell) -> [String; 5] {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    match cell {
        Cell::Amount(amount) => [
            number(amount.figure()),
            amount.status().word().to_owned(),
            number(amount.margin()),
            spaced(amount.suppressed_by()),
            spaced(amount.too_few_at()),
        ],
        Cell::Trend(trend) => {
            let least = number(trend.change().map(|change| change.least));
            [least, trend.word().to_owned(), String::new(), String::new(), String::new()]
        }
        Cell::NoAnswer => ["", "no answer", "", "", ""].map(str::to_owned),
    }
}

fn spaced(forces: &[model::ForceId]) -> String {
    forces.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn comments(picture: &Picture) -> String {
    let head = &picture.head;
    let mut comments = vec![
        format!("marking: {MARKING}"),
        format!("threat picture: {} beside {}", head.frame.period(), head.frame.previous()),
        format!("made: {} for {}", words::moment(head.made_at), head.asker),
        format!("purpose: {}, operation: {}", head.purpose, head.operation),
        format!("coverage: {}", picture.coverage()),
    ];
    let gaps = picture.sections.iter().flat_map(|section| &section.gaps);
    comments.extend(gaps.map(|gap| format!("gap: {gap}")));
    let notes = picture.sections.iter().flat_map(|section| &section.notes);
    comments.extend(notes.map(|note| format!("note: {note}")));
    comments.push(format!("note: {DOUBLE_COUNTING}"));
    comments.iter().map(|line| format!("# {}\n", words::plain(line))).collect()
}
