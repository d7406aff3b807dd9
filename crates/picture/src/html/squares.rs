//! Squares across two dimensions: the more, the larger. The figure stands below each.

use super::chart::{self, WIDTH, hatched, is_hatched, label, line, rect};
use super::markup::Markup;
use crate::picture::{Block, Row};
use crate::{Amount, Status, words};

const LEFT: u64 = 170;
const ROW: u64 = 56;
/// Side of the largest square, and of what can't be told.
const LARGEST: u64 = 32;
const HATCHED: u64 = 16;
/// Most letters of a column's name in one line.
const LETTERS: usize = 15;

/// Draws all but the totals.
pub(super) fn write(page: &mut Markup, block: &Block, number: u64) {
    let rows: Vec<&Row> = block.rows.iter().filter(|row| !row.is_total).collect();
    // The last column is the total of the others.
    let columns: Vec<&String> = block.headings.iter().skip(1).rev().skip(1).rev().collect();
    let width = ((WIDTH - LEFT) / (columns.len() as u64).max(1)).min(120);
    let drawn =
        |row: &Row| row.cells.iter().take(columns.len()).filter_map(|c| c.amount().cloned()).collect();
    let cells: Vec<Vec<Amount>> = rows.iter().map(|row| drawn(row)).collect();
    let most = cells.iter().flatten().filter_map(Amount::figure).max().unwrap_or(0).max(1);
    let names: Vec<Vec<String>> = columns.iter().map(|heading| folded(heading)).collect();
    let top = 12 + 13 * names.iter().map(Vec::len).max().unwrap_or(0) as u64;
    chart::open(page, block, top + ROW * rows.len() as u64 + 8, number);
    for (lines, at) in names.iter().zip(0_u64..) {
        let x = LEFT + at * width + width / 2;
        for (text, below) in lines.iter().zip(0_u64..) {
            label(page, "below", [x, 14 + below * 13], text);
        }
    }
    for ((row, amounts), at) in rows.iter().zip(&cells).zip(0_u64..) {
        let y = top + at * ROW;
        line(page, "grid", [LEFT - 160, y, LEFT + width * columns.len() as u64, y]);
        label(page, "name", [LEFT - 10, y + ROW / 2], &row.name);
        for (amount, at) in amounts.iter().zip(0_u64..) {
            square(page, amount, most, [LEFT + at * width + width / 2, y + 20], number);
        }
        page.raw("\n");
    }
    chart::close(page);
}

fn square(page: &mut Markup, amount: &Amount, most: u64, [x, y]: [u64; 2], number: u64) {
    let side = amount.figure().map_or(HATCHED, |figure| side(figure, most));
    let place = [x - side / 2, y - side / 2, side, side];
    if is_hatched(amount) {
        hatched(page, place, number);
    } else if amount.status() != Status::None {
        rect(page, place);
        page.raw(if amount.is_bound() { " class=\"bound\"/>" } else { " class=\"solid\"/>" });
    }
    match amount.status() {
        Status::None => label(page, "quiet", [x, y + 12], Status::None.word()),
        _ => label(page, "below", [x, y + 30], &words::amount(amount)),
    }
}

/// The side of a square whose area is as much of the largest one's as the figure is of the most.
fn side(figure: u64, most: u64) -> u64 {
    let area = u128::from(LARGEST * LARGEST) * u128::from(figure) / u128::from(most);
    u64::try_from(area.isqrt()).unwrap_or(LARGEST).max(2)
}

/// A name in up to three lines.
fn folded(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        let is_last = lines.len() == 3;
        match lines.last_mut() {
            Some(line) if is_last || line.chars().count() + word.chars().count() < LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
