//! How to read the page: what a bar, a hatching, an open end and a trend mean, and what protects the figures.

use super::markup::Markup;

const KEY: &str = "<dl class=\"key\">\n\
<div><dt><svg viewBox=\"0 0 60 14\" aria-hidden=\"true\"><rect x=\"1\" y=\"1\" width=\"40\" height=\"12\" class=\"solid\"/>\
<line class=\"halo\" x1=\"34\" y1=\"7\" x2=\"48\" y2=\"7\"/><line class=\"whisker\" x1=\"34\" y1=\"7\" x2=\"48\" y2=\"7\"/>\
<line class=\"whisker\" x1=\"34\" y1=\"4\" x2=\"34\" y2=\"10\"/><line class=\"whisker\" x1=\"48\" y1=\"4\" x2=\"48\" y2=\"10\"/></svg></dt>\
<dd><b>285 ±6</b> The period of the picture. The line across the end shows how far the exact figure may lie: forces round \
their counts or add noise to them. Noise exceeds its margin in 5 of 100 figures.</dd></div>\n\
<div><dt><svg viewBox=\"0 0 60 14\" aria-hidden=\"true\"><rect x=\"1\" y=\"1\" width=\"40\" height=\"12\" class=\"hollow\"/></svg></dt>\
<dd>The period that it is compared with.</dd></div>\n\
<div><dt><svg viewBox=\"0 0 60 14\" aria-hidden=\"true\"><rect x=\"1\" y=\"1\" width=\"34\" height=\"12\" class=\"open solid\"/>\
<line class=\"edge\" x1=\"1\" y1=\"1\" x2=\"35\" y2=\"1\"/><line class=\"edge\" x1=\"1\" y1=\"13\" x2=\"35\" y2=\"13\"/>\
<line class=\"onward\" x1=\"35\" y1=\"1\" x2=\"47\" y2=\"1\"/><line class=\"onward\" x1=\"35\" y1=\"13\" x2=\"47\" y2=\"13\"/>\
<line class=\"arrow\" x1=\"35\" y1=\"7\" x2=\"49\" y2=\"7\"/><line class=\"arrow\" x1=\"45\" y1=\"4\" x2=\"49\" y2=\"7\"/>\
<line class=\"arrow\" x1=\"45\" y1=\"10\" x2=\"49\" y2=\"7\"/></svg></dt>\
<dd><b>≥ 33</b> At least so many: a force suppressed its share, or holds too few to tell. A bound, never a total; beside noise one in \
95 of 100 figures.</dd></div>\n\
<div><dt><span class=\"swatch\"></span></dt>\
<dd><b>suppressed</b> May not be told: few people, reports or threats stand behind it, or it would give away another such \
figure. It is no zero, and its length says nothing.</dd></div>\n\
<div><dt><span class=\"swatch\"></span></dt>\
<dd><b>too few</b> A force’s whole table holds fewer than its smallest cell, or nothing. Forces don’t say which.</dd></div>\n\
<div><dt>none</dt><dd>No force that answered holds such a record, of those that its policy lets be counted.</dd></div>\n\
<div><dt>▲ ▼</dt><dd>Rose or fell: by more than both margins together and whatever is kept back.</dd></div>\n\
<div><dt>–</dt><dd>No clear change: the difference lies within the margins. Small changes may be chance, whatever their \
margin.</dd></div>\n\
<div><dt>?</dt><dd>Can’t be told: what is kept back could turn it either way, or the period compared with was not \
answered.</dd></div>\n\
</dl>\n";

/// Writes the section.
pub(super) fn write(page: &mut Markup) {
    page.raw("<section class=\"matter\">\n<h2>How to read this</h2>\n");
    page.raw(KEY);
    page.raw(
        "<p>Every force counts its own records under its own policy and protects its figures before they leave. Records \
         that a policy lets nobody count, such as those of sensitive sources, stand in no figure. Forces remember what \
         they told: the same question gets the same answer while records and policy stand, and a later question bears the \
         suppression that an overlap with an earlier one asks for.</p>\n</section>\n",
    );
}
