//! The command `bluelamp policy simulate`: what a draft would have done with the questions of a period.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use ::node::simulation::{self, Case, Effect, Kept, LimitedQuestions, Period, Simulation};
use ::node::{catalogue, usage};
use ::policy::Policy;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::LabelTable;
use serde_json::json;

use super::{Format, compile, files, written};
use crate::command::node::read;
use crate::exit::{Exit, Failure};
use crate::output::aligned;
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp policy simulate draft/ --config node.toml --from 2026-11-01 --to 2026-12-01
  bluelamp policy simulate draft/ --audit audit.log --format json

With a node's configuration, each question is compared with the policy that decided it then, over the labels of the records that
the node holds now, and with what its usage log counted. With an audit log alone, only whether a question is answered and on which
rung is compared. The log holds no value that was searched for; what an entry does not hold and a policy looks at is said to be
not known.";

/// Options of `bluelamp policy simulate`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SimulateArguments {
    /// The draft's folder
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// The node whose questions are decided again
    #[arg(long, value_name = "FILE", required_unless_present = "audit", conflicts_with = "audit")]
    config: Option<PathBuf>,
    /// An audit log by itself
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// The first day or moment, such as 2026-11-01 or 2026-11-01T08:00:00Z; days begin in UTC
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    from: Option<Timestamp>,
    /// The day or moment after the last
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    to: Option<Timestamp>,
    /// Most questions named in each row; JSON names all of them
    #[arg(long, value_name = "N", default_value_t = 2)]
    ids: usize,
    /// How the outcome is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let day: Date = text
        .parse()
        .map_err(|_| "write a day as 2026-11-01 or a moment as 2026-11-01T08:00:00Z".to_owned())?;
    day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).map_err(|error| error.to_string())
}

/// Prints what the draft would have done.
pub(super) fn simulate(arguments: &SimulateArguments) -> Result<Exit, Failure> {
    let period =
        Period { from: arguments.from.unwrap_or(Timestamp::MIN), to: arguments.to.unwrap_or(Timestamp::MAX) };
    let config = arguments.config.as_deref().map(read).transpose()?;
    let zone = config.as_ref().map_or(Ok(TimeZone::UTC), |config| config.zone())?;
    let draft = Policy::new(compile(&files(&arguments.draft)?)?, String::new()).in_zone(zone.clone());
    let snapshot = config.as_ref().and_then(|config| catalogue::latest(&config.data));
    let labels = snapshot.as_ref().map_or_else(LabelTable::default, |snapshot| snapshot.labels().clone());
    let log = match (&config, &arguments.audit) {
        (Some(config), _) => config.audit.clone(),
        (None, Some(log)) => log.clone(),
        // The arguments ask for one of the two.
        (None, None) => return Err(Failure::usage("give --config or --audit")),
    };
    let mut kept = Kept::of(config.as_ref().map(|config| config.data.as_path()), zone);
    let mut simulation = simulation::simulate(&log, &draft, &mut kept, &labels, period)?;
    let counted = config.as_ref().map(|config| config.data.join(usage::LOG)).filter(|log| log.exists());
    let limited = counted.as_ref().map(|log| simulation::limited(log, draft.limits(), period)).transpose()?;
    if let Some(limited) = &limited {
        simulation.limit(&limited.questions);
    }
    let text = match arguments.format {
        Format::Json => {
            let changed: Vec<&Case> =
                simulation.cases.iter().filter(|case| case.effect != Effect::Unchanged).collect();
            let questions: BTreeMap<&str, usize> =
                simulation.counted().into_iter().map(|(effect, count)| (word(effect), count)).collect();
            written(&json!({
                "draft": draft.bundle_hash(),
                "questions": questions,
                "changes": changed,
                "not_by_policy": simulation.not_by_policy,
                "not_replayed": simulation.not_replayed,
                "without_bundle": simulation.without_bundle,
                "labels": labels.len(),
                "limits_compared": limited.is_some(),
                "limits_compared_from": limited.as_ref().and_then(|limited| limited.complete_from),
            }))?
        }
        Format::Table => table(&simulation, &draft, &labels, limits(limited.as_ref(), period), arguments.ids),
    };
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

/// What must be said of how limits were compared.
fn limits(limited: Option<&LimitedQuestions>, period: Period) -> Option<String> {
    let Some(limited) = limited else {
        return Some("limits are not compared: no usage log is at hand".to_owned());
    };
    let from = limited.complete_from.filter(|from| period.from < *from)?;
    Some(format!("limits are compared from {from} on: what was asked before is no longer in the usage log"))
}

fn table(
    simulation: &Simulation,
    draft: &Policy,
    labels: &LabelTable,
    limits: Option<String>,
    ids: usize,
) -> String {
    let short: String = draft.bundle_hash().chars().take(12).collect();
    let counted = simulation.counted();
    let unchanged = counted.get(&Effect::Unchanged).copied().unwrap_or_default();
    let mut text = format!(
        "{} questions decided again under bundle {short}: {} change, {unchanged} do not\n",
        simulation.cases.len(),
        simulation.cases.len() - unchanged
    );
    // Writing to a String can't fail.
    let by_code: Vec<String> =
        simulation.not_by_policy.iter().map(|(code, count)| format!("{count} {code}")).collect();
    if !by_code.is_empty() {
        let _ = writeln!(text, "refused before a policy was asked: {}", by_code.join(", "));
    }
    for (why, questions) in &simulation.not_replayed {
        let _ = writeln!(text, "{} not decided again: {why}", questions.len());
    }
    match labels.len() {
        0 => text.push_str("what records would add is not compared: no labels are at hand\n"),
        labels => {
            let _ =
                writeln!(text, "compared over the {labels} labels of the records that the node holds now");
        }
    }
    if simulation.without_bundle > 0 {
        let _ = writeln!(
            text,
            "{} were decided under a bundle that is not at hand: only their rungs are compared",
            simulation.without_bundle
        );
    }
    text.extend(limits.map(|said| said + "\n"));
    let rows = rows(&simulation.cases, ids);
    if !rows.is_empty() {
        let headings =
            ["", "force", "purpose", "question", "before", "after", "labels", "questions"].map(str::to_owned);
        text.push('\n');
        text.push_str(&aligned(&headings, rows, headings.len()).join("\n"));
        text.push('\n');
    }
    text
}

/// One row for all questions that change alike, what tells more first.
fn rows(cases: &[Case], ids: usize) -> Vec<Vec<String>> {
    let mut alike: BTreeMap<(Effect, [String; 6]), Vec<&Case>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.effect != Effect::Unchanged) {
        let labels = match (case.labels_wider, case.labels_narrower) {
            (Some(0), Some(0)) | (None, _) | (_, None) => String::new(),
            (Some(wider), Some(0)) => format!("{wider} more"),
            (Some(0), Some(narrower)) => format!("{narrower} less"),
            (Some(wider), Some(narrower)) => format!("{wider} more, {narrower} less"),
        };
        let force = case.asker.force().to_string();
        let by = [
            force,
            case.purpose.to_string(),
            case.about.clone(),
            case.before.clone(),
            case.after.clone(),
            labels,
        ];
        alike.entry((case.effect, by)).or_default().push(case);
    }
    let row = |((effect, by), cases): ((Effect, [String; 6]), Vec<&Case>)| {
        let mut named: Vec<String> = cases.iter().take(ids).map(|case| case.question.to_string()).collect();
        if cases.len() > ids {
            named.push(format!("{} more", cases.len() - ids));
        }
        let questions = format!("{}: {}", cases.len(), named.join(", "));
        [word(effect).replace('_', " ")].into_iter().chain(by).chain([questions]).collect()
    };
    alike.into_iter().map(row).collect()
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::NewlyPermitted => "newly_permitted",
        Effect::HigherRung => "higher_rung",
        Effect::TellsMore => "tells_more",
        Effect::TellsOther => "tells_other",
        Effect::TellsLess => "tells_less",
        Effect::LowerRung => "lower_rung",
        Effect::NewlyRefused => "newly_refused",
        Effect::NewlyLimited => "newly_limited",
        Effect::Unchanged => "unchanged",
    }
}
