//! The command `bluelamp search`: do you hold anything on this? The probe is checked at this desk first: a typo
//! caught here is a search that leaks nothing.

mod batch;
mod noun;

use linkage::subject::Subject;
use model::{Granularity, Probe, Search, SearchAnswer};

use super::ask::{AskArguments, conclude, waiting};
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;
use crate::output::{self, Format};

use noun::{Account, Address, Document, Email, Organisation, Person, Phone, Probing, Vehicle, Wallet};
pub(crate) use noun::{held_by, identified};

const EXAMPLES: &str = "\
Examples:
  bluelamp search person --given Siobhan --family Byrne --dob 1984-02-29 --purpose investigation --operation \"Op Lantern\"
  bluelamp search person --pnc 01/0171310W --granularity referral --purpose prosecution --operation CR/2024/0815
  bluelamp search vehicle AB12CDE --forces mps,btp --purpose detection --operation \"Op Lantern\" --format json
  bluelamp search vehicle 'AB1* C?E' --make ford --colour blue --purpose detection --operation \"Op Lantern\"
  bluelamp search phone --last 900123 --purpose detection --operation \"Op Lantern\"
  bluelamp search account --sort-code 20-00-00 --account-number 55779911 --purpose investigation --operation \"Op Lantern\"

In marks and numbers write ? for one unknown character and * for any number of them. What is known must say enough:
a search that would fit too many records is refused with the reason.

Each force answers on the rung that you ask for or on a lower one, as its policy says, and the answer states
the rung. A force that did not answer is named: it is not a \"no hit\".";

/// Options of `bluelamp search`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    noun: Noun,
}

/// What to look for.
#[derive(clap::Subcommand)]
enum Noun {
    /// A person by name and birth date, or by PNC, CRO or national insurance number
    Person(Box<Asked<Person>>),
    /// A vehicle by registration mark or identification number, whole or in part
    Vehicle(Box<Asked<Vehicle>>),
    /// A phone by its number, its last digits or its IMEI
    Phone(Box<Asked<Phone>>),
    /// A bank account by IBAN, or by account number with or without sort code
    Account(Box<Asked<Account>>),
    /// An email address, or a name used on a platform
    Email(Box<Asked<Email>>),
    /// A passport or driving licence
    Document(Box<Asked<Document>>),
    /// An organisation by name, or by company number
    Organisation(Box<Asked<Organisation>>),
    /// A place by UPRN, by postcode and house number, or by its address as one text
    Address(Box<Asked<Address>>),
    /// A crypto-asset wallet
    Wallet(Box<Asked<Wallet>>),
    /// A list of subjects from a file, in as few questions as it takes
    Batch(Box<batch::Batch>),
}

/// One noun with what every search says besides.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct Asked<P: clap::Args> {
    #[command(flatten)]
    probe: P,
    /// How much to ask for: acknowledged, hit, count, picture or referral
    #[arg(long, default_value = "picture", value_name = "RUNG", help_heading = "Asking")]
    granularity: Granularity,
    #[command(flatten)]
    ask: AskArguments,
}

/// Asks the forces and writes what they say.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.noun {
        Noun::Person(asked) => ask(*asked).await,
        Noun::Vehicle(asked) => ask(*asked).await,
        Noun::Phone(asked) => ask(*asked).await,
        Noun::Account(asked) => ask(*asked).await,
        Noun::Email(asked) => ask(*asked).await,
        Noun::Document(asked) => ask(*asked).await,
        Noun::Organisation(asked) => ask(*asked).await,
        Noun::Address(asked) => ask(*asked).await,
        Noun::Wallet(asked) => ask(*asked).await,
        Noun::Batch(list) => batch::run(*list).await,
    }
}

async fn ask<P: clap::Args + Probing>(asked: Asked<P>) -> Result<Exit, Failure> {
    let Asked { probe, granularity, ask } = asked;
    let ground = ask.stated_ground()?;
    let probe = checked(probe)?;
    if let Some((_, file)) = ask.request() {
        let desk = ask.desk()?;
        let audience = desk.audience(ask.forces())?;
        let expires = desk.prepare(&ground, &audience, Search { probe, granularity }, file)?;
        let text = format!(
            "{0}: signed and not sent; it can be answered until {expires:.0}\nhave another analyst of your force approve it: bluelamp approve {0}\nthen send it: bluelamp send {0}\n",
            file.display()
        );
        stdout(text.as_bytes())?;
        return Ok(Exit::Pending);
    }
    let target = ask.output.open()?;
    let desk = ask.desk()?;
    let audience = desk.audience(ask.forces())?;
    let answer = {
        let _shown = waiting(format!("asking {}", output::list(&audience)));
        desk.search(&ground, &audience, Search { probe, granularity }, ask.deadline()).await?
    };
    target.deliver(&written(&answer, granularity, ask.output.format())?, &answer.coverage)?;
    conclude(&answer.coverage)
}

/// The answer in the format asked for.
pub(crate) fn written(answer: &SearchAnswer, asked: Granularity, format: Format) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Table => output::search_text::render(answer, asked).into_bytes(),
        Format::Json => output::json::search(answer)?,
        other => output::grid_bytes(other, &output::search_grid::grid(answer), &answer.coverage)?,
    })
}

/// The probe, once it is one that can be looked for.
fn checked(probing: impl Probing) -> Result<Probe, Failure> {
    let checked = probing.probe().and_then(|probe| Subject::try_from(&probe).map(|_| probe));
    checked
        .map_err(|complaint| Failure::from(complaint).help("nothing was sent; check the value and ask again"))
}
