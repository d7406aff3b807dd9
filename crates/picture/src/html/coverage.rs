//! Which forces the picture speaks for, how each protected its figures, and what became of each question.

use model::Outcome;

use super::markup::Markup;
use crate::picture::{DOUBLE_COUNTING, Picture};
use crate::words;

/// Writes the section.
pub(super) fn write(page: &mut Markup, picture: &Picture) {
    page.raw("<section class=\"matter\">\n<h2>Coverage</h2>\n");
    page.element("<p class=\"lead\">", &format!("{}.", picture.coverage()), "</p>\n");
    forces(page, picture);
    page.element("<p>", DOUBLE_COUNTING, "</p>\n");
    questions(page, picture);
    page.raw("</section>\n");
}

fn forces(page: &mut Markup, picture: &Picture) {
    page.raw("<table class=\"words\">\n<caption>Forces</caption>\n<thead><tr>");
    for heading in ["Force", "Answered", "Records as of", "Protection"] {
        page.element("<th scope=\"col\">", heading, "</th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for force in &picture.forces {
        page.element("<tr><th scope=\"row\">", force.force.as_str(), "</th>");
        page.element("<td>", &format!("{} of {}", force.answered(), picture.questions.len()), "</td>");
        let as_of = force.as_of.map_or_else(|| "–".to_owned(), |(first, _)| words::moment(first));
        page.element("<td>", &as_of, "</td>");
        let protections: Vec<String> = force.protections.iter().map(words::protection).collect();
        page.element("<td>", &protections.join("; or "), "</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n");
}

fn questions(page: &mut Markup, picture: &Picture) {
    page.raw(
        "<table class=\"words\">\n<caption>Questions</caption>\n<thead><tr><th scope=\"col\">Question</th>",
    );
    for force in &picture.forces {
        page.element("<th scope=\"col\">", force.force.as_str(), "</th>");
    }
    page.raw("<th scope=\"col\">Question id</th></tr></thead>\n<tbody>\n");
    for (at, line) in picture.questions.iter().enumerate() {
        page.element("<tr><th scope=\"row\">", &line.title, "</th>");
        for force in &picture.forces {
            match force.outcomes.get(at).and_then(Option::as_ref) {
                Some(Outcome::Answered { .. }) => page.raw("<td>answered</td>"),
                Some(Outcome::Refused(code)) => {
                    page.element("<td class=\"kept\">", &format!("refused: {code}"), "</td>");
                }
                Some(other) => page.element("<td class=\"kept\">", other.word(), "</td>"),
                None => page.raw("<td class=\"kept\">failed</td>"),
            }
        }
        match line.id {
            Some(id) => page.element("<td class=\"id\">", &id.to_string(), "</td>"),
            None => page.element("<td>", &line.said, "</td>"),
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody>\n</table>\n");
}
