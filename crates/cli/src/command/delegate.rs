//! The command `bluelamp delegate`: signs beforehand what a door may ask in your name, for tools that can't sign.

use std::path::PathBuf;

use identity::SecretPem;
use identity::files::{Existing, write_secret};
use jiff::{SignedDuration, Timestamp};
use model::delegation::{LIFETIME_MAX, QUESTIONS_MAX};
use model::question::Operation;
use model::vocabulary::LegalBasis;
use model::{Delegation, DelegationId, ForceId, Name, Purpose};

use super::ask::open_desk;
use crate::clock;
use crate::exit::{Exit, Failure, note};
use crate::output::list;
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp delegate --purpose prevention --operation \"Op Lantern\" --until 8h --out delegation.txt
  bluelamp delegate --purpose prevention --operation \"Op Lantern\" --until 2026-11-26T17:00Z --questions 50 --forces mps,btp

Notebooks and BI tools ask in SQL through the coordinator's door, and can't sign questions. What this command writes is one line
that they send along as the call header bluelamp-delegation (`bluelamp client-config` shows how). It lets that door, and no other,
ask tables in your name: for this purpose and operation, of these forces, until then and so many times, never a search. It is of
use only to whoever shows your own client certificate at the door, and ends at once if that is revoked.";

/// Options of `bluelamp delegate`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Why the tool will ask: prevention, investigation, detection, prosecution, penalties or safeguarding
    #[arg(long, value_name = "PURPOSE")]
    purpose: Purpose,
    /// The operation or case that its questions belong to, such as "Op Lantern"
    #[arg(long, value_name = "NAME")]
    operation: Operation,
    /// The legal basis relied on, such as common_law; a force's policy may demand one
    #[arg(long, value_name = "BASIS")]
    legal_basis: Option<LegalBasis>,
    /// When it ends: a time such as 2026-11-26T17:00Z, or from now on, such as 8h or 30m; a day at most
    #[arg(long, value_name = "TIME", default_value = "8h")]
    until: String,
    /// How many questions each force may be asked under it
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=i64::from(QUESTIONS_MAX)))]
    questions: u32,
    /// The forces that may be asked, such as mps,colp; otherwise every force of the federation
    #[arg(long, alias = "force", value_delimiter = ',', value_name = "FORCES")]
    forces: Vec<ForceId>,
    /// The coordinator whose door it is for, such as spiffe://bluelamp/force/rocta/coordinator/1; otherwise yours, which is asked
    /// for its name
    #[arg(long, value_name = "URI")]
    door: Option<Name>,
    /// The file to write, readable by you alone; otherwise stdout
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Your analyst.toml; otherwise the one here, or the demonstration's
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG")]
    config: Option<PathBuf>,
}

/// Signs a delegation and writes it.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let now = clock::now();
    let expires_at = until(&arguments.until, now)?;
    let desk = open_desk(arguments.config.as_deref())?;
    let door = match arguments.door {
        Some(door) => door,
        None => desk.door().await?,
    };
    let delegation = Delegation {
        id: DelegationId(api::question::new_id(now)),
        asker: desk.asker(),
        door,
        purpose: arguments.purpose,
        operation: arguments.operation,
        legal_basis: arguments.legal_basis,
        audience: desk.audience(&arguments.forces)?,
        issued_at: now,
        expires_at,
        questions_max: arguments.questions,
    };
    let line = format!("{}\n", desk.delegate(&delegation)?);
    match &arguments.out {
        Some(file) => write_secret(file, &SecretPem::new(line), Existing::Replace)?,
        None => stdout(line.as_bytes())?,
    }
    note(&format!(
        "{} may ask tables of {} in your name for {} in {} until {:.0}, {} questions of each",
        delegation.door,
        list(&delegation.audience),
        delegation.purpose,
        delegation.operation,
        delegation.expires_at,
        delegation.questions_max,
    ));
    Ok(Exit::Ok)
}

/// The end that was written: a moment, or so long from now on.
fn until(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let wrong = |why: &str| {
        Failure::usage(format!("--until: {why}"))
            .help("write a time such as 2026-11-26T17:00Z, or how long, such as 8h")
    };
    let end = match (text.parse::<Timestamp>(), text.parse::<SignedDuration>()) {
        (Ok(end), _) => end,
        (_, Ok(long)) => now.checked_add(long).map_err(|_| wrong("is too far away"))?,
        _ => return Err(wrong("is neither a time nor a duration")),
    };
    let long = end.duration_since(now);
    if !long.is_positive() {
        return Err(wrong("is over already"));
    }
    if long > LIFETIME_MAX {
        return Err(wrong("is more than a day away; sign another one tomorrow"));
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::until;

    #[test]
    fn an_end_is_a_moment_or_a_duration_within_a_day() {
        let now: Timestamp = "2026-11-26T09:00:00Z".parse().unwrap();
        let after = |hours| Some(now + SignedDuration::from_hours(hours));
        for (text, expected) in [
            ("8h", after(8)),
            ("24h", after(24)),
            ("25h", None),
            ("-1h", None),
            ("0s", None),
            ("2026-11-26T17:00Z", after(8)),
            ("2026-11-26T17:00+01:00", after(7)),
            ("2026-11-26T08:00Z", None),
            ("2026-11-28T08:00Z", None),
            ("tomorrow", None),
        ] {
            assert_eq!(until(text, now).ok(), expected, "{text}");
        }
    }
}
