//! A column for each month, hollow for the months of the period compared with.

use std::ops::Range;

use super::bars::legend;
use super::chart::{self, Fill, Scale, WIDTH, hatched, label, line, rect};
use super::markup::Markup;
use crate::picture::{Block, Row};
use crate::{Amount, Status, words};

const LEFT: u64 = 46;
const TOP: u64 = 34;
const HIGHEST: u64 = 150;
const BOTTOM: u64 = TOP + HIGHEST;
/// How high what can't be told is drawn: the same for all of it.
const HATCHED: u64 = 40;
const NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Draws a column for each row, which is named as `2024-03`.
pub(super) fn write(
    page: &mut Markup,
    block: &Block,
    compared: &Range<usize>,
    names: &[String],
    number: u64,
) {
    let amounts: Vec<Option<&Amount>> =
        block.rows.iter().map(|row| row.cells.first().and_then(crate::Cell::amount)).collect();
    let scale = Scale::of(amounts.iter().copied().flatten(), HIGHEST);
    let step = ((WIDTH - LEFT) / (block.rows.len() as u64).max(1)).clamp(8, 100);
    chart::open(page, block, BOTTOM + 68, number);
    for mark in scale.marks() {
        let y = BOTTOM - scale.at(mark);
        line(page, "grid", [LEFT, y, LEFT + step * block.rows.len() as u64, y]);
        label(page, "name", [LEFT - 6, y + 4], &mark.to_string());
    }
    for ((row, amount), at) in block.rows.iter().zip(&amounts).zip(0_usize..) {
        let fill = if compared.contains(&at) { Fill::Hollow } else { Fill::Solid };
        let x = LEFT + step * at as u64;
        if let Some(amount) = amount {
            column(page, scale, amount, fill, [x, step], number);
        }
        axis(page, row, at == 0 || row.name.ends_with("-01"), [x, step]);
        page.raw("\n");
    }
    line(page, "axis", [LEFT, BOTTOM, LEFT + step * block.rows.len() as u64, BOTTOM]);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    legend(page, &names, BOTTOM + 58);
    chart::close(page);
}

fn column(page: &mut Markup, scale: Scale, amount: &Amount, fill: Fill, [x, step]: [u64; 2], number: u64) {
    let (left, width) = (x + step / 6, (step * 2 / 3).max(4));
    let height = amount.figure().map_or(HATCHED, |figure| scale.at(figure));
    let top = BOTTOM - height;
    let mut reach = top;
    match amount.status() {
        Status::Suppressed | Status::TooFew => hatched(page, [left, top, width, HATCHED], number),
        Status::None => {}
        _ => {
            rect(page, [left, top, width, height.max(1)]);
            page.raw(" class=\"");
            page.raw(if amount.is_bound() { "open " } else { "" });
            page.raw(fill.class());
            page.raw("\"/>");
            if amount.is_bound() {
                for edge in [left, left + width] {
                    line(page, "edge", [edge, top, edge, BOTTOM]);
                    line(page, "onward", [edge, top.saturating_sub(10), edge, top]);
                }
                reach = top.saturating_sub(12);
            } else {
                reach = whisker(page, scale, amount, left + width / 2).min(top);
            }
        }
    }
    // On narrow columns a figure would run into the next; the table has it.
    if step >= 50 {
        label(page, "above", [x + step / 2, reach.saturating_sub(5)], &words::amount(amount));
    }
}

fn whisker(page: &mut Markup, scale: Scale, amount: &Amount, x: u64) -> u64 {
    let (low, Some(high)) = (BOTTOM - scale.at(amount.low()), amount.high()) else { return BOTTOM };
    let high = BOTTOM - scale.at(high);
    if amount.margin().is_none_or(|margin| margin == 0) {
        return high;
    }
    line(page, "halo", [x, high, x, low]);
    line(page, "whisker", [x, high, x, low]);
    for y in [low, high] {
        line(page, "whisker", [x - 3, y, x + 3, y]);
    }
    high
}

/// The month, and its year where one begins.
fn axis(page: &mut Markup, row: &Row, with_year: bool, [x, step]: [u64; 2]) {
    let (year, month) = row.name.split_once('-').unwrap_or((&row.name, ""));
    let name = month.parse::<usize>().ok().and_then(|month| NAMES.get(month.checked_sub(1)?)).copied();
    let name = name.unwrap_or("");
    let shown: String = if step >= 26 { name.to_owned() } else { name.chars().take(1).collect() };
    label(page, "below", [x + step / 2, BOTTOM + 15], &shown);
    if with_year {
        label(page, "below year", [x + step / 2, BOTTOM + 29], year);
    }
}
