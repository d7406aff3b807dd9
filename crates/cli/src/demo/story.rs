//! What the demo asks, and what it suggests to type next. The questions go through the same program and the same
//! arguments as a person's would.

use std::io::Write;

use model::vocabulary::{DisclosureMark, EntityKind};
use tokio::process::Command;

use super::layout::Layout;
use crate::exit::Failure;

const WHY: [&str; 4] = ["--purpose", "investigation", "--operation", "Op Lantern"];

/// Asks one search and one table.
pub(crate) async fn tell(layout: &Layout) -> Result<(), Failure> {
    for question in [search(), table()] {
        ask(layout, &question).await?;
    }
    Ok(())
}

fn search() -> Vec<String> {
    person(3)
}

/// The search for a planted person whom this many forces hold openly.
fn person(forces: usize) -> Vec<String> {
    let open = |person: &&synth::PlantedPerson| {
        person.holdings.iter().filter(|h| h.mark == DisclosureMark::Disclose).count() == forces
    };
    let Some(person) = synth::planted().persons.iter().find(open) else { return Vec::new() };
    let dob = person.dob.to_string();
    words(&["search", "person", "--given", person.given_names, "--family", person.family_name, "--dob", &dob])
}

/// The search for a planted vehicle.
fn vehicle() -> Vec<String> {
    let vehicle = synth::planted().objects.iter().find(|object| object.kind == EntityKind::Vehicle);
    vehicle.map_or_else(Vec::new, |v| words(&["search", "vehicle", v.value, "--granularity", "referral"]))
}

fn table() -> Vec<String> {
    words(&["table", "event", "--by", "month,category", "--measure", "count"])
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// The threat picture of the last quarter that the made-up records hold whole.
fn picture() -> Vec<String> {
    words(&["picture", "--period", "2025-Q4", "--format", "html", "--output", "picture.html"])
}

/// Runs this program with a question, as if it had been typed, and shows both.
async fn ask(layout: &Layout, question: &[String]) -> Result<(), Failure> {
    say(&format!("\n$ {}", typed(layout, question)))?;
    let ended = Command::new(std::env::current_exe()?)
        .args(question)
        .args(WHY)
        .arg("--config")
        .arg(layout.analyst())
        .status()
        .await?;
    match ended.code() {
        Some(0) => Ok(()),
        _ => Err(Failure::error(format!("the question ended with {ended}"))),
    }
}

/// Suggests what to type next.
pub(crate) fn what_next(layout: &Layout, for_tools: bool) -> Result<(), Failure> {
    let questions = [
        person(2),
        vehicle(),
        words(&["table", "report", "--by", "year,threat_category", "--measure", "count,mean:risk_score"]),
        words(&[
            "table",
            "event",
            "--by",
            "category",
            "--measure",
            "count",
            "--per-force",
            "--format",
            "csv",
        ]),
        picture(),
    ];
    say("\nThe federation is up. In another terminal:\n")?;
    for question in questions {
        say(&format!("  {}", typed(layout, &question)))?;
    }
    if for_tools {
        let plain = |words: &[&str]| typed_plain(layout, words);
        say("\nFrom a notebook or a BI tool (Flight SQL):\n")?;
        let delegate = words(&["delegate", "--out", "delegation.txt"]);
        say(&format!("  {}", typed(layout, &delegate)))?;
        say(&format!("  {}", plain(&["client-config", "--for", "adbc", "--delegation", "delegation.txt"])))?;
    }
    say(&format!("\nEach site lies in {}. Ctrl-C stops everything.", layout.root().display()))
}

/// The command as a person would type it.
fn typed(layout: &Layout, question: &[String]) -> String {
    let all: Vec<&str> = question.iter().map(String::as_str).chain(WHY).collect();
    typed_plain(layout, &all)
}

/// The same of a command that states no ground.
fn typed_plain(layout: &Layout, words: &[&str]) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "bluelamp".to_owned());
    let quoted = |word: &&str| match word.contains(' ') {
        true => format!("\"{word}\""),
        false => (*word).to_owned(),
    };
    let words: Vec<String> = words.iter().map(quoted).collect();
    format!("{program} {} --config {}", words.join(" "), layout.analyst().display())
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}
