//! A grid as CSV. The first line is a comment, `# coverage: …`, which most readers can be told to skip: a file that is
//! passed on keeps saying which forces it speaks for.

use model::Coverage;

use super::grid::Grid;
use crate::exit::Failure;

/// The grid with its coverage.
pub(super) fn render(grid: &Grid, coverage: &Coverage) -> Result<Vec<u8>, Failure> {
    let mut bytes = format!("# coverage: {}\n", coverage.sentence()).into_bytes();
    let mut writer = ::csv::Writer::from_writer(&mut bytes);
    writer.write_record(grid.columns.iter().map(|column| &column.name))?;
    let rows = grid.columns.first().map_or(0, |column| column.values.len());
    for at in 0..rows {
        let cell =
            |column: &super::grid::Column| column.values.text(at).unwrap_or_else(|| column.absent.to_owned());
        writer.write_record(grid.columns.iter().map(cell))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}
