//! A search answer as a grid: one row for each line of matches, and at least one for each force asked, so that a
//! force which did not answer stands in the data itself.

use model::answer::ForceCoverage;
use model::reply::{MatchLine, SearchReply};
use model::{ForceId, SamePerson, SearchAnswer};

use super::coverage::{as_of, code};
use super::grid::{Column, Grid, Values};
use super::search_text::linked;

/// One row: a force, its reply where it answered, and a line of matches where it told any. Without a force it is a
/// row of a list that was not asked about.
pub(super) struct Row<'a> {
    force: Option<&'a ForceCoverage>,
    reply: Option<&'a SearchReply>,
    line: Option<&'a MatchLine>,
    /// The other forces that probably hold a person whom this force holds too.
    same: &'a [SamePerson],
}

impl Row<'_> {
    /// A row for what was not asked about.
    pub(super) const UNASKED: Self = Self { force: None, reply: None, line: None, same: &[] };
}

/// The answer as a grid.
pub(crate) fn grid(answer: &SearchAnswer) -> Grid {
    Grid { columns: columns(&rows(answer)) }
}

/// The columns that every search answer has.
pub(super) fn columns(rows: &[Row<'_>]) -> Vec<Column> {
    let text = |name: &str, value: &dyn Fn(&Row<'_>) -> Option<String>| {
        Column::new(name, Values::Text(rows.iter().map(value).collect()))
    };
    let year = |name: &str, value: &dyn Fn((i16, i16)) -> i16| {
        let of = |row: &Row<'_>| row.line.and_then(|line| line.years).map(|years| i64::from(value(years)));
        Column::new(name, Values::Whole(rows.iter().map(of).collect()))
    };
    let line =
        |row: &Row<'_>, word: fn(&MatchLine) -> &'static str| row.line.map(|line| word(line).to_owned());
    let moment = |row: &Row<'_>| row.force.and_then(|force| as_of(&force.outcome));
    vec![
        text("force", &|row| row.force.map(|force| force.force.to_string())),
        text("outcome", &|row| Some(row.force.map_or("not asked", |force| force.outcome.word()).to_owned())),
        text("code", &|row| row.force.and_then(|force| code(&force.outcome)).map(str::to_owned)),
        Column::new("as_of", Values::Moment(rows.iter().map(moment).collect())),
        text("granularity", &|row| row.reply.map(|reply| reply.granularity.to_string())),
        Column::new("hit", Values::Truth(rows.iter().map(|row| row.reply.and_then(|r| r.hit)).collect())),
        text("entity", &|row| line(row, |line| line.entity.as_str())),
        text("confidence", &|row| line(row, |line| line.confidence.as_str())),
        text("count", &|row| line(row, |line| line.count.as_str())),
        text("categories", &|row| row.line.map(categories)),
        year("first_year", &|(first, _)| first),
        year("last_year", &|(_, last)| last),
        text("grading", &|row| row.line.and_then(|line| line.grading).map(|grading| grading.to_string())),
        text("linked", &|row| row.line.map(|line| linked(&line.linked))),
        text("desk", &|row| referral(row).map(|referral| referral.desk.clone())),
        text("reference", &|row| referral(row).map(|referral| referral.reference.clone())),
        text("same_person", &|row| same_person(row)),
    ]
}

/// The rows of one answer: at least one for each force asked.
pub(super) fn rows(answer: &SearchAnswer) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let same = answer.same_person.as_slice();
    for force in &answer.coverage.forces {
        let reply = answer.answers.iter().find(|(of, _)| *of == force.force).map(|(_, reply)| reply);
        let lines = reply.map_or(&[][..], |reply| &reply.matches);
        let force = Some(force);
        if lines.is_empty() {
            rows.push(Row { force, reply, line: None, same });
        }
        rows.extend(lines.iter().map(|line| Row { force, reply, line: Some(line), same }));
    }
    rows
}

fn categories(line: &MatchLine) -> String {
    line.categories.iter().map(|category| category.as_str()).collect::<Vec<_>>().join(" ")
}

/// Who else holds a person whom the row's force holds, in words: `btp: almost certain; btp colp: highly likely`.
fn same_person(row: &Row<'_>) -> Option<String> {
    let force = row.reply.and(row.force).map(|line| &line.force)?;
    let told = row.same.iter().filter(|same| same.forces.contains(force)).map(|same| {
        let others = same.forces.iter().filter(|other| *other != force);
        let others: Vec<&str> = others.map(ForceId::as_str).collect();
        format!("{}: {}", others.join(" "), same.confidence)
    });
    Some(told.collect::<Vec<_>>().join("; "))
}

fn referral<'a>(row: &Row<'a>) -> Option<&'a model::reply::Referral> {
    row.reply.and_then(|reply| reply.referral.as_ref())
}
