//! The command `bluelamp linkage explain`: how the likeliest records of a search came to their scores, at home.

use std::fmt::Write as _;
use std::path::PathBuf;

use ::linkage::person::PersonSubject;
use audit::Consultation;
use model::probe::PersonProbe;
use model::vocabulary::Sex;

use super::home_index;
use crate::command::node;
use crate::consultation;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp linkage explain --config node.toml --given Zebedee --family Thistlewick --dob 1984-02-29

Names the force's own records and no policy is asked: for those who may read them. Values are not shown.
Who reads them is logged in audit.consultations.log beside the audit log.";

/// Options of `bluelamp linkage explain`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// The node's configuration
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Given names
    #[arg(long, value_name = "NAMES", default_value = "", hide_default_value = true)]
    given: String,
    /// Family name
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    family: String,
    /// Birth date, or as much as is known of it
    #[arg(long, value_name = "DATE")]
    dob: Option<String>,
    /// Postcode, whole or its first part
    #[arg(long, value_name = "POSTCODE")]
    postcode: Option<String>,
    /// Sex: female or male
    #[arg(long, value_name = "SEX")]
    sex: Option<Sex>,
    /// Nationality: a country, its people or its code
    #[arg(long, value_name = "NATIONALITY")]
    nationality: Option<String>,
    /// How many records to explain
    #[arg(long, value_name = "N", default_value_t = 3)]
    most: usize,
}

/// Prints a waterfall for each of the likeliest records.
pub(super) async fn run(arguments: Explain) -> Result<Exit, Failure> {
    let Explain { config, given, family, dob, postcode, sex, nationality, most } = arguments;
    let (given_names, family_name) = (given, family);
    let person =
        PersonProbe { given_names, family_name, postcode, sex, nationality, ..PersonProbe::default() };
    let person = match dob {
        Some(dob) => person.born_on(&dob)?,
        None => person,
    };
    let subject = PersonSubject::try_from(&person)?;
    let index = home_index(&config, None).await?;
    let explained = index.explain(&subject, most);
    consultation::log(&node::read(&config)?, Consultation::Explanation, None, explained.len()).await?;
    let mut text = String::new();
    for (record, waterfall) in &explained {
        // Writing to a String can't fail.
        let _ = write!(text, "record {record}\n{waterfall}\n\n");
    }
    if explained.is_empty() {
        text.push_str("no record shares a key with this person\n");
    }
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}
