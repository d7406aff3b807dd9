//! Margins one at a time: a line is the rows that add up to one margin, got by collapsing dimensions.
//! In every line the suppressed rows must be at least two, and together too many to point at anybody.
#![expect(
    clippy::indexing_slicing,
    reason = "rows are numbered by their place in the table and every list here is as long as the table"
)]

use super::suppress::{Body, Codes};

/// All lines of a table.
pub(super) struct Lines {
    lines: Vec<Vec<usize>>,
}

impl Lines {
    /// The lines of every way to collapse one or more dimensions.
    ///
    /// A row that is alone in a line is known to whoever knows the margin, whatever is suppressed, and then others
    /// are known by subtraction. Such rows can't be shielded, and must not be counted on to shield others: lines
    /// stand here again without them. Which rows these are depends on the margins that somebody knows: all, or
    /// only those large enough to be published.
    pub(super) fn of(rows: &[Body<'_>], codes: &Codes, minimum: u64) -> Self {
        let mut lines: Vec<Vec<usize>> = Vec::new();
        let dimensions = codes.dimensions();
        // Each subset of the dimensions but the whole is one way to collapse the rest.
        for kept in 0..(1_usize << dimensions).saturating_sub(1) {
            lines.extend(codes.gather(|dimension| kept >> dimension & 1 == 1));
        }
        let margin =
            |line: &&Vec<usize>| line.iter().map(|&row| rows[row].entities).fold(0, u64::saturating_add);
        let large: Vec<Vec<usize>> = lines.iter().filter(|line| margin(line) >= minimum).cloned().collect();
        let shielded = without_exposed(rows.len(), &lines).chain(without_exposed(rows.len(), &large));
        let shielded: Vec<Vec<usize>> = shielded.collect();
        lines.extend(shielded);
        lines.retain(|line| line.len() > 1);
        for line in &mut lines {
            line.sort_by_key(|&row| (rows[row].entities, row));
        }
        Self { lines }
    }

    /// Suppresses the smallest rows of each line that needs more. Says whether anything changed.
    pub(super) fn suppress(&self, rows: &[Body<'_>], minimum: u64, hidden: &mut [bool]) -> bool {
        let mut changed = false;
        for line in &self.lines {
            let mut dark = Dark::default();
            line.iter().filter(|&&row| hidden[row]).for_each(|&row| dark.add(&rows[row]));
            if dark.rows == 0 {
                continue;
            }
            for &row in line {
                if dark.is_enough(minimum) {
                    break;
                }
                if !hidden[row] {
                    hidden[row] = true;
                    changed = true;
                    dark.add(&rows[row]);
                }
            }
        }
        changed
    }
}

/// What the suppressed rows of a line come to.
#[derive(Default)]
struct Dark {
    rows: usize,
    entities: u64,
    values: Vec<u64>,
}

impl Dark {
    fn add(&mut self, row: &Body<'_>) {
        self.rows += 1;
        self.entities = self.entities.saturating_add(row.entities);
        self.values.resize(self.values.len().max(row.values.len()), 0);
        for (total, over) in self.values.iter_mut().zip(&row.values) {
            *total = total.saturating_add(*over);
        }
    }

    fn is_enough(&self, minimum: u64) -> bool {
        let values_enough = self.values.iter().all(|&over| over == 0 || over >= minimum);
        self.rows >= 2 && self.entities >= minimum && values_enough
    }
}

/// The lines that hold rows which these lines' margins alone give away, without those rows.
fn without_exposed(rows: usize, lines: &[Vec<usize>]) -> impl Iterator<Item = Vec<usize>> {
    let exposed = exposed(rows, lines);
    lines.iter().filter_map(move |line| {
        let shielded: Vec<usize> = line.iter().copied().filter(|&row| !exposed[row]).collect();
        (shielded.len() < line.len()).then_some(shielded)
    })
}

/// The rows that margins alone give away, one after another: those alone in a line, then those alone but for them.
fn exposed(rows: usize, lines: &[Vec<usize>]) -> Vec<bool> {
    let mut lines_of = vec![Vec::new(); rows];
    for (at, line) in lines.iter().enumerate() {
        line.iter().for_each(|&row| lines_of[row].push(at));
    }
    let mut unknown: Vec<usize> = lines.iter().map(Vec::len).collect();
    let mut alone: Vec<usize> = (0..lines.len()).filter(|&line| unknown[line] == 1).collect();
    let mut exposed = vec![false; rows];
    while let Some(line) = alone.pop() {
        let Some(&row) = lines[line].iter().find(|&&row| !exposed[row]) else { continue };
        exposed[row] = true;
        for &other in &lines_of[row] {
            unknown[other] -= 1;
            if unknown[other] == 1 {
                alone.push(other);
            }
        }
    }
    exposed
}
