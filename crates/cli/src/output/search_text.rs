//! A search answer for reading at a glance: one block for each force, the coverage last.

use std::fmt::Write as _;

use model::answer::ForceCoverage;
use model::reply::{CountBand, LinkedLine, MatchLine, SearchReply};
use model::{ForceId, Granularity, Outcome, SamePerson, SearchAnswer};

use super::coverage::moment;
use super::{aligned, list, plain};

/// What stands before the lines of a block.
const INDENT: &str = "      ";

/// The answer as text; `asked` is the rung that was asked for.
pub(crate) fn render(answer: &SearchAnswer, asked: Granularity) -> String {
    let mut text = String::new();
    for block in blocks(answer, asked) {
        text.push_str(&block);
        text.push('\n');
    }
    let same = same_person(answer);
    if !same.is_empty() {
        text.push_str(&same);
        text.push('\n');
    }
    // Writing to a String can't fail.
    let _ = writeln!(text, "Question {}", answer.question);
    let _ = writeln!(text, "{}", answer.coverage.sentence());
    text
}

/// A block of lines for each force.
pub(super) fn blocks(answer: &SearchAnswer, asked: Granularity) -> Vec<String> {
    let longest = answer.coverage.forces.iter().map(|line| line.force.as_str().len()).max().unwrap_or(0);
    let width = longest.max(4);
    let of = |line: &ForceCoverage| {
        let reply = answer.answers.iter().find(|(force, _)| *force == line.force).map(|(_, reply)| reply);
        block(line, reply, asked, width)
    };
    answer.coverage.forces.iter().map(of).collect()
}

/// A line for each set of forces that probably hold the same person.
pub(super) fn same_person(answer: &SearchAnswer) -> String {
    let line = |same: &SamePerson| {
        format!("{} hold the same person: {}\n", list(same.forces.iter()), same.confidence)
    };
    answer.same_person.iter().map(line).collect()
}

fn block(line: &ForceCoverage, reply: Option<&SearchReply>, asked: Granularity, width: usize) -> String {
    let force = &line.force;
    match (&line.outcome, reply) {
        (Outcome::Answered { as_of, .. }, Some(reply)) => {
            let mut text = answered(force, reply, asked, width);
            let at = text.find('\n').unwrap_or(text.len());
            text.insert_str(at, &format!("  records as of {}", moment(*as_of)));
            text
        }
        (Outcome::Answered { .. }, None) => no_answer(force, "its answer is missing", width),
        (Outcome::Refused(code), _) => {
            format!("{force:<width$}  REFUSED: {code}\n{INDENT}{}\n", code.mend())
        }
        (other, _) => no_answer(force, other.word(), width),
    }
}

fn no_answer(force: &ForceId, why: &str, width: usize) -> String {
    format!(
        "{force:<width$}  NO ANSWER: {why}\n{INDENT}this is not a \"no hit\"; ask {force} again or by other means\n"
    )
}

fn answered(force: &ForceId, reply: &SearchReply, asked: Granularity, width: usize) -> String {
    let verdict = match reply.hit {
        Some(true) => "HIT",
        Some(false) => "no hit",
        None => "received",
    };
    let rung = reply.granularity;
    let mut text = format!("{force:<width$}  {rung:<12}  {verdict:<8}");
    if rung < asked {
        text.push_str(&format!("  (asked for {asked})"));
    }
    text.push('\n');
    if !reply.matches.is_empty() {
        for line in matches(&reply.matches, rung >= Granularity::Picture) {
            text.push_str(&format!("{INDENT}{line}\n"));
        }
        for line in reply.matches.iter().filter(|line| !line.linked.is_empty()) {
            let (entity, confidence) = (line.entity, line.confidence);
            text.push_str(&format!("{INDENT}linked to {entity}, {confidence}: {}\n", linked(&line.linked)));
        }
    }
    if let Some(referral) = &reply.referral {
        let (desk, reference) = (plain(&referral.desk), plain(&referral.reference));
        text.push_str(&format!("{INDENT}contact {desk}, reference {reference}\n"));
    }
    text
}

fn matches(lines: &[MatchLine], picture: bool) -> Vec<String> {
    let mut headings = vec!["match", "confidence", "count"];
    if picture {
        headings.extend(["years", "grading", "threat categories"]);
    }
    let headings: Vec<String> = headings.into_iter().map(str::to_owned).collect();
    let row = |line: &MatchLine| {
        let mut row = vec![line.entity.to_string(), line.confidence.to_string(), line.count.to_string()];
        if picture {
            row.push(line.years.map_or_else(|| "–".to_owned(), years));
            row.push(line.grading.map_or("–", |grading| grading.as_str()).to_owned());
            let categories: Vec<&str> = line.categories.iter().map(|category| category.as_str()).collect();
            row.push(if categories.is_empty() { "–".to_owned() } else { categories.join(", ") });
        }
        row
    };
    aligned(&headings, lines.iter().map(row).collect(), usize::MAX)
}

/// What is linked, in words: `1 report (firearms, 2023); 2-4 objects`.
pub(super) fn linked(lines: &[LinkedLine]) -> String {
    let one = |line: &LinkedLine| {
        let category = line.category.map(|category| category.to_string());
        let told: Vec<String> = category.into_iter().chain(line.years.map(years)).collect();
        let told = if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) };
        let plural = if line.count == CountBand::One { "" } else { "s" };
        format!("{} {}{plural}{told}", line.count, line.dataset)
    };
    lines.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn years((first, last): (i16, i16)) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}
