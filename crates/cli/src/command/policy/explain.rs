//! The command `bluelamp policy explain`: one question that somebody might ask, walked through before anybody does.

use std::path::PathBuf;

use ::policy::Policy;
use ::policy::situation::{self, Situation};
use model::probe::Known;
use model::question::Operation;
use model::vocabulary::{LegalBasis, Rank, Urgency, Vetting, Weekday};
use model::{Dataset, ForceId, Granularity, Purpose, Role, Standing, Unit};

use super::{compile, files};
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp policy explain policy/ --force rocta --purpose investigation --search person
  bluelamp policy explain policy/ --force rocta --vetting sc --purpose detection --search vrm --part --granularity count
  bluelamp policy explain policy/ --force kent --purpose prevention --table event
  bluelamp policy explain policy/ --force rocta --purpose safeguarding --urgency threat_to_life --search person

Shown are an ordinary record, then every handling that the policies make a difference for, one at a time and in the
combinations that a policy was written for. Nothing is asked of a node, and no record is read.";

/// Options of `bluelamp policy explain`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArguments {
    /// The bundle's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The asker's force
    #[arg(long, value_name = "FORCE", help_heading = "Asker")]
    force: ForceId,
    /// The unit that their force vouches for
    #[arg(long, value_name = "UNIT", help_heading = "Asker")]
    unit: Option<Unit>,
    /// The rank that their force vouches for, such as sergeant
    #[arg(long, value_name = "RANK", help_heading = "Asker")]
    rank: Option<Rank>,
    /// The vetting that their force vouches for, such as sc
    #[arg(long, value_name = "VETTING", help_heading = "Asker")]
    vetting: Option<Vetting>,
    /// Why they ask: prevention, investigation, detection, prosecution, penalties or safeguarding
    #[arg(long, value_name = "PURPOSE", help_heading = "Ground")]
    purpose: Purpose,
    /// The operation or case that they name
    #[arg(long, value_name = "NAME", help_heading = "Ground")]
    operation: Option<Operation>,
    /// The legal basis that they name, such as common_law or court_order
    #[arg(long, value_name = "BASIS", help_heading = "Ground")]
    legal_basis: Option<LegalBasis>,
    /// How urgent it is: routine, priority, or threat_to_life, which a second analyst approved
    #[arg(long, value_name = "URGENCY", default_value_t = Urgency::Routine, help_heading = "Ground")]
    urgency: Urgency,
    /// A door asks a table in the asker's name, for a tool that signs nothing
    #[arg(long, requires = "table", help_heading = "Ground")]
    delegated: bool,
    /// The hour where the force is, 0 to 23
    #[arg(long, value_name = "HOUR", default_value_t = 12, help_heading = "Ground")]
    hour: i8,
    /// The day where the force is
    #[arg(long, value_name = "DAY", default_value_t = Weekday::Monday, help_heading = "Ground")]
    weekday: Weekday,
    /// Search for this: person, organisation, address, or a kind of identifier such as vrm or phone
    #[arg(
        long,
        value_name = "PROBE",
        required_unless_present = "table",
        conflicts_with = "table",
        help_heading = "Question"
    )]
    search: Option<String>,
    /// The identifier is known in part only
    #[arg(long, requires = "search", help_heading = "Question")]
    part: bool,
    /// How much is asked for: acknowledged, hit, count, picture or referral
    #[arg(long, value_name = "RUNG", default_value = "referral", help_heading = "Question")]
    granularity: Granularity,
    /// Count this dataset, such as event
    #[arg(long, value_name = "DATASET", help_heading = "Question")]
    table: Option<Dataset>,
}

/// Prints the walk through a question.
pub(super) fn explain(arguments: ExplainArguments) -> Result<Exit, Failure> {
    let ExplainArguments { folder, search, part, granularity, table, .. } = arguments;
    let known = if part { Known::Part } else { Known::Whole };
    let ask = match (search, table) {
        (Some(word), _) => situation::search(&word, known, granularity).map(|(ask, _)| ask),
        (None, Some(dataset)) => situation::table(dataset),
        // The arguments ask for one of the two.
        (None, None) => Err("give --search or --table".to_owned()),
    };
    let situation = Situation {
        force: arguments.force,
        role: Role::Analyst,
        standing: Standing { unit: arguments.unit, rank: arguments.rank, vetting: arguments.vetting },
        purpose: arguments.purpose,
        operation: arguments.operation,
        legal_basis: arguments.legal_basis,
        urgency: Some(arguments.urgency),
        delegated: arguments.delegated,
        hour: Some(arguments.hour),
        weekday: Some(arguments.weekday),
        ask: ask.map_err(Failure::usage)?,
    };
    let policy = Policy::new(compile(&files(&folder)?)?, String::new());
    let walk = policy.walk_through(&situation).map_err(Failure::usage)?;
    stdout(walk.to_string().as_bytes())?;
    Ok(Exit::Ok)
}
