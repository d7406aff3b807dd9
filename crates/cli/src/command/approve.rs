//! The command `bluelamp approve`: a second analyst reads a request under a threat to life, and signs it or leaves it.

use std::path::PathBuf;

use model::{Ask, Probe};

use super::ask::open_desk;
use crate::clock;
use crate::desk::request::Request;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;
use crate::output::{list, plain};

/// Options of `bluelamp approve`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The request that another analyst of your force wrote with --break-glass
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Approve it; without this it is shown and nothing is signed
    #[arg(long)]
    yes: bool,
    /// Your analyst.toml; otherwise the one here, or the demonstration's
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG")]
    config: Option<PathBuf>,
}

/// Shows the request, and approves it where told to.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let request = Request::read(&arguments.file)?;
    if request.question.expires_at <= clock::now() {
        return Err(Failure::error("the request has expired").help("have it made anew"));
    }
    let shown = shown(&request);
    if !arguments.yes {
        stdout(format!("{shown}nothing is approved yet; if it is right, add --yes\n").as_bytes())?;
        return Ok(Exit::Pending);
    }
    open_desk(arguments.config.as_deref())?.approve(request, &arguments.file)?;
    let file = arguments.file.display();
    stdout(format!("{shown}approved; its asker sends it: bluelamp send {file}\n").as_bytes())?;
    Ok(Exit::Ok)
}

/// What is asked, in full: who approves must see it.
fn shown(request: &Request) -> String {
    let question = &request.question;
    let reason = question.circumstances.urgency.reason().map_or("", |reason| reason.as_str());
    let about = match &question.ask {
        Ask::Search(search) => format!("{}, up to {}", about(&search.probe), search.granularity),
        other => other.mode().to_owned(),
    };
    format!(
        "asker      {}\npurpose    {}\noperation  {}\nforces     {}\nthreat     {}\nabout      {}\nuntil      {:.0}\n",
        question.asker,
        question.purpose,
        question.operation,
        list(&question.audience),
        plain(reason),
        plain(&about),
        question.expires_at,
    )
}

fn about(probe: &Probe) -> String {
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = match probe {
        Probe::Person(person) => vec![
            person.given_names.clone(),
            person.family_name.clone(),
            person.dob.map(|dob| dob.to_string()).unwrap_or_default(),
            person.born.map(|born| format!("born {} to {}", born.from, born.to)).unwrap_or_default(),
            some(&person.postcode),
        ],
        Probe::Identifier(identifier) => vec![identifier.value.clone()],
        Probe::Organisation(organisation) => vec![organisation.name.clone(), some(&organisation.postcode)],
        Probe::Partial(partial) => vec![partial.pattern.clone(), some(&partial.make), some(&partial.colour)],
        Probe::Address(address) => vec![some(&address.number), some(&address.postcode), some(&address.text)],
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} {}", probe.kind(), parts.join(" "))
}
