//! The table of a block: the same figures as its chart, to be read, copied and heard.

use super::markup::Markup;
use crate::picture::{Block, Cell, Chart};
use crate::{Amount, Status, Trend, words};

/// Writes the table.
pub(super) fn write(page: &mut Markup, block: &Block) {
    // Across two dimensions there is no room for who keeps what back; a table for each force says it.
    let with_reasons = block.chart != Chart::Squares;
    page.raw(if block.headings.len() == 2 { "<table class=\"narrow\">" } else { "<table>" });
    page.element("\n<caption>Table: ", &block.caption, "</caption>\n<thead><tr>");
    let trends = block.rows.first().map(|row| row.cells.as_slice()).unwrap_or_default();
    let is_trend = |at: usize| at > 0 && matches!(trends.get(at - 1), Some(Cell::Trend(_)));
    for (at, heading) in block.headings.iter().enumerate() {
        page.raw(if is_trend(at) { "<th scope=\"col\" class=\"word\">" } else { "<th scope=\"col\">" });
        page.element("", heading, "</th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for row in &block.rows {
        page.raw(if row.is_total { "<tr class=\"total\">" } else { "<tr>" });
        page.element("<th scope=\"row\">", &row.name, "</th>");
        row.cells.iter().for_each(|one| cell(page, one, with_reasons));
        page.raw("</tr>\n");
    }
    page.raw("</tbody>\n</table>\n");
}

fn cell(page: &mut Markup, cell: &Cell, with_reasons: bool) {
    match cell {
        Cell::Amount(amount) => figure(page, amount, with_reasons),
        Cell::Trend(trend) => {
            page.raw(match trend {
                Trend::Rose(_) => "<td class=\"rose\">",
                Trend::Fell(_) => "<td class=\"fell\">",
                _ => "<td class=\"still\">",
            });
            page.element("<span class=\"sign\">", words::sign(trend), "</span> ");
            page.text(&format!("{}{}", trend.word(), words::by(trend)));
            page.raw("</td>");
        }
        Cell::NoAnswer => page.raw("<td class=\"kept\">no answer</td>"),
    }
}

fn figure(page: &mut Markup, amount: &Amount, with_reasons: bool) {
    page.raw(match amount.status() {
        Status::Suppressed | Status::TooFew => "<td class=\"kept\">",
        Status::AtLeast | Status::ProbablyAtLeast => "<td class=\"least\">",
        Status::None => "<td class=\"none\">",
        _ => "<td>",
    });
    page.text(&words::amount(amount));
    // Who holds too few stands above, since it is so for the whole table.
    let by = amount.suppressed_by();
    if with_reasons && !by.is_empty() {
        page.raw(if amount.status() == Status::Suppressed { "<small>" } else { "<small>suppressed: " });
        page.element("", &words::list(by), "</small>");
    }
    page.raw("</td>");
}
