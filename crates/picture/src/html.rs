//! The picture as one HTML page that stands by itself: no script, no font or image from elsewhere, charts as SVG with
//! their tables beside them, and rules for print.

mod bars;
mod chart;
mod coverage;
mod markup;
mod months;
mod reading;
mod squares;
mod style;
mod table;

use crate::picture::{Block, Chart, MARKING, Picture, Section};
use crate::words;
use markup::Markup;

/// The picture as a page.
pub fn render(picture: &Picture) -> String {
    let mut page = Markup::default();
    page.raw("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Nothing is loaded from anywhere, whatever a name in the answers would say.
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    page.text(&format!("Threat picture {} ({MARKING})", picture.head.frame.period()));
    page.raw("</title>\n<style>\n");
    page.raw(style::STYLE);
    page.raw("</style>\n</head>\n<body>\n");
    marking(&mut page);
    page.raw("<main>\n");
    head(&mut page, picture);
    summary(&mut page, picture);
    let mut charts = 0;
    for section in &picture.sections {
        write_section(&mut page, section, &mut charts);
    }
    coverage::write(&mut page, picture);
    reading::write(&mut page);
    page.raw("</main>\n");
    marking(&mut page);
    page.raw("</body>\n</html>\n");
    page.finish()
}

fn marking(page: &mut Markup) {
    page.element("<p class=\"marking\">", MARKING, "</p>\n");
}

fn head(page: &mut Markup, picture: &Picture) {
    let head = &picture.head;
    let period = head.frame.period();
    page.raw("<header>\n<h1>Threat picture <span class=\"period\">");
    page.text(&period.to_string());
    page.raw("</span></h1>\n");
    let days = format!(
        "{} to {}, beside {}",
        period.first_day().strftime("%-d %B %Y"),
        period.last_day().strftime("%-d %B %Y"),
        head.frame.previous()
    );
    page.element("<p class=\"days\">", &days, "</p>\n<dl class=\"about\">\n");
    let as_of = picture.forces.iter().filter_map(|force| force.as_of);
    let as_of = as_of.map(|(first, _)| first).min().map_or_else(|| "–".to_owned(), words::moment);
    for (term, text) in [
        ("Made", words::moment(head.made_at)),
        ("For", head.asker.clone()),
        ("Purpose", head.purpose.clone()),
        ("Operation", head.operation.clone()),
        ("Records as of", format!("{as_of} or later")),
        ("Coverage", picture.coverage()),
    ] {
        page.element("<div><dt>", term, "</dt>");
        page.element("<dd>", &text, "</dd></div>\n");
    }
    page.raw("</dl>\n</header>\n");
}

fn summary(page: &mut Markup, picture: &Picture) {
    let summary = &picture.summary;
    page.raw("<section class=\"summary\" aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n<ul class=\"figures\">\n");
    for figure in &summary.figures {
        page.element("<li><span class=\"what\">", &figure.title, "</span><span class=\"much\">");
        page.text(&figure.amount.as_ref().map_or_else(|| "no answer".to_owned(), words::amount));
        page.raw("</span><span class=\"trend\">");
        page.text(&figure.trend.as_ref().map(words::trend).unwrap_or_default());
        page.raw("</span></li>\n");
    }
    page.raw("</ul>\n<div class=\"lists\">\n");
    for (title, list, otherwise) in [
        ("▲ What rose", &summary.rose, "Nothing rose beyond its margins."),
        ("▼ What fell", &summary.fell, "Nothing fell beyond its margins."),
        ("? What can’t be said", &summary.unsaid, "Every trend can be told, and every force answered."),
    ] {
        page.element("<div>\n<h3>", title, "</h3>\n<ul>\n");
        for item in list {
            page.element("<li>", item, "</li>\n");
        }
        if list.is_empty() {
            page.element("<li>", otherwise, "</li>\n");
        }
        page.raw("</ul>\n</div>\n");
    }
    page.raw("</div>\n</section>\n");
}

fn write_section(page: &mut Markup, section: &Section, charts: &mut u64) {
    page.element("<section class=\"matter\">\n<h2>", &section.title, "</h2>\n");
    page.element("<p class=\"lead\">", &section.lead, "</p>\n");
    if !section.gaps.is_empty() {
        page.raw("<div class=\"gaps\"><h3>Gaps</h3><ul>\n");
        for gap in &section.gaps {
            page.element("<li>", gap, "</li>\n");
        }
        page.raw("</ul></div>\n");
    }
    for note in &section.notes {
        page.element("<p class=\"note\">", note, "</p>\n");
    }
    for block in &section.blocks {
        *charts += 1;
        page.raw("<div class=\"block\">\n");
        page.element("<h3>", &block.caption, "</h3>\n");
        draw(page, block, *charts);
        table::write(page, block);
        page.raw("</div>\n");
    }
    page.raw("</section>\n");
}

fn draw(page: &mut Markup, block: &Block, number: u64) {
    page.raw("<figure>\n");
    match &block.chart {
        Chart::Bars { columns } => bars::write(page, block, *columns, number),
        Chart::Months { compared, names } => months::write(page, block, compared, names, number),
        Chart::Squares => squares::write(page, block, number),
    }
    page.raw("</figure>\n");
}
