//! What all charts share: their frame with title and description, the scale, and how each sort of figure is drawn so that it
//! reads without colour.

use super::markup::Markup;
use crate::picture::Block;
use crate::{Amount, Status, words};

/// Width of every chart, in units of its view box; one unit is a pixel on a wide screen.
pub(super) const WIDTH: u64 = 720;

/// Opens a chart: what it is for those who can't see it, and the hatching of what is kept back.
pub(super) fn open(page: &mut Markup, block: &Block, height: u64, number: u64) {
    page.raw("<svg role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
    page.number(WIDTH);
    page.raw(" ");
    page.number(height);
    page.raw("\" aria-labelledby=\"chart-");
    page.number(number);
    page.raw("-title chart-");
    page.number(number);
    page.raw("-desc\">\n<title id=\"chart-");
    page.number(number);
    page.element("-title\">", &block.caption, "</title>\n<desc id=\"chart-");
    page.number(number);
    page.element("-desc\">", &description(block), "</desc>\n<defs><pattern id=\"hatch-");
    page.number(number);
    page.raw(
        "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"6\" height=\"6\" fill=\"#fff\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#7b8791\" \
         stroke-width=\"2\"/></pattern></defs>\n",
    );
}

/// Closes a chart.
pub(super) fn close(page: &mut Markup) {
    page.raw("</svg>\n");
}

fn description(block: &Block) -> String {
    let rows = block.rows.iter().filter(|row| !row.is_total);
    let cells = rows.clone().flat_map(|row| row.cells.iter().filter_map(crate::Cell::amount));
    let kept = cells.clone().filter(|amount| amount.figure().is_none()).count();
    let largest = rows
        .filter_map(|row| {
            let amount = row.cells.first()?.amount()?;
            Some((amount.figure()?, row, amount))
        })
        .max_by_key(|(figure, ..)| *figure);
    let largest = largest.map(|(_, row, amount)| {
        let of = block.headings.get(1).map_or("", String::as_str);
        format!(" The largest of {of} is {}: {}.", row.name, words::spoken(amount))
    });
    format!(
        "The same figures as in the table that follows.{} Of {} figures {kept} can't be told and are drawn hatched.",
        largest.unwrap_or_default(),
        cells.count()
    )
}

/// From figures to lengths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    most: u64,
    length: u64,
}

impl Scale {
    /// A scale on which the largest of these amounts, with its margin, takes `length`.
    pub(super) fn of<'a>(amounts: impl Iterator<Item = &'a Amount>, length: u64) -> Self {
        let reach = |amount: &Amount| {
            let figure = amount.figure().unwrap_or(0);
            figure.saturating_add(amount.margin().unwrap_or(0))
        };
        Self { most: amounts.map(reach).max().unwrap_or(0), length }
    }

    /// How long a figure is drawn.
    pub(super) fn at(self, figure: u64) -> u64 {
        let length =
            u128::from(figure.min(self.most)) * u128::from(self.length) / u128::from(self.most.max(1));
        u64::try_from(length).unwrap_or(self.length)
    }

    /// Round figures to mark on the axis, at most six with zero; none where nothing can be told.
    pub(super) fn marks(self) -> Vec<u64> {
        if self.most == 0 {
            return Vec::new();
        }
        let mut step = 1_u64;
        let mut factors = [2, 5, 10].iter().cycle();
        let mut base = 1_u64;
        while self.most / step > 5 {
            let factor = *factors.next().unwrap_or(&10);
            step = base.saturating_mul(factor);
            if factor == 10 {
                base = step;
            }
        }
        (0..=self.most / step).map(|mark| mark * step).collect()
    }
}

/// Whether a figure is of the period of the picture, drawn solid, or of the one compared with, drawn hollow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// Of the period.
    Solid,
    /// Of the period compared with.
    Hollow,
}

impl Fill {
    /// The class that the style sheet knows it by.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Hollow => "hollow",
        }
    }
}

/// Whether a figure is drawn hatched, at no length that could be read as a number.
pub(super) fn is_hatched(amount: &Amount) -> bool {
    matches!(amount.status(), Status::Suppressed | Status::TooFew)
}

/// Writes a rectangle's place and size.
pub(super) fn rect(page: &mut Markup, [x, y, width, height]: [u64; 4]) {
    page.raw("<rect");
    page.attribute("x", x);
    page.attribute("y", y);
    page.attribute("width", width);
    page.attribute("height", height);
}

/// A hatched rectangle: what can't be told.
pub(super) fn hatched(page: &mut Markup, place: [u64; 4], number: u64) {
    rect(page, place);
    page.raw(" class=\"hatched\" fill=\"url(#hatch-");
    page.number(number);
    page.raw(")\"/>");
}

/// A line.
pub(super) fn line(page: &mut Markup, class: &'static str, [x1, y1, x2, y2]: [u64; 4]) {
    page.raw("<line class=\"");
    page.raw(class);
    page.raw("\"");
    page.attribute("x1", x1);
    page.attribute("y1", y1);
    page.attribute("x2", x2);
    page.attribute("y2", y2);
    page.raw("/>");
}

/// A line of text, from, around or up to `x`, as `class` says.
pub(super) fn label(page: &mut Markup, class: &'static str, [x, y]: [u64; 2], text: &str) {
    page.raw("<text class=\"");
    page.raw(class);
    page.raw("\"");
    page.attribute("x", x);
    page.attribute("y", y);
    page.element(">", text, "</text>");
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn a_scale_is_marked_in_round_steps_and_never_overshoots() {
        for (most, marks) in [
            (1, &[0, 1][..]),
            (5, &[0, 1, 2, 3, 4, 5]),
            (7, &[0, 2, 4, 6]),
            (290, &[0, 50, 100, 150, 200, 250]),
            (1_206, &[0, 500, 1_000]),
            (60, &[0, 20, 40, 60]),
        ] {
            let scale = Scale { most, length: 400 };
            assert_eq!(scale.marks(), marks, "{most}");
            assert_eq!((scale.at(0), scale.at(most), scale.at(u64::MAX)), (0, 400, 400));
        }
        let nothing = Scale { most: 0, length: 400 };
        assert!(nothing.marks().is_empty() && nothing.at(0) == 0);
        let huge = Scale { most: u64::MAX, length: 400 };
        assert!(huge.marks().len() <= 6 && huge.at(u64::MAX / 2) < 201);
    }
}
