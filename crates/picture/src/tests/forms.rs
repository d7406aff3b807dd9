//! Every form of a picture, as snapshots: made of suppressed, rounded, noisy, empty and missing parts.

use model::{Outcome, Refusal};

use super::made::{head, heard, picture};
use crate::question::{Heard, Topic, When};
use crate::{Picture, csv, explain, html, json, questions, text};

/// btp broke off for one question, colp refuses gradings, and one question failed.
fn partial() -> Picture {
    let mut heard = heard();
    for (asked, heard) in &mut heard {
        let outcome = match (asked.topic, asked.when) {
            (Topic::Reports, When::Previous) => ("btp", Outcome::Unreachable),
            (Topic::Gradings, _) => ("colp", Outcome::Refused(Refusal::NotPermitted)),
            (Topic::ClosedThreats, When::Previous) => {
                *heard = Err("the coordinator of rocta did not answer in time".to_owned());
                continue;
            }
            _ => continue,
        };
        let answer = heard.as_mut().unwrap();
        let line = answer.coverage.forces.iter_mut().find(|line| line.force.as_str() == outcome.0).unwrap();
        line.outcome = outcome.1;
        answer.rows.retain(|row| row.keys[0].as_deref() != Some(outcome.0));
        answer.protections.retain(|(force, _)| force.as_str() != outcome.0);
    }
    picture(crate::Head { per_force: true, ..head() }, &heard)
}

fn whole() -> Picture {
    picture(head(), &heard())
}

#[test]
fn a_picture_for_reading() {
    insta::assert_snapshot!(text::render(&whole()));
}

#[test]
fn a_partial_picture_by_force_for_reading() {
    insta::assert_snapshot!(text::render(&partial()));
}

#[test]
fn a_picture_as_json() {
    let json = json::render(&whole()).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn a_partial_picture_as_csv() {
    insta::assert_snapshot!(String::from_utf8(csv::render(&partial()).unwrap()).unwrap());
}

#[test]
fn a_picture_as_a_page() {
    insta::assert_snapshot!(html::render(&whole()));
}

#[test]
fn the_questions_before_they_are_asked() {
    let frame = head().frame;
    insta::assert_snapshot!(explain::render(&frame, &questions(&frame).unwrap()));
}

/// A page stands by itself: nothing in it is fetched or run.
#[test]
fn a_page_has_no_script_and_nothing_from_elsewhere() {
    for picture in [whole(), partial()] {
        let page = html::render(&picture);
        for absent in
            ["<script", "<link", "<img", "<iframe", "@import", "javascript:", " href=", " src=", " onload"]
        {
            assert!(!page.contains(absent), "{absent}");
        }
        let elsewhere = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assert!(!elsewhere.contains("http://") && !elsewhere.contains("https://"));
        assert_eq!(page.matches("role=\"img\"").count(), page.matches("<figure>").count());
        assert_eq!(page.matches("<desc ").count(), page.matches("<figure>").count());
        assert!(
            page.matches("<table").count() >= page.matches("<figure>").count(),
            "a table beside each chart"
        );
    }
}

/// Every form says the marking, the periods and the coverage.
#[test]
fn every_form_says_what_it_is() {
    let picture = partial();
    let forms = [
        text::render(&picture),
        html::render(&picture),
        String::from_utf8(csv::render(&picture).unwrap()).unwrap(),
        String::from_utf8(json::render(&picture).unwrap()).unwrap(),
    ];
    for form in forms {
        for part in
            ["OFFICIAL-SENSITIVE", "2024-Q1", "2023-Q4", &picture.coverage(), "count a threat or report once"]
        {
            assert!(
                form.contains(part),
                "{part} is missing in {}",
                form.chars().take(80).collect::<String>()
            );
        }
    }
}

/// Names are only as good as whoever sent them.
#[test]
fn names_with_markup_are_text_in_every_form() {
    const EVIL: &str = "<script>alert('x')</script> & \"Co\"\u{1b}[2J\n=1+1";
    let mut heard = heard();
    for (_, heard) in &mut heard {
        let answer: &mut model::TableAnswer = Heard::as_mut(heard).unwrap();
        let group = answer.rows.iter_mut().find(|row| row.keys.last().unwrap().as_deref() == Some("drugs"));
        if let Some(row) = group {
            *row.keys.last_mut().unwrap() = Some(EVIL.to_owned());
        }
    }
    heard[2].1 = Err(EVIL.to_owned());
    let picture =
        picture(crate::Head { operation: EVIL.to_owned(), asker: EVIL.to_owned(), ..head() }, &heard);
    let page = html::render(&picture);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;x&#39;)"));
    for form in [page, text::render(&picture), String::from_utf8(csv::render(&picture).unwrap()).unwrap()] {
        assert!(!form.contains('\u{1b}') && !form.contains("\n=1+1"));
    }
    let json: serde_json::Value = serde_json::from_slice(&json::render(&picture).unwrap()).unwrap();
    assert_eq!(json["operation"], EVIL);
}
