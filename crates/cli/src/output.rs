//! How answers are written: for people, for programs, and for tables of figures. Every form carries the coverage.

pub(crate) mod coverage;

pub(crate) mod batch_text;
pub(crate) mod search_text;
pub(crate) mod sql_text;
pub(crate) mod table_text;

pub(crate) mod json;
pub(crate) mod sql_json;

pub(crate) mod batch_grid;
pub(crate) mod grid;
pub(crate) mod search_grid;
pub(crate) mod sql_columns;
pub(crate) mod table;
pub(crate) mod table_grid;

mod columnar;
mod csv;

pub(crate) mod federation;

pub(crate) mod target;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use comfy_table::{CellAlignment, ContentArrangement, presets};
use model::Coverage;

use crate::exit::Failure;
pub(crate) use target::{Form, OutputArguments};

/// A form in which an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For reading; the coverage is the last line
    Table,
    /// One JSON object
    Json,
    /// Comma-separated values; the coverage is the first line, `# coverage: …`
    Csv,
    /// Arrow IPC stream; the coverage is in the schema's metadata, `bluelamp.coverage`
    Arrow,
    /// Parquet; the coverage is in the schema's metadata, `bluelamp.coverage`
    Parquet,
}

impl Form for Format {
    fn is_for_reading(self) -> bool {
        self == Self::Table
    }

    fn is_binary(self) -> bool {
        matches!(self, Self::Arrow | Self::Parquet)
    }
}

/// A grid as the bytes of a columnar format or of CSV.
pub(crate) fn grid_bytes(format: Format, grid: &grid::Grid, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    match format {
        Format::Arrow => columnar::arrow(grid, coverage),
        Format::Parquet => columnar::parquet(grid, coverage),
        Format::Table | Format::Json | Format::Csv => csv::render(grid, coverage),
    }
}

/// `mps`, `mps and colp`, `mps, colp and btp`.
pub(crate) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Text from a peer as it may stand on a terminal: control characters, which could move the cursor or hide a line,
/// are replaced.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Lines of aligned columns under their headings, two spaces apart and without trailing space. Columns from
/// `numbers` on stand to the right.
pub(crate) fn aligned(headings: &[String], rows: Vec<Vec<String>>, numbers: usize) -> Vec<String> {
    let right: Vec<bool> = (0..headings.len()).map(|at| at >= numbers).collect();
    aligned_where(headings, rows, &right)
}

/// The same with each column that is marked standing to the right.
pub(crate) fn aligned_where(headings: &[String], rows: Vec<Vec<String>>, right: &[bool]) -> Vec<String> {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings).add_rows(rows);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if right.get(at) == Some(&true) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}
