//! A grid as CSV. The first line is a comment, `# coverage: …`, which most readers can be told to skip: a file that is
//! passed on keeps saying which forces it speaks for.

use model::Coverage;

use super::grid::Grid;
use crate::exit::Failure;

/// The grid with its coverage.
pub(super) fn render(grid: &Grid, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    let headings: Vec<&str> = grid.columns.iter().map(|column| column.name.as_str()).collect();
    let rows = grid.columns.first().map_or(0, |column| column.values.len());
    let cell =
        |column: &super::grid::Column, at| column.values.text(at).unwrap_or_else(|| column.absent.to_owned());
    let rows = (0..rows).map(|at| grid.columns.iter().map(|column| cell(column, at)).collect());
    written(&headings, rows, coverage)
}

/// Rows of texts under their headings, with their coverage.
pub(super) fn written(
    headings: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    coverage: &Coverage,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = format!("# coverage: {}\n", coverage.sentence()).into_bytes();
    let mut writer = ::csv::Writer::from_writer(&mut bytes);
    writer.write_record(headings)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}
