//! The command `bluelamp synth`: made-up records to try a federation on, with the truth about them beside.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use ::synth::{Progress, Spec, Summary};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use model::ForceId;

use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp synth --out records
  bluelamp synth --out records --forces mps,colp,btp --persons 100000 --reports 300000 --events 200000 --seed 7
  bluelamp synth --out measured --persons 1000000 --reports 0 --events 0 --probes 5000 --held-out

Nobody in the records exists. The same options give the same bytes. truth.csv says who each person record really
is; probes.csv holds searches whose right answer is known.";

/// Options of `bluelamp synth`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The forces, each with a folder of its own
    #[arg(long, value_delimiter = ',', default_value = "mps,colp,btp", value_name = "FORCES")]
    forces: Vec<ForceId>,
    /// Person records of each force
    #[arg(long, default_value_t = Spec::default().persons, value_name = "N")]
    persons: u32,
    /// Intelligence reports of each force
    #[arg(long, default_value_t = Spec::default().reports, value_name = "N")]
    reports: u32,
    /// Events of each force
    #[arg(long, default_value_t = Spec::default().events, value_name = "N")]
    events: u32,
    /// Seed of all randomness
    #[arg(long, default_value_t = Spec::default().seed, value_name = "N")]
    seed: u64,
    /// Share of a force's persons that another force also holds, 0 to 1
    #[arg(long, default_value_t = Spec::default().overlap, value_name = "SHARE")]
    overlap: f64,
    /// The day the records stand at
    #[arg(long, default_value_t = Spec::default().as_of, value_name = "DATE")]
    as_of: Date,
    /// Probes with known answers to draw
    #[arg(long, default_value_t = Spec::default().probes, value_name = "N")]
    probes: u64,
    /// Let the corruptions occur that are held out of tuning a matcher
    #[arg(long)]
    held_out: bool,
}

/// Writes the records and says what was written.
pub(crate) fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { out, forces, persons, reports, events, seed, overlap, as_of, probes, held_out } =
        arguments;
    let spec = Spec { forces, persons, reports, events, seed, overlap, as_of, probes, held_out };
    let bar = bar();
    let mut progress = |step: Progress| {
        bar.set_length(step.total);
        bar.set_position(step.done);
        bar.set_message(format!("{} {}", step.force, step.dataset));
    };
    let written = ::synth::write(&spec, &out, &mut progress);
    bar.finish_and_clear();
    let summary = written.map_err(|error| match error {
        ::synth::SynthError::Spec { field, why } => {
            Failure::usage(format!("--{}: {why}", field.replace('_', "-")))
        }
        error => Failure::from(error),
    })?;
    stdout(told(&summary, &out.display().to_string()).as_bytes())?;
    Ok(Exit::Ok)
}

fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}

fn told(summary: &Summary, out: &str) -> String {
    let mut text = String::new();
    for force in &summary.forces {
        let rows: Vec<String> =
            force.rows.iter().map(|(dataset, rows)| format!("{dataset} {rows}")).collect();
        text.push_str(&format!("{}  {}\n", force.force, rows.join(", ")));
    }
    text.push_str(&format!(
        "{} people stand behind the person records; {} records share theirs with another force\n",
        summary.true_persons, summary.shared_records
    ));
    text.push_str(&format!("{} searches with known answers in {out}/probes.csv\n", summary.probes));
    text
}
