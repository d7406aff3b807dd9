//! The command `bluelamp policy diff`: which decisions change from one policy to another.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ::node::config::NodeConfig;
use ::node::custody;
use ::policy::difference::{Change, Direction, Setting, Subject};
use ::policy::{BundleFiles, Difference, Policy};

use super::{Format, compile, files, written};
use crate::command::node::read;
use crate::exit::{Exit, Failure};
use crate::output::aligned;
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp policy diff policy/ draft/
  bluelamp policy diff 3 draft/ --config node.toml
  bluelamp policy diff 3 4 --config node.toml --format json
  bluelamp policy diff policy/ draft/ --exit-code

Varied are the askers' forces and standing, purposes, circumstances, questions and kinds of records, as far as either
policy tells them apart; no record is read. Exit codes: 0 whether or not they differ, 1 error, and with --exit-code 6 when they
differ.";

/// Words of one cell that are shown; JSON has all of them.
const LISTED_MAX: usize = 3;

/// Options of `bluelamp policy diff`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArguments {
    /// The old bundle: a folder, or a version that the node has served
    #[arg(value_name = "OLD")]
    old: String,
    /// The new bundle: the same
    #[arg(value_name = "NEW")]
    new: String,
    /// The node whose served versions are meant
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// End with 6 when the bundles differ in what they decide
    #[arg(long)]
    exit_code: bool,
    /// Most rows shown; JSON has all of them
    #[arg(long, value_name = "N", default_value_t = 60)]
    rows: usize,
    /// How the difference is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Prints what changes.
pub(super) fn diff(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let config = arguments.config.as_deref().map(read).transpose()?;
    let policy = |named: &str| -> Result<Policy, Failure> {
        Ok(Policy::new(compile(&bundle(named, config.as_ref())?)?, String::new()))
    };
    let (old, new) = (policy(&arguments.old)?, policy(&arguments.new)?);
    let difference = old.difference(&new);
    let text = match arguments.format {
        Format::Table => table(&difference, arguments.rows),
        Format::Json => written(&difference)?,
    };
    stdout(text.as_bytes())?;
    Ok(if arguments.exit_code && !difference.is_empty() { Exit::Different } else { Exit::Ok })
}

/// The files of a bundle in a folder, or of a version that a node has served. A folder called so comes first.
pub(super) fn bundle(named: &str, config: Option<&NodeConfig>) -> Result<BundleFiles, Failure> {
    let folder = Path::new(named);
    let version = named.parse::<u64>().ok().filter(|_| !folder.is_dir());
    let Some(version) = version else { return files(folder) };
    let config = config.ok_or_else(|| {
        Failure::usage(format!(
            "{named}: there is no such folder, and which node served a version {version} is not said"
        ))
        .help("name a folder, or the node's configuration with --config")
    })?;
    let served = custody::served(&config.data)?;
    let adopted = served.iter().rev().find(|adopted| adopted.version == version);
    let adopted = adopted.ok_or_else(|| {
        Failure::usage(format!("{named}: this node has served no version {version}"))
            .help("bluelamp policy history lists what it served")
    })?;
    Ok(custody::kept(&config.data, adopted)?)
}

/// The difference as a custodian reads it.
fn table(difference: &Difference, most: usize) -> String {
    let Difference { old, new, changes, settings, situations, every_combination } = difference;
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let mut text =
        format!("from {} to {}, {situations} situations decided under both\n", short(old), short(new));
    if !every_combination {
        text.push_str("Of so many facts not every combination was tried: each was varied by itself.\n");
    }
    if difference.is_empty() {
        text.push_str("Nothing is decided otherwise.\n");
        return text;
    }
    let titles = [
        (Subject::Question, "What may be asked, and how far the answer goes"),
        (Subject::Records, "What records add to the answer"),
        (Subject::Notice, "Who at home is told that it was asked"),
    ];
    for (subject, title) in titles {
        let of: Vec<&Change> = changes.iter().filter(|change| change.subject == subject).collect();
        if of.is_empty() {
            continue;
        }
        // Writing to a String can't fail.
        let _ = writeln!(text, "\n{title}\n");
        text.push_str(&rows(&of, most));
    }
    if !settings.is_empty() {
        text.push_str("\nSettings\n\n");
        let headings = ["", "file", "line", "before", "after"].map(str::to_owned);
        let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "not there".to_owned());
        let row = |Setting { file, path, before, after, direction }: &Setting| {
            let direction = direction.map_or("", word).to_owned();
            vec![direction, (*file).to_owned(), path.clone(), told(before), told(after)]
        };
        let lines = aligned(&headings, settings.iter().map(row).collect(), headings.len());
        text.push_str(&lines.join("\n"));
        text.push('\n');
    }
    text
}

/// Rows under their headings. A respect in which all rows are alike stands above them.
fn rows(changes: &[&Change], most: usize) -> String {
    type Cell = fn(&Change) -> &str;
    let respects: [(&str, Cell); 8] = [
        ("force", |change| &change.force),
        ("unit", |change| &change.unit),
        ("rank", |change| &change.rank),
        ("vetting", |change| &change.vetting),
        ("purpose", |change| &change.purpose),
        ("circumstances", |change| &change.circumstances),
        ("question", |change| &change.question),
        ("records", |change| &change.records),
    ];
    let mut text = String::new();
    let mut told: Vec<(&str, Cell)> = Vec::new();
    for (name, cell) in respects {
        let first = changes.first().map(|change| cell(change)).unwrap_or_default();
        if changes.len() > 1 && changes.iter().all(|change| cell(change) == first) {
            if !first.is_empty() {
                let _ = writeln!(text, "{name} in all of them: {first}");
            }
        } else if !first.is_empty() || changes.len() > 1 {
            told.push((name, cell));
        }
    }
    let headings: Vec<String> = [""]
        .into_iter()
        .chain(told.iter().map(|(name, _)| *name))
        .chain(["before", "after"])
        .map(str::to_owned)
        .collect();
    let line = |change: &&Change| {
        let cells = told.iter().map(|(_, cell)| short(cell(change))).collect::<Vec<_>>();
        let cells = cells.iter().map(String::as_str);
        [word(change.direction)]
            .into_iter()
            .chain(cells)
            .chain([change.before.as_str(), change.after.as_str()])
            .map(str::to_owned)
            .collect()
    };
    let shown: Vec<Vec<String>> = changes.iter().take(most).map(line).collect();
    text.push_str(&aligned(&headings, shown, headings.len()).join("\n"));
    text.push('\n');
    if changes.len() > most {
        let _ = writeln!(text, "and {} rows more: --rows N, or --format json", changes.len() - most);
    }
    text
}

/// A long list by its beginning.
fn short(cell: &str) -> String {
    let parts: Vec<&str> = cell.split("; ").collect();
    match parts.get(..LISTED_MAX) {
        Some(first) if parts.len() > LISTED_MAX + 1 => {
            format!("{}; and {} more", first.join("; "), parts.len() - LISTED_MAX)
        }
        _ => cell.to_owned(),
    }
}

/// What a change does.
pub(super) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Wider => "wider",
        Direction::Narrower => "narrower",
        Direction::Other => "other",
    }
}
