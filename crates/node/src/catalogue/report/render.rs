//! The report as text for a terminal: a table of all datasets, then the details that call for an eye.

use std::fmt;

use super::{DatasetReport, IngestReport, Tally};

/// Places shown for each kind of trouble; the report itself keeps more.
const PLACES_SHOWN: usize = 5;

impl fmt::Display for IngestReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self
            .sources
            .iter()
            .map(|(name, source)| vec![name.clone(), source.files.to_string(), source.bytes.to_string()]);
        table(f, &["source", "files", "bytes"], sources.collect())?;
        for (name, source) in &self.sources {
            if !source.unmapped_columns.is_empty() {
                writeln!(f, "{name}: columns that no view reads: {}", source.unmapped_columns.join(", "))?;
            }
        }
        writeln!(f)?;
        let heading = ["dataset", "rows", "bad values", "refused", "disposed", "duplicate keys"];
        let datasets = self.datasets.iter().map(|(dataset, found)| {
            let bad: u64 = found.bad_values.values().map(|tally| tally.count).sum();
            let counts = [
                found.rows,
                bad,
                found.refused_classification.count,
                found.disposed,
                found.duplicate_keys.count,
            ];
            std::iter::once(dataset.to_string()).chain(counts.map(|count| count.to_string())).collect()
        });
        table(f, &heading, datasets.collect())?;
        for (dataset, found) in &self.datasets {
            details(f, dataset.as_str(), found)?;
        }
        Ok(())
    }
}

fn details(f: &mut fmt::Formatter<'_>, dataset: &str, found: &DatasetReport) -> fmt::Result {
    let defaulted: Vec<String> =
        found.defaulted_handling.iter().map(|(column, rows)| format!("{column} ({rows})")).collect();
    for (what, list) in [
        ("no view gives", &found.missing_columns),
        ("handling not given in these rows and taken as the strictest", &defaulted),
    ] {
        if !list.is_empty() {
            writeln!(f, "\n{dataset}: {what}: {}", list.join(", "))?;
        }
    }
    for (column, tally) in &found.bad_values {
        places(f, dataset, &format!("{column} can't be read and is null"), tally)?;
    }
    places(f, dataset, "refused", &found.refused_classification)?;
    places(f, dataset, "duplicate keys", &found.duplicate_keys)
}

fn places(f: &mut fmt::Formatter<'_>, dataset: &str, what: &str, tally: &Tally) -> fmt::Result {
    if tally.count == 0 {
        return Ok(());
    }
    writeln!(f, "\n{dataset}: {what}: {}", tally.count)?;
    for place in tally.first.iter().take(PLACES_SHOWN) {
        writeln!(f, "  {}, line {}: {}", place.file, place.line, place.reason)?;
    }
    let more = tally.count.saturating_sub(PLACES_SHOWN as u64);
    if more > 0 {
        writeln!(f, "  and {more} more")?;
    }
    Ok(())
}

/// Columns as wide as their widest cell; the first to the left, the numbers to the right.
fn table(f: &mut fmt::Formatter<'_>, heading: &[&str], rows: Vec<Vec<String>>) -> fmt::Result {
    let heading: Vec<String> = heading.iter().map(|&cell| cell.to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&heading).chain(&rows).collect();
    let width = |column: usize| {
        all.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    for row in &all {
        for (place, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            match place {
                0 => write!(f, "{cell:<width$}")?,
                _ => write!(f, "  {cell:>width$}")?,
            }
        }
        writeln!(f)?;
    }
    Ok(())
}
