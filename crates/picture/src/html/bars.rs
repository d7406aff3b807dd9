//! Horizontal bars, a row for each group: solid for the period, hollow below it for the one compared with.

use super::chart::{self, Fill, Scale, WIDTH, hatched, label, line, rect};
use super::markup::Markup;
use crate::picture::{Block, Row};
use crate::{Amount, Status, words};

/// Where bars begin, and how long the longest is.
const LEFT: u64 = 170;
const LONGEST: u64 = WIDTH - LEFT - 110;
const BAR: u64 = 12;
const TOP: u64 = 26;
/// How long what can't be told is drawn: the same for all of it.
const HATCHED: u64 = 60;

/// Draws the rows that are no totals.
pub(super) fn write(page: &mut Markup, block: &Block, columns: usize, number: u64) {
    let rows: Vec<&Row> = block.rows.iter().filter(|row| !row.is_total).collect();
    let amounts =
        |row: &Row| row.cells.iter().take(columns).filter_map(|cell| cell.amount().cloned()).collect();
    let drawn: Vec<Vec<Amount>> = rows.iter().map(|row| amounts(row)).collect();
    let scale = Scale::of(drawn.iter().flatten(), LONGEST);
    let step = BAR * columns as u64 + 3 * (columns as u64 - 1) + 12;
    let bottom = TOP + step * rows.len() as u64;
    chart::open(page, block, bottom + 40, number);
    axis(page, scale, bottom);
    for ((row, amounts), at) in rows.iter().zip(&drawn).zip(0_u64..) {
        let top = TOP + at * step + 4;
        label(page, "name", [LEFT - 10, top + (step - 12) / 2 + 4], &row.name);
        for ((amount, fill), place) in amounts.iter().zip([Fill::Solid, Fill::Hollow]).zip(0_u64..) {
            bar(page, scale, amount, fill, top + place * (BAR + 3), number);
        }
        page.raw("\n");
    }
    let names: Vec<&str> = block.headings.iter().skip(1).take(columns).map(String::as_str).collect();
    legend(page, &names, bottom + 28);
    chart::close(page);
}

fn axis(page: &mut Markup, scale: Scale, bottom: u64) {
    for mark in scale.marks() {
        let x = LEFT + scale.at(mark);
        line(page, "grid", [x, TOP - 4, x, bottom]);
        label(page, "mark", [x, TOP - 10], &mark.to_string());
    }
    line(page, "axis", [LEFT, TOP - 4, LEFT, bottom]);
    page.raw("\n");
}

fn bar(page: &mut Markup, scale: Scale, amount: &Amount, fill: Fill, y: u64, number: u64) {
    let length = amount.figure().map_or(HATCHED, |figure| scale.at(figure));
    let end = LEFT + length;
    let mut reach = end;
    match amount.status() {
        Status::Suppressed | Status::TooFew => hatched(page, [LEFT, y, HATCHED, BAR], number),
        Status::None => {}
        Status::AtLeast | Status::ProbablyAtLeast => {
            open_bar(page, fill, [LEFT, y, length]);
            reach = end + 16;
        }
        Status::Exact | Status::Rounded | Status::Noisy => {
            rect(page, [LEFT, y, length.max(1), BAR]);
            page.raw(" class=\"");
            page.raw(fill.class());
            page.raw("\"/>");
            reach = whisker(page, scale, amount, y + BAR / 2).max(end);
        }
    }
    label(page, "value", [reach + 6, y + BAR - 2], &words::amount(amount));
}

/// A bar without an end: at least so much, and an arrow on.
fn open_bar(page: &mut Markup, fill: Fill, [x, y, length]: [u64; 3]) {
    rect(page, [x, y, length.max(1), BAR]);
    page.raw(" class=\"open ");
    page.raw(fill.class());
    page.raw("\"/>");
    let (middle, end) = (y + BAR / 2, x + length.max(1));
    for edge in [y, y + BAR] {
        line(page, "edge", [x, edge, end, edge]);
        line(page, "onward", [end, edge, end + 12, edge]);
    }
    line(page, "arrow", [end, middle, end + 14, middle]);
    line(page, "arrow", [end + 10, middle - 3, end + 14, middle]);
    line(page, "arrow", [end + 10, middle + 3, end + 14, middle]);
}

/// How far the exact figure may lie, as a line across the bar's end. Returns how far it reaches.
fn whisker(page: &mut Markup, scale: Scale, amount: &Amount, y: u64) -> u64 {
    let (low, Some(high)) = (LEFT + scale.at(amount.low()), amount.high()) else { return 0 };
    let high = LEFT + scale.at(high);
    if amount.margin().is_none_or(|margin| margin == 0) {
        return high;
    }
    line(page, "halo", [low, y, high, y]);
    line(page, "whisker", [low, y, high, y]);
    for x in [low, high] {
        line(page, "whisker", [x, y - 3, x, y + 3]);
    }
    high
}

/// Which bar is which.
pub(super) fn legend(page: &mut Markup, names: &[&str], y: u64) {
    for ((name, fill), at) in names.iter().zip([Fill::Solid, Fill::Hollow]).zip(0_u64..) {
        let x = LEFT + at * 190;
        rect(page, [x, y - 9, 22, 10]);
        page.raw(" class=\"");
        page.raw(fill.class());
        page.raw("\"/>");
        label(page, "value", [x + 28, y], name);
    }
    page.raw("\n");
}
