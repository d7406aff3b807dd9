//! The command `bluelamp linkage train`: weights from a force's own records, as a file to read, keep and compare.

use std::fs;
use std::path::PathBuf;

use ::linkage::person::{NameCounter, PersonRecord, Weights, candidate_sets, random_pairs, train};

use super::home_index;
use crate::exit::{Exit, Failure, note};

/// Records that are looked for among the others.
const SAMPLE: usize = 20_000;
/// The most pairs drawn at random.
const RANDOM: usize = 1_000_000;
/// Random pairs for each record: of few records, more would repeat what is known.
const PAIRS_OF_EACH: usize = 50;

const EXAMPLES: &str = "\
Examples:
  bluelamp linkage train --config node.toml --out weights.toml
  bluelamp linkage train --records made/mps/person.parquet --out weights.toml

The same records give the same weights. Read the file, then name it in node.toml: [linkage] weights = \"weights.toml\".
`bluelamp linkage evaluate --weights` measures it.";

/// Options of `bluelamp linkage train`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Train {
    /// The node's configuration: its records are learned from
    #[arg(long, value_name = "FILE", required_unless_present = "records")]
    config: Option<PathBuf>,
    /// Persons in the shared schema, as Parquet, in place of a node's
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    records: Option<PathBuf>,
    /// Where to write the weights; an existing file is not replaced
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Learns, writes the file and says how it went.
pub(super) async fn run(arguments: Train) -> Result<Exit, Failure> {
    let Train { config, records, out } = arguments;
    if out.exists() {
        return Err(Failure::usage(format!("{}: is there already", out.display()))
            .help("name another file, or move that one away"));
    }
    let records: Vec<PersonRecord> = match (config, records) {
        (Some(config), _) => home_index(&config, Some(Weights::default())).await?.person_records(),
        (None, Some(file)) => ::evaluate::person_records(&file)?,
        (None, None) => return Err(Failure::usage("--config or --records is needed")),
    };
    if records.len() < 2 {
        return Err(Failure::error("there are too few persons to learn from")
            .help("check with bluelamp node check that the person dataset is mapped"));
    }
    note(&format!("learning from {} persons", records.len()));
    let mut names = NameCounter::new();
    records.iter().for_each(|record| names.add(record.view()));
    let sets = candidate_sets(&records, SAMPLE);
    let random = random_pairs(records.len(), RANDOM.min(records.len().saturating_mul(PAIRS_OF_EACH)));
    let (weights, report) = train(&Weights::default(), names.finish(), &records, &sets, &random);
    fs::write(&out, weights.to_string())
        .map_err(|error| Failure::error(format!("{}: {error}", out.display())))?;
    note(&report.to_string());
    note(&format!("weights written to {}", out.display()));
    Ok(Exit::Ok)
}
